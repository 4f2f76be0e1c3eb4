"""The first state of a figure as SVG, which the page's script then keeps up to date.

What is written here is what ``explorer.js`` writes when a state changes: the two must agree on
how a mark becomes an element, and a test in a browser compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from typing import Any

from . import words
from .drawing import GAP, Mark
from .scene import Scene
from .theme import PALETTE

_NAMES = list(PALETTE)


def picture(scene: Scene, name: str, alt: str, ghosts: Collection[str] = ()) -> str:
    """Return a scene as an ``<svg>`` element.

    Parameters
    ----------
    scene
        The figure.
    name
        Name of the explorer: makes the ids on a page unique.
    alt
        What the picture shows, for those who do not see it.
    ghosts
        Names of artists whose first state stays behind, faintly.
    """
    layers = []
    for artist, marks in scene.drawing.layers:
        drawn = "".join(element(mark, name) for mark in marks)
        if artist is None:
            layers.append(f"<g>{drawn}</g>")
            continue
        if artist in ghosts:
            layers.append(f'<g class="ml-ghost">{drawn}</g>')
        layers.append(f'<g data-artist="{artist}">{drawn}</g>')
    return (
        f'<svg viewBox="0 0 {scene.width:g} {scene.height:g}" role="img" '
        f'aria-label="{escape(alt)}"><defs>{_clips(scene, name)}</defs>{"".join(layers)}</svg>'
    )


def _clips(scene: Scene, name: str) -> str:
    return "".join(
        f'<clipPath id="{name}-clip{number}"><rect x="{left / 10:g}" y="{top / 10:g}" '
        f'width="{width / 10:g}" height="{height / 10:g}"/></clipPath>'
        for (left, top, width, height), number in scene.recorder.clips.items()
    )


def element(mark: Mark, name: str) -> str:
    """Return one mark as an SVG element."""
    kind, *shape = mark.shape
    writer = {"path": _path, "marks": _markers, "text": _text}[kind]
    attributes, content = writer(shape, list(mark.numbers))
    clip = shape[-1]
    if clip >= 0:
        attributes["clip-path"] = f"url(#{name}-clip{clip})"
    tag = "text" if kind == "text" else "path"
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{written}>{escape(content, quote=False)}</{tag}>"


def _path(shape: list[Any], numbers: list[int]) -> tuple[dict[str, Any], str]:
    commands, dash, cap, join, _ = shape
    attributes = {"d": outline(commands, numbers[5:]), **_paint(numbers)}
    if dash:
        attributes["stroke-dasharray"] = dash
    attributes |= {"stroke-linecap": cap, "stroke-linejoin": join}
    return attributes, ""


def _markers(shape: list[Any], numbers: list[int]) -> tuple[dict[str, Any], str]:
    return {"d": spots(shape[0], numbers[5:]), **_paint(numbers)}, ""


def _text(shape: list[Any], numbers: list[int]) -> tuple[dict[str, Any], str]:
    pattern, anchor, angle, size, weight, _ = shape
    x, y = numbers[2] / 10, numbers[3] / 10
    attributes: dict[str, Any] = {"x": f"{x:g}", "y": f"{y:g}", **_fill("fill", numbers[:2])}
    attributes |= {"text-anchor": {"left": "start", "center": "middle", "right": "end"}[anchor]}
    attributes["font-size"] = f"{size:g}"
    if weight:
        attributes["font-weight"] = weight
    if angle:
        attributes["transform"] = f"rotate({-angle:g} {x:g} {y:g})"
    return attributes, words.join(pattern, numbers[4:])


def outline(commands: str, numbers: list[int]) -> str:
    """Return coordinates as the ``d`` of a path."""
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if commands in ("lines", "rings"):
        end = "Z" if commands == "rings" else ""
        parts: list[list[str]] = [[]]
        for x, y in points:
            if x == GAP:
                parts.append([])
            else:
                parts[-1].append(_point(x, y))
        return "".join("M" + "L".join(part) + end for part in parts if part)
    supply = iter(points)
    need = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}
    return "".join(
        letter + " ".join(_point(*next(supply)) for _ in range(need[letter])) for letter in commands
    )


def spots(outline_of_one: str, numbers: list[int]) -> str:
    """Return the outline of a marker, put at each place, as the ``d`` of a path."""
    places: Iterable[tuple[int, int]] = zip(numbers[::2], numbers[1::2], strict=True)
    return "".join(f"M{_point(x, y)}{outline_of_one}" for x, y in places if x != GAP)


def _point(x: int, y: int) -> str:
    return f"{x / 10:g} {y / 10:g}" if max(abs(x), abs(y)) < 1e6 else f"{x / 10} {y / 10}"


def _paint(numbers: list[int]) -> dict[str, Any]:
    paint = {**_fill("fill", numbers[0:2]), **_fill("stroke", numbers[2:4])}
    if numbers[3]:
        paint["stroke-width"] = f"{numbers[4] / 10:g}"
    return paint


def _fill(kind: str, code: list[int]) -> dict[str, Any]:
    colour, opacity = code
    if not opacity:
        return {kind: "none"}
    if colour < 0:
        name = _NAMES[-1 - colour]
        paint = f"var(--ml-{name},{PALETTE[name]})"
    else:
        paint = f"#{colour:06x}"
    if opacity == 255:
        return {kind: paint}
    return {kind: paint, f"{kind}-opacity": f"{opacity / 255:.3g}"}
