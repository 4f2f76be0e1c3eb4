"""The extension that puts definitions at the first use of a term, and the glossary it reads."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import term_definitions
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
LIGHT = 10_000  # bytes, compressed, that the definitions may add to a page
EXTENSIONS = "myst_parser,term_definitions"

GLOSSARY = """# Glossary

```{glossary}
Equity
  Cash plus the value
  of what is held.

Leverage
Gearing
  Notional <over> {term}`equity`.
```
"""

CHAPTER = """# Chapter

{term}`Leverage` and {term}`gearing`, {term}`leverage` again, and {term}`own money <equity>`.
"""


def build(folder: Path, builder: str, language: str = "en", **pages: str) -> Path:
    """Build pages with the extension; return the folder of the result."""
    source, built = folder / "source", folder / "built"
    source.mkdir()
    toctree = (
        "\n\n```{toctree}\n" + "\n".join(name for name in pages if name != "index") + "\n```\n"
    )
    for name, text in pages.items():
        path = source / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + (toctree if name == "index" else ""))
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "-C", "-b", builder]
    subprocess.run(
        [*command, "-D", f"extensions={EXTENSIONS}", "-D", f"language={language}", source, built],
        env=os.environ | {"PYTHONPATH": str(Path(term_definitions.__file__).parent)},
        check=True,
    )
    return built


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    pages = {"index": "# Home", "glossary": GLOSSARY, "chapters/one": CHAPTER}
    return build(tmp_path_factory.mktemp("terms"), "html", **pages)


@pytest.fixture(scope="module")
def chapter(built) -> BeautifulSoup:
    return BeautifulSoup((built / "chapters" / "one.html").read_text(), "html.parser")


def test_an_english_definition_on_a_page_of_another_language_says_that_it_is(built, tmp_path):
    pages = {"index": "# Home", "glossary": GLOSSARY, "chapters/contracts": CHAPTER}
    german = build(tmp_path, "html", language="de", **pages) / "chapters/contracts.html"
    for path, spoken in ((german, "en"), (built / "chapters/one.html", None)):
        definitions = BeautifulSoup(path.read_text(), "html.parser").select(".ml-definition")
        assert [definition.get("lang") for definition in definitions] == 3 * [spoken]


def test_the_first_use_of_a_term_is_described_by_its_definition(chapter):
    links = chapter.select("a.ml-term")
    assert [
        (link["href"], link.get_text(), chapter.find(id=link["aria-describedby"]).get_text())
        for link in links
    ] == [
        ("../glossary.html#term-Leverage", "Leverage", "Notional <over> equity."),
        ("../glossary.html#term-Gearing", "gearing", "Notional <over> equity."),
        ("../glossary.html#term-Equity", "own money", "Cash plus the value of what is held."),
    ]


def test_later_uses_stay_plain_links(chapter):
    plain = chapter.select("a:has(> .std-term):not(.ml-term)")
    assert [(link["href"], link.get("aria-describedby")) for link in plain] == [
        ("../glossary.html#term-Leverage", None)
    ]


def test_definitions_are_tooltips_outside_the_text(chapter):
    definitions = chapter.select("[role=tooltip]")
    assert len(definitions) == 3
    assert {definition["popover"] for definition in definitions} == {"manual"}
    assert not chapter.select("p .ml-definition")


def test_the_glossary_shows_its_definitions_already(built):
    glossary = BeautifulSoup((built / "glossary.html").read_text(), "html.parser")
    assert glossary.select("a:has(> .std-term)")
    assert not glossary.select(".ml-term, .ml-definition")


def test_the_search_finds_a_definition_in_the_glossary_only(built):
    index = (built / "searchindex.js").read_text()
    pages = re.search(r'"docnames":\s*\[(.*?)\]', index)[1].split(",")
    found = re.search(r'"cash":\s*(\d+)', index)[1]
    assert pages[int(found)].strip().strip('"') == "glossary"


def test_other_formats_keep_plain_links(tmp_path):
    built = build(tmp_path, "latex", index=CHAPTER, glossary=GLOSSARY)
    assert "Leverage" in next(built.glob("*.tex")).read_text()


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    """The terms of the book, each with the HTML of its definition."""
    text = (ROOT / "glossary.md").read_text(encoding="utf-8")
    built = build(tmp_path_factory.mktemp("glossary"), "html", index="# Home", glossary=text)
    glossary = BeautifulSoup((built / "glossary.html").read_text(), "html.parser")
    found = [(term, term.find_next("dd")) for term in glossary.select("dl.glossary dt")]
    for term, _ in found:
        term.select_one(".headerlink").decompose()
    return [(term.get_text().strip(), definition) for term, definition in found]


def test_terms_stand_in_alphabetical_order(entries):
    terms = [term.casefold() for term, _ in entries]
    assert terms
    assert terms == sorted(terms)


def test_no_term_is_defined_twice(entries):
    terms = [term.casefold() for term, _ in entries]
    assert sorted(set(terms)) == sorted(terms)


@pytest.mark.parametrize(
    ("definition", "is_plain"),
    [
        ("<p>Cash <a>plus</a> the value held, or 99.5 % of it.</p>", True),
        ("<p>Cash. Or not.</p>", False),
        ("<p>Cash</p>", False),
        ("<p>Cash.</p><p>Or not.</p>", False),
        ("<p>Cash <math>x</math>.</p>", False),
        ("<p>Cash <em>only</em>.</p>", False),
    ],
)
def test_what_one_plain_sentence_is(definition, is_plain):
    assert is_one_plain_sentence(BeautifulSoup(definition, "html.parser")) == is_plain


def test_definitions_are_one_plain_sentence(entries):
    others = [term for term, definition in entries if not is_one_plain_sentence(definition)]
    assert others == []


def is_one_plain_sentence(definition) -> bool:
    """Whether the definition reads the same without its mark-up, and stops once."""
    paragraphs = definition.find_all("p")
    marked_up = definition.select("p *:not(a, a > span)")
    stops = re.findall(r"[.!?](?=\s|$)", definition.get_text().strip())
    return len(paragraphs) == 1 and not marked_up and stops == ["."]


def test_all_definitions_and_their_script_together_are_light(entries):
    parts = [definition.get_text() for _, definition in entries]
    for name in ("term_definitions.js", "term_definitions.css"):
        parts.append((ROOT / "_static" / name).read_text())
    assert len(gzip.compress("\n".join(parts).encode())) < LIGHT
