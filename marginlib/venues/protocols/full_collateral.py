"""Contracts paid for in full: the requirement is all that can still be lost."""

from __future__ import annotations

import numpy as np

from marginlib._fields import Positive, checked
from marginlib.accounts import Accounts
from marginlib.instruments.unit_values import unit_value
from marginlib.margin.model import Model
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import Requirement
from marginlib.market import Market
from marginlib.venues.protocols.orders import Orders


@checked
class FullCollateral(Model):
    """All that can still be lost, for contracts whose price cannot leave a range from 0 to a cap.

    A long position can lose its value, a short one the distance to the cap. Taken at entry prices
    it is what must be paid in; an account that has it can never go bankrupt, so it is never
    liquidated. Orders add the larger side, at their own prices.

    Parameters
    ----------
    maximum : float or array of shape (I,)
        Highest price of each contract [quote currency].
    orders : Orders, optional
        Open orders.

    Source: Vega protocol, 0019-MCAL-154 to 158, fully collateralised capped future.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["X"]), [30])
    >>> rule = FullCollateral(maximum=100)
    >>> [float(rule(accounts.Accounts(0, [held]), prices).initial) for held in (10, -10)]
    [300.0, 700.0]
    """

    maximum: Positive
    orders: Orders | None = None

    covered_kinds = ("linear", "quanto", "share")

    @property
    def fits_any_account(self) -> bool:
        """Whether the orders are the same for all accounts."""
        return self.orders is None or self.orders.is_shared

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...); initial is the same."""
        margined = market.instruments.is_margined
        highest = unit_value(
            market.instruments, each_rate("maximum", self.maximum, market.instruments)
        )
        value = np.minimum(market.value, highest)
        held = accounts.quantity * margined
        need = np.where(held > 0, held * value, -held * (highest - value))
        if self.orders is not None:
            bids = self.orders.buy_value(market)
            offers = np.maximum(0.0, self.orders.sell * highest - self.orders.sell_value(market))
            need = need + np.maximum(bids, offers) * margined
        total = need.sum(axis=-1)
        return Requirement(total, total)
