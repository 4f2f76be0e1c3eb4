"""How the price of a Dutch auction falls with time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, numbers, positive


def stair_step(
    elapsed: ArrayLike, cut: ArrayLike, step: ArrayLike, first: ArrayLike = 1.0
) -> FloatArray:
    """Return a price that is multiplied by ``cut`` at every step.

    Parameters
    ----------
    elapsed : float or array
        Time since the start [s].
    cut : float
        Factor of each step [fraction].
    step : float
        Time between two steps [s].
    first : float or array
        Price at the start [any unit].

    Source: MakerDAO, StairstepExponentialDecrease in abaci.sol, dss@fa4f6630 (2022-05-18).

    >>> stair_step([0, 89, 90, 180], cut=0.5, step=90, first=8).tolist()
    [8.0, 8.0, 4.0, 2.0]
    """
    steps = np.floor(non_negative("elapsed", elapsed) / positive("step", step))
    return np.asarray(positive("first", first) * fraction("cut", cut) ** steps)


def linear_phases(elapsed: ArrayLike, levels: ArrayLike, durations: ArrayLike) -> FloatArray:
    """Return a price that moves from level to level in straight lines, and stays at the last.

    Parameters
    ----------
    elapsed : float or array
        Time since the start [s].
    levels : array of shape (K + 1,)
        Price at the start, and at the end of each phase [any unit]; often fractions of a value.
    durations : array of shape (K,)
        Length of each phase [s].

    One phase from 1 to 0 is MakerDAO's LinearDecrease, dss@fa4f6630 (2022-05-18). A fast and then
    a slow phase is Derive's auction, DutchAuction.sol, v2-core@7736900d (2026-01-21).

    >>> linear_phases([0, 300, 600, 4_200, 9_000], [1, 0.8, 0], [600, 7_200]).round(6).tolist()
    [1.0, 0.9, 0.8, 0.4, 0.0]
    """
    level, length = numbers("levels", levels), positive("durations", durations)
    if level.ndim != 1 or length.ndim != 1 or len(level) != len(length) + 1:
        raise MarginError(
            "levels must hold one value more than durations, the start and the end of each phase; "
            f"got shapes {level.shape} and {length.shape}"
        )
    ends = np.concatenate([[0.0], np.cumsum(length)])
    return np.asarray(np.interp(non_negative("elapsed", elapsed), ends, level))
