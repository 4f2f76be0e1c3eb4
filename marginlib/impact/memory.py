"""Impact that passes: the market forgets a flow, in part or wholly, as liquidity comes back.

Both classes wrap another impact. What a trade does at once is that impact's; what is left of it
later is theirs. The flow is divided: a share of it lasts, and the rest is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers, positive, together
from marginlib.impact.curve import Curve


class _Wrapped(Curve):
    """What both share: the impact at once is that of the curve within."""

    curve: Curve
    lasting: FloatArray

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


@dataclass(frozen=True, eq=False)
class Transient(_Wrapped):
    """A flow that is forgotten by halves: as much of what is left in every half-life.

    Parameters
    ----------
    curve : Curve
        What a trade does at once.
    half_life : float or array
        In how many steps half of the passing flow is forgotten [steps].
    lasting : float or array
        Share of the flow that is never forgotten [fraction].

    >>> from marginlib.impact import linear
    >>> law = Transient(linear(depth=50), half_life=2, lasting=0.25)
    >>> law.remembered(-100, steps=[0, 2, 4]).tolist()
    [-100.0, -50.0, -25.0]
    """

    curve: Curve
    half_life: FloatArray
    lasting: FloatArray

    def __init__(self, curve: Curve, half_life: ArrayLike, lasting: ArrayLike = 0.0) -> None:
        object.__setattr__(self, "curve", curve)
        object.__setattr__(self, "half_life", positive("half_life", half_life))
        object.__setattr__(self, "lasting", fraction("lasting", lasting))

    def remembered(self, passing: ArrayLike, steps: ArrayLike = 1.0) -> FloatArray:
        """Return what is left of the passing flow after some steps, shape (...) [contracts]."""
        flow, passed = numbers("passing", passing), non_negative("steps", steps)
        together(passing=flow.shape, steps=passed.shape, half_life=self.half_life.shape)
        return np.asarray(flow * 0.5 ** (passed / self.half_life))


@dataclass(frozen=True, eq=False)
class Refilled(_Wrapped):
    """A book into which as many orders come back in every step, until it is full again.

    Parameters
    ----------
    curve : Curve
        What a trade does at once, often an :class:`~marginlib.impact.OrderBook`.
    rate : float or array
        How much of the flow is forgotten in a step [contracts / step].
    lasting : float or array
        Share of the flow that is never forgotten [fraction].

    >>> from marginlib.impact import OrderBook
    >>> book = Refilled(OrderBook([0.01, 0.02], bids=[10, 20]), rate=4)
    >>> book.remembered(-10, steps=[0, 1, 5]).tolist()
    [-10.0, -6.0, 0.0]
    """

    curve: Curve
    rate: FloatArray
    lasting: FloatArray

    def __init__(self, curve: Curve, rate: ArrayLike, lasting: ArrayLike = 0.0) -> None:
        object.__setattr__(self, "curve", curve)
        object.__setattr__(self, "rate", non_negative("rate", rate))
        object.__setattr__(self, "lasting", fraction("lasting", lasting))

    def remembered(self, passing: ArrayLike, steps: ArrayLike = 1.0) -> FloatArray:
        """Return what is left of the passing flow after some steps, shape (...) [contracts]."""
        flow, passed = numbers("passing", passing), non_negative("steps", steps)
        together(passing=flow.shape, steps=passed.shape, rate=self.rate.shape)
        left = np.maximum(np.abs(flow) - self.rate * passed, 0.0)
        return np.asarray(np.sign(flow) * left + 0.0)  # which turns -0 into 0
