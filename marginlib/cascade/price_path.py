"""One market along a path of prices: who was closed stays closed, and what was sold stays sold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, positive
from marginlib.cascade.one_market import (
    Counts,
    Prepared,
    Rest,
    price_after,
    refuse_both_sides,
    refuse_many,
    settled,
)
from marginlib.impact import Curve


def rest_along(crowd: Prepared, impact: Curve, prices: ArrayLike) -> Rest:
    """Return where the market comes to rest at each step of a path.

    Parameters
    ----------
    crowd : Prepared
        From :func:`marginlib.cascade.prepare`.
    impact : Curve
        With numbers, not arrays, as parameters.
    prices : array of shape (T,)
        What the price would be at each step if the crowd traded nothing [quote currency].

    Returns
    -------
    Rest
        After each step: ``price`` (T,), ``closed`` (T,) and ``quantity`` (T,), the last two since
        the beginning of the path.

    Raises
    ------
    MarginError
        Where longs and shorts are due at the same time.

    The first long is closed at 94. At 95 nothing happens; at 86 its sale has left 85.14, and the
    second is not reached, but at 85 it is:

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 20], [[1], [1]], entry)
    >>> ready = ml.cascade.prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> steps = rest_along(ready, ml.impact.linear_book(depth=1), [94, 95, 86, 85])
    >>> steps.closed.tolist(), steps.price.round(2).tolist()
    ([1, 1, 1, 2], [93.06, 94.05, 85.14, 83.3])
    """
    path = positive("prices", prices)
    if path.ndim != 1:
        raise MarginError(f"prices must have shape (T,); got shape {path.shape}")
    refuse_many(impact)
    # While only one side is closed, everything follows from the farthest price so far.
    sold = settled(crowd.longs, impact, np.minimum.accumulate(path))
    bought = settled(crowd.shorts, impact, np.maximum.accumulate(path))
    if sold.any() and bought.any():
        sold, bought = _both_sides(crowd, impact, path)
    flow = crowd.longs.flow(sold) + crowd.shorts.flow(bought)
    return Rest(impact.last_price(path, flow), sold + bought, flow)


def _both_sides(crowd: Prepared, impact: Curve, path: FloatArray) -> tuple[Counts, Counts]:
    """Return how many longs and shorts are closed so far, step by step.

    What one side traded moves the price that the other side meets.
    """
    closed = np.zeros((len(path), 2), dtype=np.intp)
    now = np.zeros(2, dtype=np.intp)
    for step, price in enumerate(path):
        while True:
            flow = crowd.longs.flow(now[0]) + crowd.shorts.flow(now[1])
            moved = price_after(impact, price, flow)
            reached = np.array([crowd.longs.count(moved), crowd.shorts.count(moved)])
            due = np.maximum(reached - now, 0)
            refuse_both_sides(due[0], due[1], moved)
            if not due.any():
                break
            now = now + due
        closed[step] = now
    return closed[:, 0], closed[:, 1]
