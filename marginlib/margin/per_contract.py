"""Money per contract: how futures brokers and clearing members state margin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray
from marginlib._fields import NonNegative, checked
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin.coverage import of_kinds
from marginlib.margin.lines import Lines
from marginlib.margin.model import Model
from marginlib.margin.rates import each_rate, not_above_initial
from marginlib.margin.requirement import Requirement
from marginlib.margin.short_options import out_of_the_money
from marginlib.market import Market

FUTURES = ("linear", "inverse", "quanto")


@checked
class MoneyPerContract(Model):
    r"""An amount of money for each contract, long or short, whatever its price.

    An option on a future needs what it is worth. If it was sold, it needs on top of that the amount
    of its future, less half of what it is out of the money by, but never less than half the amount:

    .. math:: \text{premium} + \max(F - \tfrac{1}{2} \text{out of the money}, \tfrac{1}{2} F) .

    Each position stands by itself: nothing is taken off for spreads.

    Parameters
    ----------
    initial, maintenance : float or array of shape (I,)
        Amount for one contract [currency]; maintenance must not exceed initial. Where an option is
        listed its own entry is not used: the amount of its future is.

    Source: for options the rule of the commodity exchanges of China (soybean meal options in
    Dalian), as quoted by wodefinance.com, "How to collect the seller's deposit for soybean meal
    option", read 2026-11-29; the exchange's own text was not read.

    Five contracts of 50 times an index at 2,100, at 5,060 initial and 4,600 maintenance each. The
    owner who paid in no more than that is called when the index has lost 2,300 / 250:

    >>> from marginlib import accounts, instruments, liquidation, market
    >>> now = market.at(instruments.linear(["E-MINI"], size=50), [2_100])
    >>> rule = MoneyPerContract(initial=5_060, maintenance=4_600)
    >>> ana = accounts.open_accounts(collateral=25_300, quantity=[5], market=now)
    >>> need = rule(ana, now)
    >>> float(need.initial), float(need.maintenance)
    (25300.0, 23000.0)
    >>> round(float(liquidation.liquidation_price(ana, now, rule, "E-MINI")), 6)
    2090.8
    """

    initial: NonNegative
    maintenance: NonNegative

    covered_kinds = (*FUTURES, "option")
    fits_any_account = True

    def __post_init__(self) -> None:
        not_above_initial(self.initial, self.maintenance)

    def covers(self, instruments: Instruments) -> NDArray[np.bool_]:
        """Return which instruments are futures, or options on futures, shape (I,)."""
        is_future = of_kinds(instruments, FUTURES)
        if not len(instruments.options):
            return is_future
        on = instruments.quoted[instruments.option_terms.underlying]
        covered = is_future.copy()
        covered[instruments.options] = is_future[on] & ~instruments.option_terms.is_inverse
        return covered

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        return Requirement(
            self._total("initial", self.initial, accounts, market),
            self._total("maintenance", self.maintenance, accounts, market),
        )

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return a flat line: prices do not enter, but for those of options."""
        return Lines.flat(self.requirement(accounts, market).maintenance)

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return zeros: the amount does not grow with the value."""
        return np.zeros(len(market.instruments))

    def _total(
        self, name: str, amount: FloatArray, accounts: Accounts, market: Market
    ) -> FloatArray:
        """Return what all contracts and options need, shape (...) [currency]."""
        book = market.instruments
        each = each_rate(name, amount, book)
        total = np.abs(accounts.quantity) @ (each * of_kinds(book, FUTURES))
        total = total + np.zeros(market.shape)
        return total + self._options(each, accounts, market) if len(book.options) else total

    def _options(self, each: FloatArray, accounts: Accounts, market: Market) -> FloatArray:
        """Return what options need, each by itself, shape (...) [currency]."""
        book, terms = market.instruments, market.instruments.option_terms
        on = book.quoted[terms.underlying]
        future = each[on] * terms.size / np.asarray(book.sizes)[on]
        away = out_of_the_money(market.underlying_price, terms.strike, terms.is_call) * terms.size
        sold = np.maximum(future - away / 2, future / 2)
        held = accounts.quantity[..., book.options] * self.covers(book)[book.options]
        bought = np.maximum(held, 0.0) * market.value[..., book.options]
        return np.asarray((bought + np.maximum(-held, 0.0) * sold).sum(axis=-1))
