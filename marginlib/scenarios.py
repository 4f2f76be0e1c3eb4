r"""Ways the market may move.

The plainest of them, a random walk without drift, already says how ordinary a move is: how often
does a day touch a price that is so far away?
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from marginlib._checks import FloatArray, MarginError, numbers, positive, refuse


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
    away = np.abs(np.asarray(distance, dtype=np.float64))
    spread = positive("volatility", volatility) * np.sqrt(positive("horizon", horizon))
    return np.asarray(2 * ndtr(-away / spread))


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
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    for name, count in [("paths", paths), ("steps", steps)]:
        whole = numbers(name, count)
        refuse(name, whole, (whole < 1) | (whole % 1 != 0), "must be a whole number, at least 1")
    step = float(positive("volatility", volatility)) * np.sqrt(positive("horizon", horizon) / steps)
    walks = np.ones((paths, steps + 1))
    walks[:, 1:] += np.cumsum(rng.normal(scale=step, size=(paths, steps)), axis=1)
    return walks
