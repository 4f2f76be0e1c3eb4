"""How far margin rises when it hurts, and three things that no margin has at once.

Those are few breaches, little idle money and small calls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, numbers, whole
from marginlib.calibration._series import common_days
from marginlib.calibration.coverage import breaches


class Measures(NamedTuple):
    """What a series of margin rates does; each of shape (...)."""

    peak_to_trough: FloatArray  # highest over lowest rate [times]
    largest_rise: FloatArray  # over one day, five and thirty, on a first axis of 3 [fraction]
    average: FloatArray  # what the margin costs to hold [fraction]


def procyclicality_measures(margin: ArrayLike) -> Measures:
    """Return peak to trough, the largest rises within 1, 5 and 30 days, and the average.

    Parameters
    ----------
    margin : array of shape (T, ...)
        Margin rates, more than 30 of them [fraction].

    >>> told = procyclicality_measures([0.02] * 31 + [0.03])
    >>> told.peak_to_trough, told.largest_rise.round(6).tolist()
    (array(1.5), [0.5, 0.5, 0.5])
    """
    rises = np.stack([largest_rise(margin, days) for days in (1, 5, 30)])
    return Measures(peak_to_trough(margin), rises, average_rate(margin))


def peak_to_trough(margin: ArrayLike) -> FloatArray:
    """Return the highest rate over the lowest, shape (...) [times].

    Source: D. Murphy, M. Vasios and N. Vause, "An investigation into the procyclicality of
    risk-based initial margin models", Bank of England Financial Stability Paper 29 (2014).

    >>> float(peak_to_trough([np.nan, 0.02, 0.05, 0.04]))
    2.5
    """
    rates = common_days(margin)
    return np.asarray(rates.max(axis=0) / rates.min(axis=0))


def largest_rise(margin: ArrayLike, days: int) -> FloatArray:
    """Return the largest rise over so many days, relative to the rate before it, shape (...).

    Below zero where the rate never rose.

    Source: Murphy, Vasios and Vause (2014): n-day procyclicality.

    >>> float(largest_rise([0.02, 0.03, 0.04, 0.02], days=2))
    1.0
    """
    rates = common_days(margin)
    gap = _days(days, rates)
    return np.asarray((rates[gap:] / rates[:-gap] - 1).max(axis=0))


def average_rate(margin: ArrayLike) -> FloatArray:
    """Return the average rate, which is what a margin costs to hold, shape (...) [fraction].

    >>> float(average_rate([np.nan, 0.02, 0.04]).round(6))
    0.03
    """
    return np.asarray(common_days(margin).mean(axis=0))


class TradeOff(NamedTuple):
    """How one unit held long fared with its margin; each of shape (...)."""

    breaches: FloatArray  # share of days whose loss was above the margin [fraction]
    idle: FloatArray  # margin that the day's loss did not need, on average [fraction]
    largest_call: FloatArray  # largest rise of the margin over some days [fraction]


def trade_off(returns: ArrayLike, margin: ArrayLike, days: int = 5) -> TradeOff:
    """Return how often margin was breached, how much of it lay idle, and its largest call.

    Better in one means worse in another: a higher confidence level is breached less and lies idle
    more, a longer memory or a floor makes calls smaller and lies idle more.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily returns, the oldest first [fraction].
    margin : array of shape (T, ...) or (T + 1, ...)
        Rate set for each day [fraction], as in :func:`~marginlib.calibration.breaches`: the first
        days may be ``nan`` and are left out, as is a rate for the day after the last.
    days : int
        Within how many days a call is to be met [days].

    Returns
    -------
    TradeOff
        All as fractions of the position; the call is 0 where the rate never rose.

    A loss of 0.03 breaches 0.02; on the other days 0.04 and then 0.01 of the margin lie idle:

    >>> told = trade_off([-0.03, 0.01, -0.01], margin=[0.02, 0.04, 0.02], days=1)
    >>> [round(float(part), 4) for part in told]
    [0.3333, 0.0167, 0.02]
    """
    breached = breaches(returns, margin)
    lost = np.maximum(0.0, -numbers("returns", returns)[-len(breached) :])
    rates = common_days(margin)[: len(breached)]
    gap = _days(days, rates)
    rises = np.maximum(0.0, rates[gap:] - rates[:-gap])
    return TradeOff(
        np.asarray(breached.mean(axis=0)),
        np.asarray(np.maximum(0.0, rates - lost).mean(axis=0)),
        np.asarray(rises.max(axis=0)),
    )


def _days(days: int, rates: FloatArray) -> int:
    """Return over how many days a rise is measured, of which there must be more."""
    gap = whole("days", days)
    if gap >= len(rates):
        raise MarginError(f"days must be from 1 to {len(rates) - 1} for these rates; got {days}")
    return gap
