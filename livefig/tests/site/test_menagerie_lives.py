"""Figures that nobody would call ours, alive in two browsers, on light and on dark ground.

Each state is compared twice: element by element with what Python says, and as a picture, light with
a fresh drawing by matplotlib, dark with the same marks in the colours of the dark page.
"""

from __future__ import annotations

import base64
import io
import os
import re
import warnings
from functools import cache
from importlib.resources import files
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image

import livefig
from livefig import checking
from livefig.tests.comparing import differences, go, random_stops
from livefig.tests.menagerie import ZOO
from livefig.theme import PALETTE

THOROUGH = os.environ.get("THOROUGH") == "1"
STATES = 4 if THOROUGH else 2
SPECKLES = 0.01
"""Share of pixels that may be off: browsers and matplotlib set the same letters differently."""

NAMES = list(ZOO)
IN_CHROMIUM = NAMES if THOROUGH else NAMES[::12]
IN_FIREFOX = NAMES if THOROUGH else NAMES[4::24]

FONT = Path(matplotlib.get_data_path(), "fonts/ttf")
FACES = {"DejaVu Sans": "DejaVuSans", "DejaVu Sans Mono": "DejaVuSansMono",
         "DejaVu Serif": "DejaVuSerif"}  # fmt: skip

PLACE = """([name, width]) => {
    const svg = document.querySelector(`#${name} svg`);
    document.getElementById(name).style.maxWidth = "none";
    svg.style.width = width + "px";
    for (const own of svg.querySelectorAll(".ml-handle, .ml-guesses")) own.remove();
    scrollTo(0, 0);
    const box = svg.getBoundingClientRect();
    return document.fonts.ready.then(() => [box.left, box.top, box.width, box.height]);
}"""


@cache
def explorer_of(name: str) -> livefig.Explorer:
    """Return a figure of the menagerie under the decorator, unchanged."""
    entry = ZOO[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return livefig.figure(
            name=name, alt=f"The figure {name}.", caption=f"It lives: {name}.",
            controls=entry.controls, **entry.options,
        )(entry.draw)  # fmt: skip


@pytest.fixture
def address(request, tmp_path_factory) -> str:
    """Return the address of a page with the figure, and with matplotlib's own typefaces."""
    name = request.node.callspec.params["name"]
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};src:url(data:font/ttf;base64,'
        f"{base64.b64encode((FONT / f'{file}{bold}.ttf').read_bytes()).decode()})}}"
        for family, file in FACES.items()
        for weight, bold in (("normal", ""), ("bold", "-Bold"))
    )
    page = (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{name}</title><style>{faces}"
        ":root{color-scheme:light dark}body{margin:0}</style><main>"
        f"{explorer_of(name).to_fragment()}</main></html>"
    )
    path = tmp_path_factory.mktemp("menagerie") / f"{name}.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def dark_palette() -> dict[str, str]:
    """Return the colours of the dark theme, from the style sheet."""
    style = (files("livefig") / "static/livefig.css").read_text(encoding="utf-8")
    block = re.search(r"\[data-ml-theme=dark\][^{]*\{([^}]*)\}", style)
    assert block
    found = dict(re.findall(r"--ml-(\w+): *(#\w+)", block[1]))
    return {name: found[name] for name in PALETTE}


def expected(explorer: livefig.Explorer, stops: tuple[int, ...], scheme: str) -> np.ndarray:
    """Return what should be seen."""
    if scheme == "light":
        return checking.fresh_picture(explorer, stops)
    return checking.Tables(explorer).picture(stops, dark_palette())


def seen(png: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(png)).convert("RGB"))


def some_states(explorer: livefig.Explorer) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(11)
    return [explorer.start, *(random_stops(explorer, rng) for _ in range(STATES - 1))]


def compare(explorer, page, stops, scheme, shoot) -> None:
    go(page, explorer, stops)
    assert differences(page, explorer, stops) == []
    box = page.evaluate(PLACE, [explorer.name, explorer.scene.width])
    picture = seen(shoot(box))
    off = checking.difference(picture, expected(explorer, stops, scheme))
    assert off < SPECKLES, f"{off:.1%} differs at {explorer.values(stops)}"


@pytest.mark.parametrize("name", IN_CHROMIUM)
def test_it_lives_in_chromium(browser, address, name):
    explorer = explorer_of(name)
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": 900, "height": 1200})
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error, noted=troubles: noted.append(str(error)))
        page.on("console", lambda message, noted=troubles: noted.append(message.text))
        page.goto(address)
        page.wait_for_selector("figure[data-alive=true]")

        def shoot(box, page=page):
            left, top, width, height = box
            clip = {"x": left, "y": top, "width": width, "height": height}
            return page.screenshot(clip=clip)

        for stops in some_states(explorer):
            compare(explorer, page, stops, scheme, shoot)
        assert troubles == []
        context.close()


@pytest.mark.parametrize("name", IN_FIREFOX)
def test_it_lives_in_firefox(firefox, address, name):
    tab, scheme = firefox
    explorer = explorer_of(name)
    tab.open(address, size=(900, 1200))
    tab.wait_for("() => document.querySelector('figure[data-alive=true]') !== null")
    for stops in some_states(explorer):
        compare(explorer, tab, stops, scheme, tab.screenshot)
