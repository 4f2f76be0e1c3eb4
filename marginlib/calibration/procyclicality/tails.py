"""How rare large returns are under GARCH, and the flat margin that covers them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._bisection import bisection
from marginlib._checks import FloatArray
from marginlib.calibration._series import confidence_levels
from marginlib.calibration.garch import Garch

# Tails thinner than this cannot be told from normal ones.
LARGEST_TAIL_INDEX = 1_000.0


def tail_index(model: Garch) -> float:
    r"""Return the power with which large returns of a GARCH model become rare.

    The chance of a return beyond x falls like :math:`x^{-\kappa}`, where

    .. math:: E\left[(\alpha Z^2 + \beta)^{\kappa / 2}\right] = 1

    for normal shocks Z. The smaller the index, the more often a flat margin is far too small.

    Returns
    -------
    float
        2 where reaction and persistence add up to 1, as in an exponentially weighted average;
        infinite above a thousand, where tails are as good as normal.

    Source: P. Glasserman and Q. Wu, "Persistence and procyclicality in margin requirements",
    Management Science 64 (2018); the theorem is by H. Kesten (1973) and C. Goldie (1991).

    >>> tail_index(Garch(0, reaction=0.1, persistence=0.9))
    2.0
    >>> round(tail_index(Garch(1e-6, reaction=0.1, persistence=0.88)), 2)
    5.61
    """
    if model.reaction == 0:
        return float("inf")
    if model.reaction + model.persistence >= 1 - 1e-12:
        return 2.0
    shocks = np.linspace(0.0, 60.0, 30_001)
    density = -(shocks**2) / 2
    with np.errstate(divide="ignore"):
        growth = np.log(model.reaction * shocks**2 + model.persistence)
    # The first point is half of the one that lies on both sides of zero.
    weight = np.where(shocks == 0, 0.5, 1.0)

    def log_mean(index: float) -> float:
        above = scipy.special.logsumexp(density + index / 2 * growth, b=weight)
        return float(above - scipy.special.logsumexp(density, b=weight))

    least, most = np.array(2.0), np.array(LARGEST_TAIL_INDEX)
    if log_mean(float(most)) < 0:
        return float("inf")
    # The logarithm is convex in the index and 0 at 0, so beyond 2 it is 0 only once.
    low, _ = bisection(lambda index: np.asarray(log_mean(float(index)) <= 0), least, most)
    return float(low)


class StableMargin(NamedTuple):
    """A flat rate beside one that follows volatility; each of the shape of the level."""

    average: FloatArray  # of the rate that follows volatility [fraction]
    flat: FloatArray  # the flat rate that covers as often [fraction]
    ceiling: FloatArray  # what the rate that follows stays below, as often [fraction]

    @property
    def buffer(self) -> FloatArray:
        """What the flat rate is above the average [fraction of the average]."""
        return self.flat / self.average - 1

    @property
    def buffer_to_ceiling(self) -> FloatArray:
        """What the average must be raised by for the rate to stay below it [fraction]."""
        return self.ceiling / self.average - 1


def stable_margin(
    model: Garch,
    level: ArrayLike,
    *,
    paths: int = 1_000,
    steps: int = 1_000,
    burn_in: int = 500,
    rng: np.random.Generator,
) -> StableMargin:
    """Return the flat rate that covers returns of either side as often as one that follows.

    Parameters
    ----------
    model : Garch
        How returns come about.
    level : float or array
        Share of days to cover [fraction].
    paths, steps : int
        Number of simulated paths, and of days in each.
    burn_in : int
        Days at the start of each that are thrown away [days].
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same answer.

    Source: the question is that of Glasserman and Wu (2018); answered here by simulation.

    >>> calm = Garch(constant=1e-5, reaction=0.0, persistence=0.9)  # volatility never changes
    >>> rates = stable_margin(calm, level=0.99, rng=np.random.default_rng(1))
    >>> rates.average.round(5), rates.flat.round(4), rates.ceiling.round(5)
    (np.float64(0.02576), np.float64(0.0258), np.float64(0.02576))
    """
    share = confidence_levels(level)
    returns, volatility = model.simulate(paths=paths, steps=steps, burn_in=burn_in, rng=rng)
    multiple = np.asarray(-scipy.special.ndtri((1 - share) / 2))
    return StableMargin(
        average=multiple * volatility.mean(),
        flat=np.quantile(np.abs(returns), share),
        ceiling=multiple * np.quantile(volatility, share),
    )
