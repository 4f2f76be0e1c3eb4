"""The search behind every liquidation price that has no closed form.

An account is looked at along a path of steps, from the present outwards. The first step is one per
cent, each next one a tenth longer, the last about a factor of a million away, so that near the
present the search misses nothing wider than one per cent, and far from it nothing wider than a
tenth of the distance, in logarithms. Where the account has changed sides between two steps, the
interval is halved down to the last digit. That finds jumps as well as crossings, and it cannot
fail to settle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, together
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel
from marginlib.margin.asking import fits_any_account
from marginlib.market import Market

#: Tells which accounts are safe at each step away from the present, all of shape (...).
IsSafe: TypeAlias = Callable[[Accounts, FloatArray], NDArray[np.bool_]]
#: The same of some rows of a batch, given their numbers and a step for each.
_IsSafeInRows: TypeAlias = Callable[[NDArray[np.intp], FloatArray], NDArray[np.bool_]]

STEPS = 0.01 * (1.1 ** np.arange(1, 53) - 1) / 0.1


def first_changes(
    is_safe: IsSafe, accounts: Accounts, market: Market, model: MarginModel
) -> FloatArray:
    """Return the first steps down and up at which ``is_safe`` changes, shape (2, ...).

    Steps down are negative; ``nan`` where it never changes.
    """
    shape = together(accounts=accounts, market=market)
    count = int(np.prod(shape))
    apart = not market.shape and fits_any_account(model)
    in_rows = (_of_some if apart else _of_all)(is_safe, accounts, shape)
    start = in_rows(np.arange(count), np.zeros(count))
    both = [_first_change(in_rows, start, side) for side in (-1.0, 1.0)]
    return np.array(both).reshape(2, *shape)


def _first_change(is_safe: _IsSafeInRows, start: NDArray[np.bool_], side: float) -> FloatArray:
    """Return the first step on one side at which a row is no longer as at the start."""
    near, far = np.zeros(start.size), np.full(start.size, np.nan)
    rows = np.arange(start.size)
    for step in STEPS:
        here = np.full(rows.size, side * step)
        changed = is_safe(rows, here) != start[rows]
        far[rows[changed]] = side * step
        rows = rows[~changed]
        if not rows.size:
            break
        near[rows] = side * step
    rows = np.flatnonzero(~np.isnan(far))
    if rows.size:
        _, far[rows] = bisection(lambda at: is_safe(rows, at) == start[rows], near[rows], far[rows])
    return far


def _of_some(is_safe: IsSafe, accounts: Accounts, shape: tuple[int, ...]) -> _IsSafeInRows:
    """Return a question that looks at those rows only."""
    flat = Accounts(accounts.cash.reshape(-1), accounts.quantity.reshape(accounts.cash.size, -1))
    return lambda rows, steps: is_safe(flat[rows], steps)


def _of_all(is_safe: IsSafe, accounts: Accounts, shape: tuple[int, ...]) -> _IsSafeInRows:
    """Return a question that looks at the whole batch, where rows mean nothing by themselves."""

    def in_rows(rows: NDArray[np.intp], steps: FloatArray) -> NDArray[np.bool_]:
        each = np.zeros(int(np.prod(shape)))
        each[rows] = steps
        return np.broadcast_to(is_safe(accounts, each.reshape(shape)), shape).reshape(-1)[rows]

    return in_rows


def nearest(below: FloatArray, above: FloatArray, now: FloatArray) -> FloatArray:
    """Return the price that is fewer per cent away, in logarithms; ``nan`` only where both are.

    Where one is not above zero, it is the one that is less money away.
    """
    in_money = (below <= 0) | (above <= 0) | (now <= 0)
    is_below = np.where(in_money, 2 * now <= below + above, now * now <= below * above)
    return np.asarray(np.where(np.isnan(above) | is_below, below, above))
