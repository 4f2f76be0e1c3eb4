r"""How large positions may be under margin and a limit on ruin: Kelly, whole and in part.

With b the positions as multiples of equity and R the returns of each outcome, Kelly's rule makes
the mean of :math:`\log(1 + R b)` largest, which is the growth of equity in the long run. Equity
never falls below the share :math:`\alpha` of the start with a probability above :math:`\beta` if

.. math:: \mathrm{E} \, (1 + R b)^{-\lambda} \le 1, \qquad
    \lambda = \frac{\log \beta}{\log \alpha},

and margin asks for :math:`\sum_i r_i |b_i| \le 1`. All of this is convex, so the best b is one that
nothing near it beats, and its own slope bounds whatever is anywhere else.

Source: E. Busseti, E. Ryu and S. Boyd, "Risk-constrained Kelly gambling", Journal of Investing
25(3), 2016; J. Kelly, "A new interpretation of information rate", Bell System Technical Journal
35(4), 1956.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, NotSettled, fraction, positive
from marginlib.optimisation._growth import GrowthProblem

_SETTLED = 1e-6  # growth per period by which the answer may miss the best


class Sizes(NamedTuple):
    """Positions, and what they promise."""

    exposure: FloatArray  # value of each as a multiple of equity, negative for a short (I,) [times]
    growth: float  # mean logarithm of the growth of equity in one period
    # What any other positions within the limits could grow faster at most: a proof, found from the
    # slope at the answer.
    gap: float
    margin_used: float  # share of equity that margin takes [fraction]


def kelly_sizes(
    returns: ArrayLike,
    rate: ArrayLike,
    probability: ArrayLike | None = None,
    ruin: tuple[float, float] | None = None,
) -> Sizes:
    """Return the positions with the fastest growth under a margin rate and a limit on ruin.

    Parameters
    ----------
    returns : array of shape (S, I)
        Return of each instrument in each outcome of one period [fraction].
    rate : float or array of shape (I,)
        Margin rate of each instrument [fraction].
    probability : array of shape (S,)
        How likely each outcome is [fraction]; all alike where nothing is said.
    ruin : tuple of two float
        Share of the start below which equity must not fall, and the largest probability that it
        ever does [fractions]: (0.5, 0.05) for at most one chance in twenty of ever losing half.

    Raises
    ------
    NotSettled
        If the answer cannot be proved to be within a millionth of the best growth.

    The optimiser believes the outcomes it is given: that they are all there are, that periods do
    not depend on each other, and that positions are set anew after each of them at no cost. It
    does not see what happens within a period, so margin may be called although the period would
    have ended well. Where the mean is only estimated, full Kelly is too large: positions of twice
    the size that is right grow no faster than none, which is why most take a half or less.

    A coin that pays 1 for 1 and wins in 60 of 100 throws: Kelly stakes 0.6 - 0.4 = 20 %.

    >>> coin = [[1.0], [-1.0]]
    >>> kelly_sizes(coin, rate=1.0, probability=[0.6, 0.4]).exposure.round(4).tolist()
    [0.2]
    >>> careful = kelly_sizes(coin, 1.0, [0.6, 0.4], ruin=(0.5, 0.1))
    >>> careful.exposure.round(3).tolist()
    [0.093]

    If the coin wins in 55 of 100 in truth, 20 % is twice too much, and gains nothing:

    >>> round(float(0.55 * np.log(1.2) + 0.45 * np.log(0.8)), 4)
    -0.0001
    """
    problem = GrowthProblem(returns, rate, probability, _power(ruin))
    exposure = problem.search()
    gap = problem.gap(exposure)
    used = float(np.abs(exposure) @ problem.rate)
    sizes = Sizes(exposure, problem.growth(exposure), gap, used)
    if not gap <= _SETTLED:
        raise NotSettled(
            f"positions may grow faster by up to {gap:.3g} a period than those found; give fewer "
            "instruments or outcomes, or returns of a longer period",
            sizes,
        )
    return sizes


def fractional_kelly(sizes: Sizes, part: float) -> FloatArray:
    """Return a part of the positions, shape (I,) [times].

    Parameters
    ----------
    part : float
        Share that is taken [fraction]. With small periods, a half keeps three quarters of the
        growth above interest, and halves its standard deviation.

    >>> whole = kelly_sizes([[1.0], [-1.0]], rate=1.0, probability=[0.6, 0.4])
    >>> fractional_kelly(whole, 0.5).round(4).tolist()
    [0.1]
    """
    return np.asarray(fraction("part", part) * sizes.exposure)


def _power(ruin: tuple[float, float] | None) -> float | None:
    """Return the exponent that belongs to a limit on ruin."""
    if ruin is None:
        return None
    pair = positive("ruin", fraction("ruin", ruin))
    if pair.shape != (2,) or pair.max() >= 1:
        raise MarginError(
            f"ruin must be a share of equity and a probability, both below 1; got {ruin}"
        )
    level, chance = np.log(pair)
    return float(chance / level)
