"""Interest rates: one bucket for each currency, tenors and sub-curves within it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from marginlib._checks import FloatArray, MarginError
from marginlib.margin.uncleared.simm.risk_class import MILLION
from marginlib.margin.uncleared.simm.risk_types import TENORS
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor
from marginlib.margin.uncleared.simm.tables import Table

Value = TypeVar("Value")
OTHERS = ""  # stands for every currency that a file does not list
INFLATION, CROSS_CURRENCY_BASIS = len(TENORS), len(TENORS) + 1


@dataclass(frozen=True, eq=False)
class InterestRate:
    """Rates of each currency: twelve tenors, inflation and cross-currency basis.

    Those are fourteen *points*. Weights and correlations are kept by point; two tenors on
    different sub-curves are a little less correlated than on one. The basis is added in at its
    own weight, and neither counts towards a currency's concentration nor grows with it.
    """

    weight: Mapping[str, FloatArray]  # of each currency, shape (14,)
    vega_weight_of_all: float
    delta_threshold_of: Mapping[str, float]
    vega_threshold_of: Mapping[str, float]
    point_correlation: FloatArray  # (14, 14)
    sub_curve_correlation: float
    currency_correlation: float
    curvature_multiple: float
    volatility_ratio: float = 1.0
    concentrated_by_bucket: bool = True

    @classmethod
    def read(cls, table: Table) -> InterestRate:
        """Return the risk class as a parameter file describes it."""
        if table.words("tenors") != TENORS:
            raise MarginError(f"{table.place}.tenors must be {', '.join(TENORS)}")
        beside = [table.number("inflation_weight"), table.number("cross_currency_basis_weight")]
        groups = list(table.table("concentration").tables())
        return cls(
            weight={
                currency: np.append(group.numbers("weight", len(TENORS)), beside)
                for group in table.table("volatility").tables()
                for currency in _currencies(group)
            },
            vega_weight_of_all=table.number("vega_weight"),
            delta_threshold_of=_by_currency(groups, "delta_threshold"),
            vega_threshold_of=_by_currency(groups, "vega_threshold"),
            point_correlation=_point_correlation(table),
            sub_curve_correlation=table.number("sub_curve_correlation"),
            currency_correlation=table.number("currency_correlation"),
            # Vegas of rates arrive weighted with today's volatility; the ratio takes it out again.
            curvature_multiple=table.number("historical_volatility_ratio") ** -2,
        )

    def bucket(self, factor: RiskFactor) -> str:
        """Return the currency."""
        return factor.qualifier

    def check(self, name: str, factor: RiskFactor) -> None:
        """Accept every risk factor: any currency has a bucket."""

    def concentration_name(self, factor: RiskFactor) -> str | None:
        """Return the currency, and None for the cross-currency basis."""
        return None if factor.risk_type == "Risk_XCcyBasis" else factor.qualifier

    def delta_weight(self, factor: RiskFactor) -> float:
        """Return the weight of the point, by how volatile the currency's rates are."""
        return float(_of(self.weight, factor.qualifier)[_point(factor)])

    def vega_weight(self, factor: RiskFactor) -> float:
        """Return the one weight of all rate vegas."""
        return self.vega_weight_of_all

    def delta_threshold(self, factor: RiskFactor) -> float:
        """Return the threshold of the currency [USD]."""
        return _of(self.delta_threshold_of, factor.qualifier)

    def vega_threshold(self, factor: RiskFactor) -> float:
        """Return the threshold of the currency [USD]."""
        return _of(self.vega_threshold_of, factor.qualifier)

    def volatility(self, factor: RiskFactor) -> float:
        """Return 1: vegas of rates arrive multiplied by their volatility."""
        return 1.0

    def has_curvature(self, factor: RiskFactor) -> bool:
        """Return True: every rate vega has curvature."""
        return True

    def within(self, factors: Sequence[RiskFactor]) -> FloatArray:
        """Return the correlations of points of one currency, shape (F, F)."""
        points = np.array([_point(factor) for factor in factors])
        curves = np.array([factor.label2 for factor in factors])
        two_curves = curves[:, None] != curves
        two_curves &= (curves[:, None] != "") & (curves != "")
        correlation = self.point_correlation[np.ix_(points, points)]
        return np.asarray(correlation * np.where(two_curves, self.sub_curve_correlation, 1.0))

    def across(self, buckets: Sequence[str]) -> FloatArray:
        """Return the one correlation between any two currencies, shape (B, B)."""
        return np.full((len(buckets), len(buckets)), self.currency_correlation)


def _point(factor: RiskFactor) -> int:
    if factor.risk_type in ("Risk_Inflation", "Risk_InflationVol"):
        return INFLATION
    if factor.risk_type == "Risk_XCcyBasis":
        return CROSS_CURRENCY_BASIS
    return TENORS.index(factor.label1)


def _point_correlation(table: Table) -> FloatArray:
    """Return the tenors' correlations with inflation and the basis appended, shape (14, 14)."""
    matrix = np.eye(len(TENORS) + 2)
    matrix[:INFLATION, :INFLATION] = table.symmetric("tenor_correlation", len(TENORS))
    for point, key in (
        (INFLATION, "inflation_correlation"),
        (CROSS_CURRENCY_BASIS, "cross_currency_basis_correlation"),
    ):
        matrix[point, :point] = matrix[:point, point] = table.number(key)
    return matrix


def _currencies(group: Table) -> tuple[str, ...]:
    return group.words("currencies") if "currencies" in group else (OTHERS,)


def _by_currency(groups: Sequence[Table], key: str) -> dict[str, float]:
    return {
        currency: group.number(key) * MILLION for group in groups for currency in _currencies(group)
    }


def _of(values: Mapping[str, Value], currency: str) -> Value:
    return values[currency] if currency in values else values[OTHERS]
