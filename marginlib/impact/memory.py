"""Impact that passes: the market forgets a flow, in part or wholly, as liquidity comes back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, numbers, together
from marginlib._fields import Fraction, Positive, checked, default
from marginlib.impact.curve import Curve


@checked
class Transient(Curve):
    """Another impact, of which a share lasts and the rest is forgotten by halves.

    Parameters
    ----------
    curve : Curve
        What a trade does at once.
    half_life : float or array
        In how many steps half of the passing flow is forgotten [steps].
    lasting : float or array
        Share of the flow that is never forgotten [fraction].

    >>> from marginlib.impact import linear_book
    >>> law = Transient(linear_book(depth=50), half_life=2, lasting=0.25)
    >>> law.remembered(-100, steps=[0, 2, 4]).tolist()
    [-100.0, -50.0, -25.0]
    """

    curve: Curve
    half_life: Positive
    lasting: Fraction = default(0.0)

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the price of the last contract has moved, shape (...) [fraction]."""
        return self.curve.moved(quantity)

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of :meth:`moved` from no flow to ``quantity``, shape (...)."""
        return self.curve.integral(quantity)

    def average_between(self, start: ArrayLike, end: ArrayLike) -> FloatArray:
        """Return how far off the trade is on average, as the curve within has it."""
        return self.curve.average_between(start, end)

    @property
    def lasting_share(self) -> FloatArray:
        """Share of a flow that is never forgotten [fraction]."""
        return self.lasting

    def remembered(self, passing: ArrayLike, steps: ArrayLike = 1.0) -> FloatArray:
        """Return what is left of the passing flow after some steps, shape (...) [contracts]."""
        flow, passed = numbers("passing", passing), non_negative("steps", steps)
        together(passing=flow, steps=passed, half_life=self.half_life)
        return np.asarray(flow * 0.5 ** (passed / self.half_life))
