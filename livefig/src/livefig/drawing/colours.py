"""Colours as integers, and which of them follow the theme of the page.

The frame (background, axes, grid, legend), the texts and the colours of the palette turn with the
ground, so that a figure is right on light and on dark. Colours that stand for data never do: those
of pictures and of mapped values, and whatever is drawn over them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import to_rgba

from ..theme import PALETTE

FRAME, TEXT, DATA, MAPPED = "frame", "text", "data", "mapped"
"""What a mark belongs to."""

GREYS = -1000
"""A grey that turns with the ground is ``GREYS - level``, with a level from 0 (black) to 255."""

_NAMED = {int(colour[1:], 16): -1 - index for index, colour in enumerate(PALETTE.values())}


def colour_code(colour: Any, role: str = DATA) -> int:
    """Return a colour as an integer: ``0xRRGGBB``, or below zero where it follows the theme.

    Examples
    --------
    >>> colour_code("black"), colour_code("black", MAPPED)
    (-11, 0)
    >>> colour_code("0.5", FRAME), hex(colour_code("0.5"))
    (-1128, '0x808080')
    """
    red, green, blue, _ = to_rgba(colour)
    return themed(hex_code(red, green, blue), role)


def hex_code(red: float, green: float, blue: float) -> int:
    """Return ``0xRRGGBB``, rounded as matplotlib does."""
    return (round(255 * red) << 16) | (round(255 * green) << 8) | round(255 * blue)


def hex_codes(colours: np.ndarray) -> list[int]:
    """Return ``0xRRGGBB`` for each row of an array of colours."""
    levels = np.rint(255 * np.asarray(colours, dtype=float)[:, :3]).astype(int)
    codes: list[int] = ((levels[:, 0] << 16) | (levels[:, 1] << 8) | levels[:, 2]).tolist()
    return codes


def themed(code: int, role: str) -> int:
    """Return a code below zero for a colour that follows the theme."""
    if role == MAPPED:
        return code
    named = _NAMED.get(code)
    if named is not None:
        return named
    level = code & 0xFF
    if role != DATA and code == level * 0x010101:
        return GREYS - level
    return code
