r"""A day on which crypto fell: how much of the fall a crowd could have added itself.

A crowd of longs opens at the high of the day. Something from outside moves the price, accounts are
closed, their sales move it further, until it rests. The replay asks which shock from outside is
enough for the market to rest at the low of the day, or below it, and calls the rest of the fall the
crowd's own: its gain is

.. math:: 1 - \frac{\text{shock}}{\text{fall}},

and 1 / (1 - gain) is how many times the shock was multiplied.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib import instruments, market
from marginlib._bisection import bisection
from marginlib._checks import FloatArray, fraction, positive
from marginlib.cascade import prepare, rest
from marginlib.cascade.one_market import Prepared, Rest
from marginlib.events.figures import DayPrices, event
from marginlib.feedback import BITMEX_2019_LONG, draw_crowd
from marginlib.feedback.crowds.distributions import Distribution
from marginlib.impact import linear_book
from marginlib.margin import FixedRate

AT_THE_LOW = 0.01  # what still counts as having stopped at the low [fraction]


class CryptoDayReplay(NamedTuple):
    """What a crowd adds to the fall of a day."""

    fall: float  # from the high of the day to its low [fraction]
    leverage_reached: float  # above which a long opened at the high is closed at the low [times]
    share_reached: float  # part of the crowd's contracts that was opened with more [fraction]
    # Smallest move from outside after which the market rests at the low or below [fraction], and
    # the share of the fall that is then the crowd's own, and what that multiplies a shock by.
    shock: FloatArray
    gain: FloatArray
    multiplier: FloatArray
    # Price at which the market rests after that shock [dollar]; nan where the book could not take
    # the sales. Far below the low, or nan: so thin a book does not go with that day.
    rest: FloatArray
    sold: FloatArray  # part of the crowd's contracts that is sold by then [fraction]
    disagreement: str  # with the story


def black_thursday_2020(
    depth: ArrayLike,
    *,
    leverage: Distribution | ArrayLike = BITMEX_2019_LONG,
    maintenance: float = 0.005,
    count: int = 10_000,
    rng: np.random.Generator,
) -> CryptoDayReplay:
    """Return what a crowd adds to the fall of bitcoin on 12 and 13 March 2020.

    Known: the high of 12 March, and the low of the fall, which came in the night to the 13th; that
    the contracts were inverse, with bitcoin as collateral. Assumed: that all longs opened at the
    high, with leverage as BitMEX published it for the year to April 2019; a linear book, as deep
    all day; one maintenance rate; that nobody adds margin, and that nobody else sells into the
    book.

    Parameters
    ----------
    depth : float or array of shape (...)
        Part of all contracts that is bid for within 1 % of the price [fraction].
    leverage : distribution, or float or array of shape (N,)
        Leverage at the opening [times].
    maintenance : float
        Maintenance rate [fraction].
    count : int
        Number of accounts.
    rng : numpy.random.Generator
        Source of randomness, for the leverages.

    >>> result = black_thursday_2020(depth=[0.01, 0.1], rng=np.random.default_rng(1))
    >>> round(result.fall, 3), round(result.leverage_reached, 2)
    (0.516, 0.93)
    >>> bool(result.gain[0] > result.gain[1])  # the thinner the book, the more is the crowd's own
    True
    """
    thursday = event("black_thursday_2020")
    day = replace(thursday.prices("BTC"), low=thursday["low_next_day"].value)
    return replay_day(day, depth, leverage, maintenance, count, rng, inverse=True)


def replay_day(
    day: DayPrices,
    depth: ArrayLike,
    leverage: Distribution | ArrayLike,
    maintenance: float,
    count: int,
    rng: np.random.Generator,
    inverse: bool = False,
) -> CryptoDayReplay:
    """Return what longs that opened at the high of a day add to its fall."""
    book, rate = positive("depth", depth), float(fraction("maintenance", maintenance))
    kind = instruments.inverse if inverse else instruments.linear
    high = market.at(kind(["BTC"]), [day.high])
    # All together hold one BTC: one linear contract, or as many inverse ones, of a dollar each, as
    # the price at the high.
    contracts = day.high if inverse else 1.0
    size = (1.0 if inverse else day.high) / count
    longs = draw_crowd(count, high, leverage=leverage, size=size, rng=rng)
    ready = prepare(longs, high, FixedRate(rate, rate), "BTC")
    fall = -day.fall
    shocked, found = _smallest_shock(ready, book * contracts, day)
    shock = 1 - shocked / day.high
    gain = np.asarray(1 - shock / fall)
    with np.errstate(divide="ignore"):
        multiplier = np.asarray(fall / shock)
    too_thin = ~(found.price >= day.low * (1 - AT_THE_LOW))
    reached = float(ready.longs.count(np.asarray(day.low)) / count)
    limit = 1 / (1 - (1 - rate) * (1 - fall))
    if inverse:
        limit = (1 - fall) / (1 + rate - (1 - fall))
    return CryptoDayReplay(
        fall,
        limit,
        reached,
        shock,
        gain,
        multiplier,
        found.price,
        -found.quantity / contracts,
        f"The story is of a fall that fed itself. This crowd's part of it is {gain.min():.0%} to "
        f"{gain.max():.0%}, by the depth assumed: that of the day was not published. At "
        f"{too_thin.sum()} of {too_thin.size} depths the book is too thin for the day: the market "
        "would not have stopped at the low.",
    )


def _smallest_shock(crowd: Prepared, depth: FloatArray, day: DayPrices) -> tuple[FloatArray, Rest]:
    """Return the highest shocked price that leads to the low, and where it leads."""
    book = linear_book(depth)
    low, high = np.full(depth.shape, day.low), np.full(depth.shape, day.high)
    # The low itself is always low enough; nan is below it too, for then the book is empty.
    enough, _ = bisection(lambda price: ~(rest(crowd, book, price).price > day.low), low, high)
    return enough, rest(crowd, book, enough)
