"""Currencies: one bucket for all of them, seen from the currency that margin is computed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.risk_class import MILLION, implied_volatility
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor
from marginlib.margin.uncleared.simm.tables import Table


@dataclass(frozen=True, eq=False)
class ForeignExchange:
    """Exchange rates of each currency against the calculation currency.

    Weights and correlations depend on whether the currency, and the one calculated in, are of
    high volatility; thresholds on how much the currency is traded.
    """

    calculation_currency: str
    high_volatility: frozenset[str]
    weight: FloatArray  # (2, 2), regular then high volatility
    correlation: FloatArray  # (2, 2)
    vega_weight_of_all: float
    pair_correlation: float
    categories: tuple[frozenset[str], ...]
    delta_threshold_of: FloatArray  # of each category, shape (C,)
    vega_threshold_of: FloatArray  # of two categories, shape (C, C)
    volatility_ratio: float
    calendar_days: float
    curvature_multiple: float = 1.0
    concentrated_by_bucket: bool = False

    @classmethod
    def read(cls, table: Table, currency: str, calendar_days: float) -> ForeignExchange:
        """Return the risk class as a parameter file describes it, calculated in ``currency``."""
        high = frozenset(table.words("high_volatility"))
        categories = tuple(frozenset(listed) for listed in table.value("categories"))
        seen_from = "high" if currency in high else "regular"
        count = len(categories) + 1
        return cls(
            calculation_currency=currency,
            high_volatility=high,
            weight=table.symmetric("delta_weight", 2),
            correlation=table.symmetric(f"correlation_in_{seen_from}", 2),
            vega_weight_of_all=table.number("vega_weight"),
            pair_correlation=table.number("pair_correlation"),
            categories=categories,
            delta_threshold_of=table.numbers("delta_threshold", count) * MILLION,
            vega_threshold_of=table.symmetric("vega_threshold", count) * MILLION,
            volatility_ratio=table.number("historical_volatility_ratio"),
            calendar_days=calendar_days,
        )

    def bucket(self, factor: RiskFactor) -> str:
        """Return the one bucket of all currencies."""
        return "all"

    def check(self, name: str, factor: RiskFactor) -> None:
        """Accept every risk factor: there is one bucket."""

    def concentration_name(self, factor: RiskFactor) -> str | None:
        """Return the currency, or the pair."""
        return factor.qualifier

    def delta_weight(self, factor: RiskFactor) -> float:
        """Return the weight of a currency against the calculation currency."""
        return self._weight(factor.qualifier, self.calculation_currency)

    def vega_weight(self, factor: RiskFactor) -> float:
        """Return the one weight of all pairs."""
        return self.vega_weight_of_all

    def delta_threshold(self, factor: RiskFactor) -> float:
        """Return the threshold of the currency [USD]."""
        return float(self.delta_threshold_of[self._category(factor.qualifier)])

    def vega_threshold(self, factor: RiskFactor) -> float:
        """Return the threshold of the pair [USD]."""
        first, second = factor.qualifier[:3], factor.qualifier[3:]
        return float(self.vega_threshold_of[self._category(first), self._category(second)])

    def volatility(self, factor: RiskFactor) -> float:
        """Return the volatility that the pair's own risk weight implies [per cent]."""
        weight = self._weight(factor.qualifier[:3], factor.qualifier[3:])
        return implied_volatility(weight, self.calendar_days)

    def has_curvature(self, factor: RiskFactor) -> bool:
        """Return True: every pair has curvature."""
        return True

    def within(self, factors: Sequence[RiskFactor]) -> FloatArray:
        """Return the correlations of currencies, or of pairs, shape (F, F)."""
        if any(factor.kind.qualifier == "pair" for factor in factors):
            correlation = np.full((len(factors), len(factors)), self.pair_correlation)
        else:
            groups = np.array([factor.qualifier in self.high_volatility for factor in factors]) + 0
            correlation = self.correlation[np.ix_(groups, groups)]
        np.fill_diagonal(correlation, 1.0)
        return correlation

    def across(self, buckets: Sequence[str]) -> FloatArray:
        """Return the correlation of the one bucket with itself, shape (1, 1)."""
        return np.ones((len(buckets), len(buckets)))

    def _weight(self, first: str, second: str) -> float:
        row, column = first in self.high_volatility, second in self.high_volatility
        return float(self.weight[int(row), int(column)])

    def _category(self, currency: str) -> int:
        listed = [number for number, names in enumerate(self.categories) if currency in names]
        return listed[0] if listed else len(self.categories)
