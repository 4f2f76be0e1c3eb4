"""Compare an explorer on a page with the same explorer in Python, state by state."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from bs4 import BeautifulSoup

from livefig import Explorer
from livefig.checking import texts_of
from livefig.drawing.marks import marks_of
from livefig.page.svg import Writer

KEYS = ("d", "x", "y", "width", "height", "fill", "stroke", "fill-opacity", "stroke-opacity",
        "stroke-width", "stroke-dasharray", "shape-rendering", "transform", "clip-path",
        "image-rendering", "opacity", "text-anchor", "font-size", "font-weight", "font-style",
        "font-family", "href")  # fmt: skip
"""Attributes that are compared."""

SET = """([name, settings]) => {
    const root = document.getElementById(name);
    root.querySelector(".ml-show")?.click();
    let script = 0;
    for (const [keyword, kind, value] of settings) {
        const began = performance.now();
        if (kind === "checkbox" || kind === "buttons") {
            const inputs = root.querySelectorAll(`input[name="${keyword}"]`);
            const input = kind === "buttons" ? inputs[value] : inputs[0];
            input.checked = kind === "buttons" ? true : value === 1;
            input.dispatchEvent(new Event("input", {bubbles: true}));
        } else if (kind === "range") {
            const inputs = root.querySelectorAll(`input[name="${keyword}"]`);
            const last = +inputs[1].max;
            for (const [end, place] of [[1, last], [0, value[0]], [1, value[1]]]) {
                inputs[end].value = place;
                inputs[end].dispatchEvent(new Event("input", {bubbles: true}));
            }
        } else {
            const input = root.querySelector(`[name="${keyword}"]:not(output)`);
            input.value = value;
            input.dispatchEvent(new Event("input", {bubbles: true}));
        }
        script += performance.now() - began;
    }
    return script / settings.length;
}"""
"""Moves controls, once a figure that asks has told; returns the time that a move takes [ms]."""

SEEN = """([name, keys]) => {
    const root = document.getElementById(name);
    const read = element => [element.tagName, element.textContent,
        ...keys.map(key => element.getAttribute(key))];
    return {
        readouts: Object.fromEntries([...root.querySelectorAll("output")]
            .map(output => [output.getAttribute("name"), output.textContent])),
        artists: Object.fromEntries([...root.querySelectorAll("[data-artist]")]
            .map(group => [group.dataset.artist, [...group.children].map(read)])),
        order: [...root.querySelectorAll("[data-artist]")].map(group => group.dataset.artist),
    };
}"""
"""Reads what a figure shows."""


def random_stops(explorer: Explorer, rng: np.random.Generator) -> tuple[int, ...]:
    """Return a state drawn at random."""
    return tuple(int(rng.integers(len(control.values))) for control in explorer.controls)


def settings(explorer: Explorer, stops: tuple[int, ...]) -> list[list[Any]]:
    """Return what to type into each control to reach a state."""
    typed = []
    for control, stop in zip(explorer.controls, stops, strict=True):
        even = control.kind in ("slider", "play") and control.step is not None
        value = control.values[stop] if even else stop
        if control.kind == "range":
            count = len(control.ends)
            value = [(low, high) for low in range(count) for high in range(low, count)][stop]
        typed.append([control.name, control.kind, value])
    return typed


def go(page: Any, explorer: Explorer, stops: tuple[int, ...]) -> float:
    """Move the controls of an explorer on a page; return the script time of a move [ms]."""
    return float(page.evaluate(SET, [explorer.name, settings(explorer, stops)]))


def differences(page: Any, explorer: Explorer, stops: tuple[int, ...]) -> list[str]:
    """Return in what the page differs from Python at a state."""
    seen = page.evaluate(SEEN, [explorer.name, list(KEYS)])
    values = explorer.values(stops)
    rows = explorer.look(stops)
    expected = {key: text for key, text in texts_of(rows).items() if key in explorer.readouts}
    found = [
        f"{values}: {key} is {seen['readouts'].get(key)!r}, not {text!r}"
        for key, text in expected.items()
        if seen["readouts"].get(key) != text
    ]
    recorder = explorer.scene.recorder
    writer = Writer(explorer.name, recorder.clips, recorder.pictures)
    names = explorer._names()
    for name, called in names.items():
        marks = marks_of(rows[name]) if name in rows else []
        wanted = [_plain(writer.element(mark)) for mark in marks]
        shown = [_normal(element) for element in seen["artists"][called]]
        if shown != wanted:
            found.append(f"{values}: layer {name} shows {shown}, not {wanted}"[:2000])
    if explorer.way == "whole":
        drawn = [names[layer.name] for layer in explorer.scene.drawing().layers
                 if layer.name in names]  # fmt: skip
        present = set(drawn)
        order = [name for name in seen["order"] if name in present]
        if order != drawn:
            found.append(f"{values}: drawn in the order {order}, not {drawn}")
    return found


def _plain(element: str) -> list[Any]:
    tag: Any = BeautifulSoup(element, "html.parser").find()
    return _normal([tag.name, tag.get_text(), *(_found(tag, key) for key in KEYS)])


def _found(tag: Any, key: str) -> Any:
    return tag.get(key) if tag.get(key) is not None else tag.get(key.lower())


def _normal(element: list[Any]) -> list[Any]:
    """Return an element with its numbers as numbers, and a stroke of nothing without a width."""
    tag, text, *values = element
    given = dict(zip(KEYS, values, strict=True))
    if given["stroke"] in (None, "none"):
        given["stroke"] = given["stroke-width"] = given["stroke-opacity"] = None
        given["stroke-dasharray"] = None
    if given["fill"] in (None, "none"):
        given["fill"] = given["fill-opacity"] = None
    return [tag.lower(), text, *(_numbers(value) for value in given.values())]


def _numbers(value: str | None) -> Any:
    """Return a text as its words and numbers, the numbers to a hundredth."""
    if value is None or value.startswith(("data:", "#", "url(")):
        return value
    parts = re.findall(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?|[^\d\s,.-]+", value)
    return [round(float(part), 2) if re.search(r"\d", part) else part for part in parts]
