"""Hatches as paths: matplotlib's tile, repeated."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D


def tiles_over(tile: Path, box: Any, size: tuple[float, float], side: float) -> Path | None:
    """Return the tiles that cover a box within a figure as one path, or None if there are none.

    Parameters
    ----------
    tile
        In the unit square.
    box
        Left, bottom, right and top [units].
    size
        Of the figure [units].
    side
        Of a tile [units]. The first stands in the top left corner of the figure.
    """
    if not np.isfinite(box).all():
        return None
    left, bottom = np.maximum(box[:2], 0)
    right, top = np.minimum(box[2:], size)
    columns = range(int(left // side), int(right // side) + 1)
    rows = range(-int((size[1] - bottom) // side) - 1, -int((size[1] - top) // side))
    tiles = [
        tile.transformed(Affine2D().scale(side).translate(side * column, size[1] + side * row))
        for column in columns
        for row in rows
    ]
    return Path.make_compound_path(*tiles) if tiles else None
