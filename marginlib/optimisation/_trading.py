"""What may be traded and what it costs, in units that keep a solver's numbers near 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, non_negative, numbers, one_or_each
from marginlib.optimisation._linear import limits, refuse_scale
from marginlib.optimisation.risk_measures import Measure, ParametricValueAtRisk


class Trading:
    """One position and its possible trades.

    The unit of margin is what is required now, the unit of a trade what would lose that much in
    its worst case, and the unit of cost that of the dearest such trade.
    """

    def __init__(
        self,
        quantity: ArrayLike,
        measure: Measure,
        cost: ArrayLike,
        limit: ArrayLike,
        whole: bool,
    ) -> None:
        self.held = numbers("quantity", quantity)
        moved = _moved(measure)
        count = moved.shape
        if self.held.shape != count:
            raise MarginError(
                f"quantity must hold {count[0]} numbers, one for each instrument whose margin is "
                f"given (a row of arrays or of covariance); got shape {self.held.shape}"
            )
        self.cost = one_or_each("cost", non_negative("cost", cost), *count)
        self.limit = one_or_each("limit", limits("limit", limit), *count)
        self.whole = whole
        refuse_scale("cost", self.cost)
        self.required = float(measure(self.held))
        self.margin = self.required or 1.0
        useful = moved > 0  # what never moves frees nothing
        fine = self.margin / np.where(useful, moved, 1.0)
        self.unit = np.ones(count) if whole else fine
        self.upper = np.where(useful, self.limit / self.unit, 0.0)
        self.dearest = float((self.cost * self.unit).max()) or 1.0
        self.price = self.cost * self.unit / self.dearest

    def money(self, budget: float) -> float:
        """Return the unit that costs are counted in: the budget, unless it is next to nothing."""
        useful = np.isfinite(budget) and budget > 1e-6 * self.dearest
        return budget if useful else self.dearest


def _moved(measure: Measure) -> FloatArray:
    """Return the most that one contract moves margin, shape (I,) [currency]."""
    if isinstance(measure, ParametricValueAtRisk):
        deviation = np.sqrt(np.diagonal(measure.covariance))
        refuse_scale("covariance", deviation)
        return np.asarray(measure.multiple * deviation)
    refuse_scale("arrays", measure.profit)
    return np.asarray(np.abs(measure.profit).max(axis=1))
