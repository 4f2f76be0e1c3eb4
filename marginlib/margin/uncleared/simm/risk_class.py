"""What every risk class answers about its risk factors, so that the measures need not ask which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import scipy

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor

RESIDUAL = "Residual"  # the bucket of what fits no other; it offsets nothing
MILLION = 1e6


class RiskClass(Protocol):
    """Weights, thresholds and correlations of one risk class."""

    @property
    def concentrated_by_bucket(self) -> bool:
        """Whether concentration belongs to a bucket (a currency's rates) or to a name in it."""

    @property
    def volatility_ratio(self) -> float:
        """Historical volatility ratio on the vega exposure [times]."""

    @property
    def curvature_multiple(self) -> float:
        """Factor on the curvature margin [times]."""

    def bucket(self, factor: RiskFactor) -> str:
        """Return the bucket of a risk factor."""

    def check(self, name: str, factor: RiskFactor) -> None:
        """Raise a MarginError if the risk factor's bucket is not one of this class."""

    def concentration_name(self, factor: RiskFactor) -> str | None:
        """Return what a concentration is measured on; None if it is not measured."""

    def delta_weight(self, factor: RiskFactor) -> float:
        """Return the risk weight of a delta."""

    def vega_weight(self, factor: RiskFactor) -> float:
        """Return the risk weight of a vega exposure."""

    def delta_threshold(self, factor: RiskFactor) -> float:
        """Return the concentration threshold of a delta [USD]."""

    def vega_threshold(self, factor: RiskFactor) -> float:
        """Return the concentration threshold of a vega exposure [USD]."""

    def volatility(self, factor: RiskFactor) -> float:
        """Return the volatility that a vega is multiplied by; 1 where it arrives multiplied."""

    def has_curvature(self, factor: RiskFactor) -> bool:
        """Return whether the vega of this risk factor counts as curvature too."""

    def within(self, factors: Sequence[RiskFactor]) -> FloatArray:
        """Return the correlations of risk factors of one bucket, shape (F, F)."""

    def across(self, buckets: Sequence[str]) -> FloatArray:
        """Return the correlations of buckets other than the residual one, shape (B, B)."""


def implied_volatility(weight: float, calendar_days: float) -> float:
    """Return the yearly volatility for which ``weight`` is a 99% move over the period.

    Parameters
    ----------
    weight : float
        Delta risk weight [per cent].
    calendar_days : float
        Margin period of risk [calendar days].

    >>> round(implied_volatility(26, 14), 4)
    57.0665
    """
    return weight * float(np.sqrt(365 / calendar_days)) / float(scipy.special.ndtri(0.99))
