r"""The cheapest rates where a few days may be missed, and which days those should be.

Coverage is a share of days, so a venue may leave some moves uncovered. Without limits on how fast
rates change, the days to miss are those of the largest moves. With limits they need not be: to
cover a large move, rates must be high for days before and after it, so a long crisis costs more
than its moves tell, and one large move among many is covered for nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, one_number, whole
from marginlib.optimisation._linear import minimise, possible, stacked
from marginlib.optimisation.venue_rates import cheapest_rate_path


class BreachedPath(NamedTuple):
    """The cheapest rates with a budget of breaches; see :func:`cheapest_breached_path`."""

    rate: FloatArray  # shape (T,) [fraction]
    breached: NDArray[np.bool_]  # days whose move is above the rate, shape (T,)


def cheapest_breached_path(
    move: ArrayLike,
    breaches: int,
    rise: float = np.inf,
    fall: float = 1.0,
    floor: float = 0.0,
) -> BreachedPath:
    """Return the rates with the lowest mean that cover all but a few days, and these days.

    Parameters
    ----------
    move : array of shape (T,)
        Loss of each day that the rate of that day should cover [fraction].
    breaches : int
        Most days that may be missed [days]: 2 of 250 for a coverage of 99.2 %.
    rise, fall, floor : float
        Limits on the rate, as in :func:`cheapest_rate_path`.

    The days are chosen by a mixed-integer programme, whose effort may grow fast: a thousand days
    with ten breaches take seconds, many more of them may take long. Given the days, the rates are
    exact.

    Like :func:`cheapest_rate_path` it knows the future, and is a bound for rules that do not. It
    counts breaches and not their size: of two days that cost as much to cover, it may miss the
    worse one, which is what any venue does that is judged by coverage alone.

    One day may be missed. The larger move stands beside others, and is nearly free to cover; the
    smaller one stands alone, and is missed:

    >>> move = [0.08, 0.09, 0.08, 0.01, 0.01, 0.01, 0.07, 0.01, 0.01]
    >>> path = cheapest_breached_path(move, breaches=1, rise=0.5, fall=0.3)
    >>> np.flatnonzero(path.breached).tolist()
    [6]
    """
    moves, allowed = non_negative("move", move), whole("breaches", breaches, least=0)
    if moves.ndim != 1 or not moves.size:
        raise MarginError(f"move must hold one number for each day; got shape {moves.shape}")
    lowest = one_number("floor", fraction("floor", floor))
    path = cheapest_rate_path(moves, rise, fall, lowest)  # refuses what cannot be
    if path.ndim != 1:
        raise MarginError(f"rise and fall must be single numbers; got rates of shape {path.shape}")
    if allowed and path.max() > lowest:
        missed = _days_missed(moves, allowed, rise, fall, lowest)
        path = cheapest_rate_path(np.where(missed, 0.0, moves), rise, fall, lowest)
    return BreachedPath(path, moves > path)


def _days_missed(
    moves: FloatArray, breaches: int, rise: float, fall: float, floor: float
) -> NDArray[np.bool_]:
    """Return the days to miss; x holds the rate of each day, then 1 for each day that is missed."""
    days, unit = moves.size, float(moves.max())
    size, step = moves / unit, np.eye(days)
    after, before, none = step[1:], step[:-1], np.zeros((days - 1, days))
    rows = [
        (np.hstack([-step, -np.diag(size)]), -size),  # covered, or missed
        (np.hstack([np.zeros((1, days)), np.ones((1, days))]), np.array([float(breaches)])),
        (np.hstack([-step, 0 * step]), np.full(days, -floor / unit)),
        (np.hstack([(1 - fall) * before - after, none]), np.zeros(days - 1)),
    ]
    if np.isfinite(rise):
        rows.append((np.hstack([after - (1 + rise) * before, none]), np.zeros(days - 1)))
    table = stacked([[row] for row, _ in rows])
    most = np.concatenate([limit for _, limit in rows])
    cost = np.repeat([1.0, 0.0], days)
    upper = np.concatenate([np.ones(days), size * unit > floor])
    # To cover the largest move on all days is always possible.
    found = possible(minimise(cost, table, most, upper, whole=np.arange(2 * days) >= days))
    return np.asarray(found.x[days:] > 0.5)
