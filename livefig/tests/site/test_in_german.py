"""A figure in another language: its script counts, asks, plays and links in that language."""

from __future__ import annotations

import pytest

import livefig
from livefig import GuessNumber
from livefig.tests.making import rise, updated


@pytest.fixture
def page(new_context, tmp_path, monkeypatch):
    monkeypatch.setenv("LIVEFIG_LANGUAGE", "de")

    def top(axes, line, value):
        rise(axes, line, value)
        return {"top": 1250.5 * value}

    explorer = updated(
        top, readouts={"top": livefig.Readout("Top", ",.1f", "m")},
        value=livefig.Time(["dawn", "noon", "dusk"], description="Hour"),
        guess=GuessNumber("How high?", readout="top", at={"value": "dusk"}),
    )  # fmt: skip
    explorer.save(tmp_path / "page.html")
    page = new_context().new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_selector("#one[data-alive=true]")
    return page


def test_a_figure_speaks_and_counts_in_its_language(page):
    assert page.evaluate("document.documentElement.lang") == "de"
    typed = page.locator(".ml-typed input")
    typed.fill("hoch")
    typed.press("Enter")
    problem = page.locator(".ml-problem").text_content()
    assert problem == "Geben Sie eine Zahl ein, etwa 0,5 oder 1.250."
    typed.fill("1.250,5 m")
    typed.press("Enter")
    verdict = page.locator(".ml-verdict").text_content().replace("\xa0", " ")
    assert verdict == "Sie sagten 1.250,5 m, es ist 2.501,0 m: 50 % zu niedrig."
    assert page.locator("output").text_content().replace("\xa0", " ") == "2.501,0 m"
    play = page.locator(".ml-play")
    assert play.get_attribute("aria-label") == "Hour abspielen"
    play.click()
    assert play.text_content() == "Anhalten"
    page.locator(".ml-numbers summary").click()
    title = page.locator(".ml-table-title").first
    assert "Werte, wenn sich ändert: Hour" in title.text_content()
    page.wait_for_function("location.hash === '#one:value=dusk'")
