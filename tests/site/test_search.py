"""The search, asked as readers ask: what comes first, with how much of its text, from a file too."""

from __future__ import annotations

import csv
from pathlib import Path

from .conftest import DESKTOP, PHONE
from .test_pages import violations

ASKED = Path(__file__).with_name("searches.csv")
FIRST = """async (queries) => {
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


def test_what_is_asked_for_comes_first(visit):
    wanted = asked()
    opened = visit("search.html")
    came = dict(zip(wanted, opened.page.evaluate(FIRST, list(wanted)), strict=True))
    assert {query: came[query] for query, place in wanted.items()
            if place not in (came[query], came[query].partition("#")[0])} == {}  # fmt: skip
    assert opened.troubles == []


def test_every_place_that_the_search_leads_to_is_there(visit, site):
    page = visit("search.html").page
    places = page.evaluate(
        "SEARCHED.places.map(([page, anchor]) => [SEARCHED.pages[page][0], anchor])"
    )
    assert len(places) > 1000
    for name in {name for name, _ in places}:
        there = {element["id"] for element in site.soup(name).select("[id]")}
        assert {anchor for page_name, anchor in places if page_name == name} <= there, name
