"""The margin that open orders need.

Each rule is a model like any other, made with the orders that it is about, so it adds to the other
models of a venue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marginlib._checks import last_axis, together
from marginlib._fields import NonNegative, checked
from marginlib.accounts import Accounts, equity
from marginlib.margin.asking import asked, own_lines
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Charge, Wrapped
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market
from marginlib.venues.protocols.orders import Orders, adding_orders, open_size, unit_at


@dataclass(frozen=True, eq=False)
class LargerSide(Wrapped):
    """A model asked about the larger of what bids and what offers could make of each position.

    Parameters
    ----------
    model : margin model
    maintenance : bool
        Whether maintenance counts orders too; otherwise it looks at positions only.

    Source: Paradex, cross margin requirement, commit 9b82a75a.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> from marginlib.venues.protocols.orders import Orders
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
        return self.orders.is_shared and super().fits_any_account

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        last_axis("orders", self.orders.buy, market.instruments.names)
        size = open_size(accounts, self.orders)
        larger = np.where(size.buy >= size.sell, size.buy, -size.sell)
        worse = asked(self.model, Accounts(accounts.cash, larger), market)
        if self.maintenance:
            return worse
        return Requirement(worse.initial, asked(self.model, accounts, market).maintenance)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the lines of the inner model where maintenance looks at positions only."""
        return None if self.maintenance else own_lines(self.model, accounts, market, index)


@checked
class OrderMargin(Charge):
    """A rate on orders, at their own prices, as far as they add to a position.

    Parameters
    ----------
    orders : Orders or sequence of Orders
        A sequence holds ranks, as from ``ranked_orders``: the first to fill are the first to close
        a position. One value with average prices closes with all of a side alike.
    rate : float or array of shape (I,)
        Margin for one unit of order value [fraction].
    both_sides : bool
        Whether bids and offers add up; otherwise the larger side of each instrument counts.
    maintenance : bool
        Whether it belongs to maintenance too; initial always has it.

    Source: Vega protocol, 0019-MCAL, isolated margin: order price x size x margin factor, the
    larger of both sides.

    >>> from marginlib import instruments, market
    >>> from marginlib.venues.protocols.orders import Orders
    >>> prices = market.at(instruments.linear(["X"]), [15_900])
    >>> rule = OrderMargin(Orders(buy=[2], sell=[0], buy_price=[16_100]), rate=0.3)
    >>> float(rule(Accounts(0, [0]), prices).initial)
    9660.0
    """

    orders: Orders | Sequence[Orders]
    rate: NonNegative
    both_sides: bool = False
    maintenance: bool = False

    covered_kinds = CONTRACTS

    @property
    def ranks(self) -> tuple[Orders, ...]:
        """The orders in ranks, one where no more are given."""
        return (self.orders,) if isinstance(self.orders, Orders) else tuple(self.orders)

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether the orders are the same for all accounts."""
        return all(rank.is_shared for rank in self.ranks)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        shape = together(accounts=accounts, market=market)
        bids, offers = np.zeros((2, *shape, len(market.instruments)))
        for rank in adding_orders(accounts, self.ranks):
            bids = bids + rank.buy_value(market)
            offers = offers + rank.sell_value(market)
        value = bids + offers if self.both_sides else np.maximum(bids, offers)
        charge = value @ each_rate("rate", self.rate, market.instruments)
        return Requirement(charge, charge if self.maintenance else 0 * charge)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return a flat line, unless maintenance has orders without limit prices in it."""
        moves = self.maintenance and not all(rank.is_limited for rank in self.ranks)
        return None if moves else Lines.flat(self.requirement(accounts, market).maintenance)


@dataclass(frozen=True, eq=False)
class WorseFill(Wrapped):
    """A model asked what is worse for each instrument: that all bids fill, or all offers.

    What an order would gain or lose at once, and what it would change in the requirement, count
    together. Orders never free margin. Instruments are taken one by one, which is exact for models
    that look at each position by itself.

    Parameters
    ----------
    model : margin model

    Source: Mango v4, health of open orders, commit 1303a4a1.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> from marginlib.venues.protocols.orders import Orders
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
        return self.orders.is_shared and super().fits_any_account

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        names = market.instruments.names
        last_axis("orders", self.orders.buy, names)
        now, own = asked(self.model, accounts, market), equity(accounts, market)
        initial, maintenance = now.initial, now.maintenance
        bids = (self.orders.buy, self.orders.buy_price)
        offers = (-self.orders.sell, self.orders.sell_price)
        for one in np.eye(len(names)):
            extra = []
            for quantity, price in (bids, offers):
                cost = (quantity * one * unit_at(market, price)).sum(axis=-1)
                after = Accounts(accounts.cash - cost, accounts.quantity + quantity * one)
                need, loss = asked(self.model, after, market), own - equity(after, market)
                extra.append((need.initial + loss, need.maintenance + loss))
            (bid, bid_later), (offer, offer_later) = extra
            initial = initial + np.maximum(0.0, np.maximum(bid, offer) - now.initial)
            worse = np.maximum(bid_later, offer_later) - now.maintenance
            maintenance = maintenance + np.maximum(0.0, worse)
        return Requirement(initial, maintenance)
