"""What the search looks through: kinds of places, their words, subjects that have a section."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import site_search
from contents import pages
from docutils import nodes
from docutils.utils import new_document

ROOT = Path(__file__).parents[2]

PAGE = """<nav>Contents</nav><article><section id="gap">
<h1><span class="section-number">4. </span>A gap<a class="headerlink" href="#gap">#</a></h1>
<p>It jumps <math><mi>x</mi></math> far.</p><pre>code = 1</pre>
<div class="cell"><div class="cell_input">code</div><div class="cell_output">7
<figure class="ml-explorer" id="race"><svg aria-label="Two bars"><text>9</text></svg>
<p>moves</p><figcaption>What it costs.</figcaption><script type="text/plain">H4</script></figure>
</div></div><section id="more"><h2>More</h2><table><tr><td>one</td><td>two</td></tr></table>
</section></section>
<dl class="glossary"><dt id="term-Gap">Gap<a class="headerlink" href="#term-Gap">#</a></dt>
<dd><p>A jump.</p></dd></dl>
<dl class="py function"><dt class="sig sig-object py" id="rooms.gap"><span>gap(x)</span></dt>
<dd><p>Return it.</p><p>How.</p></dd></dl>
<div class="citation" id="id1"><span class="label">[1]</span><p>Ana. A title of a work.</p></div>
<details class="ml-folded"><summary>Brackets</summary><div id="brackets"><p>Rates</p></div>
</details><div class="ml-definition" id="d">A jump.</div></article>"""


def test_each_kind_of_place_is_found_with_its_words():
    found = [(each.kind, each.anchor, each.title, each.text) for each in site_search.places(PAGE)]
    assert found == [
        ("section", "gap", "A gap", "It jumps far."),
        ("figure", "race", "What it costs.", "Two bars"),
        ("section", "more", "More", "one two"),
        ("term", "term-Gap", "Gap", "A jump."),
        ("name", "rooms.gap", "gap", "Return it."),
        ("work", "id1", "Ana. A title of a …", "Ana. A title of a work."),
        ("table", "brackets", "Brackets", "Rates"),
    ]


def test_a_subject_is_with_its_first_section_and_its_further_ones(tmp_path, monkeypatch):
    table = {"Gaps": {"also": ["gap risk"], "at": ["a#gap", "a#more"]}}
    monkeypatch.setattr(site_search, "subjects", lambda: table)
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    index = site_search.index(tmp_path, ["a"])
    assert index["pages"] == [["a.html", "A gap"]]
    rows = {row[1]: row[5:] for row in index["places"]}
    assert rows["gap"] == ["Gaps; gap risk", ""]
    assert rows["more"] == ["", "Gaps; gap risk"]
    assert rows["race"] == ["", ""]


@pytest.fixture
def read(monkeypatch):
    """Read a page with a section "gap" under a table of subjects: its entries, and what is told."""

    def read(table):
        told, entries = [], {}
        monkeypatch.setattr(site_search, "subjects", lambda: table)
        logger = SimpleNamespace(warning=told.append)
        monkeypatch.setattr(site_search.logging, "getLogger", lambda name: logger)
        domain = SimpleNamespace(entries=entries)
        env = SimpleNamespace(docname="a", get_domain=lambda name: domain)
        document = new_document("a")
        document.ids["gap"] = nodes.section()
        site_search.list_subjects(SimpleNamespace(env=env), document)
        return entries, told

    return read


def test_subjects_are_in_the_index(read):
    entries, told = read({"Gaps": {"at": ["a#gap", "b#else"]}})
    assert entries == {"a": [("single", "Gaps", "gap", "", None)]}
    assert told == []


def test_a_section_that_is_not_there_is_told(read):
    _, told = read({"Gaps": {"at": ["a#gone"]}})
    assert told == ["subjects.toml: 'Gaps' is at 'a#gone', which is no section of that page"]


def test_subjects_are_on_pages_of_the_book_and_called_by_one_name_each():
    known = set(pages(ROOT))
    names: list[str] = []
    for name, subject in site_search.subjects().items():
        names += [word.lower() for word in (name, *subject.get("also", []))]
        assert {place.partition("#")[0] for place in subject["at"]} <= known, name
        assert not re.search(r";", " ".join(names))
    assert sorted(names) == sorted(set(names))


def test_the_library_is_the_one_of_its_lock_and_has_its_licence():
    lock = json.loads((site_search.SEARCH / "library/package-lock.json").read_text())
    version = lock["packages"]["node_modules/minisearch"]["version"]
    built = (site_search.SEARCH / "minisearch.js").read_text(encoding="utf-8")
    assert built.startswith(f"/* MiniSearch {version}, MIT: minisearch.LICENSE.txt. */")
    assert len(built.encode()) <= 25_000
    licence = (site_search.SEARCH / "minisearch.LICENSE.txt").read_text(encoding="utf-8")
    assert "Luca Ongaro" in licence
    assert "Permission is hereby granted" in licence
