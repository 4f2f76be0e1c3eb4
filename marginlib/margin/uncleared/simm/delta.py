"""Delta margin: what moves with the price."""

from __future__ import annotations

from collections.abc import Sequence

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.concentration import concentrated_margin
from marginlib.margin.uncleared.simm.risk_class import RiskClass
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor, net


def delta_margin(factors: Sequence[RiskFactor], amount: FloatArray, rule: RiskClass) -> FloatArray:
    """Return the delta margin of one risk class, shape (...) [USD].

    Parameters
    ----------
    factors : sequence of N RiskFactor
        One for each sensitivity; those to the same risk factor are netted.
    amount : array of shape (..., N)
        Sensitivities [USD].
    rule : RiskClass
        Weights, thresholds and correlations.
    """
    netted, total = net(factors, amount)
    weight = [rule.delta_weight(factor) for factor in netted]
    threshold = [rule.delta_threshold(factor) for factor in netted]
    return concentrated_margin(netted, total, weight, threshold, rule)
