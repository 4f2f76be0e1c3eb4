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
from numpy.typing import ArrayLike
from scipy.special import gammaln, ndtri, stdtrit

from marginlib._checks import MarginError, non_negative, numbers_or_none, positive, refuse
from marginlib.calibration._series import after, confidence, days_without, one, series
from marginlib.calibration.returns import over_horizon
from marginlib.calibration.rolling import Tail, rolling_worst


def historical(returns: ArrayLike, window: int, level: float, horizon: int = 1) -> Tail:
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

    Returns
    -------
    Tail
        Each of shape (T + 1, ...) [fraction]. A rate is below zero where even bad days were good.

    >>> history = historical([0.01, -0.05, 0.02, 0.03], window=2, level=0.5)
    >>> history.value_at_risk.round(4).tolist()
    [nan, nan, 0.02, 0.015, -0.025]
    """
    outcomes = over_horizon(returns, horizon)
    tail = rolling_worst(-outcomes, window, level)
    return Tail(*(after(window + horizon - 1, measure) for measure in tail))


def filtered_historical(
    returns: ArrayLike, volatility: ArrayLike, window: int, level: float, horizon: int = 1
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

    Returns
    -------
    Tail
        Each of shape (T + 1, ...) [fraction].

    Source: G. Barone-Adesi, K. Giannopoulos and L. Vosper, "VaR without correlations for portfolios
    of derivative securities", Journal of Futures Markets 19 (1999).

    Both past days were one standard deviation down, and tomorrow's is twice yesterday's:

    >>> rates = filtered_historical([-0.01, -0.02], [0.01, 0.02, 0.04], window=2, level=0.9)
    >>> rates.value_at_risk.tolist()
    [nan, nan, 0.04]
    """
    daily, forecast = series("returns", returns), np.asarray(volatility, dtype=np.float64)
    if forecast.shape != (len(daily) + 1, *daily.shape[1:]):
        raise MarginError(
            "volatility must hold one day more than returns, the last for the day to come; "
            f"got shapes {forecast.shape} and {daily.shape}"
        )
    begin = days_without("volatility", forecast)
    positive("volatility", forecast[begin:])
    tail = historical(daily[begin:] / forecast[begin:-1], window, level, horizon)
    return Tail(*(after(begin, measure * forecast[begin:]) for measure in tail))


def parametric(
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
        Standard deviation of daily returns [fraction]; ``nan`` gives ``nan``.
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

    >>> day = parametric(0.01, level=0.99)
    >>> round(float(day.value_at_risk), 5), round(float(day.shortfall), 5)
    (0.02326, 0.02665)
    """
    spread = numbers_or_none("volatility", volatility)
    non_negative("volatility", spread[~np.isnan(spread)])
    spread = spread * np.sqrt(positive("horizon", one("horizon", horizon)))
    beyond = 1 - confidence(level)
    if degrees_of_freedom is None:
        quantile = -ndtri(beyond)
        average = np.exp(-(quantile**2) / 2) / np.sqrt(2 * np.pi) / beyond
    else:
        quantile, average = _student(beyond, degrees_of_freedom)
    return Tail(np.asarray(quantile * spread), np.asarray(average * spread))


def _student(beyond: float, degrees_of_freedom: float) -> tuple[float, float]:
    """Return both measures of Student's t distribution of variance 1."""
    freedom = positive("degrees_of_freedom", one("degrees_of_freedom", degrees_of_freedom))
    refuse("degrees_of_freedom", freedom, freedom <= 2, "must be above 2")
    scale = np.sqrt(1 - 2 / freedom)
    quantile = -stdtrit(freedom, beyond)
    # The integral of x times the density, from the quantile q upward, is the density at q times
    # (freedom + q^2) / (freedom - 1).
    log_density = _student_log_density(quantile, float(freedom))
    average = np.exp(log_density) * (freedom + quantile**2) / (freedom - 1) / beyond
    return float(scale * quantile), float(scale * average)


def _student_log_density(at: float, freedom: float) -> float:
    constant = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - np.log(freedom * np.pi) / 2
    return float(constant - (freedom + 1) / 2 * np.log1p(at**2 / freedom))
