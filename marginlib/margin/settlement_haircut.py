"""A haircut on the money of the ledger itself, where profit is paid in a coin that has weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray
from marginlib.accounts import Accounts, position_value
from marginlib.margin.haircut_rules import Flat, HaircutRate, HaircutRule
from marginlib.margin.haircuts import Haircut
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
class SettlementHaircut(Model):
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
        object.__setattr__(self, "model", model)
        for name in ("initial", "maintenance", "debt_initial", "debt_maintenance"):
            object.__setattr__(self, name, getattr(rates, name))

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does."""
        return fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = self.model(accounts, market)
        contracts = position_value(accounts, market) * ~market.instruments.is_cash
        balance = accounts.cash + contracts.sum(axis=-1)
        opening = _on_balance(balance - need.initial, self.initial, self.debt_initial)
        staying = _on_balance(balance - need.maintenance, self.maintenance, self.debt_maintenance)
        return need + Requirement(opening, staying)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return each line of the inner model twice: on a positive sum and on a negative one."""
        inner = lines(self.model, accounts, market, index)
        asset, debt = self.maintenance, self.debt_maintenance
        if inner is None or not (isinstance(asset, Flat) and isinstance(debt, Flat)):
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

    def at_leverage(self, leverage: ArrayLike) -> SettlementHaircut:
        """Return the same for the inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))


def _on_balance(balance: FloatArray, asset: HaircutRule, debt: HaircutRule) -> FloatArray:
    """Return what a balance loses, by one rule if it is positive and another if not [currency]."""
    amount = np.abs(balance)[..., None]
    one = np.ones(1)
    rate = np.where(balance[..., None] > 0, asset.rate(amount, one), debt.rate(amount, one))
    return np.asarray((amount * rate)[..., 0])
