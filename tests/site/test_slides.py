"""Decks on the screen of a projector, and printed: each slide is seen whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sessions import all_sessions

from tools.slides import __main__ as slides

from .conftest import THOROUGH

PROJECTOR = {"width": 1280, "height": 720}
TALL = """() => [...document.querySelectorAll(".ml-slide")]
    .filter((slide) => slide.scrollHeight > slide.clientHeight + 1 || slide.offsetHeight > 720)
    .map((slide) => slide.getAttribute("aria-label"))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("slides")
    slides.copy_files(slides.BUILT, made)
    return made


LOOKED_AT = [
    session for session in all_sessions()
    if THOROUGH or session.name in ("liquidation", "procyclicality")  # the fullest slides
]  # fmt: skip


@pytest.mark.parametrize("session", LOOKED_AT, ids=lambda session: session.name)
def test_each_slide_fits_the_screen_and_a_page(browser: Browser, folder: Path, session) -> None:
    deck = folder / f"{session.name}.html"
    deck.write_text(slides.deck(session, slides.Chapter(session.name)), "utf-8")
    page = browser.new_page(viewport=PROJECTOR)
    page.goto(deck.as_uri())
    shown = page.locator(".ml-slide").all()
    for slide in shown:
        expect(slide).to_be_in_viewport()
        expect(slide.locator(".ml-controls:disabled")).to_have_count(0)  # it is alive
        page.keyboard.press("PageDown")
    assert page.evaluate(TALL) == []
    printed = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")
    assert page.evaluate(TALL) == []
    page.close()
    assert len(re.findall(rb"/Type /Page\b", printed)) == len(shown)
