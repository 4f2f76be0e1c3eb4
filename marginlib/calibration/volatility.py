r"""Volatility from day to day: exponentially weighted, or by GARCH.

Both forecast the variance of tomorrow from that of today and what today brought:

.. math:: \sigma_{t+1}^2 = \omega + \alpha \, r_t^2 + \beta \, \sigma_t^2 .

With :math:`\omega = 0` and :math:`\alpha = 1 - \beta` it is the exponentially weighted average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, non_negative, numbers, positive, refuse
from marginlib.calibration._series import after, count, one, series

WARM_UP = 20


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
    kept = one("decay", numbers("decay", decay))
    refuse_outside_unit("decay", kept)
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
    days, fewest = count("window", window, least=2), count("least", least, least=2)
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


@dataclass(frozen=True)
class Garch:
    r"""The GARCH(1, 1) recursion of the variance.

    Parameters
    ----------
    constant : float
        Added to the variance every day, :math:`\omega` [fraction squared].
    reaction : float
        Weight of the last squared return, :math:`\alpha` [fraction].
    persistence : float
        Weight of the last variance, :math:`\beta` [fraction]; with the reaction at most 1.

    Source: T. Bollerslev, "Generalized autoregressive conditional heteroskedasticity", Journal of
    Econometrics 31 (1986).

    >>> model = Garch(constant=1e-5, reaction=0.1, persistence=0.8)
    >>> round(model.long_run_volatility, 6)
    0.01
    """

    constant: float
    reaction: float
    persistence: float

    def __post_init__(self) -> None:
        for name in ("constant", "reaction", "persistence"):
            object.__setattr__(self, name, one(name, non_negative(name, getattr(self, name))))
        total = self.reaction + self.persistence
        if total > 1 + 1e-12:
            raise MarginError(
                f"reaction + persistence must not be above 1; got {total:g}, "
                "with which volatility would grow without end"
            )

    @property
    def long_run_volatility(self) -> float:
        """Square root of the average variance [fraction]; ``nan`` if there is no average."""
        left = 1 - self.reaction - self.persistence
        return float(np.sqrt(self.constant / left)) if left > 1e-12 else float("nan")

    def volatility(self, returns: ArrayLike, warm_up: int = WARM_UP) -> FloatArray:
        """Return the volatility of each day, forecast from the days before it.

        Parameters
        ----------
        returns : array of shape (T, ...)
            Daily returns, the oldest first [fraction].
        warm_up : int
            How many days are averaged with equal weights for the first forecast [days].

        Returns
        -------
        array of shape (T + 1, ...)
            Volatility of each day, and of the day after the last [fraction]; ``nan`` in the
            warm-up.
        """
        days = count("warm_up", warm_up)
        squared = series("returns", returns, least=days) ** 2
        variance = np.empty((len(squared) + 1 - days, *squared.shape[1:]))
        variance[0] = squared[:days].mean(axis=0)
        pushes = self.constant + self.reaction * squared[days:]
        for day, push in enumerate(pushes):
            variance[day + 1] = push + self.persistence * variance[day]
        return after(days, np.sqrt(variance))

    def simulate(
        self,
        *,
        paths: int,
        steps: int,
        burn_in: int = 500,
        degrees_of_freedom: float | None = None,
        rng: np.random.Generator,
    ) -> tuple[FloatArray, FloatArray]:
        """Return simulated returns and the volatility that each of them was drawn with.

        Parameters
        ----------
        paths, steps : int
            Number of paths, and of days in each.
        burn_in : int
            Days at the start that are thrown away, so that paths begin anywhere [days].
        degrees_of_freedom : float
            Of Student's t distribution, scaled to variance 1; normal where nothing is said.
        rng : numpy.random.Generator
            Source of randomness; the same seed gives the same paths.

        Returns
        -------
        returns, volatility : arrays of shape (steps, paths)
            Days first [fraction].

        >>> model = Garch(constant=1e-5, reaction=0.1, persistence=0.8)
        >>> returns, volatility = model.simulate(paths=3, steps=4, rng=np.random.default_rng(1))
        >>> returns.shape == volatility.shape == (4, 3)
        True
        """
        if np.isnan(self.long_run_volatility):
            raise MarginError("reaction + persistence must be below 1 to simulate; got 1")
        shape = count("burn_in", burn_in, least=0) + count("steps", steps), count("paths", paths)
        shocks = standard_shocks(shape, degrees_of_freedom, rng)
        variance = np.empty(shape)
        now = np.full(shape[1], self.long_run_volatility**2)
        for day, factor in enumerate(self.reaction * shocks**2 + self.persistence):
            variance[day] = now
            now = self.constant + factor * now
        volatility = np.sqrt(variance[burn_in:])
        return volatility * shocks[burn_in:], volatility


def standard_shocks(
    shape: tuple[int, ...], degrees_of_freedom: float | None, rng: np.random.Generator
) -> FloatArray:
    """Return random shocks of mean 0 and variance 1, normal or of Student's t distribution.

    >>> standard_shocks((2, 3), 5, np.random.default_rng(1)).shape
    (2, 3)
    """
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    if degrees_of_freedom is None:
        return rng.standard_normal(shape)
    freedom = one("degrees_of_freedom", positive("degrees_of_freedom", degrees_of_freedom))
    if freedom <= 2:
        raise MarginError(
            f"degrees_of_freedom must be above 2, for the variance to exist; got {freedom:g}"
        )
    return np.asarray(rng.standard_t(freedom, shape) * np.sqrt(1 - 2 / freedom))


def refuse_outside_unit(name: str, value: float) -> None:
    """Raise an error unless ``value`` is between 0 and 1, both excluded."""
    single = numbers(name, value)
    refuse(name, single, single >= 1, "must be below 1", hint=lambda bad: bad / 100)
    refuse(name, single, single <= 0, "must be above 0")
