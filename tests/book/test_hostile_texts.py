"""Texts of others stay texts: a venue's file, a cell's table, a page that the search reads."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
import site_search
import venue_rules
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from written_values import tidy_prose

from marginlib.venues._rules import read_folder

EVIL = "<img src=x onerror=hit()><script>hit()</script>'\"]]>-5 % javascript:hit()"


def harmless(page: str) -> BeautifulSoup:
    """Return a page that has nothing that loads or runs, and no address but of the web."""
    soup = BeautifulSoup(page, "html.parser")
    assert soup.select("img, script, style, iframe, object, embed, base, form, svg") == []
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        assert tag.get("href", "#").startswith(("#", "https://", "http://")), tag
    return soup


def test_a_page_with_an_injection_would_be_noticed():
    for page in (EVIL, '<p onclick="hit()">', '<a href="javascript:hit()">'):
        with pytest.raises(AssertionError):
            harmless(page)


def test_no_text_of_a_venue_s_file_becomes_markup(tmp_path):
    told = EVIL.replace('"', r"\"")
    texts = "\n".join(f'{key} = "{told}"' for key in ("title", "source", "status", "currency"))
    (tmp_path / "evil.toml").write_text(
        f'{texts}\nas_of = 2026-01-01\nnotes = "{told}"\nnot_covered = ["{told}"]\n'
        f'[required]\nrate = "{told}"\n[optional]\n"{told}" = "{told}"\n'
        '[[margin]]\npiece = "fixed_rate"\ninitial = "$rate"\nmaintenance = 0.05\n'
    )
    ((name, dated),) = read_folder(tmp_path).items()
    (rules,) = dated.values()
    page = venue_rules.folded(
        venue_rules.escape(venue_rules._title(rules)), venue_rules._body(name, rules), "evil"
    )
    soup = harmless(page)
    assert EVIL in soup.summary.get_text()
    assert soup.get_text().count("<img src=x onerror=hit()>") >= 6


@pytest.mark.parametrize("address", ['https://example.org/a"><img src=x onerror=hit()>', EVIL])
def test_no_source_becomes_markup(address):
    harmless(venue_rules.linked(address))


def test_no_cell_of_a_returned_table_becomes_markup():
    table = pd.DataFrame({EVIL: [EVIL, "-5 %"]}, index=[EVIL, "b"])
    document = new_document("page")
    document += nodes.raw("", table.to_html(), format="html")
    app = SimpleNamespace(builder=SimpleNamespace(format="html"))
    tidy_prose(app, document, "chapters/page")
    (written,) = document.findall(nodes.raw)
    soup = harmless(written.astext())
    assert [cell.get_text() for cell in soup.select("td")] == [
        EVIL.replace("-5 %", "−5\xa0%"), "−5\xa0%"
    ]  # fmt: skip


def test_the_search_keeps_texts_as_texts():
    page = (
        f'<article><section id="one"><h2>{venue_rules.escape(EVIL)}</h2>'
        f"<p>{venue_rules.escape(EVIL)}</p></section></article>"
    )
    (found,) = site_search.places(page)
    assert found.title == found.text == EVIL
