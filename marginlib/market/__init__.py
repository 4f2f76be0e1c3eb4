"""Prices now, prices that have moved, and what options are worth at them.

A market may hold one set of prices, shape (I,), or many at once, shape (..., I): a grid, a path,
a thousand scenarios. Accounts and markets broadcast against each other like any numpy arrays.

Whatever is not an option has a price of its own: it is *quoted*. Options are valued, from the price
of their underlying and their volatility, so a market that moved has moved its options too.
"""

from marginlib.market.moves import later, moved, with_price, with_volatility
from marginlib.market.perpetual import perpetual_price
from marginlib.market.prices import Market, at

__all__ = [
    "Market",
    "at",
    "later",
    "moved",
    "perpetual_price",
    "with_price",
    "with_volatility",
]
