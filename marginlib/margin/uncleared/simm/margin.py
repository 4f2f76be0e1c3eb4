r"""Initial margin from sensitivities, and what it is made of.

A risk class needs the sum of its delta, vega, curvature and base-correlation margins. Risk classes
of one product class offset each other a little, :math:`\sqrt{\sum \psi_{rs} M_r M_s}`; product
classes add up, and so do the add-ons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from marginlib._checks import FloatArray, known
from marginlib.margin.uncleared.simm.add_ons import AddOns
from marginlib.margin.uncleared.simm.aggregation import within_bucket
from marginlib.margin.uncleared.simm.curvature import curvature_margin
from marginlib.margin.uncleared.simm.delta import delta_margin
from marginlib.margin.uncleared.simm.parameters import Parameters
from marginlib.margin.uncleared.simm.risk_class import RiskClass
from marginlib.margin.uncleared.simm.risk_types import PRODUCT_CLASSES
from marginlib.margin.uncleared.simm.sensitivities import Sensitivities, Table, currency
from marginlib.margin.uncleared.simm.vega import vega_margin

MEASURES = ("delta", "vega", "curvature", "base_correlation")


@dataclass(frozen=True, eq=False)
class RiskClassMargin:
    """Margin of one risk class by measure, each of shape (...) [USD]."""

    delta: FloatArray
    vega: FloatArray
    curvature: FloatArray
    base_correlation: FloatArray

    @property
    def total(self) -> FloatArray:
        """The four measures added up, shape (...) [USD]."""
        return self.delta + self.vega + self.curvature + self.base_correlation


@dataclass(frozen=True, eq=False)
class ProductClassMargin:
    """Margin of one product class.

    Parameters
    ----------
    risk_classes : mapping from risk class to RiskClassMargin
        Risk classes that move its trades.
    correlation : array of shape (C, C)
        Correlations between them.
    """

    risk_classes: Mapping[str, RiskClassMargin]
    correlation: FloatArray

    @property
    def total(self) -> FloatArray:
        """The margin of the product class, shape (...) [USD]."""
        return self._together([margin.total for margin in self.risk_classes.values()])

    def alone(self, measure: str) -> FloatArray:
        """Return the margin if ``measure`` were the only one, shape (...) [USD]."""
        return self._together([getattr(margin, measure) for margin in self.risk_classes.values()])

    def _together(self, margins: Sequence[FloatArray]) -> FloatArray:
        return within_bucket(np.stack(margins, axis=-1), self.correlation)


@dataclass(frozen=True, eq=False)
class InitialMargin:
    """Margin of a portfolio, and what it is made of.

    Parameters
    ----------
    product_classes : mapping from product class to ProductClassMargin
        Product classes that the portfolio holds.
    add_on : array of shape (...)
        Add-ons [USD].
    """

    product_classes: Mapping[str, ProductClassMargin]
    add_on: FloatArray

    @property
    def total(self) -> FloatArray:
        """The margin, shape (...) [USD]."""
        return sum((each.total for each in self.product_classes.values()), start=self.add_on)

    def alone(self, measure: str) -> FloatArray:
        """Return the margin, without add-ons, if ``measure`` were the only one, shape (...) [USD].

        Risk classes offset each other, so the four do not add up to the total.

        Parameters
        ----------
        measure : str
            delta, vega, curvature or base_correlation.
        """
        name = known("measure", measure, MEASURES)
        none = np.zeros_like(self.add_on)
        return sum((each.alone(name) for each in self.product_classes.values()), start=none)


def initial_margin(
    table: Table,
    parameters: Parameters,
    *,
    calculation_currency: str = "USD",
    add_ons: AddOns | None = None,
) -> InitialMargin:
    """Return the initial margin by the ISDA Standard Initial Margin Model.

    The model and its parameters belong to ISDA: margin for real trades needs its licence.

    Parameters
    ----------
    table : Sensitivities, mapping of columns, or records
        The sensitivities; see :mod:`marginlib.margin.uncleared.simm.sensitivities`. An amount may
        be an array of shape (...): as many portfolios with the same risk factors.
    parameters : Parameters
        The version of the model, for instance ``Parameters.published("2.5")``.
    calculation_currency : str
        The currency that margin is computed in. A move of this currency against itself is none,
        so sensitivities to it are dropped. Amounts and results stay in US dollars.
    add_ons : AddOns, optional
        Multipliers, shares of notional and fixed amounts.

    Returns
    -------
    InitialMargin
        Total and parts, each of shape (...) [USD].

    Raises
    ------
    MarginError
        At the first record with an unknown word; it names the record, counted from 0.

    Source: ISDA SIMM Methodology, version 2.5, effective 2022-12-03.

    Two shares of bucket 5 with risk weight 23 and correlation 0.23: 23 x sqrt(9 + 16 + 2 x 0.23 x
    12) = 23 x 5.52449.

    >>> def share(name, amount):
    ...     return {"product_class": "Equity", "risk_type": "Risk_Equity", "qualifier": name,
    ...             "bucket": "5", "amount_usd": amount}
    >>> needed = initial_margin([share("A", 3), share("B", 4)], Parameters.published("2.5"))
    >>> needed.total.round(2)
    np.float64(127.06)
    >>> needed.product_classes["Equity"].risk_classes["equity"].delta.round(2)
    np.float64(127.06)
    """
    sensitivities = Sensitivities.read(table)
    rules = parameters.rules(currency("calculation_currency", calculation_currency))
    for place, factor in enumerate(sensitivities.factor):
        name = f"bucket of record {place} ({factor.risk_type})"
        rules[factor.kind.risk_class].check(name, factor)
    moving = _without_calculation_currency(sensitivities, calculation_currency)
    held = [name for name in PRODUCT_CLASSES if name in moving.product_class]
    products = {
        name: _product_class(
            moving.part([each == name for each in moving.product_class]), parameters, rules
        )
        for name in held
    }
    extra = (add_ons or AddOns()).margin({name: each.total for name, each in products.items()})
    shape = moving.amount.shape[:-1]
    return InitialMargin(MappingProxyType(products), np.broadcast_to(extra, shape))


def _without_calculation_currency(table: Sensitivities, currency: str) -> Sensitivities:
    return table.part(
        [not (f.risk_type == "Risk_FX" and f.qualifier == currency) for f in table.factor]
    )


def _product_class(
    table: Sensitivities, parameters: Parameters, rules: Mapping[str, RiskClass]
) -> ProductClassMargin:
    classes = [factor.kind.risk_class for factor in table.factor]
    margins = {
        name: _risk_class(table.part([each == name for each in classes]), parameters, rules[name])
        for name in parameters.risk_classes
        if name in classes
    }
    places = [parameters.risk_classes.index(name) for name in margins]
    correlation = parameters.risk_class_correlation[np.ix_(places, places)]
    return ProductClassMargin(MappingProxyType(margins), correlation)


def _risk_class(table: Sensitivities, parameters: Parameters, rule: RiskClass) -> RiskClassMargin:
    measures = [factor.kind.measure for factor in table.factor]
    delta, vega, base = (
        table.part([each == name for each in measures])
        for name in ("delta", "vega", "base_correlation")
    )
    none = np.zeros(table.amount.shape[:-1])
    days = parameters.calendar_days
    return RiskClassMargin(
        delta=delta_margin(delta.factor, delta.amount, rule) if delta.factor else none,
        vega=vega_margin(vega.factor, vega.amount, rule) if vega.factor else none,
        curvature=curvature_margin(vega.factor, vega.amount, rule, days) if vega.factor else none,
        base_correlation=parameters.base_correlation.margin(base.factor, base.amount),
    )
