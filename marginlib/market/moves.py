"""Markets after something has moved: prices, volatilities or time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    non_negative,
    numbers,
    positive,
    refuse,
    together,
)
from marginlib.market.prices import Market


def moved(market: Market, returns: ArrayLike, volatility: ArrayLike = 0.0) -> Market:
    """Return the market after prices, and volatilities, have moved.

    Parameters
    ----------
    market : Market
    returns : float or array that broadcasts against (..., Q)
        Simple returns of what is quoted [fraction]; -0.1 is a fall of ten per cent.
    volatility : float or array that broadcasts against (..., O)
        Relative moves of the volatilities [fraction]; 0.1 takes 50 % to 55 %.

    >>> from marginlib.instruments import linear
    >>> from marginlib.market import at
    >>> moved(at(linear(["BTC"]), [20_000]), -0.1).price.tolist()
    [18000.0]
    """
    change = numbers("returns", returns)
    refuse("returns", change, change <= -1, "must be above -1, because no price falls below zero")
    together(returns=change.shape, price=market.quoted_price.shape)
    prices = market.quoted_price * (1 + change)
    if not len(market.instruments.options):
        return _changed(market, prices)
    bump = numbers("volatility", volatility)
    refuse("volatility", bump, bump < -1, "must not be below -1, because none falls below zero")
    together(returns=bump.shape, volatility=market.volatility.shape)
    return _changed(market, prices, market.volatility * (1 + bump))


def with_price(market: Market, name: str, price: ArrayLike) -> Market:
    """Return the market with the price of ``name`` replaced and all others as they were.

    Parameters
    ----------
    market : Market
    name : str
        The instrument whose price is set. Options on it are valued anew.
    price : float or array
        New price or prices [quote currency]; its axes become axes of the market.

    >>> from marginlib.instruments import linear
    >>> from marginlib.market import at
    >>> today = at(linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> with_price(today, "ETH", [1_400, 1_600]).price.tolist()
    [[20000.0, 1400.0], [20000.0, 1600.0]]
    """
    new = positive("price", price)
    index = market.instruments.index(name)
    if market.instruments.is_option[index]:
        raise MarginError(
            f"{name!r} is an option, so its price is computed: set the price of "
            f"{market.instruments.each[index].underlying!r}, or use with_volatility"
        )
    column = np.searchsorted(market.instruments.quoted, index)
    shape = together(price=new.shape, market=market.shape)
    prices = np.broadcast_to(market.quoted_price, (*shape, market.quoted_price.shape[-1])).copy()
    prices[..., column] = new
    return _changed(market, prices)


def with_volatility(market: Market, volatility: ArrayLike) -> Market:
    """Return the market with the volatilities replaced and all prices as they were.

    Parameters
    ----------
    market : Market
    volatility : array of shape (..., O)
        One for each option, in order [1 / square root of a year].

    >>> from marginlib.instruments import cash, join, options
    >>> from marginlib.market import at
    >>> book = join(cash(["X"]), options(["call"], "X", strike=100, expiry=1, is_call=True))
    >>> today = at(book, price=[100], volatility=[0.2])
    >>> with_volatility(today, [[0.2], [0.4]])["call"].round(2).tolist()
    [7.97, 15.85]
    """
    terms = market.rate, market.carry, market.time
    return Market(market.instruments, market.quoted_price, volatility, *terms)


def later(market: Market, years: ArrayLike) -> Market:
    """Return the market after some time in which no price and no volatility moved.

    Parameters
    ----------
    market : Market
    years : float or array
        Time that passes [years]; its axes become axes of the market.

    >>> from marginlib.instruments import cash, join, options
    >>> from marginlib.market import at
    >>> book = join(cash(["X"]), options(["call"], "X", strike=100, expiry=1, is_call=True))
    >>> later(at(book, price=[110], volatility=[0.2]), [0, 1])["call"].round(2).tolist()
    [14.29, 10.0]
    """
    passed = non_negative("years", years)
    together(years=passed.shape, market=market.shape)
    terms = market.volatility, market.rate, market.carry, market.time + passed
    return Market(market.instruments, market.quoted_price, *terms)


def _changed(market: Market, price: FloatArray, volatility: FloatArray | None = None) -> Market:
    """Return the market with other prices, and other volatilities if any are given."""
    terms = market.rate, market.carry, market.time
    spread = market.volatility if volatility is None else volatility
    return Market(market.instruments, price, spread, *terms)
