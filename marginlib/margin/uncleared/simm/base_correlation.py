"""Base correlation margin: what moves with the correlation that tranches of an index imply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.aggregation import within_bucket
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor, net
from marginlib.margin.uncleared.simm.tables import Table


@dataclass(frozen=True)
class BaseCorrelation:
    """One weight for all credit indices, and one correlation between any two of them.

    >>> from marginlib.margin.uncleared.simm.sensitivities import RiskFactor
    >>> index = RiskFactor("Risk_BaseCorr", "CDX IG")
    >>> float(BaseCorrelation(10, 0.24).margin([index], np.array([500_000.0])))
    5000000.0
    """

    weight: float
    correlation: float

    @classmethod
    def read(cls, table: Table) -> BaseCorrelation:
        """Return what a parameter file says."""
        return cls(table.number("weight"), table.number("correlation"))

    def margin(self, factors: Sequence[RiskFactor], amount: FloatArray) -> FloatArray:
        """Return the margin on sensitivities of shape (..., N), shape (...) [USD]."""
        netted, total = net(factors, amount)
        correlation = np.full((len(netted), len(netted)), self.correlation)
        np.fill_diagonal(correlation, 1.0)
        return within_bucket(self.weight * total, correlation)
