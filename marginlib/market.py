"""Prices now, and prices that have moved.

A market may hold one set of prices, shape (I,), or many at once, shape (..., I): a grid, a path,
a thousand scenarios. Accounts and markets broadcast against each other like any numpy arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, last_axis, numbers, positive, refuse, together
from marginlib.instruments import Instruments, unit_value


@dataclass(frozen=True, eq=False)
class Market:
    """Instruments and their prices.

    Parameters
    ----------
    instruments : Instruments
    price : array of shape (..., I)
        Mark prices, positive [quote currency].
    """

    instruments: Instruments
    price: FloatArray

    def __init__(self, instruments: Instruments, price: ArrayLike) -> None:
        prices = last_axis("price", positive("price", price), instruments.names)
        object.__setattr__(self, "instruments", instruments)
        object.__setattr__(self, "price", prices)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch of markets; ``()`` for one."""
        return self.price.shape[:-1]

    @cached_property
    def value(self) -> FloatArray:
        """Value of one unit of each instrument, shape (..., I) [currency of the ledger]."""
        return unit_value(self.instruments, self.price)

    def __getitem__(self, name: str) -> FloatArray:
        """Return the price of ``name``, shape (...) [quote currency]."""
        return np.asarray(self.price[..., self.instruments.index(name)])


def at(instruments: Instruments, price: ArrayLike) -> Market:
    """Return the market with these prices.

    Parameters
    ----------
    instruments : Instruments
    price : array of shape (..., I)
        Mark prices, positive [quote currency].

    >>> from marginlib.instruments import linear
    >>> at(linear(["BTC", "ETH"]), price=[20_000, 1_500]).value.tolist()
    [20000.0, 1500.0]
    """
    return Market(instruments, price)


def moved(market: Market, returns: ArrayLike) -> Market:
    """Return the market after prices have moved by ``returns``.

    Parameters
    ----------
    market : Market
    returns : float or array that broadcasts against (..., I)
        Simple returns [fraction]; -0.1 is a fall of ten per cent.

    >>> from marginlib.instruments import linear
    >>> moved(at(linear(["BTC"]), [20_000]), -0.1).price.tolist()
    [18000.0]
    """
    change = numbers("returns", returns)
    refuse("returns", change, change <= -1, "must be above -1, because no price falls below zero")
    together(returns=change.shape, price=market.price.shape)
    return Market(market.instruments, market.price * (1 + change))


def with_price(market: Market, name: str, price: ArrayLike) -> Market:
    """Return the market with the price of ``name`` replaced and all others as they were.

    Parameters
    ----------
    market : Market
    name : str
        The instrument whose price is set.
    price : float or array
        New price or prices [quote currency]; its axes become axes of the market.

    >>> from marginlib.instruments import linear
    >>> today = at(linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> with_price(today, "ETH", [1_400, 1_600]).price.tolist()
    [[20000.0, 1400.0], [20000.0, 1600.0]]
    """
    new = positive("price", price)
    index = market.instruments.index(name)
    shape = together(price=new.shape, market=market.shape)
    prices = np.broadcast_to(market.price, (*shape, len(market.instruments))).copy()
    prices[..., index] = new
    return Market(market.instruments, prices)
