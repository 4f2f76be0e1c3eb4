"""Tracks: what one layer or readout looks like over the states of some controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..drawing.marks import Row

State = Mapping[str, Row]
"""All layers and readouts in one state, by name."""


@dataclass(frozen=True)
class Track:
    """One layer or readout over the states of the controls that it depends on.

    Parameters
    ----------
    name
        Name of the layer or readout.
    axes
        Numbers of the controls it depends on.
    shapes
        The different shapes it takes.
    table
        Integers of shape (stops of each axis..., 1 + longest row): which shape, then its numbers.
    """

    name: str
    axes: tuple[int, ...]
    shapes: tuple[Any, ...]
    table: np.ndarray

    def row(self, stops: Sequence[int]) -> Row:
        """Return the track at given stops of all controls (numbers are padded with zeros)."""
        numbers = self.table[tuple(stops[axis] for axis in self.axes)]
        return Row(self.shapes[int(numbers[0])], numbers[1:])

    def shows(self, row: Row, stops: Sequence[int]) -> bool:
        """Tell whether a row is what the track holds at given stops."""
        kept = self.row(stops)
        count = len(row.numbers)
        return (
            kept.shape == row.shape
            and count <= len(kept.numbers)
            and np.array_equal(kept.numbers[:count], row.numbers)
            and not kept.numbers[count:].any()
        )


def tabulate(
    name: str, group: tuple[int, ...], grid: tuple[int, ...], rows: Sequence[Row]
) -> Track:
    """Return rows, in the order of the grid, as a track over just the controls that matter."""
    shapes: dict[Any, int] = {}
    width = max(len(row.numbers) for row in rows)
    table = np.zeros((len(rows), 1 + width), dtype=np.int32)
    for index, row in enumerate(rows):
        table[index, 0] = shapes.setdefault(row.shape, len(shapes))
        table[index, 1 : 1 + len(row.numbers)] = row.numbers
    table = table.reshape(*grid, 1 + width)
    axes = list(group)
    for position in reversed(range(len(group))):
        first = table.take([0], axis=position)
        if np.array_equal(np.broadcast_to(first, table.shape), table):
            table = first.squeeze(position)
            del axes[position]
    return Track(name, tuple(axes), tuple(shapes), table)


def still(name: str, row: Row) -> Track:
    """Return a row that never moves as a track."""
    table = np.concatenate([[0], row.numbers]).astype(np.int32)
    return Track(name, (), (row.shape,), table)
