"""Does a margin cover as often as it says? Breaches counted, and what the count can tell.

A *breach* is a day whose loss is above the margin that was set for it. A margin at confidence level
0.99 should be breached on one day in a hundred, and a breach should make the next one no likelier.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    numbers,
    one_number,
    whole,
    whole_numbers,
)
from marginlib.calibration._series import confidence, days_without, nan_at_first, series

SIGNIFICANCE = 0.05
# The zones of the traffic light end where the chance of so many breaches or fewer reaches these.
GREEN_BELOW, YELLOW_BELOW = 0.95, 0.9999


class CoverageTest(NamedTuple):
    """Outcome of a likelihood ratio test."""

    statistic: FloatArray  # the larger, the worse the fit
    p_value: (
        FloatArray  # chance of a statistic so large if the margin is as it should be [fraction]
    )


def breaches(returns: ArrayLike, margin: ArrayLike) -> NDArray[np.bool_]:
    """Return the days on which one unit held long lost more than its margin.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily returns [fraction].
    margin : array of shape (T, ...) or (T + 1, ...)
        Rate set for each day [fraction]; the first days may be ``nan``, for which there is no
        answer, and a rate for the day after the last is left out.

    Returns
    -------
    array of shape (S, ...)
        One truth value for each day that has a margin.

    >>> breaches([-0.03, -0.01, -0.03], margin=[np.nan, 0.02, 0.02, 0.02]).tolist()
    [False, True]
    """
    daily, rates = series("returns", returns), nan_at_first("margin", margin, numbers)
    if (
        not rates.ndim
        or rates.shape[1:] != daily.shape[1:]
        or len(rates) - len(daily) not in (0, 1)
    ):
        raise MarginError(
            "margin must hold one rate for each day of returns, and at most one for the day after; "
            f"got shapes {rates.shape} and {daily.shape}"
        )
    rates = rates[: len(daily)]
    start = days_without(rates)
    return np.asarray(-daily[start:] > rates[start:])


def kupiec(breach_count: ArrayLike, days: ArrayLike, level: float) -> CoverageTest:
    """Test whether breaches are as many as the confidence level says.

    Parameters
    ----------
    breach_count : array of shape (...)
        Days with a breach.
    days : array of shape (...)
        Days in all.
    level : float
        Confidence level of the margin [fraction].

    Source: P. Kupiec, "Techniques for verifying the accuracy of risk measurement models",
    Journal of Derivatives 3 (1995): proportion of failures.

    Ten breaches in a thousand days are exactly what 99 % promises:

    >>> kupiec([10, 20], days=1000, level=0.99).p_value.round(4).tolist()
    [1.0, 0.0051]
    """
    found, total = _counts(breach_count, days)
    expected = 1 - confidence(level)
    share = found / total
    likelihood = _log_likelihood(found, total, share) - _log_likelihood(found, total, expected)
    statistic = np.maximum(2 * likelihood, 0.0)
    return CoverageTest(np.asarray(statistic), np.asarray(scipy.special.chdtrc(1, statistic)))


def christoffersen(breached: ArrayLike, level: float | None = None) -> CoverageTest:
    """Test whether breaches come independently; with a level, whether they are also as many.

    Parameters
    ----------
    breached : array of shape (T,) of truth values
        Whether each day was breached, in order.
    level : float
        Confidence level of the margin [fraction]. With it the test is that of conditional coverage,
        for the number and the independence at once; without it, of independence alone.

    Source: P. Christoffersen, "Evaluating interval forecasts", International Economic Review 39
    (1998).

    Ten breaches in a row are hardly chance, and neither are they in the right number:

    >>> run = np.arange(200) < 10
    >>> bool(christoffersen(run).p_value < 0.001), bool(christoffersen(run, 0.99).p_value < 0.001)
    (True, True)
    """
    days = np.asarray(breached)
    if days.dtype != np.bool_ or days.ndim != 1 or len(days) < 2:
        raise MarginError(
            "breached must be a row of at least 2 truth values, as breaches returns them; "
            f"got {days.dtype} of shape {days.shape}"
        )
    before, now = days[:-1], days[1:]
    after_calm, after_breach = float((~before & now).sum()), float((before & now).sum())
    calm, tense = float((~before).sum()), float(before.sum())
    changing = _log_likelihood(after_calm, calm, after_calm / max(calm, 1.0))
    changing = changing + _log_likelihood(after_breach, tense, after_breach / max(tense, 1.0))
    found, total = after_calm + after_breach, calm + tense
    expected = found / total if level is None else 1 - confidence(level)
    statistic = np.maximum(2 * (changing - _log_likelihood(found, total, expected)), 0.0)
    degrees = 1 if level is None else 2
    return CoverageTest(np.asarray(statistic), np.asarray(scipy.special.chdtrc(degrees, statistic)))


def chance_of_breaches(breach_count: ArrayLike, days: ArrayLike, level: float) -> FloatArray:
    """Return the chance of so many breaches or fewer if the margin is as it should be.

    Parameters are those of :func:`kupiec`.

    >>> chance_of_breaches([4, 9], days=250, level=0.99).round(4).tolist()
    [0.8922, 0.9997]
    """
    found, total = _counts(breach_count, days)
    return np.asarray(scipy.special.bdtr(found, total.astype(int), 1 - confidence(level)))


def traffic_light(breach_count: ArrayLike, days: ArrayLike, level: float) -> NDArray[np.str_]:
    """Return the zone of the traffic light: green, yellow or red.

    Yellow begins where fewer than 5 in 100 sound margins would be breached so often or more, and
    red where fewer than 1 in 10,000 would: at 5 and 10 breaches in 250 days at 99 %.

    Parameters are those of :func:`kupiec`.

    Source: Basel Committee on Banking Supervision, "Supervisory framework for the use of
    'backtesting' in conjunction with the internal models approach" (January 1996).

    >>> traffic_light([4, 5, 9, 10], days=250, level=0.99).tolist()
    ['green', 'yellow', 'yellow', 'red']
    """
    chance = chance_of_breaches(breach_count, days, level)
    zones = np.where(
        chance < GREEN_BELOW, "green", np.where(chance < YELLOW_BELOW, "yellow", "red")
    )
    return np.asarray(zones)


def accepted_breaches(
    days: int, level: float, significance: float = SIGNIFICANCE
) -> tuple[int, int]:
    """Return the fewest and the most breaches at which :func:`kupiec` does not reject.

    Parameters
    ----------
    days : int
        Days in all.
    level : float
        Confidence level of the margin [fraction].
    significance : float
        Chance that a sound margin is rejected, about [fraction].

    >>> accepted_breaches(1000, level=0.99)
    (5, 16)
    """
    total, limit = whole("days", days), _significance(significance)
    kept = np.flatnonzero(kupiec(np.arange(total + 1), total, level).p_value > limit)
    if not kept.size:
        raise MarginError(f"days are too few: with {total}, every number of breaches is rejected")
    return int(kept[0]), int(kept[-1])


def kupiec_power(
    days: int, level: float, true_level: ArrayLike, significance: float = SIGNIFICANCE
) -> FloatArray:
    """Return the chance that :func:`kupiec` rejects a margin that covers otherwise than it says.

    Parameters
    ----------
    days : int
        Days in all.
    level : float
        Confidence level that the margin claims [fraction].
    true_level : array of shape (...)
        Share of days that it covers in truth [fraction].
    significance : float
        Of the test [fraction].

    Returns
    -------
    array of shape (...)
        Chance [fraction]. At the claimed level it is the chance of a false alarm.

    A year tells little: a margin that is breached twice as often as it says mostly passes.

    >>> kupiec_power(250, level=0.99, true_level=[0.99, 0.98, 0.95]).round(2).tolist()
    [0.09, 0.24, 0.97]
    """
    fewest, most = accepted_breaches(days, level, significance)
    breach_rate = 1 - fraction("true_level", true_level)
    passed = scipy.special.bdtr(most, days, breach_rate)
    if fewest > 0:
        passed = passed - scipy.special.bdtr(fewest - 1, days, breach_rate)
    return np.asarray(1 - passed)


def _counts(breach_count: ArrayLike, days: ArrayLike) -> tuple[FloatArray, FloatArray]:
    found, total = whole_numbers("breach_count", breach_count, least=0), whole_numbers("days", days)
    if (found > total).any():
        raise MarginError("breach_count must not be above the number of days")
    return found, total


def _significance(value: float) -> float:
    single = one_number("significance", fraction("significance", value))
    if not 0 < single < 1:
        raise MarginError(f"significance must be above 0 and below 1; got {single:g}")
    return single


def _log_likelihood(found: ArrayLike, total: ArrayLike, rate: ArrayLike) -> FloatArray:
    """Return the logarithm of the chance of these very days, each breached at ``rate``."""
    missed = np.asarray(total) - found
    xlogy = scipy.special.xlogy
    return np.asarray(xlogy(found, rate) + xlogy(missed, 1 - np.asarray(rate)))
