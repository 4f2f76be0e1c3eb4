"""What tames a margin, and makes it dearer: a buffer, a stressed part, a floor, a speed limit.

Each turns one series of rates into another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, positive, together
from marginlib.calibration._series import margin_rates, nan_at_first


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
    rates = margin_rates(margin)
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
    return np.asarray((1 - share) * margin_rates(margin) + share * positive("stressed", stressed))


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
    rates, least = margin_rates(margin), nan_at_first("floor", floor, non_negative)
    together(margin=rates, floor=least)
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
    rates, limit = margin_rates(margin), np.log1p(fraction("rise", rise))
    grown = limit * np.arange(len(rates)).reshape(-1, *(1,) * (rates.ndim - 1))
    # np.fmin passes over the nan of the first days, which the sum then puts back.
    smallest = np.fmin.accumulate(np.log(rates) - grown, axis=0) + grown
    return np.asarray(np.exp(smallest))
