r"""Ways the market may move.

The plainest of them, a random walk without drift, already says how ordinary a move is: how often
does a day touch a price that is so far away? And when a price is log-normal, its worst outcomes
have an average in closed form, from which some venues take their rates. Where several prices move,
it matters as much how far they move together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    non_negative,
    numbers,
    numbers_or_none,
    one_number,
    positive,
    refuse,
    together,
    whole,
)

__all__ = ["price_paths", "random_walks", "touch_probability"]


class Shortfall(NamedTuple):
    """Average relative loss in the worst outcomes, for one unit held long and for one short."""

    long: FloatArray  # [fraction of the price], at most 1
    short: FloatArray  # [fraction of the price], without a limit


def touch_probability(
    distance: ArrayLike, volatility: ArrayLike, horizon: ArrayLike = 1.0
) -> FloatArray:
    r"""Return the chance that a price touches a level ``distance`` away within the horizon.

    For normal returns without drift, watched continuously, the reflection principle gives

    .. math:: p = 2 \, \Phi\!\left(-\frac{|d|}{\sigma \sqrt{T}}\right) :

    every path that ends beyond the level touched it, and as many that touched it came back. A
    price watched only now and then touches a little less often.

    Parameters
    ----------
    distance : float or array
        Relative distance to the level, of either sign [fraction of the price]; ``nan`` for a level
        that does not exist gives ``nan``.
    volatility : float or array
        Standard deviation of the return over one unit of time [fraction].
    horizon : float or array
        Time [the unit of the volatility: days for a daily volatility].

    Source: L. Bachelier, "Theorie de la speculation", 1900; any text on Brownian motion.

    >>> float(touch_probability(distance=-0.0101, volatility=0.04).round(2))
    0.8
    """
    away = np.abs(numbers_or_none("distance", distance))
    sigma, time = positive("volatility", volatility), positive("horizon", horizon)
    together(distance=away, volatility=sigma, horizon=time)
    spread = sigma * np.sqrt(time)
    return np.asarray(2 * scipy.special.ndtr(-away / spread))


def lognormal_shortfall(
    level: ArrayLike, years: ArrayLike, volatility: ArrayLike, drift: ArrayLike = 0.0
) -> Shortfall:
    r"""Return the expected shortfall of a log-normal price, relative to the price now.

    With :math:`z = \Phi^{-1}(L)` and :math:`s = \sigma \sqrt{\tau}`, the price in its lowest and in
    its highest share L of outcomes is on average :math:`e^{\mu\tau} \Phi(z - s) / L` and
    :math:`e^{\mu\tau} \Phi(z + s) / L` times what it is now. A long position loses what is missing
    to 1, a short one what is above 1. Neither is below zero.

    Parameters
    ----------
    level : float or array
        Share of the worst outcomes that is averaged, between 0 and 1 [fraction].
    years : float or array
        Horizon [years].
    volatility : float or array
        Volatility of the price [1 / square root of a year].
    drift : float or array
        Growth of the expected price [1 / year].

    Returns
    -------
    Shortfall
        ``long`` and ``short``, each of the shape that the arguments broadcast to.

    Source: Vega protocol, specification 0018-RSKM, quantitative risk models, as used in
    0019-MCAL (2024).

    A market whose factors are published; a short position may lose several times its value:

    >>> factors = lognormal_shortfall(1e-6, years=0.1, volatility=1)
    >>> round(float(factors.long), 6), round(float(factors.short), 6)
    (0.800728, 3.556904)
    """
    share = positive("level", level)
    refuse("level", share, share >= 1, "must be below 1", hint=lambda bad: bad / 100)
    time, sigma = positive("years", years), positive("volatility", volatility)
    growth = numbers("drift", drift)
    together(level=share, years=time, volatility=sigma, drift=growth)
    spread = sigma * np.sqrt(time)
    # In logarithms, because a share of one in a million is already far out in the tail.
    scale = growth * time - np.log(share)
    lowest = np.exp(scale + scipy.special.log_ndtr(scipy.special.ndtri(share) - spread))
    highest = np.exp(scale + scipy.special.log_ndtr(scipy.special.ndtri(share) + spread))
    return Shortfall(np.maximum(0.0, 1 - lowest), np.maximum(0.0, highest - 1))


def random_walks(
    *,
    paths: int,
    steps: int,
    volatility: float,
    horizon: float = 1.0,
    rng: np.random.Generator,
) -> FloatArray:
    """Return simulated price paths that start at 1 and add independent normal steps.

    Parameters
    ----------
    paths, steps : int
        Number of paths, and of steps in each.
    volatility : float
        Standard deviation of the return over one unit of time [fraction].
    horizon : float
        Length of the paths [the unit of the volatility: days for a daily volatility].
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same paths.

    Returns
    -------
    array of shape (paths, steps + 1)
        Prices relative to the start. Returns are arithmetic, so a very volatile path may fall
        below zero.

    >>> walks = random_walks(paths=3, steps=4, volatility=0.04, rng=np.random.default_rng(1))
    >>> walks.shape, walks[:, 0].tolist()
    ((3, 5), [1.0, 1.0, 1.0])
    """
    paths, steps = _count(paths, steps, rng)
    sigma = one_number("volatility", positive("volatility", volatility))
    step = sigma * np.sqrt(one_number("horizon", positive("horizon", horizon)) / steps)
    walks = np.ones((paths, steps + 1))
    walks[:, 1:] += np.cumsum(rng.normal(scale=step, size=(paths, steps)), axis=1)
    return walks


def price_paths(
    *,
    paths: int,
    steps: int,
    volatility: ArrayLike,
    correlation: ArrayLike,
    horizon: float = 1.0,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Return simulated prices of several instruments that move together, each starting at 1.

    Every step multiplies each price by :math:`\exp(\sigma \sqrt{\delta} z - \sigma^2 \delta / 2)`,
    with normal :math:`z` of the given correlation. Prices stay above zero, and nobody gains on
    average by holding them.

    Parameters
    ----------
    paths, steps : int
        Number of paths, and of steps in each.
    volatility : array of shape (I,)
        Volatility of each price [1 / square root of a unit of time].
    correlation : float or array of shape (I, I)
        Correlation of the returns [fraction]; a number is that of every pair.
    horizon : float
        Length of the paths [the unit of the volatility: days for a daily volatility].
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same paths.

    Returns
    -------
    array of shape (paths, steps + 1, I)
        Prices relative to the start.

    >>> prices = price_paths(
    ...     paths=3, steps=4, volatility=[0.04, 0.04], correlation=1, rng=np.random.default_rng(1)
    ... )
    >>> prices.shape, bool(np.allclose(prices[..., 0], prices[..., 1]))
    ((3, 5, 2), True)
    """
    paths, steps = _count(paths, steps, rng)
    sigma = non_negative("volatility", volatility)
    if sigma.ndim != 1:
        raise MarginError(f"volatility must hold one value for each price; got shape {sigma.shape}")
    root = _square_root(correlation, len(sigma))
    spread = sigma * np.sqrt(one_number("horizon", positive("horizon", horizon)) / steps)
    logarithms = np.zeros((paths, steps + 1, len(sigma)))
    shocks = rng.standard_normal((paths, steps, len(sigma))) @ root
    np.cumsum(spread * shocks - spread**2 / 2, axis=1, out=logarithms[:, 1:])
    return np.asarray(np.exp(logarithms))


def _count(paths: int, steps: int, rng: np.random.Generator) -> tuple[int, int]:
    """Return the numbers of paths and steps, if they can be drawn."""
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    return whole("paths", paths), whole("steps", steps)


def _square_root(correlation: ArrayLike, count: int) -> FloatArray:
    """Return the symmetric matrix whose square is the correlation, shape (I, I)."""
    given = numbers("correlation", correlation)
    each = np.where(np.eye(count) == 1, 1.0, given) if given.ndim == 0 else given
    if each.shape != (count, count):
        raise MarginError(
            f"correlation must be one number, or an array of shape {(count, count)}, one row for "
            f"each volatility; got shape {given.shape}"
        )
    if not np.array_equal(each, each.T) or (np.diagonal(each) != 1).any():
        raise MarginError("correlation must be symmetric, with 1 on the diagonal")
    size, direction = np.linalg.eigh(each)
    if size.min() < -1e-9:
        raise MarginError(
            "correlation must be possible for prices to have: these pairs contradict each other "
            f"(smallest eigenvalue {size.min():.3g}, must not be below 0)"
        )
    return np.asarray((direction * np.sqrt(np.maximum(size, 0.0))) @ direction.T)
