"""Sums of variables any two of which have the same correlation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, refuse, together


def variance_of_sum(count: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return the variance of a sum of unit variables with equal correlation; 0 for none."""
    return np.maximum(0.0, count * (1 + (count - 1) * correlation))


def equal_correlation(count: ArrayLike, correlation: ArrayLike) -> FloatArray:
    """Return a correlation that so many variables can have in pairs."""
    number, rho = numbers("count", count), numbers("correlation", correlation)
    together(count=number, correlation=rho)
    refuse("correlation", rho, np.abs(rho) > 1, "must be from -1 to 1")
    least = -1 / np.maximum(number - 1, 1)
    refuse("correlation", rho, rho < least - 1e-12, "must be at least -1 / (count - 1)")
    return rho
