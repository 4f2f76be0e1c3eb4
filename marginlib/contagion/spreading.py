r"""Whether failures die out: how many other funds a failed fund takes along, on average.

Contagion through common holdings is a branching process, as of an illness. A fund that fails takes
along those which cannot bear the fall that its sales make. Funds with few holdings and with many
do so differently, so the average is a table between kinds of funds, the *mean offspring matrix*:
failures spread if its largest eigenvalue is above 1.

That is about failures one by one, in a system so large that the first few do not meet. A shock that
fells many at once can spread where this says that failures die out, as falls add up: that is left
to :func:`~marginlib.contagion.wipe_out_asset`.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, MarginError, one_number, positive
from marginlib.contagion._networks import spectral_radius
from marginlib.contagion.diversification import FundRules

_MOST_SHARED = 200  # holdings, or holders: the tables grow with their third power


def mean_offspring(
    diversification: float, rules: FundRules, funds_per_asset: float = 1.0
) -> FloatArray:
    """Return how many funds of each kind (row) one of each kind (column) takes along on average.

    A kind is a number of holdings: 1 first, then 2, as far as any matter. A fund that was itself
    taken along through one of its assets takes others along through the rest of them. Who holds
    what is drawn as by :func:`~marginlib.contagion.draw_holdings`, in a system without end.

    Parameters
    ----------
    diversification : float
        How many assets a fund holds on average.
    funds_per_asset : float
        Number of funds over that of assets.

    Source: F. Caccioli, M. Shrestha, C. Moore and J. D. Farmer, "Stability analysis of financial
    contagion due to overlapping portfolios", Journal of Banking & Finance 46, 2014, for the
    criterion. The averages are worked out here:
    what an asset's other holders hold of it is replaced by its mean, and two funds are taken to
    share one asset at most.

    >>> rules = FundRules(leverage=20, cash=0.2, impact=1.0536)
    >>> [round(float(spectral_radius(mean_offspring(mu, rules))), 2) for mu in (0.5, 2, 25)]
    [0.24, 1.77, 0.0]
    """
    mean = one_number("diversification", positive("diversification", diversification))
    per_asset = one_number("funds_per_asset", positive("funds_per_asset", funds_per_asset))
    others = mean * per_asset
    if max(mean, others) > _MOST_SHARED:
        raise MarginError(
            f"diversification must be at most {_MOST_SHARED}, and so must it be times "
            f"funds_per_asset; got {mean:g} and {others:g}"
        )
    kinds = np.arange(1.0, _enough(mean) + 1)
    sharers = np.arange(1.0, _enough(others) + 1)  # other holders of an asset
    # Whoever is met through an asset holds more than most: it is k times as likely met.
    met = kinds * _poisson(kinds, mean) / mean
    typical = -np.expm1(-mean) / mean  # mean of 1 / k over those met
    row, column, number = kinds[:, None, None], kinds[None, :, None], sharers
    sold = (1 / column) / (1 / column + 1 / row + (number - 1) * typical)
    fails = -np.expm1(-rules.impact * sold) / row > rules.bearable
    reached = (fails * number * _poisson(sharers, others)).sum(axis=-1)
    return np.asarray((kinds - 1) * met[:, None] * reached)


def contagion_leverage(
    diversification: float, cash: float, impact: float, funds_per_asset: float = 1.0
) -> float:
    """Return the leverage above which failures spread; ``inf`` if they do not up to a million.

    Parameters
    ----------
    diversification, funds_per_asset : float
        As in :func:`mean_offspring`.
    cash, impact : float
        As in :class:`~marginlib.contagion.FundRules`.

    Source: as in :func:`mean_offspring`.

    >>> round(contagion_leverage(4, cash=0.2, impact=1.0536), 1)
    16.9
    """

    def die_out(logarithm: FloatArray) -> NDArray[np.bool_]:
        rules = FundRules(float(np.exp(logarithm)), cash, impact)
        table = mean_offspring(diversification, rules, funds_per_asset)
        return np.asarray(spectral_radius(table) <= 1)

    most = np.log(np.array(1e6))
    if die_out(most):
        return float("inf")
    # Without any debt no fund fails.
    return float(np.exp(bisection(die_out, np.zeros(()), most)[1]))


def _enough(mean: float) -> int:
    """Return a count that a Poisson variable of this mean hardly ever exceeds."""
    return int(np.ceil(mean + 8 * np.sqrt(mean) + 8))


def _poisson(count: FloatArray, mean: float) -> FloatArray:
    """Return the probability of each count."""
    return np.asarray(np.exp(count * np.log(mean) - mean - scipy.special.gammaln(count + 1)))
