r"""The loss spiral and the margin spiral of Brunnermeier and Pedersen.

Customers must sell ``supply`` units. Other customers buy more of it the further the price
:math:`p` is below its fundamental value :math:`v`: ``depth`` units :math:`s` for each unit of
price. Speculators buy the rest, :math:`x = Z - s (v - p)`, as long as their wealth pays the margin
:math:`m` on it:

.. math:: m(p) \, x = W(p), \qquad m(p) = \bar m + m_d (v - p), \qquad W(p) = \text{cash} + x_0 p .

When the price falls, they lose on the :math:`x_0` units that they hold already (the *loss spiral*),
and where margin rises as the price falls, what is left of their wealth carries less (the *margin
spiral*). One more unit of cash moves the price by

.. math:: \frac{dp}{d\,\text{cash}} = \frac{1}{m s - m_d x - x_0} = \frac{1}{m s (1 - g)},
          \qquad g = \frac{x_0 + m_d x}{m s} .

A margin that rises by :math:`m_d > 0` for each unit below the value is that of a financier who
takes a lack of buyers for bad news. One who knows the value asks for *less* the cheaper the asset
is: :math:`m_d = -1`, as commonly given.

Source: M. K. Brunnermeier and L. H. Pedersen, "Market Liquidity and Funding Liquidity", Review of
Financial Studies 22(6), 2009. What is here is one asset and one date of their model, for a price at
or below value; its formulas are derived from the lines above.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, positive, refuse, together
from marginlib._fields import Numbers, Positive, checked

_ROUNDING = 1e-12


@checked
class FundedMarket:
    """A market in which speculators buy with borrowed money.

    Parameters
    ----------
    value : float or array of shape (...)
        Fundamental value v of the asset [currency].
    supply : float or array of shape (...)
        What customers must sell, Z [units].
    depth : float or array of shape (...)
        How much more other customers buy for each unit that the price is lower, s
        [units / currency].
    margin : float or array of shape (...)
        Margin on one unit at a price equal to the value [currency / unit].
    margin_response : float or array of shape (...)
        By how much the margin rises for each unit that the price is below the value; negative where
        it falls.
    inherited : float or array of shape (...)
        What speculators hold already, x0 [units]; negative where they are short.
    cash : float or array of shape (...)
        Their wealth without it [currency]; negative is a debt.

    Without other buyers than customers the price is ``lowest_price``, which must be above zero, and
    the margin must stay above zero down to it.

    >>> market = FundedMarket(value=100, supply=20, depth=2, margin=8, margin_response=0.5,
    ...                       inherited=3, cash=-168)
    >>> float(market.lowest_price)
    90.0
    """

    value: Positive
    supply: Positive
    depth: Positive
    margin: Positive
    margin_response: Numbers
    inherited: Numbers
    cash: Numbers

    def __post_init__(self) -> None:
        shape = together(**vars(self))
        lowest, least = np.broadcast_to(self.lowest_price, shape), margin_at(self)
        refuse("supply", self.supply, lowest <= 0, "must be below value times depth")
        slope = np.broadcast_to(self.margin_response, shape)
        refuse("margin_response", slope, least <= 0, "must leave the margin positive at all prices")

    @property
    def lowest_price(self) -> FloatArray:
        """The price at which customers buy all of the supply, shape (...) [currency]."""
        return np.asarray(self.value - self.supply / self.depth)


def margin_at(market: FundedMarket, price: ArrayLike | None = None) -> FloatArray:
    """Return the margin on one unit, shape (...) [currency / unit].

    Parameters
    ----------
    price : float or array of shape (...), optional
        Price [currency]; the lowest one where nothing is said.
    """
    where = market.lowest_price if price is None else _price(market, price)
    return np.asarray(market.margin + market.margin_response * (market.value - where))


def position_at(market: FundedMarket, price: ArrayLike) -> FloatArray:
    """Return what is left for speculators to hold, shape (...) [units]; 0 at the lowest price."""
    return np.asarray(market.supply - market.depth * (market.value - _price(market, price)))


class SpiralGain(NamedTuple):
    """The two parts of the loop gain, each of shape (...)."""

    loss: FloatArray
    margin: FloatArray

    @property
    def total(self) -> FloatArray:
        """The gain of both together."""
        return np.asarray(self.loss + self.margin)


def spiral_gain(market: FundedMarket, price: ArrayLike) -> SpiralGain:
    """Return the loop gain of each spiral where funding binds.

    Parameters
    ----------
    price : float or array of shape (...)
        Price at which wealth just pays the margin [currency].

    >>> market = FundedMarket(value=100, supply=20, depth=2, margin=8, margin_response=0.5,
    ...                       inherited=3, cash=-168)
    >>> gain = spiral_gain(market, 96)
    >>> [round(float(part), 6) for part in (gain.loss, gain.margin, gain.total)]
    [0.15, 0.3, 0.45]
    """
    alone = margin_at(market, price) * market.depth
    held = position_at(market, price)
    return SpiralGain(
        np.asarray(market.inherited / alone), np.asarray(market.margin_response * held / alone)
    )


def price_response(market: FundedMarket, price: ArrayLike) -> FloatArray:
    """Return how far one more unit of cash lifts the price where funding binds, shape (...).

    Parameters are those of :func:`spiral_gain`.

    Returns
    -------
    array of shape (...)
        Rise [currency / currency]; infinite where the loop gain is 1 or more, because the price
        then leaves this place by itself.

    >>> market = FundedMarket(value=100, supply=20, depth=2, margin=8, margin_response=0.5,
    ...                       inherited=3, cash=-168)
    >>> float(price_response(market, 96).round(6))  # 1 / (20 - 6 - 3)
    0.090909
    """
    alone, gain = margin_at(market, price) * market.depth, spiral_gain(market, price).total
    holds = gain < 1
    return np.asarray(np.where(holds, 1 / np.where(holds, alone * (1 - gain), 1.0), np.inf))


def next_price(market: FundedMarket, price: ArrayLike) -> FloatArray:
    """Return the price after one round, shape (...) [currency].

    At ``price`` wealth and margin say how much speculators can hold; customers buy the rest. The
    slope of this map, where it meets the diagonal, is the loop gain.

    >>> market = FundedMarket(value=100, supply=20, depth=2, margin=8, margin_response=0.5,
    ...                       inherited=3, cash=-168)
    >>> float(next_price(market, 96)), float(next_price(market, 100))
    (96.0, 98.25)
    """
    wealth = market.cash + market.inherited * _price(market, price)
    # Who has lost everything holds nothing, and nobody holds more than there is to buy.
    able = np.clip(wealth / margin_at(market, price), 0, market.supply)
    return np.asarray(market.value - (market.supply - able) / market.depth)


def spiral_equilibria(market: FundedMarket) -> FloatArray:
    """Return every price at which the market can rest, shape (..., 3) [currency].

    There are up to three: the value itself where speculators can hold the whole supply, prices at
    which funding binds, and the lowest price where they are ruined and hold nothing. With two
    that hold there is one between them that does not: its loop gain is above 1. A market in which
    that is so is *fragile*: a small loss can take it from the upper to the lower one.

    Returns
    -------
    array of shape (..., 3)
        From the highest price to the lowest; ``nan`` for those that are missing.

    >>> market = FundedMarket(value=100, supply=20, depth=2, margin=8, margin_response=0.5,
    ...                       inherited=12, cash=[-1_035, -1_047])
    >>> spiral_equilibria(market).round(6).tolist()  # below it by 5 = 6 u - u^2; by 7
    [[100.0, 99.0, 95.0], [93.0, nan, nan]]
    """
    # Missing funds m x - W, at a distance from the value, are the second-order polynomial
    # missing + slope * distance - bend * distance ** 2.
    bend = market.margin_response * market.depth
    slope = market.margin_response * market.supply - market.margin * market.depth + market.inherited
    missing = market.margin * market.supply - market.cash - market.inherited * market.value
    widest = market.supply / market.depth
    bend, slope, missing, widest = np.broadcast_arrays(bend, slope, missing, widest)
    ruined = market.cash + market.inherited * market.lowest_price <= 0
    funded = missing <= 0
    found = [np.where(funded, 0.0, np.nan), np.where(ruined, widest, np.nan)]
    for root in _roots(-bend, slope, missing):
        # Rounding must not push a root over an end that is no equilibrium by itself.
        inside = np.where(np.abs(root) <= _ROUNDING * widest, 0.0, root)
        inside = np.where(np.abs(inside - widest) <= _ROUNDING * widest, widest, inside)
        above = (inside > 0) | ((inside == 0) & ~funded)
        below = (inside < widest) | ((inside == widest) & ~ruined)
        found.append(np.where(above & below, inside, np.nan))
    # Sorting puts nan last; no more than three of the four can be there at once.
    return np.asarray(market.value[..., None] - np.sort(np.stack(found, axis=-1))[..., :3])


def _price(market: FundedMarket, price: ArrayLike) -> FloatArray:
    """Return a price of this market: above zero, and no higher than the value."""
    where = positive("price", price)
    together(price=where, value=market.value)
    refuse("price", where, where > market.value, "must not exceed the value")
    return where


def _roots(
    second: FloatArray, first: FloatArray, none: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the real roots of a polynomial, without cancellation; ``nan`` where there is none."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        half = -(first + np.copysign(np.sqrt(first**2 - 4 * second * none), first)) / 2
        one, other = none / half, half / second
    return np.where(np.isfinite(one), one, np.nan), np.where(np.isfinite(other), other, np.nan)
