"""Marks as SVG, which the page's script then keeps up to date.

What is written here is what the script writes when a state changes: the two must agree on how a
mark becomes an element, and a test in a browser compares them.
"""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from .. import words
from ..drawing.colours import GREYS
from ..drawing.marks import GAP, NO_CLIP, Drawing, Mark, marks_of, row_of
from ..drawing.outlines import LINES, RINGS, UNIT
from ..drawing.pictures import kind
from ..language import separators
from ..theme import PALETTE

_NAMES = list(PALETTE)
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}


def picture(
    drawing: Drawing, size: tuple[float, float], name: str, alt: str, *,
    clips: Mapping[int, Any], pictures: Mapping[int, bytes],
    names: Mapping[str, str] | None = None, ghosts: Collection[str] = (),
    waiting: Collection[str] = (),
) -> str:  # fmt: skip
    """Return a drawing as an ``<svg>`` element.

    Parameters
    ----------
    drawing
        The first state.
    size
        Width and height [units].
    name
        Name of the explorer: makes the ids on a page unique.
    alt
        What the picture shows, for those who do not see it.
    clips, pictures
        What marks are clipped to, and the pictures they show, by name.
    names
        The layers that move, and what the script calls them; ``None`` for all, by their own names.
    ghosts
        Names of layers whose first state stays behind, faintly.
    waiting
        Names of layers that wait for a guess.
    """
    writer = Writer(name, clips, pictures)
    layers: list[str] = []
    still: list[Mark] = []  # what never moves and lies together
    for layer in drawing.layers:
        row = row_of(layer.marks, layer.ranks)
        called = layer.name if names is None else names.get(layer.name)
        if called is None:
            still += marks_of(row)
            continue
        layers.append(writer.group(still))
        still = []
        drawn = "".join(writer.element(mark) for mark in marks_of(row))
        waits = layer.name in waiting
        if layer.name in ghosts:
            layers.append(f'<g class="ml-ghost{" ml-waits" if waits else ""}">{drawn}</g>')
        held = ' class="ml-waits"' if waits else ""
        layers.append(f'<g data-artist="{escape(called)}"{held}>{drawn}</g>')
    content = "".join(layers) + writer.group(still)
    width, height = size
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" font-size="{EM}" role="img" '
        f'aria-label="{escape(alt)}">'
        f"<defs>{writer.definitions()}</defs>{content}</svg>"
    )


class Writer:
    """Writes marks as elements, and keeps account of what they are clipped to.

    Parameters
    ----------
    name
        Name of the explorer.
    clips, pictures
        What marks are clipped to, and the pictures they show, by name.
    """

    def __init__(self, name: str, clips: Mapping[int, Any], pictures: Mapping[int, bytes]) -> None:
        self._name, self._clips, self._pictures = name, clips, pictures
        self._used: dict[int, None] = {}

    def element(self, mark: Mark) -> str:
        """Return one mark as an SVG element."""
        return _tag(*self.parts(mark))

    def parts(self, mark: Mark) -> tuple[str, dict[str, Any], str]:
        """Return one mark as a tag, its attributes and its content."""
        form, *shape = mark.shape
        numbers = [int(number) for number in mark.numbers]
        writers: dict[str, Any] = {
            "path": self._path, "marks": self._markers, "text": self._text, "image": self._image
        }  # fmt: skip
        tag, clip, attributes, content = writers[form](shape, numbers)
        if clip != NO_CLIP:
            self._used[clip] = None
            attributes["clip-path"] = f"url(#{self._name}-clip{clip})"
        return tag, attributes, content

    def group(self, marks: Sequence[Mark]) -> str:
        """Return marks that never move as a group, which says once what most of them say."""
        if not marks:
            return ""
        parts = [self.parts(mark) for mark in marks]
        shared = {}
        for key in SHARED:
            values = Counter(attributes[key] for _, attributes, _ in parts if key in attributes)
            if values:
                shared[key] = values.most_common(1)[0][0]
        inner = "".join(
            _tag(tag, {k: v for k, v in attributes.items() if shared.get(k) != v}, content)
            for tag, attributes, content in parts
        )
        return _tag("g", shared, inner, raw=True)

    def definitions(self) -> str:
        """Return what the elements written so far are clipped to."""
        return "".join(self._definition(clip) for clip in self._used)

    def _definition(self, clip: int) -> str:
        rectangle, *path = self._clips[clip]
        own = f"{self._name}-clip{clip}"
        box = ""
        if rectangle is not None:
            left, top, width, height = (f"{edge / 10:g}" for edge in rectangle)
            box = f'<rect x="{left}" y="{top}" width="{width}" height="{height}"/>'
        if not path:
            return f'<clipPath id="{own}">{box}</clipPath>'
        inner = f'<clipPath id="{own}b">{box}</clipPath>' if box else ""
        held = f' clip-path="url(#{own}b)"' if box else ""
        return f'{inner}<clipPath id="{own}"><path d="{outline(*path)}"{held}/></clipPath>'

    def _path(self, shape: list[Any], numbers: list[int]) -> tuple[str, int, dict[str, Any], str]:
        commands, dash, cap, join, crisp = shape
        attributes = {"d": outline(commands, numbers[6:]), **_paint(numbers)}
        if dash:
            lengths, _, offset = dash.partition(";")
            attributes["stroke-dasharray"] = lengths
            if offset:
                attributes["stroke-dashoffset"] = offset
        attributes |= {"stroke-linecap": cap, "stroke-linejoin": join}
        return "path", numbers[5], attributes | _crisp(crisp), ""

    def _markers(
        self, shape: list[Any], numbers: list[int]
    ) -> tuple[str, int, dict[str, Any], str]:
        letters, points, crisp = shape
        attributes = {"d": spots(letters, points, numbers[6], numbers[7:]), **_paint(numbers)}
        return "path", numbers[5], attributes | _crisp(crisp), ""

    def _text(self, shape: list[Any], numbers: list[int]) -> tuple[str, int, dict[str, Any], str]:
        pattern, anchor, size, weight, style, family = shape
        angle, x, y = numbers[3] / 10, numbers[4] / 10, numbers[5] / 10
        attributes: dict[str, Any] = {"x": f"{x:g}", "y": f"{y:g}", **_fill("fill", numbers[:2])}
        attributes["text-anchor"] = _ANCHORS[anchor]
        attributes["font-size"] = f"{size / EM:g}em"
        for key, value in (("weight", weight), ("style", style), ("family", family)):
            if value:
                attributes[f"font-{key}"] = value
        if angle:
            attributes["transform"] = f"rotate({-angle:g} {x:g} {y:g})"
        return "text", numbers[2], attributes, words.join(pattern, numbers[6:], separators())

    def _image(self, shape: list[Any], numbers: list[int]) -> tuple[str, int, dict[str, Any], str]:
        (pixelated,) = shape
        name, opacity, clip, *box = numbers
        attributes: dict[str, Any] = {
            key: f"{edge / 10:g}"
            for key, edge in zip(("x", "y", "width", "height"), box, strict=True)
        }
        attributes["preserveAspectRatio"] = "none"
        if pixelated:
            attributes["image-rendering"] = "pixelated"
        if opacity != 255:
            attributes["opacity"] = f"{opacity / 255:.3g}"
        attributes["href"] = address(self._pictures[name])
        return "image", clip, attributes, ""


EM = 10
"""What a picture's letters are measured in [units]; a page may enlarge it where they are small."""

SHARED = ("fill", "stroke-width", "text-anchor")
"""What a group may say for its members: all that look at it say it themselves."""


def _tag(tag: str, attributes: Mapping[str, Any], content: str, raw: bool = False) -> str:
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    content = content if raw else escape(content, quote=False)
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def address(image: bytes) -> str:
    """Return a picture as an address that holds it."""
    return f"data:{kind(image)};base64,{base64.b64encode(image).decode()}"


def outline(commands: str, numbers: Sequence[int]) -> str:
    """Return coordinates as the ``d`` of a path."""
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if commands in (LINES, RINGS):
        end = "Z" if commands == RINGS else ""
        parts: list[list[str]] = [[]]
        for x, y in points:
            if x == GAP:
                parts.append([])
            else:
                parts[-1].append(_point(x, y))
        return "".join("M" + "L".join(part) + end for part in parts if part)
    supply = iter(points)
    return "".join(
        letter + " ".join(_point(*next(supply)) for _ in range(_POINTS[letter]))
        for letter in commands
    )


def spots(letters: str, points: Sequence[int], scale: int, places: Sequence[int]) -> str:
    """Return the outline of a marker, put at each place, as the ``d`` of a path.

    Parameters
    ----------
    letters, points
        The outline, in thousandths of the scale.
    scale
        In hundredths of a unit.
    places
        In tenths of a unit.
    """
    # Rounded as the page's script rounds.
    offsets = [math.floor(point * scale / UNIT + 0.5) for point in points]
    shape = _from_its_start(letters, offsets)
    pairs: Iterable[tuple[int, int]] = zip(places[::2], places[1::2], strict=True)
    return "".join(
        f"M{_hundredth(10 * x + offsets[0])} {_hundredth(10 * y + offsets[1])}{shape}"
        for x, y in pairs
        if x != GAP
    )


def _from_its_start(letters: str, offsets: Sequence[int]) -> str:
    """Return all of an outline but its first point, each command from where the last one ended.

    >>> _from_its_start("MLLZ", [-200, 0, 150, 0, 150, 50])
    'l3.5 0l0 0.5z'
    """
    points = list(zip(offsets[::2], offsets[1::2], strict=True))
    begin = at = points[0]
    supply = iter(points[1:])
    drawn = []
    for letter in letters[1:]:
        own = [next(supply) for _ in range(_POINTS[letter])]
        away = (f"{_hundredth(x - at[0])} {_hundredth(y - at[1])}" for x, y in own)
        drawn.append(letter.lower() + " ".join(away))
        at = own[-1] if own else begin
        begin = at if letter == "M" else begin
    return "".join(drawn)


def _hundredth(number: int) -> str:
    """Write hundredths of a unit as units."""
    return f"{number / 100:.10g}"


def _point(x: int, y: int) -> str:
    return f"{x / 10:.10g} {y / 10:.10g}"


def _crisp(crisp: bool) -> dict[str, str]:
    return {"shape-rendering": "crispEdges"} if crisp else {}


def _paint(numbers: Sequence[int]) -> dict[str, Any]:
    paint = {**_fill("fill", numbers[0:2]), **_fill("stroke", numbers[2:4])}
    if numbers[3]:
        paint["stroke-width"] = f"{numbers[4] / 10:g}"
    return paint


def _fill(side: str, code: Sequence[int]) -> dict[str, Any]:
    colour, opacity = code
    if not opacity:
        return {side: "none"}
    paint = {side: css_colour(colour)}
    return paint if opacity == 255 else {**paint, f"{side}-opacity": f"{opacity / 255:.3g}"}


def css_colour(code: int) -> str:
    """Return the colour of a code, as CSS.

    Examples
    --------
    >>> css_colour(0x123456), css_colour(-1)
    ('#123456', 'var(--ml-ink,#1f2933)')
    >>> css_colour(GREYS - 51)
    'color-mix(in srgb,var(--ml-ground,#fff) 20%,var(--ml-black,#000))'
    """
    if code <= GREYS:
        share = f"{(GREYS - code) / 2.55:.4g}"
        return f"color-mix(in srgb,var(--ml-ground,#fff) {share}%,var(--ml-black,#000))"
    if code < 0:
        name = _NAMES[-1 - code]
        return f"var(--ml-{name},{PALETTE[name]})"
    return f"#{code:06x}"
