r"""Concentration: what is too large to sell in time weighs more.

A concentration risk factor is :math:`\max(1, \sqrt{|\sum s| / T})`, with the sum over all
sensitivities to one name and T the threshold of its market. Two concentrations of unequal size
offset each other less, by the ratio of the smaller to the larger.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.aggregation import across_buckets, fill_buckets, members
from marginlib.margin.uncleared.simm.risk_class import RESIDUAL, RiskClass
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor, net


def concentration(
    factors: Sequence[RiskFactor], amount: FloatArray, threshold: Sequence[float], rule: RiskClass
) -> FloatArray:
    """Return the concentration risk factor of each risk factor, shape (..., F), 1 or more.

    Parameters
    ----------
    factors : sequence of F RiskFactor
        What the amounts are sensitive to.
    amount : array of shape (..., F)
        Netted sensitivities, or vega exposures [USD].
    threshold : sequence of F floats
        Concentration thresholds [USD].
    rule : RiskClass
        Says which risk factors are concentrated together.
    """
    names = [(rule.bucket(factor), rule.concentration_name(factor)) for factor in factors]
    distinct, total = net(names, amount)
    of_name = [distinct.index(name) for name in names]
    ratio = np.abs(total[..., of_name]) / np.asarray(threshold, dtype=np.float64)
    measured = [name is not None for _, name in names]
    return np.where(measured, np.maximum(1.0, np.sqrt(ratio)), 1.0)


def in_common(concentrations: FloatArray) -> FloatArray:
    """Return the smaller over the larger of each two, from shape (..., K) to (..., K, K).

    >>> in_common(np.array([1.0, 4.0])).tolist()
    [[1.0, 0.25], [0.25, 1.0]]
    """
    rows, columns = concentrations[..., :, None], concentrations[..., None, :]
    return np.minimum(rows, columns) / np.maximum(rows, columns)


def concentrated_margin(
    factors: Sequence[RiskFactor],
    amount: FloatArray,
    weight: Sequence[float],
    threshold: Sequence[float],
    rule: RiskClass,
) -> FloatArray:
    """Return the margin of netted amounts at their weights and concentrations, shape (...)."""
    crowding = concentration(factors, amount, threshold, rule)
    weighted = amount * np.asarray(weight, dtype=np.float64) * crowding

    def correlate(places: list[int]) -> FloatArray:
        within = rule.within([factors[place] for place in places])
        return within if rule.concentrated_by_bucket else within * in_common(crowding[..., places])

    buckets, residual = fill_buckets(factors, weighted, rule, correlate)
    across = rule.across(buckets.names)
    if rule.concentrated_by_bucket:
        places_of = members(factors, rule)
        # The largest, because what is not measured stands at 1.
        of_bucket = [
            crowding[..., places].max(axis=-1)
            for bucket, places in places_of.items()
            if bucket != RESIDUAL
        ]
        across = across * in_common(np.stack(of_bucket, axis=-1))
    return across_buckets(buckets, across) + residual
