"""Options marked down after a move, because they may have to be sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, hold, non_negative
from marginlib.market import Market


class Side(NamedTuple):
    """By how much one side of a book of options is marked."""

    base: float  # factor at once [times]
    rate_share: float  # share of the market's interest that is added for each year [fraction]
    rate: float  # interest that is added for each year whatever the market's is [1 / year]


@dataclass(frozen=True, eq=False)
class StaticDiscount:
    r"""Value of an expiry's options after a move: worth less if positive, owed more if negative.

    With T the time to expiry and r the interest rate (not below 0), what is worth something is
    multiplied by :math:`b \, e^{-T (r s + a)}`, with b, s, a those of ``long``, and what is owed
    by :math:`\min(e^{rT}, \, b \, e^{T (r s + a)})`, with those of ``short``: nobody can owe more
    than the undiscounted amount.

    Parameters
    ----------
    long, short : tuple of three float
        Base factor [times], share of the interest rate [fraction], and interest that is added
        [1 / year].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22.

    >>> rule = StaticDiscount(long=(0.95, 1.0, 0.08), short=(1.04, 0.5, 0.08))
    >>> [round(float(part), 4) for part in rule.factors(years=1.0, rate=0.05)]
    [0.8342, 1.0513]
    """

    long: Side
    short: Side

    def __init__(self, long: tuple[float, float, float], short: tuple[float, float, float]) -> None:
        hold(
            self,
            long=Side(*non_negative("long", long).tolist()),
            short=Side(*non_negative("short", short).tolist()),
        )

    def factors(self, years: ArrayLike, rate: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the factors for what is worth something and for what is owed [times]."""
        time, interest = non_negative("years", years), np.maximum(0.0, rate)
        worth, owed = (side.rate_share * interest + side.rate for side in (self.long, self.short))
        undiscounted = np.exp(interest * time)
        return (
            self.long.base * np.exp(-time * worth),
            np.minimum(undiscounted, self.short.base * np.exp(time * owed)),
        )

    def apply(self, worth: FloatArray, market: Market, option: int) -> FloatArray:
        """Return ``worth``, shape (..., S), marked down as options that expire with ``option``."""
        rates = np.broadcast_to(market.rate, market.years.shape)
        positive, negative = self.factors(market.years[..., option], rates[..., option])
        return np.asarray(worth * np.where(worth >= 0, positive[..., None], negative[..., None]))
