"""What the browser prints of a page: all of it, but for the code that only draws a figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

PAPER = (680, 960)  # A4 between its margins [pixels]
PRINTED = [
    "index.html",
    "chapters/calibration.html",
    "chapters/contagion.html",
    "chapters/legal.html",
    "chapters/liquidation.html",
    "venues.html",
]
HIDDEN = """() => [...document.querySelectorAll(".bd-article :is(p, li, td, th, pre, h1, h2, h3)")]
    .filter((part) => !part.closest("details.hide, .ml-explorer, .ml-definition, .ml-table-frame"))
    .filter((part) => !part.querySelector("p"))
    .filter((part) => !part.checkVisibility({ contentVisibilityAuto: false }))
    .map((part) => part.textContent)"""
CUT = """() => [...document.querySelectorAll(".bd-article :not(svg *)")]
    .filter((part) => part.checkVisibility({ contentVisibilityAuto: false }))
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
    .filter((part) => !part.closest(".sr-only, .visually-hidden"))
    .map((part) => part.outerHTML.slice(0, 80))"""
# What only a finger or a screen can use: bars that stay, marks of folds, handles in a line.
ONLY_ON_A_SCREEN = """() => [...document.querySelectorAll("body *")]
    .filter((part) => part.checkVisibility())
    .filter((part) => {
        const style = getComputedStyle(part);
        const moves = part.matches(".ml-link") && style.textDecorationLine !== "none";
        return ["fixed", "sticky"].includes(style.position) || moves ||
            part.matches("button:not(.copybtn), input, .sd-summary-state-marker");
    })
    .map((part) => part.outerHTML.slice(0, 80))"""
# Text with less than the contrast that black on white must have, 4.5 to 1.
PALE = """() => {
    const light = ([red, green, blue]) => [[red, 0.2126], [green, 0.7152], [blue, 0.0722]]
        .map(([part, weight]) => weight * ((part / 255 + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part) => sum + part);
    const contrast = (part) =>
        1.05 / (light(getComputedStyle(part).color.match(/[\\d.]+/g)) + 0.05);
    return [...document.querySelectorAll(".bd-article :not(svg *)")]
        .filter((part) => [...part.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
        .filter((part) => part.checkVisibility({ contentVisibilityAuto: false }))
        .filter((part) => contrast(part) < 4.5)
        .map((part) => part.outerHTML.slice(0, 80));
}"""


@pytest.fixture
def printed(visit: Callable) -> Callable[..., Page]:
    """Open a page as it is laid out on paper."""

    def open_page(page_name: str, **options: object) -> Page:
        page = visit(page_name, size=PAPER, **options).page
        page.emulate_media(media="print")
        return page

    return open_page


@pytest.mark.parametrize("place", range(len(PRINTED)), ids=PRINTED)
def test_nothing_is_lost_on_paper(printed: Callable, place: int):
    page = printed(PRINTED[place], scheme=("light", "dark")[place % 2])
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(PALE) == []
    assert page.evaluate(ONLY_ON_A_SCREEN) == []


def test_the_number_of_a_chapter_is_kept(printed: Callable):
    number = printed("chapters/legal.html").locator(".bd-article h1 .section-number")
    assert number.is_visible()
    assert number.inner_text().strip()


def test_what_waits_for_a_guess_is_told_on_paper(printed: Callable):
    page = printed("chapters/margin.html")
    sentence = page.locator(".ml-explorer[data-guess=open] .ml-sentence").first
    assert "?" in sentence.text_content()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "?" not in sentence.text_content()
    assert sentence.is_visible()


BROKEN = {
    HIDDEN: "<p hidden>A paragraph</p>",
    CUT: "<p style='width: 200vw'>Wide</p>",
    PALE: "<p style='color: #aaa'>Pale</p>",
    ONLY_ON_A_SCREEN: "<p style='position: sticky'>A bar</p>",
}


@pytest.mark.parametrize("look", BROKEN)
def test_a_page_that_prints_badly_would_be_noticed(printed: Callable, look: str):
    page = printed("index.html")
    page.evaluate(
        "html => document.querySelector('article').insertAdjacentHTML('beforeend', html)",
        BROKEN[look],
    )
    assert len(page.evaluate(look)) == 1
