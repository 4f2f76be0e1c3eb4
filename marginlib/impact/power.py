r"""Impact that is a power of the size: the linear book and the square-root law.

The last contract of a trade is done at a price that has moved by

.. math:: i(q) = \text{scale} \times \left(\frac{|q|}{\text{size}}\right)^{k},

and the average one by :math:`i(q) / (1 + k)`: half of it in a linear book, two thirds under the
square-root law.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, numbers, positive, together
from marginlib._fields import Positive, checked
from marginlib.impact.curve import Curve


@checked
class PowerImpact(Curve):
    """How far a trade moves the price: by a power of its size.

    Build it with :func:`linear_book` or :func:`square_root_law`.

    Parameters
    ----------
    scale : float or array of shape (...)
        The move that a trade of ``size`` makes [fraction].
    size : float or array of shape (...)
        Size of that trade [contracts].
    exponent : float
        Power of the size: 1 in a linear book.

    >>> book = linear_book(depth=50)  # 50 contracts stand within 1 %
    >>> float(book.last_price(20_000, -100)), float(book.average_price(20_000, -100))
    (19600.0, 19800.0)
    """

    scale: Positive
    size: Positive
    exponent: Positive

    def __post_init__(self) -> None:
        together(scale=self.scale, size=self.size, exponent=self.exponent)

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the price of the last contract has moved, shape (...) [fraction].

        Parameters
        ----------
        quantity : float or array of shape (...)
            What is traded: bought is positive, sold negative [contracts].
        """
        traded = numbers("quantity", quantity)
        together(quantity=traded, size=self.size)
        size = (np.abs(traded) / self.size) ** self.exponent
        return np.asarray(np.sign(traded) * self.scale * size)

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return the integral of :meth:`moved` from no flow to ``quantity``, shape (...)."""
        return np.asarray(np.asarray(quantity) * self.average(quantity))

    def average(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the average price of the trade is off, shape (...) [fraction]."""
        return np.asarray(self.moved(quantity) / (1 + self.exponent))


def linear_book(depth: ArrayLike, within: ArrayLike = 0.01) -> PowerImpact:
    """Return the impact in a book with as many contracts at every price.

    Parameters
    ----------
    depth : float or array of shape (...)
        Contracts that stand within a distance of the price, on the side that is traded against
        [contracts].
    within : float or array
        That distance [fraction].

    >>> float(linear_book(depth=200, within=0.02).moved(100))
    0.01
    """
    return PowerImpact(
        positive("within", fraction("within", within)), positive("depth", depth), 1.0
    )


def square_root_law(
    volume: ArrayLike, volatility: ArrayLike, coefficient: ArrayLike = 1.0
) -> PowerImpact:
    """Return the impact of a large order that is worked over time: the square-root law.

    Parameters
    ----------
    volume : float or array of shape (...)
        What is traded in the market in a day [contracts].
    volatility : float or array of shape (...)
        Standard deviation of the price over a day [fraction].
    coefficient : float or array
        Found to be of the order of one.

    Source: B. Tóth and others, "Anomalous price impact and the critical nature of liquidity in
    financial markets", Physical Review X 1, 021006 (2011).

    A hundredth of a day's volume moves the price by a tenth of a day's standard deviation:

    >>> round(float(square_root_law(volume=10_000, volatility=0.04).moved(-100)), 6)
    -0.004
    """
    day, times = positive("volatility", volatility), positive("coefficient", coefficient)
    together(volatility=day, coefficient=times)
    return PowerImpact(day * times, positive("volume", volume), 0.5)
