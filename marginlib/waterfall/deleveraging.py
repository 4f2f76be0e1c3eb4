r"""Auto-deleveraging: closing the positions of those on the other side.

When a position cannot be closed in the market before its margin is used up, it is closed against
traders who hold the opposite, at its bankruptcy price. They choose neither time nor price; they
give up the profit between that price and the mark. Who is first is a rule:

* **a queue** by profit and leverage: the first is closed fully before the second is touched;
* **pro rata** to size, or to profit: everyone is closed a little.

No position flips or grows, and nobody is closed beyond his size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    fraction,
    numbers,
    numbers_or_none,
    one_for_each,
    positive,
    refuse,
    together,
    whole,
)
from marginlib.waterfall.allocation import in_order, people, pro_rata


class Deleveraged(NamedTuple):
    """What was closed against whom."""

    closed: FloatArray  # (..., N) [contracts], zero or more
    left: FloatArray  # (...) [contracts], what found nobody on the other side
    price: FloatArray  # (...) [quote currency], the same for all: the bankruptcy price


def deleveraging_score(
    entry_value: ArrayLike, mark_value: ArrayLike, bankruptcy_value: ArrayLike
) -> FloatArray:
    """Return the score by which positions are ranked: the highest is deleveraged first.

    It is the profit on the entry value, times the effective leverage for those who have a profit,
    divided by it for those who have a loss. The effective leverage is the size of a position over
    what it can still lose.

    Parameters
    ----------
    entry_value, mark_value, bankruptcy_value : float or array of shape (...)
        Quantity times value of one unit at the entry, mark and bankruptcy price; negative for
        short positions [currency].

    Returns
    -------
    array of shape (...)
        Score [no unit]; ``nan`` where there is no position, or none of its margin is left.

    Source: BitMEX, "Auto-Deleveraging", bitmex.com/app/autoDeleveraging, read 22 November 2026.

    >>> deleveraging_score([1_000, 1_000], [1_200, 900], [1_000, 800]).round(4).tolist()
    [1.2, -0.0111]
    """
    entry, now = numbers("entry_value", entry_value), numbers("mark_value", mark_value)
    last = numbers("bankruptcy_value", bankruptcy_value)
    together(entry_value=entry, mark_value=now, bankruptcy_value=last)
    profit = (now - entry) / np.where(entry == 0, np.nan, np.abs(entry))
    left = now - last
    leverage = np.abs(now) / np.where(left > 0, left, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(profit > 0, profit * leverage, profit / leverage)


def queue_order(score: ArrayLike) -> NDArray[np.intp]:
    """Return the places of the persons from the highest score to the lowest, shape (..., N).

    Equal scores keep the order of the list; ``nan`` comes last.

    >>> queue_order([3, 6, 1, 4]).tolist()
    [1, 3, 0, 2]
    """
    return np.argsort(-_scores(score), axis=-1, kind="stable")


def queue_fraction(score: ArrayLike, size: ArrayLike, steps: int = 5) -> FloatArray:
    """Return how far back in the queue each person stands, as the indicator of a venue shows it.

    It is the part of all contracts that lies at or before his place, rounded up to a step: with
    five steps, 0.2 is the first fifth, which is deleveraged first.

    Parameters
    ----------
    score : array of shape (..., N)
        Scores; see :func:`deleveraging_score`.
    size : array of shape (..., N)
        Sizes of the positions, unsigned [contracts].
    steps : int
        How many steps the indicator has.

    Source: BitMEX, "Auto-Deleveraging Further Information", whose example this is.

    >>> queue_fraction([3, 6, 1, 4, 5, 2], [10, 10, 20, 30, 20, 10]).tolist()
    [0.8, 0.2, 1.0, 0.6, 0.4, 0.8]
    """
    steps = whole("steps", steps)
    order, sizes = queue_order(score), people("size", size)
    together(score=order, size=sizes)
    order, sizes = np.broadcast_arrays(order, sizes)
    upto = np.cumsum(np.take_along_axis(sizes, order, -1), axis=-1)
    total = np.where(upto[..., -1:] > 0, upto[..., -1:], np.nan)
    place = np.empty(sizes.shape)
    np.put_along_axis(place, order, np.ceil(upto * steps / total) / steps, -1)
    return place


def deleverage_queue(
    quantity: ArrayLike,
    price: ArrayLike,
    held: ArrayLike,
    score: ArrayLike,
    largest_part: ArrayLike = 1.0,
) -> Deleveraged:
    """Close a position against the queue of those who hold the opposite.

    Parameters
    ----------
    quantity : float or array of shape (...)
        Position that must be closed; long is positive [contracts].
    price : float or array of shape (...)
        Its bankruptcy price, at which all are closed [quote currency].
    held : array of shape (..., N)
        Positions of the others, signed. Those on the same side are passed over [contracts].
    score : array of shape (..., N)
        Their scores: the highest is first; see :func:`deleveraging_score`.
    largest_part : float or array of shape (..., N)
        The most that is closed of one position [fraction].

    Source: BitMEX, "Auto-Deleveraging Further Information".

    >>> result = deleverage_queue(-20, 650, held=[10, 10, 20], score=[3, 6, 5])
    >>> result.closed.tolist(), float(result.left), float(result.price)
    ([0.0, 10.0, 10.0], 0.0, 650.0)
    """
    size, most = _closable(quantity, held, largest_part)
    order = queue_order(score)
    shape = together(score=order, held=most)
    order, most = np.broadcast_to(order, shape), np.broadcast_to(most, shape)
    closed = np.empty(shape)
    np.put_along_axis(closed, order, in_order(size, np.take_along_axis(most, order, -1)), -1)
    return _deleveraged(size, price, most, closed)


def deleverage_pro_rata(
    quantity: ArrayLike,
    price: ArrayLike,
    held: ArrayLike,
    weight: ArrayLike | None = None,
    largest_part: ArrayLike = 1.0,
) -> Deleveraged:
    """Close a position against all who hold the opposite, each in proportion to his weight.

    Parameters
    ----------
    quantity, price, held, largest_part
        As for :func:`deleverage_queue`.
    weight : array of shape (..., N), optional
        Weights, such as the profits; who has 0 or less is not touched. Without it, the sizes.

    >>> deleverage_pro_rata(-12, 650, held=[10, 20, 30]).closed.tolist()
    [2.0, 4.0, 6.0]
    >>> deleverage_pro_rata(-12, 650, held=[10, 20, 30], weight=[300, 100, -50]).closed.tolist()
    [9.0, 3.0, 0.0]
    """
    size, most = _closable(quantity, held, largest_part)
    weights = np.abs(numbers("held", held)) if weight is None else numbers("weight", weight)
    shape = together(weight=weights, held=most)
    most = np.broadcast_to(np.where(weights > 0, most, 0.0), shape)
    closed = pro_rata(size, np.maximum(weights, 0.0) * (most > 0), limit=most)
    return _deleveraged(size, price, most, closed)


def profit_given_up(result: Deleveraged, quantity: ArrayLike, mark: ArrayLike) -> FloatArray:
    """Return what each person lost by being closed at the bankruptcy price and not at the mark.

    Parameters
    ----------
    quantity : float or array of shape (...)
        The position that was closed; long is positive [contracts].
    mark : float or array of shape (...)
        Mark price [quote currency].

    Returns
    -------
    array of shape (..., N)
        Profit given up, for linear contracts of size 1 [currency].

    A short position bankrupt at 650 is closed against longs while the mark is 660:

    >>> result = deleverage_queue(-20, 650, held=[10, 10, 20], score=[3, 6, 5])
    >>> profit_given_up(result, -20, 660).tolist()
    [0.0, 100.0, 100.0]
    """
    per_contract = -np.sign(numbers("quantity", quantity)) * (positive("mark", mark) - result.price)
    return np.asarray(result.closed * per_contract[..., None])


def _scores(score: ArrayLike) -> FloatArray:
    """Return the scores; some may be ``nan``, where no margin is left."""
    return one_for_each("person", "score", numbers_or_none("score", score))


def _closable(
    quantity: ArrayLike, held: ArrayLike, largest_part: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return how much must be closed, and how much of it each person can close at most."""
    closing = numbers("quantity", quantity)
    others = one_for_each("person", "held", numbers("held", held))
    part = fraction("largest_part", largest_part)
    together(quantity=(*closing.shape, 1), held=others, largest_part=part)
    opposite = closing[..., None] * others < 0
    refuse_one_side(closing, others)
    return np.abs(closing), np.where(opposite, np.abs(others) * part, 0.0)


def refuse_one_side(quantity: FloatArray, held: FloatArray) -> None:
    """Refuse one position whose counterparties are all on its own side: a sign was forgotten.

    In a batch some may find nobody, which their ``left`` says.
    """
    same = quantity * held > 0 if not quantity.ndim and held.ndim == 1 else np.zeros((), bool)
    if same.any() and not (quantity * held < 0).any():
        refuse(
            "held",
            held,
            same,
            "must have someone on the other side of the position, which is "
            f"{'long' if quantity > 0 else 'short'}",
            hint=lambda bad: -bad,
        )


def _deleveraged(
    size: FloatArray, price: ArrayLike, most: FloatArray, closed: FloatArray
) -> Deleveraged:
    limit = positive("price", price)
    together(price=limit, quantity=size)
    left = np.asarray(np.maximum(size - most.sum(axis=-1), 0.0))
    return Deleveraged(closed, left, np.broadcast_to(limit, left.shape))
