"""The search, asked as readers ask: what comes first, with a line of its text, from a file too."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from .conftest import DESKTOP, PHONE
from .test_pages import violations

ASKED = Path(__file__).with_name("searches.csv")
FIRST = """queries => {
    const field = document.querySelector(".bd-search-container input");
    return queries.map(query => {
        field.value = query;
        field.form.requestSubmit();
        const link = document.querySelector("#search-results a");
        return link ? link.getAttribute("href") : "";
    });
}"""


def asked() -> dict[str, str]:
    """What readers type, and the place, or page, that must come first."""
    with ASKED.open(encoding="utf-8", newline="") as lines:
        return {row["asked"]: row["first"] for row in csv.DictReader(lines)}


def test_what_is_asked_for_comes_first(visit, mode):
    wanted = asked()
    opened = visit("search.html", mode=mode)
    came = dict(zip(wanted, opened.page.evaluate(FIRST, list(wanted)), strict=True))
    wrong = {
        query: came[query]
        for query, place in wanted.items()
        if place not in (came[query], came[query].partition("#")[0])
    }
    assert len(wanted) >= 40
    assert wrong == {}
    assert opened.troubles == []


def test_every_place_that_the_search_leads_to_is_there(visit, site):
    page = visit("search.html").page
    places = page.evaluate("SEARCHED.places.map(([page, id]) => [SEARCHED.pages[page][0], id])")
    assert len(places) > 1000
    for name in {name for name, _ in places}:
        there = {element["id"] for element in site.soup(name).select("[id]")}
        assert {anchor for page_name, anchor in places if page_name == name} <= there, name


def test_what_is_found_has_a_line_with_the_words_and_where_it_is(visit):
    page = visit("search.html?q=bankruptcy+price").page
    found = page.locator("li:has(a[href='chapters/risk_management.html#a-thousand-weeks'])")
    assert found.locator("small").inner_text() == "in Risk management"
    assert "bankruptcy price" in found.locator("p").inner_text()
    assert {"bankruptcy", "price"} <= set(found.locator("mark").all_inner_texts())
    page = visit("search.html?q=what+a+forced+sale+costs").page
    figure = page.locator("#search-results li").first
    assert figure.locator("a").get_attribute("href") == "chapters/liquidation.html#race"
    assert figure.locator("small").inner_text() == "Figure in Liquidation"


def test_a_slip_is_told_and_nothing_is_told(visit):
    page = visit("search.html?q=liqudation").page
    told = page.locator("#search-told")
    assert told.get_attribute("role") == "status"
    assert told.inner_text().startswith("Nothing has just these words; with words like them: ")
    page.locator(".bd-search-container input").fill("zzzzqqqq")
    page.wait_for_function(
        "document.getElementById('search-told').textContent === 'Nothing was found.'"
    )
    assert page.locator("#search-results li").count() == 0


def test_the_keyboard_is_enough(visit, mode):
    """From any page: Ctrl+K, words, Enter, on to the first place, Enter."""
    page = visit("chapters/margin.html", mode=mode).page
    page.keyboard.press("Control+k")
    page.keyboard.type("ADL")
    page.keyboard.press("Enter")
    page.locator("#search-results a").first.wait_for()
    assert page.url.endswith("?q=ADL")
    page.locator(".bd-search-container input").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.querySelector('#search-results a')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chapters/liquidation.html#the-queue")


def test_more_places_are_shown_when_asked_for(visit):
    page = visit("search.html?q=margin").page
    shown = page.locator("#search-results li")
    assert shown.count() == 20
    page.locator("#search-more").click()
    assert shown.count() == 40
    place = page.evaluate("[...document.querySelectorAll('#search-results a')]"
                          ".indexOf(document.activeElement)")  # fmt: skip
    assert place == 20


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_the_found_places_are_accessible_and_fit(visit, scheme, size):
    page = visit("search.html?q=liquidation+price", scheme=scheme, size=size).page
    assert page.locator("#search-results li").count() == 20
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
