"""Amounts of money that no rate gives: for each contract, or for each open position."""

from __future__ import annotations

import numpy as np

from marginlib._fields import NonNegative, checked
from marginlib.accounts import Accounts
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Charge
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import Requirement
from marginlib.market import Market


@checked
class FixedCharge(Charge):
    """An amount for each open position, whatever its size, as a fee for liquidating it.

    An amount for each contract is :class:`~marginlib.margin.MoneyPerContract`.

    Parameters
    ----------
    amount : float or array of shape (I,)
        Charge for each instrument that is held at all [currency].
    initial : bool
        Whether the initial requirement holds it too; maintenance always does.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> float(FixedCharge(5)(accounts.Accounts(0, [0.001, 0]), prices).maintenance)
    5.0
    """

    amount: NonNegative
    initial: bool = False

    covered_kinds = CONTRACTS

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        held = (accounts.quantity != 0) * market.instruments.is_margined
        charge = held @ each_rate("amount", self.amount, market.instruments)
        charge = charge + np.zeros(market.shape)
        return Requirement(charge if self.initial else 0 * charge, charge)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return a flat line: prices do not enter."""
        return Lines.flat(self.requirement(accounts, market).maintenance)
