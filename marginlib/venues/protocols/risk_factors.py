"""Requirements from risk factors: one for each side, and the cost of closing on top."""

from __future__ import annotations

import numpy as np

from marginlib._checks import FloatArray, last_axis, together
from marginlib._fields import NonNegative, checked, default
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Model
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import Requirement
from marginlib.market import Market
from marginlib.venues.protocols.orders import Orders


@checked
class RiskFactors(Model):
    """What a long and a short position may lose, the worse of them if orders fill.

    The long side needs ``slippage x position + long factor x (position + bids)`` of the value of
    one contract, the short side the mirror image, and the larger counts. A side that its orders
    cannot open needs nothing.

    Parameters
    ----------
    long, short : float or array of shape (I,)
        Loss to be covered on each side [fraction of the price]; a short may lose more than all.
    slippage : float or array of shape (I,)
        Cost of closing the open position [fraction of the price].
    orders : Orders, optional
        Open orders; they pay no slippage.

    Source: Vega protocol, 0019-MCAL, margin calculator (factors by
    :func:`marginlib.scenarios.lognormal_shortfall`).

    A position of 10 long at 144, bids for 4 and offers of 8, slippage of 34 on each:

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["X"]), [144])
    >>> rule = RiskFactors(long=0.1, short=0.11, slippage=34 / 144, orders=Orders([4], [8]))
    >>> round(float(rule(accounts.Accounts(0, [10]), prices).maintenance), 6)
    541.6
    """

    long: NonNegative
    short: NonNegative
    slippage: NonNegative = default(0.0)
    orders: Orders | None = None

    covered_kinds = CONTRACTS

    def __post_init__(self) -> None:
        together(long=self.long, short=self.short, slippage=self.slippage)

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts."""
        return self.orders is None or self.orders.is_shared

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...); initial is the same."""
        each = self._units(accounts, market.instruments) * np.abs(market.value)
        return Requirement(each.sum(axis=-1), each.sum(axis=-1))

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return one line through zero, another for each account."""
        units = self._units(accounts, market.instruments)
        each = np.delete(units * np.abs(market.value), index, axis=-1)
        held = np.abs(accounts.quantity[..., index])
        rate = units[..., index] / np.where(held > 0, held, np.inf)
        return Lines(rate[None], np.zeros((1, *rate.shape)), each.sum(axis=-1))

    def _units(self, accounts: Accounts, instruments: Instruments) -> FloatArray:
        """Return how many contracts' worth of margin each instrument needs, shape (..., I)."""
        held = accounts.quantity * instruments.is_margined
        bids = offers = np.zeros(len(instruments))
        if self.orders is not None:
            bids = last_axis("orders", self.orders.buy, instruments.names)
            offers = self.orders.sell
        cost = each_rate("slippage", self.slippage, instruments)
        up = _side(held, bids, cost, each_rate("long", self.long, instruments))
        down = _side(-held, offers, cost, each_rate("short", self.short, instruments))
        return np.maximum(up, down)


def _side(
    position: FloatArray, orders: FloatArray, slippage: FloatArray, factor: FloatArray
) -> FloatArray:
    """Return what one side needs; ``position`` is positive if it is open on this side."""
    is_open = np.maximum(0.0, position)
    need = slippage * is_open + factor * (is_open + orders)
    return np.where(position + orders > 0, need, 0.0)
