"""What can be told from the files of the built book without a browser."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from .conftest import parsed

LARGEST_PAGE = 300_000  # bytes, compressed, beside the shared scripts and styles

# Attributes with which a page makes the browser fetch something.
FETCHING = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "image": "href",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "use": "href",
    "video": "src",
}
# A picture beside the words of its own link says nothing more.
IMAGE_WITHOUT_WORDS = (
    "img:not([alt]), img[alt='']:not(a:has(strong) > img), img[alt^='_build'], img[alt*='.png']"
)


def is_foreign(address: str) -> bool:
    return bool(urlsplit(address).netloc)


def broken_links(folder: Path, page_name: str) -> list[str]:
    """Links of the page that lead to no file, or to no place in a file, of the book."""
    return [
        link["href"]
        for link in parsed(folder / page_name).find_all("a", href=True)
        if not is_foreign(link["href"])
        and "ml-link" not in link.get("class", [])
        and not link["href"].startswith("mailto:")
        and not leads_somewhere(folder / page_name, link["href"])
    ]


def leads_somewhere(page: Path, address: str) -> bool:
    parts = urlsplit(address)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return False
    if not parts.fragment or target.suffix != ".html":
        return True
    return unquote(parts.fragment) in places(target)


@cache
def places(page: Path) -> set[str]:
    return {str(element["id"]) for element in parsed(page).find_all(id=True)}


def accessible_name(figure) -> str:
    """What a screen reader calls the figure."""
    if figure.get("aria-label"):
        return figure["aria-label"].strip()
    named_by = figure.get("aria-labelledby", "").split()
    page = figure.find_parents()[-1]
    texts = [element.get_text() for name in named_by if (element := page.find(id=name))]
    caption = figure.find("figcaption")
    return " ".join(texts).strip() or (caption.get_text().strip() if caption else "")


def test_built_pages_are_those_of_the_contents(site):
    built = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html")}
    outside = ("_static/", "_modules/", "404.html")
    outside_the_book = {name for name in built if name.startswith(outside)}
    assert built - outside_the_book == set(site.pages)


def test_page_names_no_other_host_to_fetch_from(site, page_name):
    soup = site.soup(page_name)
    fetched = [
        element[attribute]
        for name, attribute in FETCHING.items()
        for element in soup.find_all(name)
        if element.get(attribute) and element.get("rel") != ["canonical"]
    ]
    assert fetched, "every page has at least its styles"
    assert [address for address in fetched if is_foreign(address)] == []


def test_styles_name_no_other_host(site):
    styles = list(site.folder.rglob("*.css"))
    assert styles
    for style in styles:
        text = style.read_text(encoding="utf-8")
        assert re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)"']+""", text) == [], style


def test_links_inside_the_book_lead_somewhere(site, page_name):
    assert broken_links(site.folder, page_name) == []


@pytest.mark.parametrize("address", ["gone.html", "other.html#gone", "#gone"])
def test_a_broken_link_would_be_noticed(tmp_path, address):
    page = f'<p id="here"><a href="#here">a</a><a href="other.html#there">b</a><a href="{address}">'
    (tmp_path / "page.html").write_text(page)
    (tmp_path / "other.html").write_text('<p id="there">')
    assert broken_links(tmp_path, "page.html") == [address]


def test_images_say_what_they_show(site, page_name):
    assert site.soup(page_name).select(IMAGE_WITHOUT_WORDS) == []


def test_explorers_have_a_name(site, page_name):
    figures = site.soup(page_name).select("figure.ml-explorer")
    assert [figure.get("id") for figure in figures if not accessible_name(figure)] == []


def test_explorers_share_their_name_with_nothing_else(site, page_name):
    """A heading with the same words would take the links that move the figure."""
    soup = site.soup(page_name)
    names = [figure["id"] for figure in soup.select("figure.ml-explorer")]
    assert [name for name in names if len(soup.find_all(id=name)) > 1] == []


TRACEBACK = re.compile(r"Traceback \(most recent call last\)")


def is_example(text) -> bool:
    """Whether the text is part of an example in the reference, which shows what is refused."""
    return text.find_parent(class_="doctest") is not None


def test_page_shows_no_error_of_its_code(site, page_name):
    soup = site.soup(page_name)
    assert [found for found in soup.find_all(string=TRACEBACK) if not is_example(found)] == []
    assert soup.select(".output.traceback, .output.stderr, .problematic, .system-message") == []


def test_page_is_light(site, page_name):
    size = len(gzip.compress((site.folder / page_name).read_bytes()))
    assert size <= LARGEST_PAGE


def test_every_page_states_its_licences(site, page_name):
    links = site.soup(page_name).select("footer a[rel~=license]")
    assert len(links) == 2


def test_pages_hold_nothing_that_only_a_kernel_would_read(site, page_name):
    assert site.soup(page_name).select("script[type*='jupyter.widget']") == []


# Readers arrive with these words: the titles of articles that the book answers.
LANDINGS = {
    "cross-margin-requirement": "margin",
    "initial-margin-requirement": "initial_margin",
    "maintenance-margin-requirement": "maintenance_margin",
    "isolated-margin-vs-cross-margin": "isolated_vs_cross",
    "cross-margin-vs-isolated-margin": "isolated_vs_cross",
    "cross-margin-trading": "cross_margin_trading",
    "cross-margin-efficiency": "cross_margin_efficiency",
    "margin-requirement-calibration": "calibration",
    "margin-requirement-optimization": "optimisation",
    "legal-requirement": "legal",
    "cross-margin-contagion": "contagion",
    "cross-margin-feedback-loops": "feedback_loops",
}


@pytest.mark.parametrize(("words", "chapter"), LANDINGS.items())
def test_each_title_that_readers_arrive_with_lands_on_its_section(site, words, chapter):
    assert site.soup(f"chapters/{chapter}.html").find(id=words)


@pytest.mark.parametrize(("place", "is_noticed"), [("output", True), ("doctest", False)])
def test_an_error_outside_an_example_would_be_noticed(place, is_noticed):
    words = "Traceback (most recent call last):"
    page = BeautifulSoup(f"<div class='{place}'><pre>{words}</pre></div>", "html.parser")
    assert is_noticed != is_example(page.find(string=TRACEBACK))


def test_what_unfolds_has_a_name_which_is_in_its_words(site, page_name):
    for summary in site.soup(page_name).select("summary"):
        words = summary.get_text(" ", strip=True)
        name = summary.get("aria-label", "")
        assert words or name, f"{page_name}: {summary} has nothing to be called by"
        assert not words or name in words, f"{page_name}: {words} is spoken as {name}"
