"""Colours and proportions of an explorer.

A colour of the palette is a name: on the page it becomes a CSS variable, so that the same figure
is right on light and on dark ground. Any other colour stays what it is on both.
"""

from __future__ import annotations

from typing import Any

from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure

from .ticks import divide_thousands

INK = "#1f2933"
GREY = "#6b7280"
PALE = "#c3c9d1"
BLUE = "#1d6fb8"
ORANGE = "#b45309"
RED = "#c0262d"
GREEN = "#15803d"
PURPLE = "#7c4dbd"
BROWN = "#7a5230"
GROUND = "#ffffff"

PALETTE = {
    "ink": INK,
    "grey": GREY,
    "pale": PALE,
    "blue": BLUE,
    "orange": ORANGE,
    "red": RED,
    "green": GREEN,
    "purple": PURPLE,
    "brown": BROWN,
    "ground": GROUND,
    "black": "#000000",
}
"""Name of a colour and what it is on light ground; ``livefig.css`` holds both grounds."""

STYLE: dict[Any, Any] = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": "medium",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "font.size": 9.0,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}

WIDTH = 4.6
"""Width of a figure [inches]: text of 9 points stays readable on a phone."""


def use_style() -> None:
    """Draw every later figure of this session in the style of an explorer."""
    rcParams.update(STYLE)


def subplots(
    nrows: int = 1, ncols: int = 1, *, height: float = 3.0, width: float = WIDTH, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes, drawn in the style of an explorer.

    Parameters
    ----------
    nrows, ncols
        Rows and columns of axes.
    height, width
        Size of the figure [inches].
    **options
        Passed to ``matplotlib.figure.Figure.subplots``.

    Examples
    --------
    >>> figure, axes = subplots(height=2.5)
    >>> line, = axes.plot([0, 1], [0, 1], color=BLUE)
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
        drawn = figure.subplots(nrows, ncols, **options)
    divide_thousands(figure)
    return figure, drawn
