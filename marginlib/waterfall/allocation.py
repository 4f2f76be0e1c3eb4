r"""Sharing one amount among many: pro rata, or one after the other.

Everything else in this package stands on these two. Pro rata gives person i

.. math:: \frac{\text{weight}_i}{\sum_j \text{weight}_j} \times \text{amount},

and where that is more than a person can bear, what is too much is shared among the others in the
same way. In order, the first in line bears all that he can, then the second.

**Rounding.** Shares are rounded, so that they may miss the amount by a few units in the last
place. What is missing goes to the largest share, so that the sum is the amount again as nearly as
64-bit numbers can say it. Venues that count in whole units truncate every share, and give what is
left over to one person; see ``unit`` and ``residue``.
"""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    known,
    non_negative,
    one_for_each,
    positive,
    together,
)

Residue = Literal["largest", "last"]


def pro_rata(
    amount: ArrayLike,
    weight: ArrayLike,
    limit: ArrayLike | None = None,
    unit: float | None = None,
    residue: Residue = "largest",
) -> FloatArray:
    """Return the share of each person in ``amount``, in proportion to the weights.

    Parameters
    ----------
    amount : float or array of shape (...)
        What is shared, zero or more [currency, or contracts].
    weight : array of shape (..., N)
        Weights of the N persons, zero or more.
    limit : array of shape (..., N), optional
        The most that each can bear [as amount]. Without it there is no limit.
    unit : float, optional
        The smallest unit that is paid; every share is cut down to a multiple of it. Exact as long
        as amount times weight, both counted in whole units, stays below 2**53.
    residue : {"largest", "last"}
        Who bears what rounding leaves over: the largest share, or the last in the list; where
        that one is at his limit, the next largest, or the one before.

    Returns
    -------
    array of shape (..., N)
        Shares. They add up to the amount, or to the sum of the limits where that is smaller; all
        are 0 where all weights are.

    >>> pro_rata(90, [1, 2]).tolist()
    [30.0, 60.0]
    >>> pro_rata(90, [1, 1, 4], limit=[50, 50, 30]).tolist()  # the third can bear only 30
    [30.0, 30.0, 30.0]
    >>> pro_rata(100, [1, 1, 1], unit=1, residue="last").tolist()
    [33.0, 33.0, 34.0]
    """
    known("residue", residue, ("largest", "last"))
    total, weights = non_negative("amount", amount), people("weight", weight)
    limits = np.full((), np.inf) if limit is None else people("limit", limit)
    shape = together(amount=(*total.shape, 1), weight=weights, limit=limits)
    if not shape[-1]:
        raise MarginError(f"weight must hold one value for each person; got shape {weights.shape}")
    weights = np.broadcast_to(weights, shape)
    bearable = np.where(weights > 0, limits, 0.0)
    total = np.minimum(np.broadcast_to(total, shape[:-1]), bearable.sum(axis=-1))
    share = _up_to_limits(total, weights, bearable)
    if unit is not None:
        step = positive("unit", unit)
        share = np.floor(share / step) * step
    return _with_residue(share, total, bearable, residue)


def in_order(amount: ArrayLike, available: ArrayLike) -> FloatArray:
    """Return what each person bears if the first in line bears all that he can, then the second.

    Parameters
    ----------
    amount : float or array of shape (...)
        What is to be borne, zero or more [currency, or contracts].
    available : array of shape (..., N)
        The most that each can bear, in order [as amount].

    Returns
    -------
    array of shape (..., N)
        They add up to the amount, or to all that is available where that is less.

    >>> in_order(25, [10, 20, 30]).tolist()
    [10.0, 15.0, 0.0]
    """
    total, most = non_negative("amount", amount), people("available", available)
    together(amount=total, available=most.shape[:-1])
    return _in_order(total, most)


def people(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as numbers of zero or more with a last axis of persons."""
    return one_for_each("person", name, non_negative(name, value))


def _in_order(amount: FloatArray, available: FloatArray) -> FloatArray:
    before = np.cumsum(available[..., :-1], axis=-1)
    left = amount[..., None] - np.insert(before, 0, 0.0, axis=-1)
    return cast(FloatArray, np.minimum(available, np.maximum(left, 0.0)))


def _up_to_limits(total: FloatArray, weight: FloatArray, limit: FloatArray) -> FloatArray:
    """Raise the level of all, in proportion to the weights, until the total is shared out.

    Those whose limit is lowest for their weight are full first. If the first k are full, the
    others share what is left; the right k is the first at which nobody else would be overfull.
    """
    with np.errstate(over="ignore"):  # a tiny weight is full only at infinity, which is right
        full_at = limit / np.where(weight > 0, weight, 1.0)
    order = np.argsort(full_at, axis=-1, kind="stable")
    borne = np.take_along_axis(limit, order, -1)
    weights = np.take_along_axis(weight, order, -1)
    before = np.insert(np.cumsum(borne[..., :-1], axis=-1), 0, 0.0, axis=-1)
    others = np.flip(np.cumsum(np.flip(weights, -1), axis=-1), -1)
    left = np.maximum(total[..., None] - before, 0.0)
    fits = left <= np.take_along_axis(full_at, order, -1) * others
    k = np.argmax(fits, axis=-1)[..., None]
    rest, sharing = np.take_along_axis(left, k, -1), np.take_along_axis(others, k, -1)
    # Multiply before dividing: whole numbers then give whole shares. What overflows belongs to
    # those who are full, and is cut to their limits.
    with np.errstate(over="ignore"):
        share = rest * weight / np.where(sharing > 0, sharing, 1.0)
    return cast(FloatArray, np.minimum(share, limit))


def _with_residue(
    share: FloatArray, total: FloatArray, limit: FloatArray, residue: Residue
) -> FloatArray:
    """Add to the shares what they miss of the total, without passing anyone's limit."""
    missing = total - share.sum(axis=-1)
    order = _who_bears_residue(share, residue)
    room = np.take_along_axis(np.maximum(limit - share, 0.0), order, -1)
    added = np.empty_like(share)
    np.put_along_axis(added, order, _in_order(np.maximum(missing, 0.0), room), -1)
    # Too much can only be a few units in the last place: the first in that order gives it back.
    excess = np.minimum(missing, 0.0)[..., None] * (_place_in(order) == 0)
    return cast(FloatArray, np.maximum(share + added + excess, 0.0))


def _who_bears_residue(share: FloatArray, residue: Residue) -> NDArray[np.intp]:
    if residue == "largest":
        return np.argsort(-share, axis=-1, kind="stable")
    last_first = np.arange(share.shape[-1])[::-1]
    return np.broadcast_to(last_first, share.shape)


def _place_in(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the place of each person in an order, which is the inverse permutation."""
    return np.argsort(order, axis=-1, kind="stable")
