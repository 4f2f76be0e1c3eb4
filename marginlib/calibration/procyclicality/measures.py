"""How far margin rises when it hurts: peak to trough, rises within days, and what it costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, whole
from marginlib.calibration.procyclicality._rates import common_days


class Measures(NamedTuple):
    """What a series of margin rates does; each of shape (...)."""

    peak_to_trough: FloatArray  # highest over lowest rate [times]
    largest_rise: FloatArray  # over one day, five and thirty, on a first axis of 3 [fraction]
    average: FloatArray  # what the margin costs to hold [fraction]


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
    rates = common_days(margin)
    return np.asarray(rates.max(axis=0) / rates.min(axis=0))


def largest_rise(margin: ArrayLike, days: int) -> FloatArray:
    """Return the largest rise over so many days, relative to the rate before it, shape (...).

    Below zero where the rate never rose.

    Source: Murphy, Vasios and Vause (2014): n-day procyclicality.

    >>> float(largest_rise([0.02, 0.03, 0.04, 0.02], days=2))
    1.0
    """
    rates, days = common_days(margin), whole("days", days)
    if not days < len(rates):
        raise MarginError(f"days must be from 1 to {len(rates) - 1} for these rates; got {days}")
    return np.asarray((rates[days:] / rates[:-days] - 1).max(axis=0))


def average(margin: ArrayLike) -> FloatArray:
    """Return the average rate, which is what a margin costs to hold, shape (...) [fraction].

    >>> float(average([np.nan, 0.02, 0.04]).round(6))
    0.03
    """
    return np.asarray(common_days(margin).mean(axis=0))
