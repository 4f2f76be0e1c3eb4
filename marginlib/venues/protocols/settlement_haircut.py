"""A haircut on the money of the ledger itself, where profit is paid in a coin that has weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marginlib._checks import FloatArray, hold
from marginlib.accounts import Accounts, position_value
from marginlib.margin.asking import asked, own_lines
from marginlib.margin.haircut_rules import FlatHaircut, HaircutRate, HaircutRule
from marginlib.margin.haircuts import Haircut
from marginlib.margin.lines import Lines
from marginlib.margin.model import Wrapped
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class SettlementHaircut(Wrapped):
    """A haircut on the ledger's own money, after what the contracts need.

    Where profit is paid in a coin that has weights itself, the contracts' value less their
    requirement is added to the money in the ledger, and the sum counts by the coin's weight. A
    requirement of the contracts is then a debt in that coin.

    Parameters
    ----------
    model : margin model
        What the contracts need.
    initial, maintenance, debt_initial, debt_maintenance : as in :class:`Haircut`
        Haircut on a positive sum and excess on a negative one [fraction].

    Source: Mango v4, health of the settle token, commit 1303a4a1.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1], market=prices)
    >>> from marginlib.margin import FixedRate
    >>> rule = SettlementHaircut(FixedRate(0.10, 0.05), initial=0.2)
    >>> float(rule(ana, prices).initial)  # 2,000, and a fifth of the 3,000 that are left
    2600.0
    """

    model: MarginModel
    initial: HaircutRule
    maintenance: HaircutRule
    debt_initial: HaircutRule
    debt_maintenance: HaircutRule

    def __init__(
        self,
        model: MarginModel,
        initial: HaircutRate,
        maintenance: HaircutRate | None = None,
        debt_initial: HaircutRate = 0.0,
        debt_maintenance: HaircutRate | None = None,
    ) -> None:
        rates = Haircut(initial, maintenance, debt_initial, debt_maintenance)
        hold(
            self,
            model=model,
            initial=rates.initial,
            maintenance=rates.maintenance,
            debt_initial=rates.debt_initial,
            debt_maintenance=rates.debt_maintenance,
        )

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = asked(self.model, accounts, market)
        contracts = position_value(accounts, market) * ~market.instruments.is_cash
        balance = accounts.cash + contracts.sum(axis=-1)
        opening = _on_balance(balance - need.initial, self.initial, self.debt_initial)
        staying = _on_balance(balance - need.maintenance, self.maintenance, self.debt_maintenance)
        return need + Requirement(opening, staying)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return each line of the inner model twice: on a positive sum and on a negative one."""
        inner = own_lines(self.model, accounts, market, index)
        asset, debt = self.maintenance, self.debt_maintenance
        if inner is None or not (isinstance(asset, FlatHaircut) and isinstance(debt, FlatHaircut)):
            return None
        contracts = position_value(accounts, market) * ~market.instruments.is_cash
        balance = accounts.cash + np.delete(contracts, index, axis=-1).sum(axis=-1)
        side = np.sign(contracts[..., index])
        rates, deductions = [], []
        # What is lost is the larger of share x sum and -excess x sum, for any sum.
        for part in (asset.share, -debt.share):
            for rate, off in zip(inner.rate, inner.deduction, strict=True):
                rates.append((1 - part) * rate + part * side)
                deductions.append((1 - part) * (off - inner.constant) - part * balance)
        return Lines(np.array(rates), np.array(deductions), np.zeros(balance.shape))


def _on_balance(balance: FloatArray, asset: HaircutRule, debt: HaircutRule) -> FloatArray:
    """Return what a balance loses, by one rule if it is positive and another if not [currency]."""
    amount = np.abs(balance)[..., None]
    one = np.ones(1)
    rate = np.where(balance[..., None] > 0, asset.rate(amount, one), debt.rate(amount, one))
    return np.asarray((amount * rate)[..., 0])
