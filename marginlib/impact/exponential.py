"""Impact that flattens out: the price falls towards a floor and never below zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, numbers, positive, refuse, together
from marginlib.impact.curve import Curve


@dataclass(frozen=True, eq=False)
class Bounded(Curve):
    r"""A move that is linear at first and never passes a bound.

    .. math:: i(q) = \text{sign}(q) \, B \, (1 - e^{-|q| / (B D)})

    Parameters
    ----------
    depth : float or array of shape (...)
        D: the flow that would move the price by all of itself if the beginning went on [contracts].
    bound : float or array
        B: the furthest that the price moves, below 1 [fraction].

    Source: R. Cont and E. Schaanning, "Fire sales, indirect contagion and systemic stress testing",
    Norges Bank working paper 2/2017; the form is known here from those who cite it.

    >>> law = Bounded(depth=1_000, bound=0.5)
    >>> law.moved([-1, -500 * np.log(2), -1e9]).round(4).tolist()  # half the bound at B D ln 2
    [-0.001, -0.25, -0.5]
    """

    depth: FloatArray
    bound: FloatArray

    def __init__(self, depth: ArrayLike, bound: ArrayLike = 0.5) -> None:
        furthest = positive("bound", fraction("bound", bound))
        refuse("bound", furthest, furthest >= 1, "must be below 1, so that a price is left")
        object.__setattr__(self, "depth", positive("depth", depth))
        object.__setattr__(self, "bound", furthest)
        together(depth=self.depth.shape, bound=furthest.shape)

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the price of the last contract has moved, shape (...) [fraction]."""
        flow = numbers("quantity", quantity)
        together(quantity=flow.shape, depth=self.depth.shape, bound=self.bound.shape)
        gone = -np.expm1(-np.abs(flow) / (self.bound * self.depth))
        return np.asarray(np.sign(flow) * self.bound * gone)

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of :meth:`moved` from no flow to ``quantity``, shape (...)."""
        flow, scale = np.abs(numbers("quantity", quantity)), self.bound * self.depth
        return np.asarray(self.bound * (flow + scale * np.expm1(-flow / scale)))


@dataclass(frozen=True, eq=False)
class Exponential(Curve):
    r"""Every sale takes the same part of the price that is left: :math:`1 + i(q) = e^{q / D}`.

    Parameters
    ----------
    depth : float or array of shape (...)
        D: the flow that divides the price by e [contracts].

    Source: F. Caccioli, M. Shrestha, C. Moore and J. D. Farmer, "Stability analysis of financial
    contagion due to overlapping portfolios", Journal of Banking & Finance 46 (2014) 233-245: price
    :math:`e^{-\alpha x}` for the share x of all that is sold, so that :math:`D = 1/\alpha` in
    shares. Its :math:`\alpha = 1.0536` is the one at which selling a tenth takes a tenth:

    >>> law = Exponential(depth=1 / 1.0536)
    >>> round(float(law.moved(-0.1)), 4)
    -0.1
    """

    depth: FloatArray

    def __init__(self, depth: ArrayLike) -> None:
        object.__setattr__(self, "depth", positive("depth", depth))

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the price of the last contract has moved, shape (...) [fraction]."""
        flow = numbers("quantity", quantity)
        together(quantity=flow.shape, depth=self.depth.shape)
        return np.asarray(np.expm1(flow / self.depth))

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of :meth:`moved` from no flow to ``quantity``, shape (...)."""
        flow = numbers("quantity", quantity)
        return np.asarray(self.depth * np.expm1(flow / self.depth) - flow)
