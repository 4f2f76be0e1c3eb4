"""What options are worth, where they are counted, and what buying one costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from marginlib._checks import FloatArray
from marginlib.accounts import Accounts, equity
from marginlib.margin.questions import need_over_equity
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market


class OptionsApart(NamedTuple):
    """An account as a venue shows it that leaves options out of the balance."""

    balance: FloatArray  # equity without the value of options, shape (...) [currency]
    requirement: Requirement  # with the value of options, shape (...) [currency]

    @property
    def ratio(self) -> FloatArray:
        """Maintenance over balance, shape (...) [fraction]; infinite where no balance is left."""
        return need_over_equity(self.requirement.maintenance, self.balance)


def options_apart(accounts: Accounts, market: Market, model: MarginModel) -> OptionsApart:
    """Return balance and requirement with the value of all options moved from one to the other.

    This is the one choice to make about options: inside equity, as everywhere in this library, or
    apart from it, as many venues print. What is free or missing is the same either way; only the
    two printed numbers differ. For a bear put spread, Bybit prints 2,315 to open and 938 to stay;
    inside equity the same rule says 2,775 and 1,398, both more by the 460 that the spread is worth.

    Where a requirement would fall below zero, because options that were bought are worth more than
    is asked, it is 0.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import ShortOptionRate, ShortOptions
    >>> book = instruments.join(
    ...     instruments.cash(["BTC"]),
    ...     instruments.options(["C"], "BTC", strike=29_700, expiry=0, is_call=True),
    ... )
    >>> now = market.at(book, [30_000], volatility=[0.5])  # expiring, so worth 300
    >>> rule = ShortOptions(ShortOptionRate(0.15, 0.10), ShortOptionRate(minimum=0.03, fee=0.002))
    >>> seen = options_apart(Accounts(10_000, [0, -1]), now, rule)
    >>> float(seen.balance), float(seen.requirement.maintenance), float(seen.ratio)
    (10000.0, 1260.0, 0.126)
    """
    worth = option_value(accounts, market)
    need = model(accounts, market)
    requirement = Requirement(
        np.maximum(need.initial - worth, 0.0), np.maximum(need.maintenance - worth, 0.0)
    )
    return OptionsApart(equity(accounts, market) - worth, requirement)


def option_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return what all options are worth, bought less sold, shape (...) [currency]."""
    options = market.instruments.options
    held = accounts.quantity[..., options] * market.value[..., options]
    return np.asarray(held.sum(axis=-1))
