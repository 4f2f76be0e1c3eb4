"""What a page asks for, from its files: bytes and requests, formulas, icons, words for a search."""

from __future__ import annotations

import gzip
import html
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from .conftest import PAGES, PHONE

HOME = (200_000, 12)  # bytes as sent, and requests, of a first visit
CHAPTER = (300_000, 16)
COMPRESSED = {".html", ".css", ".js", ".svg"}
ADDRESS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)""")
BUDGETS = [("index.html", HOME)] + [
    (name, CHAPTER) for name in PAGES if name.startswith("chapters/")
]
INVISIBLE = {"\u2061", "\u2063"}  # say that a function is applied, that something ends
SLANTED_A, SLANTED_SMALL_A, SLANTED_ALPHA = 0x1D434, 0x1D44E, 0x1D6FC


def asked(page: Path) -> set[Path]:
    """The page and the files that it asks for, with the fonts of what it shows."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    tags = [
        *soup.select("script[src], link[rel~=stylesheet], link[rel~=icon], link[rel~=preload]"),
        *soup.select("img[src]:not([loading=lazy])"),
    ]
    files = {page} | {
        (page.parent / (tag.get("src") or tag["href"]).partition("?")[0]).resolve()
        for tag in tags
        if not (tag.get("src") or tag["href"]).startswith("data:")
    }
    for style in [file for file in files if file.suffix == ".css"]:
        names = ADDRESS.findall(style.read_text(encoding="utf-8"))
        files |= {(style.parent / name).resolve() for name in names if name.endswith(".woff2")}
    if not soup.find("math"):
        files = {file for file in files if file.name != "formulas.woff2"}
    return files


def sent(file: Path) -> int:
    content = file.read_bytes()
    return len(gzip.compress(content, 6)) if file.suffix in COMPRESSED else len(content)


@pytest.mark.parametrize(("counted_page", "budget"), BUDGETS)
def test_a_first_visit_stays_within_its_budget(site, counted_page, budget):
    files = asked(site.folder / counted_page)
    size, requests = sum(map(sent, files)), len(files)
    assert size <= budget[0], sorted((sent(file), file.name) for file in files)
    assert requests <= budget[1], sorted(file.name for file in files)


def test_what_a_page_asks_for_would_be_counted(tmp_path):
    (tmp_path / "style.css").write_text("@font-face{src:url(font.woff2)}")
    for name in ("font.woff2", "script.js"):
        (tmp_path / name).write_bytes(b"0")
    page = tmp_path / "page.html"
    page.write_text('<link rel="stylesheet" href="style.css?v=1"><script src="script.js"></script>')
    assert {file.name for file in asked(page)} == {
        "page.html", "style.css", "font.woff2", "script.js",
    }  # fmt: skip


def test_the_search_is_asked_for_on_its_own_page_only(site, page_name):
    names = {file.name for file in asked(site.folder / page_name)}
    assert ("search_index.js" in names) == (page_name == "search.html")
    assert ("minisearch.js" in names) == (page_name == "search.html")
    assert not any("mathjax" in name or "fontawesome" in name for name in names)


def test_page_is_described_once_and_names_one_viewport(site, page_name):
    head = site.soup(page_name).head
    assert len(head.select("meta[name=viewport]")) == 1
    (description,) = head.select("meta[name=description]")
    assert 30 <= len(description["content"]) <= 300


def test_no_page_has_a_place_for_advertisements(site, page_name):
    assert site.soup(page_name).select("[id*=ethical]") == []


def test_code_is_asked_whether_it_scrolls_only_when_it_is_drawn(visit):
    page = visit("chapters/legal.html", size=PHONE).page
    assert page.evaluate(OUT_OF_REACH)["folded"] > 0
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    for block in page.locator("pre").all():
        block.scroll_into_view_if_needed()
        page.wait_for_function(f"({OUT_OF_REACH})().drawn === 0")


OUT_OF_REACH = """() => {
    const lacking = [...document.querySelectorAll("pre")].filter(
        block => block.tabIndex < 0 && block.scrollWidth > block.clientWidth);
    const drawn = block => block.checkVisibility({ contentVisibilityAuto: true });
    return {
        folded: lacking.filter(block => block.closest("details:not([open])")).length,
        drawn: lacking.filter(drawn).length,
    };
}"""
"""How many blocks of code scroll, and no key reaches them, folded away and drawn."""


def test_a_phone_lays_out_what_its_reader_sees_and_all_for_one_who_comes_back(visit):
    """All that stands above a place has its height when that place is asked for."""
    page = visit("chapters/legal.html", mode="http", size=PHONE).page
    left_out = page.evaluate(LEFT_OUT)
    assert 0 < left_out < page.locator(".bd-article > section > section").count()
    page.evaluate("location.hash = 'exercises'")
    assert page.evaluate(LEFT_OUT) == 0
    page.evaluate("history.replaceState(null, '', location.pathname)")
    page.reload()
    assert page.evaluate(LEFT_OUT) == 0


LEFT_OUT = """() => [...document.querySelectorAll(".bd-article > section > section > :first-child")]
    .filter(part => !part.checkVisibility({ contentVisibilityAuto: true })).length"""


def formulas(soup: BeautifulSoup) -> list:
    return soup.select(".math")


def lacking(soup: BeautifulSoup, held: set[int]) -> set[str]:
    """Characters of a page's formulas that a font lacks."""
    drawn = set()
    for element in soup.select("math *"):
        text = "".join(element.find_all(string=True, recursive=False))
        is_slanted = element.name == "mi" and len(text) == 1 and not element.get("mathvariant")
        drawn |= {slanted(text)} if is_slanted else set(text)
    if soup.select("msqrt, mroot"):
        drawn.add("√")
    return {sign for sign in drawn - INVISIBLE if ord(sign) not in held and not sign.isspace()}


def slanted(letter: str) -> str:
    """The letter as a formula draws it."""
    if letter == "h":
        return "ℎ"
    for first, last, place in (
        ("A", "Z", SLANTED_A), ("a", "z", SLANTED_SMALL_A), ("α", "ω", SLANTED_ALPHA),
    ):  # fmt: skip
        if first <= letter <= last:
            return chr(place + ord(letter) - ord(first))
    return letter


def test_formulas_are_in_the_page_with_their_latex(site, page_name):
    found = formulas(site.soup(page_name))
    for formula in found:
        assert formula.find("math"), formula
        assert formula["data-latex"].strip(), formula
        assert formula.select("[style]") == [], formula


def test_chapters_have_formulas(site):
    assert len(formulas(site.soup("chapters/margin.html"))) > 10
    assert len(formulas(site.soup("notation.html"))) > 10


def test_the_font_of_formulas_has_every_character(site, page_name):
    held = set(TTFont(site.folder / "_static/formulas.woff2").getBestCmap())
    assert lacking(site.soup(page_name), held) == set()


@pytest.mark.parametrize(
    ("drawn", "missing"), [("<mi>x</mi>", "𝑥"), ("<mn>1</mn>", "1"), ("<msqrt></msqrt>", "√")]
)
def test_a_character_without_a_letter_would_be_noticed(drawn, missing):
    soup = BeautifulSoup(f"<math>{drawn}</math>", "html.parser")
    assert lacking(soup, set()) == {missing}
    assert lacking(soup, {ord(missing)}) == set()


def test_the_icons_of_the_styles_are_in_their_fonts(site):
    styles = site.folder / "_static/margin.css"
    text = html.unescape(styles.read_text(encoding="utf-8"))
    named = {sign for sign in text if 0xE000 <= ord(sign) < 0xF900}
    named |= {chr(int(code, 16)) for code in re.findall(r"\\([ef][0-9a-f]{3})\b", text)}
    fonts = list((site.folder / "_static").glob("icons-*.woff2"))
    held = {chr(code) for font in fonts for code in TTFont(font).getBestCmap()}
    assert named, "admonitions have icons"
    assert named <= held


def test_what_is_copied_holds_the_latex_of_formulas(visit):
    page = visit("chapters/margin.html").page
    copied = page.evaluate("""() => {
        const place = document.querySelector("article p:has(.math)");
        getSelection().selectAllChildren(place);
        const data = new DataTransfer();
        const event = new ClipboardEvent("copy", {clipboardData: data, bubbles: true});
        place.dispatchEvent(event);
        return [data.getData("text/plain"), place.querySelector(".math").dataset.latex];
    }""")
    assert f"${copied[1]}$" in copied[0]
