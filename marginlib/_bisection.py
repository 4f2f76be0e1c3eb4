"""Where a condition changes, between two ends, found by halving."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray

HALVINGS = 60  # a bracket of one is then 1e-18 wide, below what a float can tell apart


def bisection(
    holds: Callable[[FloatArray], NDArray[np.bool_]], low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the last points known to keep a condition and the first known not to, each (...).

    Parameters
    ----------
    holds : callable
        The condition at points of shape (...), true at ``low`` and false at ``high``; an element
        for which it is the same everywhere ends at the end that it came from.
    low, high : array of shape (...)
        The ends, in either order.

    >>> at, beyond = bisection(lambda x: x * x <= [2.0, 9.0], np.zeros(2), np.full(2, 4.0))
    >>> at.round(9).tolist()
    [1.414213562, 3.0]
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        held = holds(middle)
        low, high = np.where(held, middle, low), np.where(held, high, middle)
    return low, high
