"""Unfolding: what of a line has happened is drawn, and the rest is faint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.lines import Line2D

from .errors import ExplorerError

FAINT = 0.28
"""Opacity of what has not happened yet, as a share of the line's own: that of a ghost."""

_BENEATH = 1e-6
"""How far below its line the faint one lies."""


@dataclass
class _Unfolded:
    """A line's companion, which shows it whole, and the part that it shows itself."""

    whole: Line2D
    shown: tuple[np.ndarray, np.ndarray]


_known: WeakKeyDictionary[Line2D, _Unfolded] = WeakKeyDictionary()


def unfold(line: Line2D, now: int) -> None:
    """Draw a line up to a moment, and the whole of it faintly beneath.

    Call it after the line has its data, in a function that draws as well as in one that updates.
    A line that is given other data unfolds these from then on.

    Parameters
    ----------
    line
        A line with one point for each moment, as ``plot`` returns it (in a list).
    now
        The number of the last point that has happened, from 0.

    Raises
    ------
    ExplorerError
        If that is no line, or has no point of that number.

    Examples
    --------
    >>> import livefig
    >>> figure, axes = livefig.subplots()
    >>> line, = axes.plot([1, 2, 3, 4], [2, 1, 3, 2])
    >>> livefig.unfold(line, 1)
    >>> [len(drawn.get_xdata()) for drawn in axes.lines]
    [2, 4]
    """
    if not isinstance(line, Line2D):
        hint = "; plot() returns a list: line, = ax.plot(...)" if isinstance(line, list) else ""
        raise ExplorerError(
            f"unfold() takes a line, as plot() draws it; got {type(line).__name__}{hint}"
        )
    known = _known.get(line)
    x, y = _data(line)
    if known is not None and _same((x, y), known.shown):
        x, y = _data(known.whole)
    if isinstance(now, bool) or not isinstance(now, int | np.integer) or not 0 <= now < len(x):
        raise ExplorerError(
            f"unfold(line, {now!r}) names no point of a line that has {len(x)}; give the number of "
            f"one, from 0 to {len(x) - 1}"
        )
    if known is None:
        known = _known[line] = _Unfolded(_companion(line), (x, y))
    known.whole.set_data(x, y)
    line.set_data(x[: now + 1], y[: now + 1])
    known.shown = _data(line)


def _data(line: Line2D) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(line.get_xdata(orig=False)), np.asarray(line.get_ydata(orig=False))


def _same(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


def _companion(line: Line2D) -> Line2D:
    """Return a line that looks the same, but faint, and lies just beneath."""
    axes: Any = line.axes
    if axes is None:
        raise ExplorerError("unfold() takes a line that is in axes, as plot() draws it")
    whole = Line2D([], [])
    whole.update_from(line)
    whole.set(alpha=FAINT * (line.get_alpha() or 1), zorder=line.get_zorder() - _BENEATH)
    whole.set_label("_whole")
    axes.add_line(whole)
    whole.set_transform(line.get_transform())
    return whole
