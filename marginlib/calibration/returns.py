"""From prices to returns, over a day or over the days that a close-out takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, positive
from marginlib.calibration._series import count, series


def log_returns(price: ArrayLike) -> FloatArray:
    """Return the logarithmic returns of daily prices.

    Parameters
    ----------
    price : array of shape (T, ...)
        Prices, the oldest first [currency].

    Returns
    -------
    array of shape (T - 1, ...)
        Returns [fraction].

    >>> log_returns([100, 110, 99]).round(4).tolist()
    [0.0953, -0.1054]
    """
    return np.asarray(np.diff(np.log(positive("price", series("price", price, least=2))), axis=0))


def over_horizon(returns: ArrayLike, horizon: int) -> FloatArray:
    """Return the returns over several days that end on each day; periods overlap.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily logarithmic returns, the oldest first [fraction].
    horizon : int
        Length of each period, such as the margin period of risk [days].

    Returns
    -------
    array of shape (T - horizon + 1, ...)
        Sums of so many daily returns [fraction].

    Raises
    ------
    MarginError
        If there are fewer days than the horizon has.

    >>> over_horizon([0.01, -0.02, 0.03], horizon=2).round(6).tolist()
    [-0.01, 0.01]
    """
    daily, days = series("returns", returns), count("horizon", horizon)
    if days > len(daily):
        raise MarginError(f"horizon must not be above the {len(daily)} days there are; got {days}")
    if days == 1:
        return daily
    return np.asarray(np.lib.stride_tricks.sliding_window_view(daily, days, axis=0).sum(axis=-1))
