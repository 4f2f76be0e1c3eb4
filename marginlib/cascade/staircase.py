"""One market, round by round: who is filled at which price, and what it costs.

Where the price comes to rest does not depend on the rounds; who loses how much does. All who are
due in the same round are filled at one price, the average over that round's part of the impact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from marginlib._checks import FloatArray, positive
from marginlib.cascade.one_market import Counts, Prepared, Queue, refuse_both_sides, refuse_many
from marginlib.impact import Curve
from marginlib.instruments.unit_values import unit_value


class Staircase(NamedTuple):
    """The R rounds in which a cascade comes to rest; R is 0 where nobody was due."""

    price: FloatArray  # (R + 1,) after the shock, and after each round [quote currency]
    closed: Counts  # (R,) accounts closed
    quantity: FloatArray  # (R,) what they traded [contracts]; sold is negative
    fill: FloatArray  # (R,) the price at which they were filled [quote currency]
    left: FloatArray  # () what the closed accounts keep [currency]
    shortfall: FloatArray  # () what they owe and do not have: the fund's loss [currency]
    slippage: FloatArray  # () what they lost because they were not filled at the shocked price

    @property
    def gain(self) -> FloatArray:
        """Contracts that each round but the first traded for one of the round before, (R - 1,)."""
        return np.asarray(self.quantity[1:] / self.quantity[:-1])


def staircase(crowd: Prepared, impact: Curve, price: float) -> Staircase:
    """Return the rounds in which the market comes to rest after it was shocked to ``price``.

    Parameters
    ----------
    crowd : Prepared
        From :func:`marginlib.cascade.prepare`.
    impact : Curve
        With numbers, not arrays, as parameters.
    price : float
        Price after the shock, before anyone is closed [quote currency].

    Returns
    -------
    Staircase
        Its money is ``nan`` where the market could not take the flow.

    Raises
    ------
    MarginError
        Where longs and shorts are due at the same price.

    The first long is closed at once, from 94 to 93.06, and owes 10 on an entry at 100. That does
    not reach the second, at 84.21:

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([5, 20], [[1], [1]], entry)
    >>> ready = ml.cascade.prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> steps = staircase(ready, ml.impact.linear_book(depth=1), 94)
    >>> steps.price.round(2).tolist(), steps.fill.round(2).tolist()
    ([94.0, 93.06], [93.53])
    >>> round(float(steps.shortfall), 2), round(float(steps.slippage), 2)  # 95 - 93.53; 94 - 93.53
    (1.47, 0.47)
    """
    shocked = positive("price", price)
    refuse_many(impact, shocked)
    longs, shorts = crowd.longs.count(shocked), crowd.shorts.count(shocked)
    refuse_both_sides(longs, shorts, shocked)
    queue = crowd.longs if longs else crowd.shorts
    ends, prices = _rounds(queue, impact, shocked)
    flow = queue.flow(ends)
    quantity = np.diff(flow)
    fill = shocked * (1 + impact.average_between(flow[:-1], flow[1:]))
    fill = np.where(np.isnan(prices[1:]), np.nan, fill)
    worth = _worth(crowd, queue, ends, fill)
    value = _value(crowd, np.append(fill, shocked))
    return Staircase(
        prices,
        np.diff(ends),
        quantity,
        fill,
        np.maximum(worth, 0.0).sum(),
        np.maximum(-worth, 0.0).sum(),
        np.asarray(quantity @ (value[:-1] - value[-1])),
    )


def _rounds(queue: Queue, impact: Curve, shocked: FloatArray) -> tuple[Counts, FloatArray]:
    """Return how many are closed, and the price, before and after each round, (R + 1,)."""
    counts, prices = [0], [shocked]
    while (count := int(queue.count(prices[-1]))) > counts[-1]:
        counts.append(count)
        prices.append(impact.last_price(shocked, queue.flow(np.array(count))))
    return np.array(counts), np.array(prices)


def _worth(crowd: Prepared, queue: Queue, ends: Counts, fill: FloatArray) -> FloatArray:
    """Return what each closed account is worth after its fill, shape (ends[-1],) [currency]."""
    value = np.repeat(_value(crowd, fill), np.diff(ends))
    closed = slice(0, int(ends[-1]))
    position = queue.side.sign * queue.side.quantity[closed] * value
    return np.asarray(crowd.thresholds.other[queue.side.account[closed]] + position)


def _value(crowd: Prepared, price: FloatArray) -> FloatArray:
    """Return the value of one contract at these prices [currency]."""
    return np.asarray(unit_value(crowd.thresholds.instrument, price[..., None])[..., 0])
