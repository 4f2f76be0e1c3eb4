"""Cross-impact: selling one thing moves the price of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, numbers, together
from marginlib.impact.curve import Curve


@dataclass(frozen=True, eq=False)
class Cross(Curve):
    """Flows of several instruments that are mixed before each price answers.

    Parameters
    ----------
    curve : Curve
        What each price does under the flow that acts on it.
    matrix : array of shape (Q, Q)
        Row i says how much of a contract of i a contract of each instrument counts for in the
        price of i; the diagonal is usually 1.

    Notes
    -----
    A linear, permanent impact lets no round trip earn money only if it is symmetric in money: what
    a contract of j adds to the price of i is what a contract of i adds to the price of j. It is not
    checked here, because few estimates are symmetric.

    >>> from marginlib.impact import linear
    >>> law = Cross(linear(depth=[50, 1_000]), matrix=[[1, 0], [10, 1]])
    >>> law.moved([-50, 0]).tolist()  # 50 of the first count for 500 of the second
    [-0.01, -0.005]
    """

    curve: Curve
    matrix: FloatArray

    def __init__(self, curve: Curve, matrix: ArrayLike) -> None:
        weights = numbers("matrix", matrix)
        if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
            raise MarginError(f"matrix must have shape (Q, Q); got shape {weights.shape}")
        object.__setattr__(self, "curve", curve)
        object.__setattr__(self, "matrix", weights)

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far each price has moved, shape (..., Q) [fraction]."""
        return self.curve.moved(self._acting(quantity))

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of each move over the flow that acts on it, shape (..., Q)."""
        return self.curve.integral(self._acting(quantity))

    def average_between(self, start: ArrayLike, end: ArrayLike) -> FloatArray:
        """Return how far off each price is on average while all flows go from start to end."""
        return self.curve.average_between(self._acting(start), self._acting(end))

    def remembered(self, passing: ArrayLike, steps: ArrayLike = 1.0) -> FloatArray:
        """Return what the curve within remembers of each flow, shape (..., Q) [contracts]."""
        return self.curve.remembered(passing, steps)

    @property
    def lasting_share(self) -> FloatArray:
        """Share of a flow that the curve within never forgets [fraction]."""
        return self.curve.lasting_share

    def _acting(self, quantity: ArrayLike) -> FloatArray:
        """Return the flow that acts on each price, shape (..., Q)."""
        flow = numbers("quantity", quantity)
        if flow.ndim == 0:
            flow = np.broadcast_to(flow, self.matrix.shape[:1])
        together(quantity=flow.shape[-1:], matrix=self.matrix.shape[:1])
        return np.asarray(flow @ self.matrix.T)
