"""Prices now, prices that have moved, and what options are worth at them.

A market may hold one set of prices, shape (I,), or many at once, shape (..., I): a grid, a path,
a thousand scenarios. Accounts and markets broadcast against each other like any numpy arrays.

Whatever is not an option has a price of its own. Options are valued, from the price of their
underlying and their volatility, so a market that moved has moved its options too; or they have a
quote, which holds until something moves.
"""

from marginlib.market.moves import later, moved, with_price
from marginlib.market.prices import Market, at

__all__ = [
    "Market",
    "at",
    "later",
    "moved",
    "with_price",
]
