"""Compare an explorer on a page with the same explorer in Python, state by state."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from marginlib.explore import Explorer, svg

SET = """([name, settings]) => {
    const root = document.getElementById(name);
    let script = 0;
    for (const [keyword, kind, value] of settings) {
        const began = performance.now();
        if (kind === "checkbox" || kind === "buttons") {
            const inputs = root.querySelectorAll(`input[name="${keyword}"]`);
            const input = kind === "buttons" ? inputs[value] : inputs[0];
            input.checked = kind === "buttons" ? true : value === 1;
            input.dispatchEvent(new Event("input", {bubbles: true}));
        } else {
            const input = root.querySelector(`[name="${keyword}"]:not(output)`);
            input.value = value;
            input.dispatchEvent(new Event("input", {bubbles: true}));
        }
        script += performance.now() - began;
    }
    return script / settings.length;
}"""

SEEN = """name => {
    const root = document.getElementById(name);
    const read = element => [element.tagName, element.textContent, ...["d", "x", "y", "fill",
        "stroke", "fill-opacity", "stroke-width"].map(key => element.getAttribute(key))];
    return {
        readouts: Object.fromEntries([...root.querySelectorAll("output")]
            .map(output => [output.getAttribute("name"), output.textContent])),
        artists: Object.fromEntries([...root.querySelectorAll("[data-artist]")]
            .map(group => [group.dataset.artist, [...group.children].map(read)])),
    };
}"""


def random_stops(explorer: Explorer, rng: np.random.Generator) -> tuple[int, ...]:
    """Return a state drawn at random."""
    return tuple(int(rng.integers(len(control.values))) for control in explorer.controls)


def settings(explorer: Explorer, stops: tuple[int, ...]) -> list[list[Any]]:
    """Return what to type into each control to reach a state."""
    typed = []
    for control, stop in zip(explorer.controls, stops, strict=True):
        even = control.kind in ("slider", "play") and control.step is not None
        typed.append([control.name, control.kind, control.values[stop] if even else stop])
    return typed


def go(page: Page, explorer: Explorer, stops: tuple[int, ...]) -> float:
    """Move the controls of an explorer on a page; return the script time of a move [ms]."""
    return float(page.evaluate(SET, [explorer.name, settings(explorer, stops)]))


def differences(page: Page, explorer: Explorer, stops: tuple[int, ...]) -> list[str]:
    """Return in what the page differs from Python at a state."""
    seen = page.evaluate(SEEN, explorer.name)
    values = {c.name: c.values[s] for c, s in zip(explorer.controls, stops, strict=True)}
    expected = explorer.at(**values)
    found = [
        f"{values}: {key} is {seen['readouts'].get(key)!r}, not {text!r}"
        for key, text in expected.items()
        if seen["readouts"].get(key) != text
    ]
    explorer.look(stops)
    for name, marks in explorer.scene.marks().items():
        wanted = [_plain(svg.element(mark, explorer.name)) for mark in marks]
        shown = [_normal(element) for element in seen["artists"][name]]
        if shown != wanted:
            found.append(f"{values}: artist {name} shows {shown}, not {wanted}")
    return found


def _plain(element: str) -> list[Any]:
    tag = BeautifulSoup(element, "html.parser").find()
    keys = ("d", "x", "y", "fill", "stroke", "fill-opacity", "stroke-width")
    return _normal([tag.name, tag.get_text(), *(tag.get(key) for key in keys)])


def _normal(element: list[Any]) -> list[Any]:
    """Return an element with its numbers as numbers, and a stroke of nothing without a width."""
    tag, text, d, x, y, fill, stroke, opacity, width = element
    outline = re.findall(r"[A-Za-z]|-?[\d.]+(?:e-?\d+)?", d or "")
    numbers = [part if part.isalpha() else round(float(part), 2) for part in outline]
    placed = [None if value is None else round(float(value), 2) for value in (x, y, opacity)]
    painted = stroke not in (None, "none")
    return [tag, text, numbers, placed, fill, stroke if painted else None,
            round(float(width), 2) if painted else None]  # fmt: skip
