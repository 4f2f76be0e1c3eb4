"""The face of the book: its letters are there, and its figures fit the screen."""

from __future__ import annotations

import pytest

from livefig.tests.firefox import launched
from livefig.tests.site.test_in_view import SEEN

from .conftest import PAGES, PHONE, SCHEMES

FALL_BACK = set("őšńβικλμρσ†‡→↑↓≈≤≥✅‹›⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Characters of the prose that the reader's own typefaces draw."""

LACKING = """async ([characters, font]) => {
    await document.fonts.load(`40px "${font}"`, "a");
    const pen = document.createElement("canvas").getContext("2d");
    const width = (character, other) => {
        pen.font = `40px "${font}", ${other}`;
        return pen.measureText(character).width;
    };
    return characters.filter(character =>
        width(character, "monospace") !== width(character, "serif"));
}"""
"""Those characters whose width depends on what is used where the typeface lacks them."""


NO_PROSE = ("pre", "code", "script", "style", "math", "svg")


def characters_of_the_prose(site) -> list[str]:
    found: set[str] = set()
    for page_name in PAGES:
        article = site.soup(page_name).select_one("article")
        for text in article.find_all(string=True) if article else ():
            if not text.find_parent(NO_PROSE) and not text.find_parent(class_="math"):
                found |= set(str(text))
    return sorted(found - set("\n\t "))


def test_the_letters_of_the_prose_are_those_of_the_book(site, visit):
    characters = characters_of_the_prose(site)
    assert len(characters) > 80
    page = visit("index.html").page
    for font in ("Margin Text", "Margin UI"):
        lacking = page.evaluate(LACKING, [[*characters, "→"], font])
        assert "→" in lacking  # the test can see what is lacking
        assert set(lacking) <= FALL_BACK


FIRST = "() => document.querySelector('figure.ml-explorer').getBoundingClientRect().top + scrollY"
LATEST = {1280: 1.5 * 800, 360: 2 * 740}
"""Where the first figure of a page begins at the latest, by the width of the window [pixels]."""

WITH_FIGURES = [name for name in PAGES if name == "index.html" or name.startswith("chapters/")]


@pytest.mark.parametrize("size", [(1280, 800), (360, 640)], ids=["laptop", "phone"])
@pytest.mark.parametrize("chapter", WITH_FIGURES)
def test_every_figure_is_seen_whole_with_each_of_its_controls(site, visit, chapter, size):
    page = visit(chapter, size=size, scheme=SCHEMES[size[0] < 500]).page
    assert page.evaluate(FIRST) <= LATEST[size[0]]
    for figure in site.soup(chapter).select("figure.ml-explorer"):
        seen = page.evaluate(SEEN, figure["id"])
        assert seen["controls"] > 0
        assert seen["found"] == [], figure["id"]
        letters = page.evaluate(LETTERS, figure["id"])
        assert letters >= 10.99, figure["id"]


LETTERS = """name => {
    const texts = [...document.querySelectorAll(`#${name} svg text`)];
    return Math.min(...texts.filter(text => text.textContent.trim()).map(text => {
        const { a, b } = text.getScreenCTM();
        return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
    }));
}"""
"""The smallest letters of a picture, on the screen [px]."""


def test_no_formula_is_torn_in_firefox(site):
    seen = 0
    with launched() as firefox:
        for page_name in WITH_FIGURES:
            firefox.open((site.folder / page_name).as_uri(), PHONE)
            count, torn = firefox.evaluate(TORN)
            assert torn == [], page_name
            seen += count
    assert seen > 100


TORN = """() => {
    const found = [...document.querySelectorAll("math")];
    const torn = found.filter(formula => formula.getClientRects().length > 1);
    return [found.length, torn.map(formula => formula.textContent)];
}"""
"""How many formulas there are, and which of them stand on two lines."""
