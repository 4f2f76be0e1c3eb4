"""What an artist looks like, as a few lists of integers.

matplotlib draws everything through a *renderer*. :class:`Recorder` is a renderer that draws
nothing: it writes down each path, marker and text that it is asked for. A drawing is thereby
reduced to *marks*, and a mark to two parts:

* its **shape**: what stays the same while a slider moves (which commands a path is made of, the
  words of a text). Shapes are compared, never interpolated.
* its **numbers**: colours and coordinates, as integers. They are what moves.

Lengths are in tenths of a figure unit, and a figure unit is one pixel at the figure's own dpi.
The origin is the top left corner, as in SVG.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.path import Path

from . import words
from .errors import ExplorerError
from .theme import colour_code

GAP = -(2**30)
"""Stands in a list of coordinates where the pen is lifted."""

FAR = 10**6
"""Coordinates are held within this many tenths of a unit: far outside any figure."""

_HATCHED = "hatchcolors" in inspect.signature(RendererBase.draw_path_collection).parameters
"""Hatches have colours of their own since matplotlib 3.11."""

_DIGIT = re.compile(r"\d")

_TENTHS = np.array([10.0, -10.0])
"""From figure units, upwards, to tenths of a unit, downwards."""

LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
VERTICES = {Path.CURVE3: 2, Path.CURVE4: 3}


@dataclass(frozen=True)
class Mark:
    """One path, set of markers, or text.

    Parameters
    ----------
    shape
        ``("path", commands, dash, cap, join, clip)``, ``("marks", outline, clip)`` or
        ``("text", words, anchor, angle, size, weight, clip)``: hashable, and plain enough for JSON.
    numbers
        What moves, as integers.
        Path and markers: fill, its opacity, stroke, its opacity, line width, then coordinates.
        Text: fill, its opacity, x, y, then the numbers in the words.
    """

    shape: tuple[Any, ...]
    numbers: tuple[int, ...]


Marks = tuple[Mark, ...]


@dataclass
class Drawing:
    """Marks in the order in which they were drawn, by the name of their artist.

    ``layers`` holds ``(name, marks)``; the name is ``None`` for what belongs to no named artist.
    """

    layers: list[tuple[str | None, list[Mark]]] = field(default_factory=list)

    def add(self, name: str | None, mark: Mark) -> None:
        """Put a mark on top."""
        if not self.layers or self.layers[-1][0] != name:
            self.layers.append((name, []))
        self.layers[-1][1].append(mark)

    def start(self, name: str) -> None:
        """Keep a place for an artist, though it may draw nothing now."""
        if all(name != known for known, _ in self.layers):
            self.layers.append((name, []))

    def marks(self, name: str | None) -> Marks:
        """Return the marks of one artist."""
        return tuple(mark for known, marks in self.layers if known == name for mark in marks)


class Recorder(RendererBase):
    """A renderer that writes down what it is asked to draw.

    Parameters
    ----------
    width, height
        Size of the figure [units].
    dpi
        Units to the inch.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self._origin = np.array([0.0, 10 * height])
        self.drawing = Drawing()
        self.clips: dict[tuple[int, ...], int] = {}
        self._names: list[str | None] = []
        self._text_sizes: dict[Any, tuple[float, float, float]] = {}

    def record(self, artist: Any) -> Drawing:
        """Return the drawing of one artist, or of a whole figure."""
        self.drawing = Drawing()
        self._names = []
        artist.draw(self)
        return self.drawing

    # What matplotlib asks of every renderer.

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin what belongs to one artist."""
        if gid is not None:
            self.drawing.start(gid)
        self._names.append(gid)

    def close_group(self, s: str) -> None:
        """End what belongs to one artist."""
        self._names.pop()

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure [units]."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """Return points as units."""
        return points * self.dpi / 72

    def get_text_width_height_descent(
        self, s: str, prop: Any, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure a text, once for all its numbers: figures are equally wide."""
        key = s if ismath else _DIGIT.sub("0", s), hash(prop), ismath
        if key not in self._text_sizes:
            size: Any = super().get_text_width_height_descent(key[0], prop, ismath)
            self._text_sizes[key] = size
        return self._text_sizes[key]

    def flipy(self) -> bool:
        """Let y grow upwards for paths and texts alike; it is turned once, at the end."""
        return False

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:
        """Write down a path."""
        commands, coordinates = self._outline(transform.transform_path(path))
        self._refuse_unsupported(gc)
        self._add(
            ("path", commands, *self._pen(gc), self._clip(gc)),
            [*self._paint(gc, rgbFace), *coordinates],
        )

    def draw_markers(
        self, gc: Any, marker_path: Path, marker_trans: Any, path: Path, trans: Any,
        rgbFace: Any = None,
    ) -> None:  # fmt: skip
        """Write down one outline and the places it is put at."""
        self._refuse_unsupported(gc)
        outline = _relative(marker_trans.transform_path(marker_path))
        positions = trans.transform(np.asarray(path.vertices)[_ends(path)])
        self._add(
            ("marks", outline, self._clip(gc)),
            [*self._paint(gc, rgbFace), *self._integers(positions)],
        )

    def draw_path_collection(
        self, gc: Any, master_transform: Any, paths: Any, all_transforms: Any, offsets: Any,
        offset_trans: Any, facecolors: Any, edgecolors: Any, linewidths: Any, linestyles: Any,
        antialiaseds: Any, urls: Any, offset_position: Any, *, hatchcolors: Any = None,
    ) -> None:  # fmt: skip
        """Write down the members of a collection, as markers where they have places."""
        base: Any = self  # these helpers of RendererBase are not in its published types
        outlines = list(base._iter_collection_raw_paths(master_transform, paths, all_transforms))
        extra = {"hatchcolors": [] if hatchcolors is None else hatchcolors} if _HATCHED else {}
        for x, y, (path, transform), pen, face in base._iter_collection(
            gc, outlines, offsets, offset_trans, facecolors, edgecolors, linewidths, linestyles,
            antialiaseds, urls, offset_position, **extra,
        ):  # fmt: skip
            self._refuse_unsupported(pen)
            placed = transform.transform_path(path)
            if len(offsets) and not (x == 0 and y == 0):
                shape: tuple[Any, ...] = ("marks", _relative(placed), self._clip(pen))
                coordinates = self._integers(np.array([[x, y]]))
            else:
                commands, coordinates = self._outline(placed)
                shape = ("path", commands, *self._pen(pen), self._clip(pen))
            self._add(shape, [*self._paint(pen, face), *coordinates])

    def draw_image(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a bitmap."""
        raise ExplorerError(
            "an explorer cannot hold a bitmap (imshow); use pcolormesh, whose cells are paths"
        )

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float,
        ismath: Any = False, mtext: Any = None,
    ) -> None:  # fmt: skip
        """Write down a text; mathematics becomes paths."""
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath)
            return
        anchor = mtext.get_horizontalalignment() if mtext is not None else "left"
        width, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
        along = width * {"left": 0.0, "center": 0.5, "right": 1.0}[anchor]
        turn = np.deg2rad(angle)
        # matplotlib names the left end of the line; SVG wants the point that must not move.
        # A renderer with flipy() False gives text positions with y upwards, as for paths.
        place = np.array([[x + along * np.cos(turn), y + along * np.sin(turn)]])
        pattern, numbers = words.split(s)
        self._add(
            ("text", pattern, anchor, round(float(angle), 1), self._size(prop), _weight(prop),
             self._clip(gc)),
            [*_colour(gc.get_rgb(), gc.get_alpha()), *self._integers(place), *numbers],
        )  # fmt: skip

    # From matplotlib's terms to ours.

    def _add(self, shape: tuple[Any, ...], numbers: Sequence[int]) -> None:
        name = next((name for name in reversed(self._names) if name is not None), None)
        self.drawing.add(name, Mark(shape, tuple(numbers)))

    def _size(self, prop: Any) -> float:
        return round(float(self.points_to_pixels(prop.get_size_in_points())), 1)

    def _whole(self, points: Any) -> np.ndarray:
        """Return points as whole tenths of a unit, with y downwards."""
        whole = np.asarray(points, dtype=float) * _TENTHS + self._origin
        np.rint(whole, out=whole)
        if not np.abs(whole).max(initial=0) <= FAR:  # far away, or not a number at all
            missing = np.isnan(whole).any(axis=-1)
            whole = np.clip(whole, -FAR, FAR)
            whole[missing] = GAP
        integers: np.ndarray = whole.astype(int)
        return integers

    def _integers(self, points: Any) -> list[int]:
        numbers: list[int] = self._whole(points).ravel().tolist()
        return numbers

    def _outline(self, path: Path) -> tuple[str, list[int]]:
        """Return the commands of a path and its coordinates.

        A path of straight lines has the command ``"lines"`` or ``"rings"`` (each part closed),
        whatever its number of points; any other spells its commands, such as ``"MCCZ"``.
        """
        codes = path.codes
        whole = self._whole(path.vertices)
        simple = _single_part(whole, codes)
        if simple is not None:
            return simple
        points = [(int(x), int(y)) for x, y in whole]
        codes = _codes(path)
        straight = _straight(points, codes)
        if straight is not None:
            return straight
        letters = "".join(
            "Z" if code == Path.CLOSEPOLY else LETTERS[np.uint8(code)] for code in codes
        )
        kept = [point for point, code in zip(points, codes, strict=True) if code != Path.CLOSEPOLY]
        commands = letters.replace("QQ", "Q").replace("CCC", "C")
        return commands, [number for point in kept for number in point]

    def _paint(self, gc: Any, face: Any) -> list[int]:
        width = self.points_to_pixels(gc.get_linewidth())
        stroke = _colour(gc.get_rgb(), gc.get_alpha()) if width > 0 else [0, 0]
        if face is None:
            fill = [0, 0]
        else:
            fill = _colour(face, gc.get_alpha() if gc.get_forced_alpha() else None)
        return [*fill, *stroke, round(10 * width)]

    def _pen(self, gc: Any) -> tuple[Any, ...]:
        _, dashes = gc.get_dashes()
        lengths = () if dashes is None else self.points_to_pixels(np.array(dashes))
        dash = " ".join(f"{length:.4g}" for length in lengths)
        cap = {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle())
        return dash, str(cap), str(gc.get_joinstyle())

    def _clip(self, gc: Any) -> int:
        """Return the number of the rectangle that a mark is clipped to, or -1."""
        box = gc.get_clip_rectangle()
        if box is None:
            return -1
        left, bottom, width, height = (round(10 * float(edge)) for edge in box.bounds)
        key = left, round(10 * self.height) - bottom - height, width, height
        return self.clips.setdefault(key, len(self.clips))

    @staticmethod
    def _refuse_unsupported(gc: Any) -> None:
        if gc.get_hatch() is not None:
            raise ExplorerError("an explorer cannot hold a hatch; use a colour with alpha instead")
        if gc.get_clip_path()[0] is not None:
            raise ExplorerError(
                "an explorer clips to rectangles only; give the artist clip_path=None"
            )
        if gc.get_sketch_params() is not None:
            raise ExplorerError("an explorer cannot hold sketched lines; leave out xkcd()")


def _colour(colour: Any, alpha: float | None) -> list[int]:
    """Return a colour code and an opacity from 0 to 255."""
    red, green, blue, opacity = to_rgba(colour)
    if alpha is not None:
        opacity = alpha
    return [colour_code((red, green, blue)), round(255 * opacity)]


def _codes(path: Path) -> list[int]:
    if path.codes is not None:
        return [int(code) for code in np.asarray(path.codes)]
    return [int(Path.MOVETO), *[int(Path.LINETO)] * (len(np.asarray(path.vertices)) - 1)]


def _ends(path: Path) -> list[bool]:
    """Tell which vertices are ends of segments (control points carry no marker)."""
    ends: list[bool] = []
    codes = _codes(path)
    while len(ends) < len(codes):
        code = codes[len(ends)]
        count = VERTICES.get(np.uint8(code), 1)
        ends += [False] * (count - 1) + [code != Path.CLOSEPOLY]
    return ends


def _single_part(whole: np.ndarray, codes: Any) -> tuple[str, list[int]] | None:
    """Return one unbroken line or ring, the common case, without looking at each point."""
    if not len(whole) or (whole == GAP).any():
        return None
    if codes is None:
        return "lines", whole.ravel().tolist()
    if codes[0] != Path.MOVETO or not (codes[1:-1] == Path.LINETO).all():
        return None
    if codes[-1] == Path.CLOSEPOLY:
        return "rings", whole[:-1].ravel().tolist()
    return ("lines", whole.ravel().tolist()) if codes[-1] == Path.LINETO else None


def _straight(
    points: Sequence[tuple[int, int]], codes: Sequence[int]
) -> tuple[str, list[int]] | None:
    """Return a path of straight lines as parts divided by gaps, or None if it is no such path."""
    if any(code in (Path.CURVE3, Path.CURVE4) for code in codes):
        return None
    parts: list[list[tuple[int, int]]] = []
    closed: list[bool] = []
    lifted = True
    for point, code in zip(points, codes, strict=True):
        if code == Path.CLOSEPOLY:
            if closed:
                closed[-1] = True
            lifted = True
        elif point == (GAP, GAP):
            lifted = True
        else:
            if lifted or code == Path.MOVETO:
                parts.append([])
                closed.append(False)
            parts[-1].append(point)
            lifted = False
    if any(closed) and not all(closed):
        return None
    numbers: list[int] = []
    for part in parts:
        if numbers:
            numbers += [GAP, GAP]
        numbers += [number for point in part for number in point]
    return ("rings" if any(closed) else "lines"), numbers


def _steps(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    vertices = np.asarray(path.vertices) * [1, -1]
    codes = _codes(path)
    index = 0
    while index < len(codes):
        code = np.uint8(codes[index])
        count = VERTICES.get(code, 1)
        yield ("Z" if code == Path.CLOSEPOLY else LETTERS[code]), vertices[index : index + count]
        index += count


def _relative(path: Path) -> str:
    """Return a marker's outline as SVG commands relative to the place it is put at."""
    pen = start = np.zeros(2)
    parts = []
    for letter, vertices in _steps(path):
        if letter == "Z":
            parts.append("z")
            pen = start
            continue
        offsets = (vertices - pen).ravel()
        parts.append(letter.lower() + " ".join(f"{number:.4g}" for number in offsets))
        pen = vertices[-1]
        if letter == "M":
            start = pen
    return "".join(parts)


def _weight(prop: Any) -> str:
    weight = prop.get_weight()
    heavy = weight >= 600 if isinstance(weight, int | float) else weight in ("bold", "semibold")
    return "bold" if heavy else ""
