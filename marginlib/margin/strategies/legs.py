"""The legs of one account in one underlying, and a way to use some of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from marginlib._checks import MarginError, hold, together
from marginlib._fields import (
    NonNegative,
    Numbers,
    OneNonNegative,
    OneNumber,
    OnePositive,
    Positive,
    Truths,
    checked,
    default,
)
from marginlib.margin.short_options import out_of_the_money

SHARES = -1  # the row of the shares, beside those of the options


@checked
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

    underlying: OnePositive
    strike: Positive
    is_call: Truths
    quantity: Numbers
    premium: NonNegative
    above_premium: NonNegative
    years: NonNegative = default(0.0)
    size: Positive = default(100.0)
    shares: OneNumber = default(0.0)
    share_need: OneNonNegative = default(0.0)

    def __post_init__(self) -> None:
        single = ("underlying", "shares", "share_need")
        arrays = {name: each for name, each in vars(self).items() if name not in single}
        shape = together(**arrays)
        if len(shape) > 1:
            raise MarginError(
                f"legs are those of one account, arrays of shape (O,); got shape {shape}"
            )
        hold(self, **{name: np.broadcast_to(each, shape or (1,)) for name, each in arrays.items()})

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
