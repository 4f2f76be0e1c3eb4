"""Vega margin: what moves with the volatility that option prices imply."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.concentration import concentrated_margin
from marginlib.margin.uncleared.simm.risk_class import RiskClass
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor, net


def vega_margin(factors: Sequence[RiskFactor], amount: FloatArray, rule: RiskClass) -> FloatArray:
    """Return the vega margin of one risk class, shape (...) [USD].

    Parameters
    ----------
    factors : sequence of N RiskFactor
        One for each vega.
    amount : array of shape (..., N)
        Vegas: of rates and credit already multiplied by the volatility [USD].
    rule : RiskClass
        Weights, thresholds, volatilities and correlations.
    """
    netted, total = net([over_expiries(factor) for factor in factors], amount)
    exposure = total * volatilities(netted, rule) * rule.volatility_ratio
    weight = [rule.vega_weight(factor) for factor in netted]
    threshold = [rule.vega_threshold(factor) for factor in netted]
    return concentrated_margin(netted, exposure, weight, threshold, rule)


def over_expiries(factor: RiskFactor) -> RiskFactor:
    """Return the risk factor that vegas of all expiries are added up in.

    Vegas of rates and credit keep their tenor; those of inflation, shares, commodities and
    currencies are one risk factor whatever the expiry.
    """
    keeps_tenor = factor.risk_type in ("Risk_IRVol", "Risk_CreditVol", "Risk_CreditVolNonQ")
    return factor if keeps_tenor else factor._replace(label1="")


def volatilities(factors: Sequence[RiskFactor], rule: RiskClass) -> FloatArray:
    """Return the volatility that each vega is multiplied by, shape (F,)."""
    return np.array([rule.volatility(factor) for factor in factors])
