"""GARCH: how volatility follows returns, simulated and fitted by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    generator,
    hold,
    non_negative,
    one_number,
    whole,
)
from marginlib._optional import optional
from marginlib.calibration._series import after, series, with_variance

WARM_UP = 20
LEAST_DAYS = 250


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
            hold(self, **{name: one_number(name, non_negative(name, getattr(self, name)))})
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
        days = whole("warm_up", warm_up)
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
        begun = whole("burn_in", burn_in, least=0)
        shape = begun + whole("steps", steps), whole("paths", paths)
        shocks = standard_shocks(shape, degrees_of_freedom, rng)
        variance = np.empty(shape)
        now = np.full(shape[1], self.long_run_volatility**2)
        for day, factor in enumerate(self.reaction * shocks**2 + self.persistence):
            variance[day] = now
            now = self.constant + factor * now
        volatility = np.sqrt(variance[begun:])
        return volatility * shocks[begun:], volatility


def fit_garch(returns: ArrayLike) -> Garch:
    """Return the GARCH(1, 1) that makes a series of returns most likely.

    The fit looks at all the days it is given. For rates without hindsight, fit to the days before
    the first rate.

    Parameters
    ----------
    returns : array of shape (T,)
        Daily returns of one series, the oldest first [fraction]; at least 250 of them.

    Raises
    ------
    ModuleNotFoundError
        If ``arch`` is not installed; it says what to type.
    MarginError
        If there are too few days, or if the search for the maximum came to no end.

    Source: fitted by the package ``arch`` (K. Sheppard), normal likelihood, mean zero.

    >>> fit_garch([0.01, -0.02])
    Traceback (most recent call last):
    ...
    marginlib.MarginError: returns must hold at least 250 days on its first axis; got shape (2,)
    """
    daily = series("returns", returns, least=LEAST_DAYS)
    if daily.ndim != 1:
        raise MarginError(f"returns must be one series; got shape {daily.shape}, so fit each alone")
    spread = float(daily.std())
    if spread == 0:
        raise MarginError("returns must not all be the same, for there is nothing to fit")
    # The search works best with numbers of the order of one.
    model = optional("arch", "data").arch_model(
        np.array(daily / spread), mean="Zero", vol="GARCH", p=1, q=1, rescale=False
    )
    fitted = model.fit(disp="off", show_warning=False)
    if fitted.convergence_flag != 0:
        raise MarginError(f"the fit came to no end: {fitted.optimization_result.message}")
    constant, reaction, persistence = (
        float(fitted.params[name]) for name in ("omega", "alpha[1]", "beta[1]")
    )
    return Garch(constant * spread**2, reaction, persistence)


def standard_shocks(
    shape: tuple[int, ...], degrees_of_freedom: float | None, rng: np.random.Generator
) -> FloatArray:
    """Return random shocks of mean 0 and variance 1, normal or of Student's t distribution.

    >>> standard_shocks((2, 3), 5, np.random.default_rng(1)).shape
    (2, 3)
    """
    source = generator(rng)
    if degrees_of_freedom is None:
        return source.standard_normal(shape)
    freedom = with_variance(degrees_of_freedom)
    return np.asarray(source.standard_t(freedom, shape) * np.sqrt(1 - 2 / freedom))
