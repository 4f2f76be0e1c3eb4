"""Definitions at the first use of a term: under a pointer, a finger and the keyboard."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from .conftest import DESKTOP, PAGES, PHONE
from .test_pages import violations

CHAPTER = "chapters/maintenance_margin.html"
DESCRIBED = (
    "<a href='glossary.html#term-a' aria-describedby='d'><span class='std-term'>one</span></a>"
)
SIZES_SEEN = [PHONE, DESKTOP]
SIZES = pytest.mark.parametrize("size", SIZES_SEEN, ids=["phone", "desktop"])

# Where a definition stands when its link has the keyboard: what sticks out of the window, what
# covers it or is covered by it, and whether the page has become wider.
MISPLACED = """
() => [...document.querySelectorAll("a.ml-term")]
    .filter(link => link.checkVisibility({ visibilityProperty: true })) // not in what is folded
    .flatMap(link => {
        document.activeElement.blur();
        link.scrollIntoView({ block: link.dataset.block ?? "center" });
        link.focus({ focusVisible: true });
        const name = link.getAttribute("aria-describedby");
        const box = document.getElementById(name).getBoundingClientRect();
        const words = link.getBoundingClientRect();
        const middle = document.elementFromPoint(
            (box.left + box.right) / 2, (box.top + box.bottom) / 2);
        const width = document.documentElement.clientWidth;
        const troubles = {
            "is not shown": !box.width,
            "leaves the window": box.left < 0 || box.right > width || box.top < 0
                || box.bottom > innerHeight,
            "is covered": middle?.id !== name,
            "covers its link": box.top < words.bottom && box.bottom > words.top,
            "widens the page": document.documentElement.scrollWidth > width,
        };
        return Object.keys(troubles).filter(key => troubles[key]).map(key => `${name} ${key}`);
    })
"""


def wrongly_described(soup: BeautifulSoup) -> list[str]:
    """Links to the glossary that lack a definition at the first use, or have one later."""
    seen: Counter[str] = Counter()
    wrong = []
    for link in soup.select("a[href*='glossary.html#']:has(> .std-term)"):
        definition = soup.find(id=link.get("aria-describedby"), role="tooltip")
        is_first = not seen[link["href"]]
        if is_first != bool(definition and definition.get_text().strip()):
            wrong.append(link.get_text())
        seen[link["href"]] += 1
    return wrong


@pytest.fixture
def first_term(visit):
    """Open the chapter; return the visit, the first link to a term, and its definition."""

    def open_chapter(**options):
        visited = visit(CHAPTER, **options)
        link = visited.page.locator("a.ml-term:visible").first
        link.scroll_into_view_if_needed()
        definition = visited.page.locator(f"[id='{link.get_attribute('aria-describedby')}']")
        assert not definition.is_visible()
        return visited, link, definition

    return open_chapter


def test_first_uses_are_described_and_later_uses_are_not(site, page_name):
    assert wrongly_described(site.soup(page_name)) == []


def test_the_definition_is_that_of_the_glossary(site):
    terms = {
        f"../glossary.html#{term['id']}": term.find_next("dd").get_text()
        for term in site.soup("glossary.html").select("dl.glossary dt")
    }
    chapter = site.soup(CHAPTER)
    links = chapter.select("a.ml-term")
    assert links
    for link in links:
        shown = chapter.find(id=link["aria-describedby"]).get_text()
        assert shown.split() == terms[link["href"]].split()


@pytest.mark.parametrize(
    ("links", "wrong"),
    [
        (DESCRIBED, []),
        (DESCRIBED.replace("aria-describedby='d'", ""), ["one"]),
        (DESCRIBED.replace("'d'", "'gone'"), ["one"]),
        (DESCRIBED * 2, ["one"]),
    ],
)
def test_a_missing_or_repeated_definition_would_be_noticed(links, wrong):
    page = BeautifulSoup(links + "<div role='tooltip' id='d'>A definition.</div>", "html.parser")
    assert wrongly_described(page) == wrong


def test_a_resting_pointer_shows_the_definition_and_may_move_onto_it(first_term, mode):
    visited, link, definition = first_term(mode=mode)
    link.hover()
    definition.wait_for()
    definition.hover()
    visited.page.wait_for_timeout(600)
    assert definition.is_visible()
    visited.page.mouse.move(1, 1)
    definition.wait_for(state="hidden")
    assert visited.troubles == []


def test_a_passing_pointer_shows_nothing(first_term):
    visited, link, definition = first_term()
    link.hover()
    visited.page.mouse.move(1, 1)
    visited.page.wait_for_timeout(600)
    assert not definition.is_visible()


def test_the_keyboard_shows_the_definition(first_term):
    visited, link, definition = first_term()
    link.focus()
    visited.page.keyboard.press("Shift+Tab")
    definition.wait_for(state="hidden")
    visited.page.keyboard.press("Tab")
    definition.wait_for()
    visited.page.mouse.move(1, 1)
    visited.page.wait_for_timeout(600)
    assert definition.is_visible()


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_escape_puts_the_definition_away(first_term, way):
    visited, link, definition = first_term()
    getattr(link, way)()
    definition.wait_for()
    visited.page.keyboard.press("Escape")
    definition.wait_for(state="hidden")


def test_a_click_follows_the_link_at_once(first_term):
    visited, link, _ = first_term()
    link.click()
    visited.page.wait_for_url(re.compile(r"glossary\.html#term-"))


def test_a_touch_shows_the_definition_and_a_second_follows_the_link(first_term, mode):
    visited, link, definition = first_term(mode=mode, size=(360, 780), has_touch=True)
    link.tap()
    definition.wait_for()
    visited.page.wait_for_timeout(600)
    assert definition.is_visible()
    assert "glossary" not in visited.page.url
    definition.tap()
    assert definition.is_visible()
    link.tap()
    visited.page.wait_for_url(re.compile(r"glossary\.html#term-"))
    assert visited.troubles == []


def test_a_touch_elsewhere_puts_the_definition_away(first_term):
    visited, link, definition = first_term(size=(360, 780), has_touch=True)
    link.tap()
    definition.wait_for()
    visited.page.touchscreen.tap(2, 700)
    definition.wait_for(state="hidden")
    link.tap()
    definition.wait_for()


def test_one_definition_is_shown_at_a_time(first_term):
    visited, link, definition = first_term()
    link.focus()
    definition.wait_for()
    visited.page.locator("a.ml-term:visible").nth(1).focus()
    definition.wait_for(state="hidden")
    assert visited.page.locator(".ml-definition:popover-open").count() == 1


def test_showing_a_definition_asks_for_nothing(first_term, mode):
    visited, link, definition = first_term(mode=mode)
    requests = []
    visited.page.on("request", lambda request: requests.append(request.url))
    link.hover()
    definition.wait_for()
    assert requests == []


def test_definitions_stand_clear_within_the_window(site, visit, page_name):
    size = SIZES_SEEN[PAGES.index(page_name) % 2]
    if site.soup(page_name).select_one("a.ml-term"):
        page = visit(page_name, size=size).page
        assert page.evaluate(MISPLACED) == []


def test_a_definition_at_the_lower_edge_stands_above_its_link(visit):
    page = visit(CHAPTER, size=(360, 780)).page
    page.evaluate("document.querySelectorAll('a.ml-term').forEach(a => a.dataset.block = 'end')")
    assert page.evaluate(MISPLACED) == []


def test_a_misplaced_definition_would_be_noticed(visit):
    page = visit(CHAPTER, size=(360, 780)).page
    page.add_style_tag(content=".ml-definition { margin-left: 300px !important }")
    assert any("leaves the window" in trouble for trouble in page.evaluate(MISPLACED))


@SIZES
def test_a_shown_definition_is_accessible(first_term, scheme, size):
    visited, link, definition = first_term(scheme=scheme, size=size)
    link.focus()
    definition.wait_for()
    assert violations(visited.page, ".ml-definition:popover-open") == []


def test_without_scripts_terms_are_plain_links(visit):
    page = visit(CHAPTER, java_script_enabled=False).page
    assert page.locator("a.ml-term").count() > 0
    assert page.locator(".ml-definition:visible").count() == 0
