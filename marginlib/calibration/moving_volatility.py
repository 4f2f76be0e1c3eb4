r"""Volatility from day to day: exponentially weighted, or by GARCH.

Both forecast the variance of tomorrow from that of today and what today brought:

.. math:: \sigma_{t+1}^2 = \omega + \alpha \, r_t^2 + \beta \, \sigma_t^2 .

With :math:`\omega = 0` and :math:`\alpha = 1 - \beta` it is the exponentially weighted average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, one_number, whole
from marginlib.calibration._series import after, decays, series
from marginlib.calibration.garch import WARM_UP, Garch


def ewma_volatility(returns: ArrayLike, decay: float, warm_up: int = WARM_UP) -> FloatArray:
    """Return exponentially weighted volatility, forecast for each day from the days before it.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily returns, the oldest first [fraction].
    decay : float
        Weight of yesterday's variance in today's, between 0 and 1 [fraction].
    warm_up : int
        How many days are averaged with equal weights for the first forecast [days].

    Returns
    -------
    array of shape (T + 1, ...)
        Volatility of each day, and of the day after the last [fraction]; ``nan`` in the warm-up.

    Source: J.P. Morgan and Reuters, "RiskMetrics technical document", 4th edition (1996).

    >>> ewma_volatility([0.01, 0.01, 0.03], decay=0.9, warm_up=2).round(4).tolist()
    [nan, nan, 0.01, 0.0134]
    """
    kept = one_number("decay", decays(decay))
    return Garch(0.0, 1 - kept, kept).volatility(returns, warm_up)


def equal_weight_volatility(returns: ArrayLike, window: int, least: int) -> FloatArray:
    """Return the standard deviation of the days before each day.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily returns, the oldest first [fraction].
    window : int
        How many days are looked back on, if there are so many [days].
    least : int
        How many there must be for an answer [days].

    Returns
    -------
    array of shape (T + 1, ...)
        Volatility for each day, and for the day after the last [fraction].

    >>> equal_weight_volatility([0.01, -0.01, 0.03], window=2, least=2).round(4).tolist()
    [nan, nan, 0.01, 0.02]
    """
    days, fewest = whole("window", window, least=2), whole("least", least, least=2)
    if fewest > days:
        raise MarginError(f"least must not be above window; got {fewest} and {days}")
    daily = series("returns", returns, least=fewest)
    # Sums up to each day, of returns about a mean lest small differences of large sums remain: that
    # of the first days, so that no later one is looked at.
    centred = daily - daily[:fewest].mean(axis=0)
    begun = np.zeros((1, *daily.shape[1:]))
    sums = np.concatenate([begun, np.cumsum(centred, axis=0)])
    squares = np.concatenate([begun, np.cumsum(centred**2, axis=0)])
    last = np.arange(fewest, len(daily) + 1)
    first = np.maximum(last - days, 0)
    length = (last - first).reshape(-1, *(1,) * (daily.ndim - 1))
    mean = (sums[last] - sums[first]) / length
    variance = (squares[last] - squares[first]) / length - mean**2
    return after(fewest, np.sqrt(np.maximum(variance, 0.0)))
