"""How much of a requirement changes hands: the threshold, and the smallest transfer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, together


def to_hold(requirement: ArrayLike, threshold: ArrayLike) -> FloatArray:
    """Return the margin to hold: what the requirement exceeds the threshold by.

    Parameters
    ----------
    requirement : array of shape (...)
        Initial margin of everything between two groups of companies, zero or more [currency].
    threshold : float or array
        What the two groups leave unsecured, zero or more [currency].

    Source: BCBS and IOSCO, "Margin requirements for non-centrally cleared derivatives" (d499,
    April 2020), requirement 2.

    Three netting sets of 100 million each between two groups, with one threshold of 50 million:

    >>> float(to_hold(3 * 100, threshold=50))
    250.0
    """
    needed, left = non_negative("requirement", requirement), non_negative("threshold", threshold)
    return np.maximum(needed - left, 0.0)


def transfer(due: ArrayLike, held: ArrayLike, minimum: ArrayLike) -> FloatArray:
    """Return what is handed over now: the whole difference, or nothing if it is small.

    Parameters
    ----------
    due : array of shape (...)
        Margin to hold [currency].
    held : array of shape (...)
        Margin held already [currency].
    minimum : float or array
        The minimum transfer amount: a difference up to this size waits [currency].

    Returns
    -------
    array of shape (...)
        Positive for a call, negative for a return [currency].

    >>> transfer([1_000_000, 700_000, 0], held=500_000, minimum=250_000).tolist()
    [500000.0, 0.0, -500000.0]
    """
    asked, there = non_negative("due", due), non_negative("held", held)
    least = non_negative("minimum", minimum)
    together(due=asked, held=there, minimum=least)
    change = asked - there
    return np.where(np.abs(change) > least, change, 0.0)
