r"""How leverage, or size, is spread over a crowd.

A distribution is anything with a method ``ppf``, the inverse of the cumulative distribution: it
turns shares of the crowd into values. Every distribution of ``scipy.stats`` is one; those of this
module need only numpy and read as they are spoken of. Because an account keeps its place in the
crowd, a new median or a fatter tail moves every account a little and shuffles none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    numbers,
    one_number,
    positive,
    refuse,
)


@runtime_checkable
class Distribution(Protocol):
    """What leverage and size can be drawn from."""

    def ppf(self, share: FloatArray, /) -> ArrayLike:
        """Return the values below which these shares of the crowd are, of the same shape."""


@dataclass(frozen=True)
class LogNormal:
    """Values whose logarithm is normal, between two bounds.

    Parameters
    ----------
    median : float
        Half of all values are below it, if there were no bounds.
    spread : float
        Standard deviation of the logarithm: 0.7 puts two thirds of all values between half and
        twice the median.
    least, most : float
        Bounds; what would be outside is not moved to them but left out.

    >>> LogNormal(median=10, spread=0.7).ppf(np.array([0.5])).round(6).tolist()
    [10.0]
    >>> LogNormal(median=10, spread=0.7, most=10).ppf(np.array([0.999])).round(1).tolist()
    [10.0]
    """

    median: float
    spread: float
    least: float = 0.0
    most: float = np.inf

    def __post_init__(self) -> None:
        one_number("median", positive("median", self.median))
        one_number("spread", positive("spread", self.spread))
        _bounds(self.least, self.most)

    def ppf(self, share: FloatArray) -> FloatArray:
        """Return the values below which these shares of the crowd are, of the same shape."""
        share = fraction("share", share)
        with np.errstate(divide="ignore"):
            bounds = np.log(np.array([self.least, self.most]) / self.median) / self.spread
        below, above = scipy.special.ndtr(bounds)
        away = scipy.special.ndtri(below + share * (above - below))
        values = self.median * np.exp(self.spread * away)
        return np.asarray(np.clip(values, self.least, self.most))  # rounding alone leaves them


@dataclass(frozen=True)
class Pareto:
    r"""Values with a heavy tail: a share :math:`(\text{least} / x)^{k}` of them is above x.

    Parameters
    ----------
    least : float
        The smallest value.
    exponent : float
        The power k. The average exists above 1; near 1 a few large accounts hold nearly everything.
    most : float
        Upper bound; what would be above is left out.

    >>> Pareto(least=100, exponent=2).ppf(np.array([0, 0.75, 0.99])).round(6).tolist()
    [100.0, 200.0, 1000.0]
    """

    least: float
    exponent: float
    most: float = np.inf

    def __post_init__(self) -> None:
        one_number("least", positive("least", self.least))
        one_number("exponent", positive("exponent", self.exponent))
        _bounds(self.least, self.most)

    def ppf(self, share: FloatArray) -> FloatArray:
        """Return the values below which these shares of the crowd are, of the same shape."""
        share = fraction("share", share)
        kept = 1 - (self.least / self.most) ** self.exponent
        return np.asarray(self.least * (1 - share * kept) ** (-1 / self.exponent))


@dataclass(frozen=True)
class Beta:
    """Values between two bounds, with a mean and a concentration around it.

    Parameters
    ----------
    mean : float
        Between the bounds.
    concentration : float
        How close to the mean: 2 is flat if the mean is halfway, below it values crowd at the
        bounds.
    least, most : float
        Bounds.

    >>> Beta(mean=50.5, concentration=2, least=1, most=100).ppf(np.array([0.1])).round(6).tolist()
    [10.9]
    """

    mean: float
    concentration: float
    least: float
    most: float

    def __post_init__(self) -> None:
        _bounds(self.least, self.most)
        mean = numbers("mean", self.mean)
        outside = (mean <= self.least) | (mean >= self.most)
        refuse("mean", mean, outside, f"must be between {self.least:g} and {self.most:g}")
        one_number("concentration", positive("concentration", self.concentration))

    def ppf(self, share: FloatArray) -> FloatArray:
        """Return the values below which these shares of the crowd are, of the same shape."""
        share = fraction("share", share)
        wide = self.most - self.least
        first = self.concentration * (self.mean - self.least) / wide
        part = scipy.special.betaincinv(first, self.concentration - first, share)
        return np.asarray(self.least + wide * part)


def _bounds(least: float, most: float) -> None:
    low = one_number("least", non_negative("least", least))
    if isinstance(most, float) and most == np.inf:
        return
    top = one_number("most", numbers("most", most))
    if top <= low:
        raise MarginError(f"most must be above least, which is {low:g}; got {most!r}")


#: Leverage of longs in XBTUSD on BitMEX, May 2018 to April 2019, weighted by contracts.
#:
#: Published are four fifths of all contracts held long at 54 times or less over the twelve ends of
#: months, a mean of 29 times in the first of these months and of 22 in the last, and a maximum of
#: 100. This is the beta distribution from 1 to 100 with that quantile and the mean of those two
#: months: its shape is a choice, and no more of it than these figures is known. Crowds that draw
#: size and leverage independently have it as their distribution by contracts and by accounts.
#:
#: Source: BitMEX, "BitMEX leverage statistics, April 2019", blog, 15 May 2019 (how it was
#: measured); its figures as reported by Cointelegraph, "Crypto exchange BitMEX reveals most of its
#: users don't use maximum leverage", 16 May 2019.
BITMEX_2019_LONG = Beta(mean=25.5, concentration=1.026977, least=1, most=100)

#: Leverage of shorts, as :data:`BITMEX_2019_LONG`: four fifths at 47 times or less; means 26, 30.
BITMEX_2019_SHORT = Beta(mean=28.0, concentration=3.197454, least=1, most=100)
