"""Small figures for the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import livefig

draws_in_place = pytest.mark.skipif(
    mpl.__version_info__ < (3, 11), reason="matplotlib 3.10 draws no change that is made in place"
)
WORDS = {"alt": "A figure.", "caption": "It moves."}


def small_axes() -> tuple[Figure, Any]:
    """Return a figure that is drawn in no time, and its axes."""
    figure = Figure(figsize=(2.4, 1.8))
    return figure, figure.subplots()


def drawn(draw: Callable[..., Any], **options: Any) -> livefig.Explorer:
    """Return a plotting function under the decorator."""
    return livefig.figure(draw, **{"name": "one", **WORDS, **options})


def updated(
    change: Callable[..., Any], prepare: Callable[[Any], Any] = lambda axes: None, **options: Any
) -> livefig.Explorer:
    """Return an explorer around one line, a value, and a function of (axes, line, value)."""
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1], label="Line")
    axes.set(xlim=(0, 1), ylim=(0, 4), xticks=[0, 1], yticks=[0, 4])
    prepare(axes)
    given = {"name": "one", "value": (0, 4), **WORDS, **options}
    return livefig.explorer(figure, lambda value: change(axes, line, value), **given)


def rise(axes: Any, line: Any, value: float) -> None:
    line.set_ydata([0, value])
