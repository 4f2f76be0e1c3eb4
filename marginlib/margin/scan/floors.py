"""Floors: what a portfolio needs at least, however well its scenarios cancel.

They go under a scan as ``AtLeast(scan, floor)``.
"""

from __future__ import annotations

import numpy as np

from marginlib._fields import OneFraction, OneNonNegative, checked
from marginlib.accounts import Accounts
from marginlib.margin import Requirement
from marginlib.margin.coverage import NOT_CASH
from marginlib.margin.model import Charge
from marginlib.margin.scan.spreads import instruments_on, position_delta, underlying_price
from marginlib.market import Market


@checked
class ContractMinimum(Charge):
    """An amount for every option contract, long or short, as a floor under a scan.

    An amount of margin for each future is :class:`~marginlib.margin.MoneyPerContract`.

    Parameters
    ----------
    amount : float
        Charge for one unit of the underlying [currency]; a contract is charged it times its size.

    Source: Options Clearing Corporation, customer portfolio margin: 0.375 for each contract times
    its multiplier, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> call = instruments.options(["call"], "X", 100, 1, is_call=True, size=100)
    >>> now = market.at(instruments.join(instruments.shares(["X"]), call), [100], [0.2])
    >>> float(ContractMinimum(0.375)(Accounts(0, [0, -2]), now).initial)
    75.0
    """

    amount: OneNonNegative

    covered_kinds = ("option", "inverse_option")

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        book = market.instruments
        units = np.abs(accounts.quantity) @ (np.asarray(book.sizes) * book.is_option)
        charge = self.amount * units + np.zeros(market.shape)
        return Requirement(charge, charge)


@checked
class MinimumDelta(Charge):
    r"""A share of the price for every unit of delta, smaller where deltas hedge each other.

    For each underlying with price S, what the deltas leave after netting is unhedged, and half of
    what cancels is hedged:

    .. math:: S \, \Bigl(u \, \bigl|\textstyle\sum \delta\bigr|
              + h \, \tfrac{1}{2} \bigl(\sum |\delta| - \bigl|\sum \delta\bigr|\bigr)\Bigr)

    Parameters
    ----------
    unhedged, hedged : float
        Rates u and h on the price of the underlying [fraction].

    Source: Paradex, "Portfolio margin", commit 9b82a75a.

    >>> from marginlib import instruments, market
    >>> legs = instruments.linear(["BTC-PERP", "BTC-JUN"], underlying="BTC")
    >>> now = market.at(legs, [70_000, 70_000])
    >>> float(MinimumDelta(0.02, 0.01)(Accounts(0, [1, -1.5]), now).initial)
    1400.0
    """

    unhedged: OneFraction
    hedged: OneFraction

    covered_kinds = NOT_CASH

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        delta = position_delta(accounts, market)
        total = np.zeros(delta.shape[:-1])
        book = market.instruments
        for name in dict.fromkeys(np.array(book.underlyings)[~book.is_cash].tolist()):
            each = delta[..., instruments_on(book, name)]
            net, gross = np.abs(each.sum(axis=-1)), np.abs(each).sum(axis=-1)
            charged = self.unhedged * net + self.hedged * (gross - net) / 2
            total = total + charged * underlying_price(market, name)
        return Requirement(total, total)
