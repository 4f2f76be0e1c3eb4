"""Markets after something has moved: prices, volatilities or time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fixed,
    in_order,
    non_negative,
    numbers,
    refuse,
    together,
)
from marginlib.market.prices import Market


def moved(
    market: Market, returns: ArrayLike | Mapping[str, float], volatility: ArrayLike = 0.0
) -> Market:
    """Return the market after prices, and volatilities, have moved.

    Parameters
    ----------
    returns : float or array that broadcasts against (..., Q), or dict
        Simple returns of what is quoted [fraction]; -0.1 is a fall of ten per cent. In a dict, the
        return of each named thing and of all that is on the same, as
        :meth:`~marginlib.instruments.Instruments.following` tells; what it does not name stays.
    volatility : float or array that broadcasts against (..., O)
        Relative moves of the volatilities [fraction]; 0.1 takes 50 % to 55 %.

    >>> from marginlib.instruments import cash, join, linear
    >>> from marginlib.market import at
    >>> moved(at(linear(["BTC"]), [20_000]), -0.1).price.tolist()
    [18000.0]
    >>> book = join(cash(["BTC", "ETH"]), linear(["BTC-PERP"], underlying="BTC"))
    >>> moved(at(book, [20_000, 1_500, 20_010]), {"BTC": -0.1}).price.tolist()
    [18000.0, 1500.0, 18009.0]
    """
    change = numbers("returns", _each_return(market, returns))
    if (change <= -1).any():
        _refuse_falls_below_zero(market, change)
    together(returns=change, price=market.quoted_price)
    prices = fixed(np.asarray(market.quoted_price * (1 + change)))
    if not len(market.instruments.options):
        return _changed(market, prices)
    bump = numbers("volatility", volatility)
    refuse("volatility", bump, bump < -1, "must not be below -1, because none falls below zero")
    together(returns=bump, volatility=market.volatility)
    return _changed(market, prices, market.volatility * (1 + bump))


def with_price(market: Market, name: str, price: ArrayLike) -> Market:
    """Return the market with the price of ``name`` replaced and all others as they were.

    Parameters
    ----------
    name : str
        The instrument whose price is set. Options on it are valued anew; quotes of others stay.
    price : float or array
        New price or prices [quote currency]; its axes become axes of the market.

    >>> from marginlib.instruments import linear
    >>> from marginlib.market import at
    >>> today = at(linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> with_price(today, "ETH", [1_400, 1_600]).price.tolist()
    [[20000.0, 1400.0], [20000.0, 1600.0]]
    """
    new = numbers("price", price)
    instruments = market.instruments
    index = instruments.index(name)
    if instruments.is_option[index]:
        raise MarginError(
            f"{name!r} is an option, so its price is computed: set the price of "
            f"{instruments.each[index].underlying!r}, or give market.at a volatility or a quote"
        )
    column = np.searchsorted(instruments.quoted, index)
    shape = together(price=new, market=market)
    prices = np.broadcast_to(market.quoted_price, (*shape, market.quoted_price.shape[-1])).copy()
    prices[..., column] = new
    if market.quote is None:
        return _changed(market, fixed(prices), market.given_volatility)
    moves = instruments.option_terms.underlying == column
    terms = market.rate, market.carry, market.time
    kept = np.where(moves, np.nan, market.quote)
    return Market(instruments, fixed(prices), market.volatility_where(moves), *terms, quote=kept)


def later(market: Market, years: ArrayLike) -> Market:
    """Return the market after some time in which no price and no volatility moved.

    Parameters
    ----------
    years : float or array
        Time that passes [years]; its axes become axes of the market.

    >>> from marginlib.instruments import cash, join, options
    >>> from marginlib.market import at
    >>> book = join(cash(["X"]), options(["call"], "X", strike=100, expiry=1, is_call=True))
    >>> later(at(book, price=[110], volatility=[0.2]), [0, 1])["call"].round(2).tolist()
    [14.29, 10.0]
    """
    passed = non_negative("years", years)
    together(years=passed, market=market)
    terms = market.volatility, market.rate, market.carry, market.time + passed
    return Market(market.instruments, market.quoted_price, *terms)


def _changed(market: Market, price: FloatArray, volatility: FloatArray | None = None) -> Market:
    """Return the market with other prices, and other volatilities if any are given."""
    terms = market.rate, market.carry, market.time
    spread = market.volatility if volatility is None else volatility
    return Market(market.instruments, price, spread, *terms)


def _each_return(market: Market, returns: ArrayLike | Mapping[str, float]) -> ArrayLike:
    """Return one return for each quoted instrument, shape (Q,), where they are given by name."""
    if not isinstance(returns, Mapping):
        names = tuple(market.instruments.names[place] for place in market.instruments.quoted)
        given: ArrayLike = in_order("returns", returns, names)
        return given
    each = np.zeros(len(market.instruments.quoted))
    for name, change in returns.items():
        each[market.instruments.following(name)] = numbers(f"returns[{name!r}]", change)
    return each


def _refuse_falls_below_zero(market: Market, change: FloatArray) -> None:
    """Refuse returns that no price can have: below -1, or -1 for what is never worth nothing."""
    quoted = market.instruments.quoted
    kinds = np.array(market.instruments.kinds)[quoted]
    bad = (change <= -1) & ~market.instruments.below_zero[quoted]
    bad &= ~((change == -1) & ((kinds == "cash") | (kinds == "share")))
    every = np.broadcast_to(change, bad.shape)
    refuse("returns", every, bad, "must be above -1, because no price falls below zero")
