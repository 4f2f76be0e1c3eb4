r"""How much margin rises when it hurts, what tames it, and what that costs.

A margin that follows volatility is low for years and called up within days, when everyone is short
of money. The measures here are of the margin rates of an unchanged portfolio; the tools turn one
series of rates into another. Days come first, the oldest first, and the first days may be ``nan``,
where there was no answer yet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp, ndtri

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    positive,
    refuse,
    together,
)
from marginlib.calibrate import Garch

# Tails thinner than this cannot be told from normal ones.
LARGEST_TAIL_INDEX = 1_000.0


class Measures(NamedTuple):
    """What a series of margin rates does; each of shape (...)."""

    peak_to_trough: FloatArray  # highest over lowest rate [times]
    largest_rise: FloatArray  # over one day, five and thirty, on a first axis of 3 [fraction]
    average: FloatArray  # what the margin costs to hold [fraction]


class StableMargin(NamedTuple):
    """A flat rate beside one that follows volatility; each of the shape of the level."""

    average: FloatArray  # of the rate that follows volatility [fraction]
    flat: FloatArray  # the flat rate that covers as often [fraction]
    ceiling: FloatArray  # what the rate that follows stays below, as often [fraction]

    @property
    def buffer(self) -> FloatArray:
        """What the flat rate is above the average [fraction of the average]."""
        return self.flat / self.average - 1

    @property
    def buffer_to_ceiling(self) -> FloatArray:
        """What the average must be raised by for the rate to stay below it [fraction]."""
        return self.ceiling / self.average - 1


def measures(margin: ArrayLike) -> Measures:
    """Return peak to trough, the largest rises within 1, 5 and 30 days, and the average.

    Parameters
    ----------
    margin : array of shape (T, ...)
        Margin rates, more than 30 of them [fraction].

    >>> told = measures([0.02] * 31 + [0.03])
    >>> told.peak_to_trough, told.largest_rise.round(6).tolist()
    (array(1.5), [0.5, 0.5, 0.5])
    """
    rises = np.stack([largest_rise(margin, days) for days in (1, 5, 30)])
    return Measures(peak_to_trough(margin), rises, average(margin))


def peak_to_trough(margin: ArrayLike) -> FloatArray:
    """Return the highest rate over the lowest, shape (...) [times].

    Source: D. Murphy, M. Vasios and N. Vause, "An investigation into the procyclicality of
    risk-based initial margin models", Bank of England Financial Stability Paper 29 (2014).

    >>> float(peak_to_trough([np.nan, 0.02, 0.05, 0.04]))
    2.5
    """
    rates = _rates(margin)
    return np.asarray(rates.max(axis=0) / rates.min(axis=0))


def largest_rise(margin: ArrayLike, days: int) -> FloatArray:
    """Return the largest rise over so many days, relative to the rate before it, shape (...).

    Below zero where the rate never rose.

    Source: Murphy, Vasios and Vause (2014): n-day procyclicality.

    >>> float(largest_rise([0.02, 0.03, 0.04, 0.02], days=2))
    1.0
    """
    rates = _rates(margin)
    if not 1 <= days < len(rates):
        raise MarginError(f"days must be from 1 to {len(rates) - 1} for these rates; got {days}")
    return np.asarray((rates[days:] / rates[:-days] - 1).max(axis=0))


def average(margin: ArrayLike) -> FloatArray:
    """Return the average rate, which is what a margin costs to hold, shape (...) [fraction].

    >>> float(average([np.nan, 0.02, 0.04]).round(6))
    0.03
    """
    return np.asarray(_rates(margin).mean(axis=0))


def with_buffer(
    margin: ArrayLike, full_below: float, spent_above: float, buffer: float = 0.25
) -> FloatArray:
    """Return rates with a buffer that is there in calm and used up in stress.

    The buffer is added in full while the rate is low, and released in equal steps on the way from
    one level to the other.

    Parameters
    ----------
    margin : array of shape (T, ...)
        Margin rates [fraction].
    full_below : float
        Rate up to which the buffer is full [fraction].
    spent_above : float
        Rate from which there is none left [fraction].
    buffer : float
        Size of the full buffer [fraction of the rate].

    Source: Commission Delegated Regulation (EU) No 153/2013, article 28(1)(a), which asks for a
    buffer of at least 25 % that may be used up in stress; how it is released is left open there.

    >>> with_buffer([0.02, 0.03, 0.04], full_below=0.02, spent_above=0.04).round(5).tolist()
    [0.025, 0.03375, 0.04]
    """
    low, high = positive("full_below", full_below), positive("spent_above", spent_above)
    if low.ndim or high.ndim or high <= low:
        raise MarginError(
            f"spent_above must be one rate above full_below; got {spent_above} and {full_below}"
        )
    rates = _with_start(margin)
    left = np.clip((high - rates) / (high - low), 0.0, 1.0)
    return np.asarray(rates * (1 + fraction("buffer", buffer) * left))


def with_stressed(margin: ArrayLike, stressed: ArrayLike, weight: float = 0.25) -> FloatArray:
    """Return rates of which a part is always that of a time of stress.

    Parameters
    ----------
    margin : array of shape (T, ...)
        Margin rates [fraction].
    stressed : float or array
        Rate that a time of stress asks for [fraction].
    weight : float
        Weight of the stressed rate [fraction].

    Source: Regulation (EU) No 153/2013, article 28(1)(b): a weight of at least 25 %.

    >>> with_stressed([0.02, 0.04], stressed=0.08).round(6).tolist()
    [0.035, 0.05]
    """
    share = fraction("weight", weight)
    return np.asarray((1 - share) * _with_start(margin) + share * positive("stressed", stressed))


def with_floor(margin: ArrayLike, floor: ArrayLike) -> FloatArray:
    """Return rates that are never below a floor.

    Parameters
    ----------
    margin : array of shape (T, ...)
        Margin rates [fraction].
    floor : float or array of shape (T, ...)
        Floor, such as the rate that ten years of equal weights give [fraction]; the result is
        ``nan`` where either is.

    Source: Regulation (EU) No 153/2013, article 28(1)(c): volatility over ten years.

    >>> with_floor([0.02, 0.04], floor=0.03).tolist()
    [0.03, 0.04]
    """
    rates, least = _with_start(margin), np.asarray(floor, dtype=np.float64)
    non_negative("floor", least[~np.isnan(least)])
    together(margin=rates.shape, floor=least.shape)
    return np.asarray(np.maximum(rates, least))


def with_speed_limit(margin: ArrayLike, rise: float) -> FloatArray:
    r"""Return rates that rise by no more than a share of themselves in a day.

    Whatever is missing is charged on the days after. Until then, the margin is short of what the
    model asks for, just when losses are large. Since today's rate is at most :math:`1 + g` times
    yesterday's, it is the smallest of all rates up to now, each grown by :math:`g` a day since.

    Parameters
    ----------
    margin : array of shape (T, ...)
        Margin rates [fraction].
    rise : float
        Largest rise in a day, :math:`g` [fraction].

    >>> with_speed_limit([0.02, 0.04, 0.04, 0.01], rise=0.5).round(6).tolist()
    [0.02, 0.03, 0.04, 0.01]
    """
    rates, limit = _with_start(margin), np.log1p(fraction("rise", rise))
    grown = limit * np.arange(len(rates)).reshape(-1, *(1,) * (rates.ndim - 1))
    # np.fmin passes over the nan of the first days, which the sum then puts back.
    smallest = np.fmin.accumulate(np.log(rates) - grown, axis=0) + grown
    return np.asarray(np.exp(smallest))


def half_life(decay: ArrayLike) -> FloatArray:
    """Return the days after which a day's weight in an exponentially weighted variance is halved.

    >>> half_life([0.94, 0.99]).round(2).tolist()
    [11.2, 68.97]
    """
    return np.asarray(np.log(0.5) / np.log(_decay(decay)))


def step_response(days: ArrayLike, decay: ArrayLike, jump: ArrayLike) -> FloatArray:
    r"""Return an exponentially weighted margin after volatility has jumped and stays there.

    .. math:: \sqrt{k^2 - (k^2 - 1) \lambda^n}

    times the margin before, with squared returns at their mean.

    Parameters
    ----------
    days : array
        Days n since the jump [days].
    decay : array
        Weight of yesterday's variance, λ [fraction].
    jump : array
        Factor k by which volatility has changed [times].

    Source: derived; the question is that of P. Gurrola-Perez and D. Murphy (2024).

    >>> step_response([0, 4, 1000], decay=0.94, jump=2).round(3).tolist()
    [1.0, 1.288, 2.0]
    """
    since, kept = non_negative("days", days), _decay(decay)
    factor = positive("jump", jump)
    together(days=since.shape, decay=kept.shape, jump=factor.shape)
    return np.asarray(np.sqrt(factor**2 - (factor**2 - 1) * kept**since))


def days_to_rise(multiple: ArrayLike, decay: ArrayLike, jump: ArrayLike) -> FloatArray:
    """Return the first whole day on which the margin of :func:`step_response` is so many times old.

    Parameters
    ----------
    multiple : array
        Multiple of the margin before, 1 or more [times].
    decay, jump : array
        As in :func:`step_response`, with a jump above 1.

    Returns
    -------
    array
        Days; ``nan`` where the margin never gets there.

    A quarter more, the usual buffer, is used up within days once volatility has doubled:

    >>> days_to_rise(1.25, decay=[0.94, 0.97, 0.99], jump=2).tolist()
    [4.0, 7.0, 21.0]
    """
    aim, kept, factor = positive("multiple", multiple), _decay(decay), positive("jump", jump)
    refuse("multiple", aim, aim < 1, "must be at least 1")
    refuse("jump", factor, factor <= 1, "must be above 1")
    together(multiple=aim.shape, decay=kept.shape, jump=factor.shape)
    left = (factor**2 - aim**2) / (factor**2 - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(left > 0, np.ceil(np.log(left) / np.log(kept)), np.nan))


def tail_index(model: Garch) -> float:
    r"""Return the power with which large returns of a GARCH model become rare.

    The chance of a return beyond x falls like :math:`x^{-\kappa}`, where

    .. math:: E\left[(\alpha Z^2 + \beta)^{\kappa / 2}\right] = 1

    for normal shocks Z. The smaller the index, the more often a flat margin is far too small.

    Returns
    -------
    float
        2 where reaction and persistence add up to 1, as in an exponentially weighted average;
        infinite above a thousand, where tails are as good as normal.

    Source: P. Glasserman and Q. Wu, "Persistence and procyclicality in margin requirements",
    Management Science 64 (2018); the theorem is by H. Kesten (1973) and C. Goldie (1991).

    >>> tail_index(Garch(0, reaction=0.1, persistence=0.9))
    2.0
    >>> round(tail_index(Garch(1e-6, reaction=0.1, persistence=0.88)), 2)
    5.61
    """
    if model.reaction == 0:
        return float("inf")
    if model.reaction + model.persistence >= 1 - 1e-12:
        return 2.0
    shocks = np.linspace(0.0, 60.0, 30_001)
    density = -(shocks**2) / 2
    with np.errstate(divide="ignore"):
        growth = np.log(model.reaction * shocks**2 + model.persistence)
    # The first point is half of the one that lies on both sides of zero.
    weight = np.where(shocks == 0, 0.5, 1.0)

    def log_mean(index: float) -> float:
        above = logsumexp(density + index / 2 * growth, b=weight)
        return float(above - logsumexp(density, b=weight))

    low, high = 2.0, LARGEST_TAIL_INDEX
    if log_mean(high) < 0:
        return float("inf")
    # The logarithm is convex in the index and 0 at 0, so beyond 2 it is 0 only once.
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if log_mean(middle) > 0 else (middle, high)
    return low


def stable_margin(
    model: Garch,
    level: ArrayLike,
    *,
    paths: int = 1_000,
    steps: int = 1_000,
    burn_in: int = 500,
    rng: np.random.Generator,
) -> StableMargin:
    """Return the flat rate that covers returns of either side as often as one that follows.

    Parameters
    ----------
    model : Garch
        How returns come about.
    level : float or array
        Share of days to cover [fraction].
    paths, steps : int
        Number of simulated paths, and of days in each.
    burn_in : int
        Days at the start of each that are thrown away [days].
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same answer.

    Source: the question is that of Glasserman and Wu (2018); answered here by simulation.

    >>> calm = Garch(constant=1e-5, reaction=0.0, persistence=0.9)  # volatility never changes
    >>> rates = stable_margin(calm, level=0.99, rng=np.random.default_rng(1))
    >>> rates.average.round(5), rates.flat.round(4), rates.ceiling.round(5)
    (np.float64(0.02576), np.float64(0.0258), np.float64(0.02576))
    """
    share = fraction("level", level)
    refuse("level", share, (share < 0.5) | (share == 1), "must be at least 0.5 and below 1")
    returns, volatility = model.simulate(paths=paths, steps=steps, burn_in=burn_in, rng=rng)
    multiple = np.asarray(-ndtri((1 - share) / 2))
    return StableMargin(
        average=multiple * volatility.mean(),
        flat=np.quantile(np.abs(returns), share),
        ceiling=multiple * np.quantile(volatility, share),
    )


def _with_start(margin: ArrayLike) -> FloatArray:
    """Return rates above zero, of which the first days may be nan."""
    rates = np.asarray(margin, dtype=np.float64)
    if rates.ndim == 0 or not rates.size:
        raise MarginError(f"margin must hold days on its first axis; got shape {rates.shape}")
    missing = np.isnan(rates)
    positive("margin", np.where(missing, 1.0, rates))
    if (missing[1:] & ~missing[:-1]).any():
        raise MarginError("margin must not be nan after its first number; drop those days")
    return rates


def _rates(margin: ArrayLike) -> FloatArray:
    """Return the days of :func:`_with_start` on which every series has a rate."""
    rates = _with_start(margin)
    missing = np.isnan(rates).reshape(len(rates), -1).sum(axis=1) > 0
    if missing.all():
        raise MarginError("margin must not be nan on every day")
    return np.asarray(rates[~missing])


def _decay(decay: ArrayLike) -> FloatArray:
    kept = positive("decay", decay)
    refuse("decay", kept, kept >= 1, "must be below 1", hint=lambda bad: bad / 100)
    return kept
