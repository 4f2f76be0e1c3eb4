"""The margin that open orders need.

Each rule is a model like any other, made with the orders that it is about, so it adds to the other
models of a venue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, last_axis, non_negative, together
from marginlib.accounts import Accounts, equity
from marginlib.margin.orders import Orders, increasing, open_size, unit_at
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import (
    Lines,
    MarginModel,
    Model,
    Requirement,
    at_leverage,
    fits_any_account,
    lines,
)
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class LargerSide(Model):
    """A model asked about the larger of what bids and what offers could make of each position.

    Parameters
    ----------
    model : margin model
    orders : Orders
    maintenance : bool
        Whether maintenance counts orders too; otherwise it looks at positions only.

    Source: Paradex, cross margin requirement, commit 9b82a75a.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate, Orders
    >>> prices = market.at(instruments.linear(["BTC"]), [90_000])
    >>> rule = LargerSide(FixedRate(0.02, 0.01), Orders(buy=[3], sell=[2]))
    >>> need = rule(Accounts(0, [-1]), prices)  # 3 contracts short if the offers fill
    >>> float(need.initial), float(need.maintenance)
    (5400.0, 900.0)
    """

    model: MarginModel
    orders: Orders
    maintenance: bool = False

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts, and the inner model fits any."""
        return self.orders.is_shared and fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        last_axis("orders", self.orders.buy, market.instruments.names)
        size = open_size(accounts, self.orders)
        larger = np.where(size.buy >= size.sell, size.buy, -size.sell)
        worse = self.model(Accounts(accounts.cash, larger), market)
        if self.maintenance:
            return worse
        return Requirement(worse.initial, self.model(accounts, market).maintenance)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the lines of the inner model where maintenance looks at positions only."""
        return None if self.maintenance else lines(self.model, accounts, market, index)

    def at_leverage(self, leverage: ArrayLike) -> LargerSide:
        """Return the same for the inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))


@dataclass(frozen=True, eq=False)
class OrderMargin(Model):
    """A rate on orders, at their own prices, as far as they add to a position.

    Parameters
    ----------
    orders : Orders or sequence of Orders
        A sequence holds ranks, as from :func:`marginlib.margin.ranked`: the first to fill are the
        first to close a position. One value with average prices closes with all of a side alike.
    rate : float or array of shape (I,)
        Margin for one unit of order value [fraction].
    both_sides : bool
        Whether bids and offers add up; otherwise the larger side of each instrument counts.
    maintenance : bool
        Whether it belongs to maintenance too; initial always has it.

    Source: Vega protocol, 0019-MCAL, isolated margin: order price x size x margin factor, the
    larger of both sides.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import Orders
    >>> prices = market.at(instruments.linear(["X"]), [15_900])
    >>> rule = OrderMargin(Orders(buy=[2], sell=[0], buy_price=[16_100]), rate=0.3)
    >>> float(rule(Accounts(0, [0]), prices).initial)
    9660.0
    """

    ranks: tuple[Orders, ...]
    rate: FloatArray
    both_sides: bool = False
    maintenance: bool = False

    def __init__(
        self,
        orders: Orders | Sequence[Orders],
        rate: ArrayLike,
        both_sides: bool = False,
        maintenance: bool = False,
    ) -> None:
        ranks = (orders,) if isinstance(orders, Orders) else tuple(orders)
        object.__setattr__(self, "ranks", ranks)
        object.__setattr__(self, "rate", non_negative("rate", rate))
        object.__setattr__(self, "both_sides", bool(both_sides))
        object.__setattr__(self, "maintenance", bool(maintenance))

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts."""
        return all(rank.is_shared for rank in self.ranks)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        shape = together(accounts=accounts.shape, market=market.shape)
        bids, offers = np.zeros((2, *shape, len(market.instruments)))
        for rank in increasing(accounts, self.ranks):
            bids = bids + rank.buy_value(market)
            offers = offers + rank.sell_value(market)
        value = bids + offers if self.both_sides else np.maximum(bids, offers)
        charge = value @ each_rate("rate", self.rate, market.instruments)
        return Requirement(charge, charge if self.maintenance else 0 * charge)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return a flat line, unless maintenance has orders without limit prices in it."""
        moves = self.maintenance and not all(rank.is_limited for rank in self.ranks)
        return None if moves else Lines.flat(self(accounts, market).maintenance)


@dataclass(frozen=True, eq=False)
class OrderFee(Model):
    """The fee that orders would pay if they filled, set aside in both requirements.

    Parameters
    ----------
    orders : Orders
    rate : float or array of shape (I,)
        Fee on the value of an order [fraction].

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import Orders
    >>> prices = market.at(instruments.linear(["X"]), [20_000])
    >>> rule = OrderFee(Orders(buy=[2], sell=[1]), rate=0.0005)
    >>> float(rule(Accounts(0, [0]), prices).initial)
    30.0
    """

    orders: Orders
    rate: FloatArray

    def __init__(self, orders: Orders, rate: ArrayLike) -> None:
        object.__setattr__(self, "orders", orders)
        object.__setattr__(self, "rate", fraction("rate", rate))

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts."""
        return self.orders.is_shared

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        value = self.orders.buy_value(market) + self.orders.sell_value(market)
        fee = value @ each_rate("rate", self.rate, market.instruments)
        fee = fee + np.zeros(together(accounts=accounts.shape, market=market.shape))
        return Requirement(fee, fee)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return a flat line, unless the orders have no limit prices."""
        return Lines.flat(self(accounts, market).maintenance) if self.orders.is_limited else None


@dataclass(frozen=True, eq=False)
class OrderLoss(Model):
    """What orders would lose at once if they filled: bids above the market, offers below it.

    Parameters
    ----------
    orders : Orders

    Source: Bybit, "Glossary of unified trading account" (2024-08), order loss.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import Orders
    >>> prices = market.at(instruments.linear(["X"]), [20_000])
    >>> rule = OrderLoss(Orders(buy=[2], sell=[0], buy_price=[20_100]))
    >>> float(rule(Accounts(0, [0]), prices).initial)
    200.0
    """

    orders: Orders

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts."""
        return self.orders.is_shared

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        bids = self.orders.buy * (unit_at(market, self.orders.buy_price) - market.value)
        offers = self.orders.sell * (market.value - unit_at(market, self.orders.sell_price))
        loss = (np.maximum(0.0, bids) + np.maximum(0.0, offers)).sum(axis=-1)
        loss = loss + np.zeros(together(accounts=accounts.shape, market=market.shape))
        return Requirement(loss, loss)


@dataclass(frozen=True, eq=False)
class WorseFill(Model):
    """A model asked what is worse for each instrument: that all bids fill, or all offers.

    What an order would gain or lose at once, and what it would change in the requirement, count
    together. Orders never free margin. Instruments are taken one by one, which is exact for models
    that look at each position by itself.

    Parameters
    ----------
    model : margin model
    orders : Orders

    Source: Mango v4, health of open orders, commit 1303a4a1.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate, Orders
    >>> prices = market.at(instruments.linear(["X"]), [100])
    >>> rule = WorseFill(FixedRate(0.10, 0.05), Orders(buy=[3], sell=[2]))
    >>> float(rule(Accounts(0, [1]), prices).initial)  # 4 contracts long are worse than 1 short
    40.0
    """

    model: MarginModel
    orders: Orders

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts, and the inner model fits any."""
        return self.orders.is_shared and fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        names = market.instruments.names
        last_axis("orders", self.orders.buy, names)
        now, own = self.model(accounts, market), equity(accounts, market)
        initial, maintenance = now.initial, now.maintenance
        bids = (self.orders.buy, self.orders.buy_price)
        offers = (-self.orders.sell, self.orders.sell_price)
        for one in np.eye(len(names)):
            extra = []
            for quantity, price in (bids, offers):
                cost = (quantity * one * unit_at(market, price)).sum(axis=-1)
                after = Accounts(accounts.cash - cost, accounts.quantity + quantity * one)
                need, loss = self.model(after, market), own - equity(after, market)
                extra.append((need.initial + loss, need.maintenance + loss))
            (bid, bid_later), (offer, offer_later) = extra
            initial = initial + np.maximum(0.0, np.maximum(bid, offer) - now.initial)
            worse = np.maximum(bid_later, offer_later) - now.maintenance
            maintenance = maintenance + np.maximum(0.0, worse)
        return Requirement(initial, maintenance)

    def at_leverage(self, leverage: ArrayLike) -> WorseFill:
        """Return the same for the inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))
