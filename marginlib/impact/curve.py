r"""What every impact is: how far the price stands from where it would be without the flow.

Impact here depends on the **total** flow of one event, bought positive and sold negative, so that
selling 50 contracts and then 50 more ends at the price of selling 100 at once. With i(q) the move
that a total flow q makes, the trade that takes the flow from a to b is done on average at

.. math:: \text{price} \times \Big(1 + \frac{1}{b - a} \int_a^b i(q) \, dq\Big).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, positive, together

# Below this part of the flow so far, the middle of a trade is its average to the last digit, while
# the difference of two integrals has lost half of its digits.
_SMALL = 1e-6


class Curve(ABC):
    """A price that answers to flow; a subclass says how far, and what is under the curve."""

    @abstractmethod
    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the price of the last contract has moved, shape (...) [fraction].

        Parameters
        ----------
        quantity : float or array of shape (...)
            Total flow: bought is positive, sold negative [contracts].
        """

    @abstractmethod
    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of :meth:`moved` from no flow to ``quantity``, shape (...)."""

    def average(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the average price of the trade is off, shape (...) [fraction]."""
        return self.average_between(0.0, quantity)

    def average_between(self, start: ArrayLike, end: ArrayLike) -> FloatArray:
        """Return how far off the trade is on average that takes the total flow from start to end.

        Parameters
        ----------
        start, end : float or array of shape (...)
            Total flow before and after the trade [contracts].

        Returns
        -------
        array of shape (...)
            Never outside what the price does between the two, whatever rounding does [fraction].
        """
        before, after = numbers("start", start), numbers("end", end)
        together(start=before, end=after)
        size = after - before
        first, last = self.moved(before), self.moved(after)
        is_small = np.abs(size) <= _SMALL * np.maximum(np.abs(before), np.abs(after))
        mean = (self.integral(after) - self.integral(before)) / np.where(is_small, 1.0, size)
        mean = np.where(is_small, self.moved((before + after) / 2), mean)
        return np.clip(mean, np.minimum(first, last), np.maximum(first, last))

    def remembered(self, passing: ArrayLike, steps: ArrayLike = 1.0) -> FloatArray:
        """Return what the market still remembers of a flow after some steps: here, all of it."""
        return numbers("passing", passing)

    @property
    def lasting_share(self) -> FloatArray:
        """Share of a flow that is never forgotten [fraction]: here, all of it."""
        return np.asarray(1.0)

    def last_price(self, price: ArrayLike, quantity: ArrayLike) -> FloatArray:
        """Return the price of the last contract, shape (...) [quote currency].

        ``nan`` where more is sold than anyone would buy at a price above zero.
        """
        return self._price(price, quantity, self.moved(quantity))

    def average_price(self, price: ArrayLike, quantity: ArrayLike) -> FloatArray:
        """Return the average price of the trade, shape (...) [quote currency]; ``nan`` alike."""
        return self._price(price, quantity, self.average(quantity))

    def _price(self, price: ArrayLike, quantity: ArrayLike, off: FloatArray) -> FloatArray:
        before = positive("price", price)
        together(price=before, quantity=off)
        return np.where(self.moved(quantity) > -1, before * (1 + off), np.nan)
