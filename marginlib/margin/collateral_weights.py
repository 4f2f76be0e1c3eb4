"""Weights of collateral that fall with its amount.

The square root is that of the impact of a trade: selling four times as much moves the price about
twice as far. What one account holds counts in the size weights, what all accounts hold in the pool
weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive
from marginlib._fields import Rule


def size_discount(weight: ArrayLike, factor: ArrayLike, quantity: ArrayLike) -> FloatArray:
    """Return the weight of an asset, smaller for larger amounts.

    It is ``min(weight, 1.1 / (1 + factor x sqrt(quantity)))``, so that small amounts keep their
    weight.

    Parameters
    ----------
    weight : float or array
        Weight of a small amount [fraction].
    factor : float or array
        How fast it falls [1 / square root of a unit].
    quantity : float or array
        Amount held, zero or more [units of the asset, or money for a profit].

    Source: Drift protocol v2, ``math/margin``, commit 0ae3e3b1.

    >>> size_discount(0.9, factor=0.01, quantity=[100, 10_000]).tolist()
    [0.9, 0.55]
    """
    small, fall = fraction("weight", weight), non_negative("factor", factor)
    return np.minimum(small, 1.1 / (1 + fall * np.sqrt(non_negative("quantity", quantity))))


def pool_discount(weight: ArrayLike, deposited: ArrayLike, start: ArrayLike) -> FloatArray:
    """Return the weight of an asset of which a venue holds very much.

    Beyond a start the weight shrinks so that all deposits together count no more than they did
    there: ``weight x min(1, start / deposited)``.

    Parameters
    ----------
    weight : float or array
        Weight while deposits are small [fraction].
    deposited : float or array
        Value of all deposits of the asset [currency].
    start : float or array
        Value from which the weight shrinks [currency].

    Source: Drift protocol v2, ``spot_market``, commit 0ae3e3b1; Mango v4, deposit weight scale,
    commit 1303a4a1.

    >>> pool_discount(0.9, deposited=[400_000, 1_000_000], start=500_000).tolist()
    [0.9, 0.45]
    """
    small, total = fraction("weight", weight), non_negative("deposited", deposited)
    return np.asarray(small / np.maximum(1.0, total / start_value("start", start)))


def start_value(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as amounts above zero, of which some may be infinite."""
    array = np.asarray(value, dtype=np.float64)
    positive(name, np.where(np.isposinf(array), 1.0, array))
    return array


class Start(Rule[FloatArray]):
    """Amounts above zero from which a weight moves, infinite where it never does."""

    check = staticmethod(start_value)
