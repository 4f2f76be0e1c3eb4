"""Weights of collateral that fall with its amount, and weights of debts that grow with theirs.

The square root is that of the impact of a trade: selling four times as much moves the price about
twice as far. What one account holds counts in the size weights, what all accounts hold in the pool
weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative
from marginlib._fields import Fraction, NonNegative, checked, default
from marginlib.margin.collateral_weights import Start, pool_discount, size_discount, start_value
from marginlib.margin.haircut_rules import HaircutRule, LiabilityWeight


@checked
class SizeDiscount(HaircutRule):
    """An asset's weight falls with the square root of the amount; see :func:`size_discount`.

    Parameters
    ----------
    factor : float or array of shape (I,)
        How fast the weight falls [1 / square root of a unit of the asset].
    weight : float or array of shape (I,)
        Weight of a small amount [fraction].
    """

    factor: NonNegative
    weight: Fraction = default(1.0)

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return 1 minus the discounted weight."""
        return 1 - size_discount(self.weight, self.factor, quantity)


@checked
class SizePremium(HaircutRule):
    """A debt's weight grows with the square root of the amount; see :func:`size_premium`.

    Parameters
    ----------
    factor : float or array of shape (I,)
        How fast the weight grows [1 / square root of a unit of the asset].
    weight : float or array of shape (I,)
        Weight of a small debt [fraction], at least 1.
    """

    factor: NonNegative
    weight: LiabilityWeight = default(1.0)

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the weight of the debt minus 1."""
        return size_premium(self.weight, self.factor, quantity) - 1


@checked
class PoolDiscount(HaircutRule):
    """An asset's weight falls as everyone's deposits of it grow; see :func:`pool_discount`.

    Parameters
    ----------
    deposits : float or array of shape (I,)
        All deposits of the asset at the venue [units of the asset].
    start : float or array of shape (I,)
        Value of deposits from which the weight shrinks [currency]; infinite for never.
    weight : float or array of shape (I,)
        Weight while deposits are small [fraction].
    """

    deposits: NonNegative
    start: Start
    weight: Fraction = default(1.0)
    moves_with_price = True

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return 1 minus the shrunken weight."""
        return 1 - pool_discount(self.weight, self.deposits * value, self.start)


@checked
class PoolPremium(HaircutRule):
    """A debt's weight grows as everyone's debts of it grow; see :func:`pool_premium`.

    Parameters
    ----------
    borrows : float or array of shape (I,)
        All debts of the asset at the venue [units of the asset].
    start : float or array of shape (I,)
        Value of debts from which the weight grows [currency]; infinite for never.
    weight : float or array of shape (I,)
        Weight while debts are small [fraction], at least 1.
    """

    borrows: NonNegative
    start: Start
    weight: LiabilityWeight = default(1.0)
    moves_with_price = True

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the grown weight of the debt minus 1."""
        return pool_premium(self.weight, self.borrows * value, self.start) - 1


def size_premium(weight: ArrayLike, factor: ArrayLike, quantity: ArrayLike) -> FloatArray:
    """Return the weight of a debt, or a margin rate, larger for larger amounts.

    It is ``max(weight, 0.8 weight + factor x sqrt(quantity))``, so that small amounts keep their
    weight; with a factor of 0 all do.

    Parameters
    ----------
    weight : float or array
        Weight, or rate, of a small amount [fraction].
    factor : float or array
        How fast it grows [1 / square root of a unit].
    quantity : float or array
        Amount, zero or more [units of the asset].

    Source: Drift protocol v2, ``math/margin``, commit 0ae3e3b1.

    >>> size_premium(1.1, factor=0.01, quantity=[100, 10_000]).round(6).tolist()
    [1.1, 1.88]
    """
    small, growth = non_negative("weight", weight), non_negative("factor", factor)
    return np.maximum(small, 0.8 * small + growth * np.sqrt(non_negative("quantity", quantity)))


def pool_premium(weight: ArrayLike, borrowed: ArrayLike, start: ArrayLike) -> FloatArray:
    """Return the weight of a debt in an asset of which a venue has lent very much.

    Beyond a start it is ``weight x borrowed / start``.

    Parameters
    ----------
    weight : float or array
        Weight while debts are small [fraction].
    borrowed : float or array
        Value of all debts of the asset [currency].
    start : float or array
        Value from which the weight grows [currency].

    Source: Mango v4, borrow weight scale, commit 1303a4a1.

    >>> pool_premium(1.5, borrowed=[4_000, 7_500], start=5_000).tolist()
    [1.5, 2.25]
    """
    small, total = non_negative("weight", weight), non_negative("borrowed", borrowed)
    return np.asarray(small * np.maximum(1.0, total / start_value("start", start)))
