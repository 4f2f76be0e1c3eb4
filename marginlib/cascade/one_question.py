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
_SLACK = 1e-10  # of the price


def rest_once(crowd: Thresholds, impact: Curve, price: float) -> Rest:
    """Return where the market comes to rest after one shock; see :func:`marginlib.cascade.rest`.

    Parameters
    ----------
    crowd : Thresholds
        From :func:`marginlib.cascade.thresholds`.
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
    >>> levels = ml.cascade.thresholds(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> after = rest_once(levels, ml.impact.linear(depth=1), 94)
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
    return bool(side.sign * (first - price) >= 0)


def _walk(side: Side, impact: Curve, shocked: FloatArray) -> tuple[int, float]:
    """Return how many are closed and what they trade, walking from band to band."""

    def last_price(quantity: FloatArray) -> FloatArray:
        return impact.last_price(shocked, -side.sign * quantity)

    band, far_end = _bands(side, shocked, last_price(side.quantity.sum()))
    held = np.bincount(band, weights=side.quantity, minlength=_BANDS + 1)[: _BANDS + 1]
    before = np.concatenate([[0.0], np.cumsum(held)])  # contracts of the bands in front of each
    moved = side.sign * (shocked - last_price(before[:-1]))
    # What is so close that rounding would decide is left to the exact walk; nan is beyond all.
    crossed = ~(moved <= far_end + float(shocked) * _SLACK)
    crossed[0] = True
    for doubtful in np.flatnonzero(~crossed & (held > 0)):
        queue = Queue(some(side, np.flatnonzero(band == doubtful)))
        ahead = last_price(before[doubtful] + queue.reached[:-1])
        is_closed = ~(side.sign * queue.side.price < side.sign * ahead)
        if not is_closed.all():
            more = int(np.argmin(is_closed))
            fewer = int(np.count_nonzero(band < doubtful))
            return fewer + more, float(before[doubtful] + queue.reached[more])
    return int(np.count_nonzero(band <= _BANDS)), float(before[-1])


def _bands(
    side: Side, shocked: FloatArray, farthest: FloatArray
) -> tuple[NDArray[np.intp], FloatArray]:
    """Return the band of each account, and how far from the shocked price each band ends.

    Band 0 is due at once. The others are equally wide and end at ``farthest``, where the price
    would be if all were closed, or with the last account. Beyond them nobody can be reached.
    """
    away = side.sign * (shocked - side.price)
    reach = np.fmin(side.sign * (shocked - farthest), away.max())
    width = (max(float(reach), 0.0) + float(shocked) * _SLACK) / _BANDS
    np.multiply(away, 1 / width, out=away)
    np.ceil(away, out=away)
    np.clip(away, 0, _BANDS + 1, out=away)
    return away.astype(np.intp), width * np.arange(_BANDS + 1.0)
