"""Impact under which a price is left, whatever is sold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, together
from marginlib._fields import Positive, checked
from marginlib.impact.curve import Curve


@checked
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

    depth: Positive

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the price of the last contract has moved, shape (...) [fraction]."""
        flow = numbers("quantity", quantity)
        together(quantity=flow, depth=self.depth)
        return np.asarray(np.expm1(flow / self.depth))

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of :meth:`moved` from no flow to ``quantity``, shape (...)."""
        flow = numbers("quantity", quantity)
        return np.asarray(self.depth * np.expm1(flow / self.depth) - flow)
