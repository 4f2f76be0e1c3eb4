"""October 2025: the fall as it is told, as it was measured, and as a crowd would have it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, positive, refuse
from marginlib.events.figures import event
from marginlib.events.replays.crypto_day import CryptoDayReplay, replay_day
from marginlib.feedback import amplification
from marginlib.feedback.crowds.distributions import Distribution
from marginlib.feedback.loop_gain import shock_needed


class OctoberReplay(NamedTuple):
    """The tenth of October 2025 as told, as measured, and as a crowd would have it."""

    fall: float  # from the high of the day to its low [fraction]
    # What the story implies: the trigger it assumes has to become the whole fall.
    told_gain: FloatArray
    told_multiplier: FloatArray
    # Branching ratio as the cascade began, at its peak, and late, what it multiplies by, and the
    # move from outside that this leaves to explain [fraction]; each of shape (3,).
    measured_gain: FloatArray
    measured_multiplier: FloatArray
    measured_shock: FloatArray
    crowd: CryptoDayReplay  # what it adds in a book with what was left of its depth
    open_interest_fall: float  # part of all contracts closed on the day, by force or not [fraction]
    disagreement: str  # where the three disagree


def october_2025(
    depth: ArrayLike,
    trigger: ArrayLike,
    *,
    absorbed: float = 0.0,
    leverage: Distribution | ArrayLike,
    maintenance: float = 0.005,
    count: int = 10_000,
    rng: np.random.Generator,
) -> OctoberReplay:
    """Return the fall of bitcoin on 10 October 2025 as told, as measured, and in a crowd.

    Known: the high and the low of the day, that books lost 98 % of their depth at the worst, how
    many contracts were closed, and a branching ratio measured within one venue, which was read in a
    secondary source only. Assumed: everything that
    :func:`~marginlib.events.replays.black_thursday_2020` does; that books were at their worst all
    day; the depth before; and the part of the fall that the story leaves to the news.

    Parameters
    ----------
    depth : float or array of shape (...)
        Part of all contracts that was bid for within 1 % of the price before books thinned out
        [fraction].
    trigger : float or array
        Fall that the news alone would have made [fraction].
    absorbed : float
        Part of the forced sales that a backstop takes over beside the book [fraction]; 0.63 is told
        of one venue.
    leverage, maintenance, count, rng
        As in :func:`~marginlib.events.replays.black_thursday_2020`.

    A story in which the news are worth five per cent needs a gain of 0.7. What was measured leaves
    13.5 to 16.2 per cent to be explained from outside:

    >>> from marginlib.feedback import LogNormal
    >>> seeded = np.random.default_rng(1)
    >>> result = october_2025(0.5, 0.05, leverage=LogNormal(3, 0.7, least=1), rng=seeded)
    >>> round(float(result.told_gain), 2), result.measured_gain.tolist()
    (0.7, [0.195, 0.14, 0.032])
    >>> result.measured_multiplier.round(2).tolist(), result.measured_shock.round(3).tolist()
    ([1.24, 1.16, 1.03], [0.135, 0.144, 0.162])
    """
    october = event("october_2025")
    day = october.prices("BTC")
    fall, news = -day.fall, positive("trigger", fraction("trigger", trigger))
    refuse("trigger", news, news > fall, f"must not be more than the fall, {fall:.3f}")
    to_book = positive("1 - absorbed", 1 - fraction("absorbed", absorbed))
    left = positive("depth", depth) * (1 - october["depth_lost"].value) / to_book
    crowd = replay_day(day, left, leverage, maintenance, count, rng)
    told = np.asarray(1 - news / fall)
    stages = ("nucleation", "peak", "late")
    measured = np.array([october[f"branching_{stage}"].value for stage in stages])
    closed = october["open_interest_fall"].value
    return OctoberReplay(
        fall,
        told,
        amplification(told),
        measured,
        amplification(measured),
        shock_needed(fall, measured),
        crowd,
        closed,
        f"The story needs a multiplier of {amplification(told).max():.2f}; within one venue "
        f"{amplification(measured).max():.2f} was measured at most. The longs that a fall of "
        f"{fall:.1%} reaches were opened with more than {crowd.leverage_reached:.1f} times: "
        f"{crowd.share_reached:.0%} of this crowd, while {closed:.1%} of contracts were closed, "
        "willingly or not. What crosses from venue to venue is in neither.",
    )
