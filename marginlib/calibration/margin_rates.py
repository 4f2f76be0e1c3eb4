r"""Margin rates from returns, each for a day from the days before it.

Everything here answers for one unit held long, so a loss is a fall. For a short unit hand over
``-returns``; for whoever may be either, both, and take the larger rate.

A rate is never taken from the day that it is to cover: the rates of T days of returns are T + 1, of
which the last is for the day that has not come yet, and the first are ``nan`` until there is enough
to go by. Every function returns a :class:`Tail`: value at risk and expected shortfall, either of
which can be the margin.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, non_negative, one_number, positive, whole
from marginlib.calibration._series import (
    after,
    confidence,
    days_without,
    nan_at_first,
    series,
    with_variance,
)
from marginlib.calibration.rolling import Tail, rolling_tail_risk


def historical_rate(
    returns: ArrayLike,
    window: int,
    level: float,
    horizon: int = 1,
    interpolated: bool = True,
) -> Tail:
    """Return rates that would have covered the losses of the last days.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily logarithmic returns, the oldest first [fraction].
    window : int
        Number of outcomes looked back on; they overlap if the horizon is above a day [days].
    level : float
        Confidence level [fraction].
    horizon : int
        Margin period of risk [days].
    interpolated : bool
        Whether the value at risk may lie between two losses; otherwise it is the k-th largest one,
        with k the whole part of (1 - level) (window + 1), which independent days breach at most as
        often as the level says. With 250 days at 0.99 the one is breached on 1.4 % of independent
        days, the other on 0.8 %.

    Returns
    -------
    Tail
        Each of shape (T + 1, ...) [fraction]. A rate is below zero where even bad days were good.

    >>> history = historical_rate([0.01, -0.05, 0.02, 0.03], window=2, level=0.5)
    >>> history.value_at_risk.round(4).tolist()
    [nan, nan, 0.02, 0.015, -0.025]
    """
    outcomes = over_horizon(returns, horizon)
    tail = rolling_tail_risk(-outcomes, window, level, interpolated)
    # As many days without an answer as the first window and horizon take.
    missing = len(np.asarray(returns)) + 1 - len(tail.shortfall)
    return Tail(*(after(missing, measure) for measure in tail))


def filtered_historical_rate(
    returns: ArrayLike,
    volatility: ArrayLike,
    window: int,
    level: float,
    horizon: int = 1,
    interpolated: bool = True,
) -> Tail:
    """Return historical rates of returns that are first brought to today's volatility.

    Each past return is divided by the volatility that was forecast for its day, and multiplied by
    the one forecast for the day to come.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily logarithmic returns, the oldest first [fraction].
    volatility : array of shape (T + 1, ...)
        Volatility forecast for each day and the next [fraction], as
        :func:`~marginlib.calibration.ewma_volatility` returns it, ``nan`` at the start allowed.
    window : int
        Number of outcomes looked back on [days].
    level : float
        Confidence level [fraction].
    horizon : int
        Margin period of risk [days].
    interpolated : bool
        As in :func:`historical_rate`.

    Returns
    -------
    Tail
        Each of shape (T + 1, ...) [fraction].

    Source: G. Barone-Adesi, K. Giannopoulos and L. Vosper, "VaR without correlations for portfolios
    of derivative securities", Journal of Futures Markets 19 (1999).

    Both past days were one standard deviation down, and tomorrow's is twice yesterday's:

    >>> rates = filtered_historical_rate([-0.01, -0.02], [0.01, 0.02, 0.04], window=2, level=0.9)
    >>> rates.value_at_risk.tolist()
    [nan, nan, 0.04]
    """
    daily, forecast = series("returns", returns), nan_at_first("volatility", volatility, positive)
    if forecast.shape != (len(daily) + 1, *daily.shape[1:]):
        raise MarginError(
            "volatility must hold one day more than returns, the last for the day to come; "
            f"got shapes {forecast.shape} and {daily.shape}"
        )
    begin = days_without(forecast)
    tail = historical_rate(daily[begin:] / forecast[begin:-1], window, level, horizon, interpolated)
    return Tail(*(after(begin, measure * forecast[begin:]) for measure in tail))


def parametric_rate(
    volatility: ArrayLike,
    level: float,
    horizon: float = 1,
    degrees_of_freedom: float | None = None,
) -> Tail:
    r"""Return rates where returns are normal, or follow Student's t distribution.

    Value at risk is :math:`z \sigma \sqrt{h}`. The expected shortfall of normal returns is
    :math:`\varphi(z) / (1 - L)` in place of :math:`z`.

    Parameters
    ----------
    volatility : array of shape (...)
        Standard deviation of daily returns [fraction]; the first days may be ``nan``, and so are
        their rates.
    level : float
        Confidence level :math:`L` [fraction].
    horizon : float
        Margin period of risk :math:`h`; the variance grows in proportion to it [days].
    degrees_of_freedom : float
        Of Student's t distribution with that standard deviation, above 2; the fewer, the fatter the
        tail. Normal where nothing is said.

    Returns
    -------
    Tail
        Each of shape (...) [fraction].

    Source: A. McNeil, R. Frey and P. Embrechts, "Quantitative risk management", Princeton (2015),
    sections 2.3.4 and 8.2.

    >>> day = parametric_rate(0.01, level=0.99)
    >>> round(float(day.value_at_risk), 5), round(float(day.shortfall), 5)
    (0.02326, 0.02665)
    """
    days = one_number("horizon", positive("horizon", horizon))
    spread = nan_at_first("volatility", volatility, non_negative) * np.sqrt(days)
    beyond = 1 - confidence(level)
    if degrees_of_freedom is None:
        quantile = -scipy.special.ndtri(beyond)
        average = np.exp(-(quantile**2) / 2) / np.sqrt(2 * np.pi) / beyond
    else:
        quantile, average = _student(beyond, degrees_of_freedom)
    return Tail(np.asarray(quantile * spread), np.asarray(average * spread))


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
    daily, days = series("returns", returns), whole("horizon", horizon)
    if days > len(daily):
        raise MarginError(f"horizon must not be above the {len(daily)} days there are; got {days}")
    if days == 1:
        return daily
    return np.asarray(np.lib.stride_tricks.sliding_window_view(daily, days, axis=0).sum(axis=-1))


def _student(beyond: float, degrees_of_freedom: float) -> tuple[float, float]:
    """Return both measures of Student's t distribution of variance 1."""
    freedom = with_variance(degrees_of_freedom)
    scale = np.sqrt(1 - 2 / freedom)
    quantile = -scipy.special.stdtrit(freedom, beyond)
    # The integral of x times the density, from the quantile q upward, is the density at q times
    # (freedom + q^2) / (freedom - 1).
    log_density = _student_log_density(quantile, freedom)
    average = np.exp(log_density) * (freedom + quantile**2) / (freedom - 1) / beyond
    return float(scale * quantile), float(scale * average)


def _student_log_density(at: float, freedom: float) -> float:
    above, below = scipy.special.gammaln([(freedom + 1) / 2, freedom / 2])
    constant = above - below - np.log(freedom * np.pi) / 2
    return float(constant - (freedom + 1) / 2 * np.log1p(at**2 / freedom))
