"""How much a price forces the crowd to trade, and whether that feeds on itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, positive, refuse
from marginlib.cascade.one_market import Prepared
from marginlib.impact import Curve


def forced_flow(crowd: Prepared, price: ArrayLike) -> FloatArray:
    """Return what the crowd has been forced to trade once this price was reached, shape (...).

    Against the price this is the supply curve of forced sales, which rises in steps as the price
    falls. A cascade comes to rest where it crosses the line of the prices that a flow leaves,
    ``impact.last_price(shocked, flow)``.

    Parameters
    ----------
    crowd : Prepared
        From :func:`marginlib.cascade.prepare`.
    price : float or array of shape (...)
        Price [quote currency].

    Returns
    -------
    array of shape (...)
        Contracts bought less contracts sold [contracts].

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 60, 50], [[1], [3], [-2]], entry)
    >>> ready = ml.cascade.prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> forced_flow(ready, [120, 100, 94, 80]).tolist()
    [2.0, 0.0, -1.0, -4.0]
    """
    reached = positive("price", price)
    longs, shorts = crowd.longs, crowd.shorts
    flow = longs.flow(longs.count(reached)) + shorts.flow(shorts.count(reached))
    return np.asarray(flow + 0.0)  # which turns -0 into 0


def loop_gain(
    crowd: Prepared, impact: Curve, price: ArrayLike, move: ArrayLike = -0.01
) -> FloatArray:
    r"""Return how much of a move from each price the crowd itself would add to it.

    A move forces some accounts to trade, and their trades move the price further by the gain times
    the move. Below 1 the loop fades, and repeats the move 1 / (1 - gain) times in total if the gain
    stays the same; from 1 on it feeds on itself until there are fewer accounts to reach.

    Parameters
    ----------
    crowd : Prepared
        From :func:`marginlib.cascade.prepare`. Whoever is already due at ``price`` is taken to be
        closed, and what that did to the price to be in it.
    impact : Curve
        Where it is not linear, the gain depends on the size of the move.
    price : float or array of shape (...)
        Price from which it moves [quote currency].
    move : float or array
        The move [fraction]: negative falls on longs, positive rises on shorts.

    Returns
    -------
    array of shape (...)
        Gain, 0 or more; ``nan`` where the market could not take the flow.

    A fall of one per cent from 95 closes one contract out of a book with two within one per cent:

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 20], [[1], [1]], entry)
    >>> ready = ml.cascade.prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> loop_gain(ready, ml.impact.linear_book(depth=2), [98, 95, 90]).round(6).tolist()
    [0.0, 0.5, 0.0]
    """
    start, change = positive("price", price), numbers("move", move)
    refuse("move", change, (change <= -1) | (change == 0), "must be above -1 and not 0")
    there = start * (1 + change)
    sold = crowd.longs.flow(crowd.longs.count(there)) - crowd.longs.flow(crowd.longs.count(start))
    bought = crowd.shorts.flow(crowd.shorts.count(there))
    bought = bought - crowd.shorts.flow(crowd.shorts.count(start))
    flow = np.where(change < 0, sold, bought)  # the other side is what the move leaves behind
    further = impact.last_price(start, flow) / start - 1
    return np.asarray(further / change + 0.0)
