"""What is drawn, as a few lists of integers.

A drawing is reduced to *marks* (one path, one set of markers, one text, one picture), and a mark to
two parts:

* its **shape**: what is compared, never interpolated (which commands a path is made of, the words
  of a text);
* its **numbers**: colours and coordinates, as integers. They are what moves.

Lengths are in tenths of a figure unit, and a figure unit is one pixel at the figure's own dpi. The
origin is the top left corner, as in SVG.

======  ===================================================  ===================================
kind    shape behind the kind                                numbers
======  ===================================================  ===================================
path    commands, dash, cap, join, crisp                     paint (5), clip, coordinates
marks   letters, outline in thousandths of the scale, crisp  paint (5), clip, scale, places
text    words, anchor, size, weight, style, family           fill (2), clip, angle, x, y, and the
                                                             numbers in the words
image   pixelated                                            picture, opacity, clip, x, y, width,
                                                             height
======  ===================================================  ===================================

A paint is fill, its opacity, stroke, its opacity, line width. Opacities go from 0 to 255. A clip
and a picture are named by their content (see :func:`name_of_content`); a clip of -1 is none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

GAP = -(2**30)
"""Stands in a list of coordinates where the pen is lifted."""

NO_CLIP = -1

Shape = tuple[Any, ...]


class Mark(NamedTuple):
    """One path, set of markers, text or picture: see the table above."""

    shape: Shape
    numbers: np.ndarray


class Row(NamedTuple):
    """The marks of one layer in one state.

    Attributes
    ----------
    shape
        The shape of each mark, and ``"ranks"`` in front of them where ranks stand at the end.
    numbers
        For each mark the count of its numbers, then these. With ``"ranks"``, then for each mark
        its place in the order of drawing.
    """

    shape: tuple[Any, ...]
    numbers: np.ndarray


RANKS = "ranks"

ORDER = "~order"
"""Name of the row that tells in which order the others are drawn."""


@dataclass
class Layer:
    """The marks of one artist, in an order that stays the same from state to state.

    ``ranks`` tells for each mark its place in the order of drawing, where that is another one (the
    faces of a surface are drawn from the back to the front).
    """

    name: str
    marks: list[Mark] = field(default_factory=list)
    ranks: np.ndarray | None = None


@dataclass
class Drawing:
    """Layers in the order in which they were drawn."""

    layers: list[Layer] = field(default_factory=list)

    def layer(self, name: str) -> Layer:
        """Return the topmost layer if it has this name, else a new one on top."""
        if not self.layers or self.layers[-1].name != name:
            self.layers.append(Layer(name))
        return self.layers[-1]

    def names(self) -> list[str]:
        """Return the names of the layers, from the bottom up."""
        return [layer.name for layer in self.layers]

    def rows(self) -> dict[str, Row]:
        """Return the row of each layer; layers of one name count together."""
        together: dict[str, Layer] = {}
        for layer in self.layers:
            known = together.setdefault(layer.name, Layer(layer.name, ranks=layer.ranks))
            known.marks += layer.marks
        return {name: row_of(layer.marks, layer.ranks) for name, layer in together.items()}


def row_of(marks: Sequence[Mark], ranks: np.ndarray | None = None) -> Row:
    """Return marks as one shape and one list of numbers."""
    parts: list[Any] = []
    for mark in marks:
        parts += ([len(mark.numbers)], mark.numbers)
    shape: tuple[Any, ...] = tuple(mark.shape for mark in marks)
    if ranks is not None:
        shape = (RANKS, *shape)
        parts.append(ranks)
    numbers = np.concatenate(parts).astype(np.int32) if parts else np.zeros(0, np.int32)
    return Row(shape, numbers)


def marks_of(row: Row) -> list[Mark]:
    """Return the marks of a row in the order in which they are drawn."""
    ranked = bool(row.shape) and row.shape[0] == RANKS
    shapes = row.shape[1:] if ranked else row.shape
    marks, start = [], 0
    for shape in shapes:
        end = start + 1 + int(row.numbers[start])
        marks.append(Mark(shape, row.numbers[start + 1 : end]))
        start = end
    if not ranked:
        return marks
    drawn = dict(zip(row.numbers[start : start + len(marks)].tolist(), marks, strict=True))
    return [drawn[place] for place in range(len(marks))]


def same_row(one: Row, other: Row) -> bool:
    """Tell whether two rows look alike."""
    return one.shape == other.shape and np.array_equal(one.numbers, other.numbers)


def same_marks(some: Sequence[Mark], others: Sequence[Mark]) -> bool:
    """Tell whether two lists of marks look alike."""
    return len(some) == len(others) and all(
        one.shape == other.shape and np.array_equal(one.numbers, other.numbers)
        for one, other in zip(some, others, strict=True)
    )


def name_of_content(parts: Iterable[bytes]) -> int:
    """Return a number that stands for some bytes: the same in every process and on every day."""
    number = 0
    for part in parts:
        number = zlib.crc32(part, number)
    return number & 0x7FFFFFFF
