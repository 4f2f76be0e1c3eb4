r"""Curvature margin: what a large move costs beyond the delta, derived from the vegas.

The curvature of an option is estimated from its vega: :math:`\tfrac12 \min(1, T / t)` times
volatility times vega, with T the margin period of risk and t the time to expiry. Its sum may be a
loss or a gain. With :math:`\theta = \min(0, \sum C / \sum |C|)` and
:math:`\lambda = (z^2 - 1)(1 + \theta) - \theta`, z the 99.5% point of the normal distribution, the
margin is :math:`\max(0, \sum C + \lambda K)`. K aggregates as for delta, with all correlations
squared and without concentrations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.aggregation import across_buckets, fill_buckets
from marginlib.margin.uncleared.simm.risk_class import RESIDUAL, RiskClass
from marginlib.margin.uncleared.simm.risk_types import calendar_days
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor, net
from marginlib.margin.uncleared.simm.vega import over_expiries, volatilities


def curvature_margin(
    factors: Sequence[RiskFactor], amount: FloatArray, rule: RiskClass, period: float
) -> FloatArray:
    """Return the curvature margin of one risk class, shape (...) [USD].

    Parameters
    ----------
    factors : sequence of N RiskFactor
        One for each vega, with its expiry.
    amount : array of shape (..., N)
        Vegas, as :func:`~marginlib.margin.uncleared.simm.vega.vega_margin` takes them [USD].
    rule : RiskClass
        Volatilities and correlations.
    period : float
        Margin period of risk [calendar days].
    """
    counted = [place for place, factor in enumerate(factors) if rule.has_curvature(factor)]
    scale = np.array([share_of_vega(factors[place].label1, period) for place in counted])
    keys = [over_expiries(factors[place]) for place in counted]
    netted, total = net(keys, amount[..., counted] * scale)
    curvature = total * volatilities(netted, rule)

    def correlate(places: list[int]) -> FloatArray:
        return rule.within([netted[place] for place in places]) ** 2

    buckets, residual = fill_buckets(netted, curvature, rule, correlate)
    regular = [rule.bucket(factor) != RESIDUAL for factor in netted]
    outside = np.flatnonzero(regular).tolist()
    inside = np.flatnonzero(np.logical_not(regular)).tolist()
    margin = _with_tail(
        curvature[..., outside], across_buckets(buckets, rule.across(buckets.names) ** 2)
    ) + _with_tail(curvature[..., inside], residual)
    return margin * rule.curvature_multiple


def share_of_vega(expiry: str, period: float) -> float:
    """Return the share of volatility times vega that counts as curvature.

    >>> share_of_vega("2w", 14), share_of_vega("1y", 14) == 0.5 * 14 / 365
    (0.5, True)
    """
    return 0.5 * min(1.0, period / calendar_days(expiry))


def _with_tail(curvature: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the sum of curvatures and their spread in the tail, but no gain."""
    total, size = curvature.sum(axis=-1), np.abs(curvature).sum(axis=-1)
    theta = np.minimum(total / np.where(size > 0, size, 1.0), 0.0)
    tail = (float(scipy.special.ndtri(0.995)) ** 2 - 1) * (1 + theta) - theta
    return np.asarray(np.maximum(total + tail * spread, 0.0))
