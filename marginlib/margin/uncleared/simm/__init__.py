"""The ISDA Standard Initial Margin Model: margin from sensitivities, for uncleared derivatives.

The ISDA SIMM and its parameters belong to the International Swaps and Derivatives Association.
They are here for study. Whoever computes margin for real trades with them needs a licence from
ISDA (isdalegal@isda.org). Nothing in this library uses the model unless it is asked to:
:func:`initial_margin` takes its parameters as an argument that has no default.

Reading order: :mod:`~marginlib.margin.uncleared.simm.sensitivities` says what goes in,
:mod:`~marginlib.margin.uncleared.simm.margin` what comes out. Between them,
:mod:`~marginlib.margin.uncleared.simm.delta`, :mod:`~marginlib.margin.uncleared.simm.vega` and
:mod:`~marginlib.margin.uncleared.simm.curvature` are the three measures of risk, and
:mod:`~marginlib.margin.uncleared.simm.interest_rate`,
:mod:`~marginlib.margin.uncleared.simm.foreign_exchange` and
:mod:`~marginlib.margin.uncleared.simm.bucketed` are the risk classes. Another version of the model
is another file of parameters.

>>> from marginlib.margin.uncleared import simm
>>> swap = {"product_class": "RatesFX", "risk_type": "Risk_IRCurve", "qualifier": "USD",
...         "label1": "2w", "label2": "OIS", "amount_usd": 4_000_000}
>>> float(simm.initial_margin([swap], simm.Parameters.published("2.5")).total)
460000000.0
"""

from marginlib.margin.uncleared.simm.add_ons import AddOns
from marginlib.margin.uncleared.simm.margin import (
    InitialMargin,
    ProductClassMargin,
    RiskClassMargin,
    initial_margin,
)
from marginlib.margin.uncleared.simm.parameters import Parameters
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor, Sensitivities

__all__ = [
    "AddOns",
    "InitialMargin",
    "Parameters",
    "ProductClassMargin",
    "RiskClassMargin",
    "RiskFactor",
    "Sensitivities",
    "initial_margin",
]
