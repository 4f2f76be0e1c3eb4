"""Open orders, and what they may turn an account into.

Orders are a small value beside the account; the rules about them are in
:mod:`marginlib.venues.protocols.order_margin`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    hold,
    non_negative,
    numbers,
    positive,
    together,
)
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.instruments.unit_values import unit_value
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class Orders:
    """Open orders of one account or of many: what is bid for and what is offered.

    Parameters
    ----------
    buy, sell : array of shape (..., I)
        Quantities, zero or more [contracts].
    buy_price, sell_price : array of shape (..., I), optional
        Average limit prices [quote currency]; prices of the market where nothing is said.

    >>> Orders(buy=[3], sell=[2]).buy.tolist()
    [3.0]
    """

    buy: FloatArray
    sell: FloatArray
    buy_price: FloatArray | None
    sell_price: FloatArray | None

    def __init__(
        self,
        buy: ArrayLike,
        sell: ArrayLike,
        buy_price: ArrayLike | None = None,
        sell_price: ArrayLike | None = None,
    ) -> None:
        bids, offers = non_negative("buy", buy), non_negative("sell", sell)
        if bids.ndim == 0 or offers.ndim == 0:
            raise MarginError("buy and sell must hold one value for each instrument")
        low = None if buy_price is None else positive("buy_price", buy_price)
        high = None if sell_price is None else positive("sell_price", sell_price)
        shape = together(buy=bids, sell=offers)
        together(
            orders=shape,
            buy_price=() if low is None else low.shape,
            sell_price=() if high is None else high.shape,
        )
        hold(
            self,
            buy=np.broadcast_to(bids, shape),
            sell=np.broadcast_to(offers, shape),
            buy_price=low,
            sell_price=high,
        )

    @property
    def is_shared(self) -> bool:
        """Whether they are the same for all accounts of a batch."""
        return self.buy.ndim == 1

    @property
    def is_limited(self) -> bool:
        """Whether they have limit prices, so that the market's prices do not enter."""
        return self.buy_price is not None and self.sell_price is not None

    def buy_value(self, market: Market) -> FloatArray:
        """Return the value of what is bid for, at its limit prices, (..., I) [currency]."""
        return self.buy * np.abs(unit_at(market, self.buy_price))

    def sell_value(self, market: Market) -> FloatArray:
        """Return the value of what is offered, at its limit prices, (..., I) [currency]."""
        return self.sell * np.abs(unit_at(market, self.sell_price))


def orders_of(instruments: Instruments, orders: Iterable[tuple[str, float, float]]) -> Orders:
    """Return a list of orders of one account as :class:`Orders`.

    Parameters
    ----------
    orders : iterable of (name, quantity, price)
        Quantity is positive to buy and negative to sell [contracts]; limit price [quote currency].

    >>> from marginlib.instruments import linear
    >>> sent = [("BTC", 1, 19_000), ("BTC", 3, 18_000), ("BTC", -2, 22_000)]
    >>> both = orders_of(linear(["BTC"]), sent)
    >>> both.buy.tolist(), both.buy_price.tolist(), both.sell.tolist()
    ([4.0], [18250.0], [2.0])
    """
    count = len(instruments)
    quantity, paid = np.zeros((2, count)), np.zeros((2, count))
    for name, size, limit in orders:
        side, place = int(numbers("quantity", size) < 0), instruments.index(name)
        quantity[side, place] += abs(size)
        paid[side, place] += abs(size) * float(positive("price", limit))
    # Where there is no order no price is used, and any will do.
    price = np.where(quantity > 0, paid / np.where(quantity > 0, quantity, 1.0), 1.0)
    return Orders(quantity[0], quantity[1], price[0], price[1])


def ranked_orders(
    instruments: Instruments, orders: Iterable[tuple[str, float, float]]
) -> tuple[Orders, ...]:
    """Return a list of orders of one account in ranks: what fills first comes first.

    The highest bid and the lowest offer of each instrument are in the first rank, the next best
    in the second, and so on. Arguments as in :func:`orders_of`.

    >>> from marginlib.instruments import linear
    >>> sent = [("BTC", 3, 18_000), ("BTC", 1, 19_000), ("BTC", -2, 22_000)]
    >>> [(rank.buy.tolist(), rank.sell.tolist()) for rank in ranked_orders(linear(["BTC"]), sent)]
    [([1.0], [2.0]), ([3.0], [0.0])]
    """
    queues: dict[tuple[str, bool], list[tuple[str, float, float]]] = {}
    # The better of two bids is the higher one, of two offers the lower one.
    for order in sorted(orders, key=lambda order: -np.sign(order[1]) * order[2]):
        queues.setdefault((order[0], order[1] < 0), []).append(order)
    depth = max((len(queue) for queue in queues.values()), default=0)
    return tuple(
        orders_of(instruments, [queue[rank] for queue in queues.values() if rank < len(queue)])
        for rank in range(depth)
    )


class OpenSize(NamedTuple):
    """How large a position is if one side's orders all fill, shape (..., I) [contracts]."""

    buy: FloatArray
    sell: FloatArray


def open_size(accounts: Accounts, orders: Orders) -> OpenSize:
    """Return how long, and how short, the orders could make each position.

    It is ``max(0, buy + position)`` and ``max(0, sell - position)``.

    Source: Paradex, cross margin requirement, commit 9b82a75a.

    >>> [side.tolist() for side in open_size(Accounts(0, [-1]), Orders(buy=[3], sell=[2]))]
    [[2.0], [3.0]]
    """
    return OpenSize(
        np.maximum(0.0, orders.buy + accounts.quantity),
        np.maximum(0.0, orders.sell - accounts.quantity),
    )


def adding_orders(accounts: Accounts, orders: Sequence[Orders]) -> tuple[Orders, ...]:
    """Return the part of the orders that adds to a position instead of closing one.

    Parameters
    ----------
    orders : sequence of Orders
        Ranks in which they fill, as from :func:`ranked_orders`: the first close the position.

    >>> (rest,) = adding_orders(Accounts(0, [-1]), [Orders(buy=[3], sell=[2])])
    >>> rest.buy.tolist(), rest.sell.tolist()
    ([2.0], [2.0])
    """
    short, long = np.maximum(0.0, -accounts.quantity), np.maximum(0.0, accounts.quantity)
    adding = []
    for rank in orders:
        buy, sell = np.maximum(0.0, rank.buy - short), np.maximum(0.0, rank.sell - long)
        short, long = np.maximum(0.0, short - rank.buy), np.maximum(0.0, long - rank.sell)
        adding.append(Orders(buy, sell, rank.buy_price, rank.sell_price))
    return tuple(adding)


def unit_at(market: Market, price: FloatArray | None) -> FloatArray:
    """Return the value of one unit at limit prices, or at the market's, (..., I) [currency]."""
    return market.value if price is None else unit_value(market.instruments, price)
