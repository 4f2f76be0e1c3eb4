"""Credit, equity and commodity: issuers, shares and goods sorted into buckets of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marginlib._checks import FloatArray, known
from marginlib.margin.uncleared.simm.risk_class import MILLION, RESIDUAL, implied_volatility
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor
from marginlib.margin.uncleared.simm.tables import Table


@dataclass(frozen=True, eq=False)
class Bucketed:
    """Names in buckets; every parameter belongs to a bucket, in the order of ``buckets``.

    Two risk factors of one bucket may bear the same name: two tenors of one issuer, or two
    tranches of one group. They are more correlated than two names.
    """

    buckets: tuple[str, ...]
    same_name: str  # the field of a risk factor that holds its name
    weight: FloatArray
    vega_weight_of: FloatArray
    delta_threshold_of: FloatArray
    vega_threshold_of: FloatArray
    same_name_correlation: FloatArray
    other_name_correlation: FloatArray
    bucket_correlation: FloatArray  # (B, B), without the residual bucket
    without_curvature: tuple[str, ...]
    volatility_ratio: float
    calendar_days: float | None  # None where vegas arrive multiplied by their volatility
    curvature_multiple: float = 1.0
    concentrated_by_bucket: bool = False

    @classmethod
    def read(cls, table: Table, calendar_days: float) -> Bucketed:
        """Return the risk class as a parameter file describes it.

        A file without a historical volatility ratio says that vegas arrive multiplied by their
        volatility.
        """
        buckets = table.words("buckets")
        count = len(buckets)
        has_ratio = "historical_volatility_ratio" in table
        return cls(
            buckets=buckets,
            same_name=known(
                f"{table.place}.same_name", table.value("same_name"), RiskFactor._fields
            ),
            weight=table.numbers("delta_weight", count),
            vega_weight_of=table.numbers("vega_weight", count),
            delta_threshold_of=table.numbers("delta_threshold", count) * MILLION,
            vega_threshold_of=table.numbers("vega_threshold", count) * MILLION,
            same_name_correlation=table.numbers("same_name_correlation", count),
            other_name_correlation=table.numbers("other_name_correlation", count),
            bucket_correlation=table.symmetric("bucket_correlation", count - (RESIDUAL in buckets)),
            without_curvature=(
                table.words("without_curvature") if "without_curvature" in table else ()
            ),
            volatility_ratio=table.number("historical_volatility_ratio") if has_ratio else 1.0,
            calendar_days=calendar_days if has_ratio else None,
        )

    def bucket(self, factor: RiskFactor) -> str:
        """Return the bucket that the record names."""
        return factor.bucket

    def check(self, name: str, factor: RiskFactor) -> None:
        """Raise a MarginError if the risk factor's bucket is not one of this class."""
        if factor.kind.has_bucket:
            known(name, factor.bucket, self.buckets)

    def concentration_name(self, factor: RiskFactor) -> str | None:
        """Return the issuer, the share or the commodity, whatever the tenor."""
        return factor.qualifier

    def delta_weight(self, factor: RiskFactor) -> float:
        """Return the weight of the bucket."""
        return float(self.weight[self._place(factor)])

    def vega_weight(self, factor: RiskFactor) -> float:
        """Return the weight of the bucket."""
        return float(self.vega_weight_of[self._place(factor)])

    def delta_threshold(self, factor: RiskFactor) -> float:
        """Return the threshold of a name in the bucket [USD]."""
        return float(self.delta_threshold_of[self._place(factor)])

    def vega_threshold(self, factor: RiskFactor) -> float:
        """Return the threshold of a name in the bucket [USD]."""
        return float(self.vega_threshold_of[self._place(factor)])

    def volatility(self, factor: RiskFactor) -> float:
        """Return the volatility that the delta weight implies [per cent], or 1."""
        if self.calendar_days is None:
            return 1.0
        return implied_volatility(self.delta_weight(factor), self.calendar_days)

    def has_curvature(self, factor: RiskFactor) -> bool:
        """Return whether the bucket counts: an option on volatility itself does not."""
        return factor.bucket not in self.without_curvature

    def within(self, factors: Sequence[RiskFactor]) -> FloatArray:
        """Return the correlations of names of one bucket, shape (F, F)."""
        names = np.array([getattr(factor, self.same_name) for factor in factors])
        place = self._place(factors[0])
        same, other = self.same_name_correlation[place], self.other_name_correlation[place]
        correlation: FloatArray = np.where(names[:, None] == names, same, other)
        np.fill_diagonal(correlation, 1.0)
        return correlation

    def across(self, buckets: Sequence[str]) -> FloatArray:
        """Return the correlations of buckets other than the residual one, shape (B, B)."""
        places = [self.buckets.index(bucket) for bucket in buckets]
        return np.asarray(self.bucket_correlation[np.ix_(places, places)])

    def _place(self, factor: RiskFactor) -> int:
        return self.buckets.index(factor.bucket)
