"""The memory of a market: what was traded in it that its price still answers to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, positive, together
from marginlib._fields import Numbers, Positive, checked
from marginlib.impact.curve import Curve


@checked
class Pressure:
    """Undisturbed prices and the flow that weighs on them; begin with :func:`at_rest`.

    Parameters
    ----------
    price : array of shape (..., Q)
        What the prices would be without the flow, positive [quote currency].
    lasting : array of shape (..., Q)
        Flow that is never forgotten: bought is positive, sold negative [contracts].
    passing : array of shape (..., Q)
        Flow that is still remembered [contracts].
    """

    price: Positive
    lasting: Numbers
    passing: Numbers

    def __post_init__(self) -> None:
        together(price=self.price, lasting=self.lasting, passing=self.passing)

    @property
    def flow(self) -> FloatArray:
        """Total flow that the prices answer to, shape (..., Q) [contracts]."""
        return np.asarray(self.lasting + self.passing)


class Traded(NamedTuple):
    """What a flow did."""

    last_price: FloatArray  # (..., Q) after the trade [quote currency]; nan where it finds no price
    average_price: FloatArray  # (..., Q) of the trade [quote currency]; nan alike
    pressure: Pressure


def at_rest(price: ArrayLike) -> Pressure:
    """Return undisturbed prices of shape (..., Q) [quote currency] on which no flow weighs."""
    prices = positive("price", price)
    return Pressure(prices, np.zeros(prices.shape), np.zeros(prices.shape))


def trade(impact: Curve, pressure: Pressure, quantity: ArrayLike) -> Traded:
    """Return what a flow does to prices that others weigh on already.

    All of the flow is done at one average price, that of its whole walk along the impact.

    Parameters
    ----------
    quantity : array of shape (..., Q)
        Flow: bought is positive, sold negative [contracts].

    Returns
    -------
    Traded
        ``last_price``, ``average_price`` and the ``pressure`` afterwards.

    >>> from marginlib.impact import linear_book
    >>> law = linear_book(depth=50)
    >>> once = trade(law, at_rest([20_000]), [-50])
    >>> twice = trade(law, once.pressure, [-50])
    >>> once.last_price.tolist(), twice.average_price.tolist(), twice.last_price.tolist()
    ([19800.0], [19700.0], [19600.0])
    """
    flow = numbers("quantity", quantity)
    together(quantity=flow, price=pressure.price)
    after = Pressure(
        pressure.price,
        pressure.lasting + impact.lasting_share * flow,
        pressure.passing + (1 - impact.lasting_share) * flow,
    )
    average = pressure.price * (1 + impact.average_between(pressure.flow, after.flow))
    last = price(impact, after)
    return Traded(last, np.where(np.isnan(last), np.nan, average), after)


def price(impact: Curve, pressure: Pressure) -> FloatArray:
    """Return the prices under the flow that weighs on them, shape (..., Q) [quote currency].

    ``nan`` where more was sold than anyone would buy at a price above zero.
    """
    return impact.last_price(pressure.price, pressure.flow)


def wait(impact: Curve, pressure: Pressure, steps: ArrayLike = 1.0) -> Pressure:
    """Return the pressure after some steps in which nothing was traded.

    Parameters
    ----------
    steps : float or array
        Time that passes [steps].

    >>> from marginlib.impact import Transient, linear_book
    >>> law = Transient(linear_book(depth=50), half_life=1, lasting=0.5)
    >>> sold = trade(law, at_rest([20_000]), [-100]).pressure
    >>> [price(law, wait(law, sold, steps)).tolist() for steps in (0, 1, 1_000)]
    [[19600.0], [19700.0], [19800.0]]
    """
    return Pressure(pressure.price, pressure.lasting, impact.remembered(pressure.passing, steps))
