"""One market, one question: where it rests, without putting the crowd in order first.

Sorting a crowd costs more than one answer. Accounts are counted in narrow bands of the liquidation
price instead, and the price walks from band to band. A band is crossed for certain if the sales of
those before it have already moved the price beyond its far end, and not entered if they have not
reached its near end. Only in a band where the price may come to rest are the accounts put in order,
so the answer is as exact as that of :func:`marginlib.cascade.rest`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, positive
from marginlib.cascade.one_market import (
    Queue,
    Rest,
    Side,
    Thresholds,
    refuse_both_sides,
    refuse_many,
    some,
)
from marginlib.impact import Curve

_BANDS = 4096
_AT_ONCE = 65_536  # accounts whose numbers stay in the processor's cache
_SLACK = 1e-10  # of the price


def rest_once(crowd: Thresholds, impact: Curve, price: float) -> Rest:
    """Return where the market comes to rest after one shock; see :func:`marginlib.cascade.rest`.

    Parameters
    ----------
    crowd : Thresholds
        From :func:`~marginlib.cascade.one_market.thresholds`.
    impact : Curve
        With numbers, not arrays, as parameters.
    price : float
        Price after the shock, before anyone is closed [quote currency].

    Raises
    ------
    MarginError
        Where longs and shorts are due at the same price.

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 20], [[1], [1]], entry)
    >>> from marginlib.cascade.one_market import thresholds
    >>> levels = thresholds(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> after = rest_once(levels, ml.impact.linear_book(depth=1), 94)
    >>> round(float(after.price), 2), int(after.closed), float(after.quantity)
    (93.06, 1, -1.0)
    """
    shocked = positive("price", price)
    refuse_many(impact, shocked)
    due = [side for side in (crowd.longs, crowd.shorts) if _is_reached(side, shocked)]
    refuse_both_sides(np.array(len(due)), np.array(len(due) - 1), shocked)
    if not due:
        return Rest(shocked, np.array(0), np.array(0.0))
    count, quantity = _walk(due[0], impact, shocked)
    flow = np.array(-due[0].sign * quantity)
    return Rest(impact.last_price(shocked, flow), np.array(count), flow)


def _is_reached(side: Side, price: FloatArray) -> bool:
    """Tell whether anyone is due at this price."""
    if not len(side.price):
        return False
    first = side.price.max() if side.sign > 0 else side.price.min()
    return bool(side.sign * (first - price) > 0)


def _walk(side: Side, impact: Curve, shocked: FloatArray) -> tuple[int, float]:
    """Return how many are closed and what they trade, walking from band to band."""

    def last_price(quantity: FloatArray) -> FloatArray:
        return impact.last_price(shocked, -side.sign * quantity)

    band, held, far_end = _bands(side, shocked, last_price(side.quantity.sum()))
    before = np.concatenate([[0.0], np.cumsum(held)])  # contracts of the bands in front of each
    moved = side.sign * (shocked - last_price(before[:-1]))
    crossed = ~(moved < far_end)  # nan is beyond all
    for doubtful in np.flatnonzero(~crossed & (held > 0)):
        queue = Queue(some(side, np.flatnonzero(band == doubtful)))
        ahead = last_price(before[doubtful] + queue.reached[:-1])
        is_closed = ~(side.sign * queue.side.price <= side.sign * ahead)
        if not is_closed.all():
            more = int(np.argmin(is_closed))
            fewer = int(np.count_nonzero(band < doubtful))
            return fewer + more, float(before[doubtful] + queue.reached[more])
    return int(np.count_nonzero(band <= _BANDS)), float(before[-1])


def _bands(
    side: Side, shocked: FloatArray, end: FloatArray
) -> tuple[NDArray[np.uint16], FloatArray, FloatArray]:
    """Return the band of each account, and what each band holds and where it ends.

    Band 0 is due at once. The others are equally wide and go as far as ``end``, where the price
    would be if all were closed, or to the last account. Beyond them nobody can be reached. What is
    so near to an end that rounding decides is put behind it, where it is looked at again.
    """
    start, slack = float(side.sign * shocked), float(shocked) * _SLACK
    farthest = end if np.isfinite(end) else side.price.min() if side.sign > 0 else side.price.max()
    width = (max(start - float(side.sign * farthest), 0.0) + 2 * slack) / _BANDS
    band, held = np.empty(len(side.price), np.uint16), np.zeros(_BANDS + 2)
    for first in range(0, len(band), _AT_ONCE):
        some_accounts = slice(first, first + _AT_ONCE)
        place = side.price[some_accounts] * (-side.sign / width)
        place += (start + slack) / width + 1
        index = np.clip(place, 0, _BANDS + 1, out=place).astype(np.intp)
        held += np.bincount(index, side.quantity[some_accounts], minlength=_BANDS + 2)
        band[some_accounts] = index
    return band, held[:-1], width * np.arange(_BANDS + 1.0)
