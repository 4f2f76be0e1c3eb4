"""The legs of one account in one underlying, and a way to use some of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    hold,
    non_negative,
    numbers,
    positive,
    together,
)
from marginlib.margin.short_options import out_of_the_money

SHARES = -1  # the row of the shares, beside those of the options


@dataclass(frozen=True, eq=False)
class OptionLegs:
    """Options on one thing, and the shares of it that are held or sold short.

    Parameters
    ----------
    underlying : float
        Price of the underlying [currency].
    strike, premium : array of shape (O,)
        Strikes, and prices of the options for one unit of the underlying [currency].
    is_call : array of bool, shape (O,)
    quantity : array of shape (O,)
        Contracts, positive if bought [contracts].
    above_premium : array of shape (O,)
        What each needs on top of its premium if it is sold and nothing else, for one unit
        [currency]; see :class:`~marginlib.margin.ShortOptionRate`.
    years : array of shape (O,)
        Time to expiry [years].
    size : array of shape (O,)
        Units of the underlying in one contract [units].
    shares : float
        Shares held, negative if sold short [shares].
    share_need : float
        What one of these shares needs by itself [currency].
    """

    underlying: float
    strike: FloatArray
    is_call: NDArray[np.bool_]
    quantity: FloatArray
    premium: FloatArray
    above_premium: FloatArray
    years: FloatArray
    size: FloatArray
    shares: float
    share_need: float

    def __init__(
        self,
        underlying: float,
        strike: ArrayLike,
        is_call: ArrayLike,
        quantity: ArrayLike,
        premium: ArrayLike,
        above_premium: ArrayLike,
        years: ArrayLike = 0.0,
        size: ArrayLike = 100.0,
        shares: float = 0.0,
        share_need: float = 0.0,
    ) -> None:
        arrays = {
            "strike": positive("strike", strike),
            "is_call": np.asarray(is_call, dtype=bool),
            "quantity": numbers("quantity", quantity),
            "premium": non_negative("premium", premium),
            "above_premium": non_negative("above_premium", above_premium),
            "years": non_negative("years", years),
            "size": positive("size", size),
        }
        shape = together(**arrays)
        if len(shape) > 1:
            raise MarginError(
                f"legs are those of one account, arrays of shape (O,); got shape {shape}"
            )
        count = shape or (1,)
        hold(
            self,
            **{name: np.broadcast_to(array, count) for name, array in arrays.items()},
            underlying=float(positive("underlying", underlying)),
            shares=float(numbers("shares", shares)),
            share_need=float(non_negative("share_need", share_need)),
        )

    @property
    def sold(self) -> list[int]:
        """Places of the options sold."""
        return [int(leg) for leg in np.flatnonzero(self.quantity < 0)]

    @property
    def bought(self) -> list[int]:
        """Places of the options bought."""
        return [int(leg) for leg in np.flatnonzero(self.quantity > 0)]

    @property
    def whole(self) -> bool:
        """Whether all options come in whole contracts."""
        return bool((self.quantity % 1 == 0).all())

    @property
    def option_value(self) -> float:
        """What the options are worth, bought less sold [currency]."""
        return float(self.quantity * self.size @ self.premium)

    def units(self, leg: int) -> float:
        """Return the units of the underlying in one contract of an option [units]."""
        return float(self.size[leg])

    def naked(self, leg: int) -> float:
        """Return what one unit of an option sold needs by itself, with its premium [currency]."""
        return float(self.premium[leg] + self.above_premium[leg])

    def out_of_the_money(self, leg: int) -> float:
        """Return how far an option is out of the money, for one unit [currency]."""
        return float(out_of_the_money(self.underlying, self.strike[leg], self.is_call[leg]))

    def in_the_money(self, leg: int) -> float:
        """Return how far an option is in the money, for one unit [currency]."""
        # A call is in the money by what a put with its strike is out of the money.
        return float(out_of_the_money(self.underlying, self.strike[leg], ~self.is_call[leg]))


@dataclass(frozen=True, eq=False)
class Way:
    """A strategy in which one unit of some legs can be used.

    Parameters
    ----------
    name : str
    uses : mapping of int to float
        Contracts of each leg, and of row -1 the shares, that one unit takes [contracts; shares].
    need : float
        What one unit needs, the value of options sold included, on top of what the shares need by
        themselves; below zero where the strategy lets them need less [currency].
    """

    name: str
    uses: Mapping[int, float]
    need: float
