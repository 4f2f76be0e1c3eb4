"""Marks drawn again by Agg, matplotlib's own engine, to be compared with its own drawing."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, TransformedPath
from PIL import Image

from .. import words
from ..theme import PALETTE
from .colours import GREYS
from .marks import GAP, NO_CLIP, Drawing, Mark, marks_of, row_of
from .outlines import LINES, RINGS, UNIT
from .renderer import new_agg

_CODES = {"M": [Path.MOVETO], "L": [Path.LINETO], "Q": [Path.CURVE3] * 2, "C": [Path.CURVE4] * 3}
_HERE = IdentityTransform()


class Agg:
    """Draws marks.

    Parameters
    ----------
    width, height
        Size of the figure [units].
    clips, pictures
        What marks are clipped to, and the pictures they show, by name.
    palette
        The colours that follow the theme, by name.
    """

    def __init__(
        self, width: float, height: float, clips: Mapping[int, Any], pictures: Mapping[int, bytes],
        palette: Mapping[str, str] = PALETTE,
    ) -> None:  # fmt: skip
        self._height = height
        self._palette = [to_rgb(palette[name]) for name in PALETTE]
        self._black, self._white = to_rgb(palette["black"]), to_rgb(palette["ground"])
        self._clips, self._pictures = clips, pictures
        # Agg knows a clip by its address in memory, so each must stay where it is.
        self._clip_paths: dict[int, TransformedPath] = {}
        self._agg = new_agg(round(width), round(height), 72)

    def pixels(self, drawing: Drawing) -> np.ndarray:
        """Return a drawing as pixels of shape (rows, columns, 4)."""
        for layer in drawing.layers:
            for mark in marks_of(row_of(layer.marks, layer.ranks)):
                getattr(self, f"_draw_{mark.shape[0]}")(mark)
        return np.array(self._agg.buffer_rgba())

    def _draw_path(self, mark: Mark) -> None:
        _, commands, dash, cap, join, crisp = mark.shape
        path = self._outline(commands, mark.numbers[6:])
        self._paint(mark, path, dash, cap, join, crisp)

    def _draw_marks(self, mark: Mark) -> None:
        _, letters, points, crisp = mark.shape
        scale = mark.numbers[6] / 100 / UNIT
        outline = np.array(points, dtype=float).reshape(-1, 2) * [scale, -scale]
        for x, y in self._turned(mark.numbers[7:]):
            path = _spelled(letters, outline + np.array([x, y]))
            self._paint(mark, path, "", "butt", "miter", crisp)

    def _draw_text(self, mark: Mark) -> None:
        _, pattern, anchor, size, weight, style, family = mark.shape
        fill, opacity, clip, angle, *_ = mark.numbers
        ((x, y),) = self._turned(mark.numbers[4:6])
        text = words.join(pattern, [int(number) for number in mark.numbers[6:]])
        font = FontProperties(
            family=family.split("'")[1] if family else "DejaVu Sans", size=size,
            weight=weight or "normal", style=style or "normal",
        )  # fmt: skip
        width, _, _ = self._agg.get_text_width_height_descent(text, font, False)
        along = width * {"left": 0.0, "center": 0.5, "right": 1.0}[anchor]
        turn = np.deg2rad(angle / 10)
        pen = self._pen(clip)
        pen.set_foreground((*self._rgb(int(fill)), opacity / 255), isRGBA=True)
        place = x - along * np.cos(turn), self._height - (y - along * np.sin(turn))
        self._agg.draw_text(pen, *place, text, font, angle / 10)

    def _draw_image(self, mark: Mark) -> None:
        _, pixelated = mark.shape
        name, opacity, clip, x, y, width, height = (int(number) for number in mark.numbers)
        picture = Image.open(io.BytesIO(self._pictures[name])).convert("RGBA")
        size = max(1, round(width / 10)), max(1, round(height / 10))
        picture = picture.resize(
            size, Image.Resampling.NEAREST if pixelated else Image.Resampling.BICUBIC
        )
        pixels = np.ascontiguousarray(np.array(picture)[::-1])
        pixels[..., 3] = np.rint(pixels[..., 3] * (opacity / 255))
        pen = self._pen(clip)
        self._agg.draw_image(pen, round(x / 10), round(self._height - (y + height) / 10), pixels)

    def _paint(self, mark: Mark, path: Path, dash: str, cap: str, join: str, crisp: bool) -> None:
        fill, filled, stroke, drawn, width, clip = (int(number) for number in mark.numbers[:6])
        pen = self._pen(clip)
        pen.set_antialiased(not crisp)
        pen.set_foreground((*self._rgb(stroke), drawn / 255), isRGBA=True)
        pen.set_linewidth(width / 10 if drawn else 0)
        pen.set_capstyle({"square": "projecting"}.get(cap, cap))
        pen.set_joinstyle(join)
        if dash:
            lengths, _, offset = dash.partition(";")
            pen.set_dashes(float(offset or 0), [float(length) for length in lengths.split()])
        face = (*self._rgb(fill), filled / 255) if filled else None
        self._agg.draw_path(pen, path, _HERE, face)

    def _pen(self, clip: int) -> Any:
        pen = self._agg.new_gc()
        if clip == NO_CLIP:
            return pen
        rectangle, *path = self._clips[int(clip)]
        if rectangle is not None:
            left, top, width, height = (edge / 10 for edge in rectangle)
            bottom = self._height - top - height
            pen.set_clip_rectangle(Bbox.from_bounds(left, bottom, width, height))
        if path:
            if clip not in self._clip_paths:
                outline = self._outline(path[0], np.array(path[1]))
                self._clip_paths[clip] = TransformedPath(outline, Affine2D())
            pen.set_clip_path(self._clip_paths[clip])
        return pen

    def _rgb(self, code: int) -> tuple[float, ...]:
        if code <= GREYS:
            share = (GREYS - code) / 255
            return tuple(
                share * white + (1 - share) * black
                for white, black in zip(self._white, self._black, strict=True)
            )
        if code < 0:
            return self._palette[-1 - code]
        return (code >> 16) / 255, (code >> 8 & 255) / 255, (code & 255) / 255

    def _turned(self, numbers: np.ndarray) -> np.ndarray:
        """Return coordinates as points with y upwards."""
        points = np.asarray(numbers, dtype=float).reshape(-1, 2)
        return np.column_stack([points[:, 0] / 10, self._height - points[:, 1] / 10])

    def _outline(self, commands: str, numbers: np.ndarray) -> Path:
        points = self._turned(numbers)
        if commands not in (LINES, RINGS):
            return _spelled(commands, points)
        gaps = np.asarray(numbers).reshape(-1, 2)[:, 0] == GAP
        paths = []
        for part in np.split(np.arange(len(points)), np.flatnonzero(gaps)):
            kept = points[part[~gaps[part]]]
            if len(kept):
                closed = commands == RINGS
                paths.append(Path(np.vstack([kept, kept[:1]]) if closed else kept, closed=closed))
        return Path.make_compound_path(*paths) if paths else Path(np.zeros((0, 2)))


def _spelled(letters: str, points: np.ndarray) -> Path:
    codes: list[Any] = []
    vertices: list[Any] = []
    supply = iter(points)
    for letter in letters:
        if letter == "Z":
            codes.append(Path.CLOSEPOLY)
            vertices.append([0, 0])
            continue
        codes += _CODES[letter]
        vertices += [next(supply) for _ in _CODES[letter]]
    return Path(np.array(vertices, dtype=float).reshape(-1, 2), codes)
