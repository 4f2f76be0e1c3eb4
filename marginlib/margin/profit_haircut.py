"""Profit that has not been realised, and how much of it counts as equity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, hold, numbers
from marginlib.accounts import Accounts
from marginlib.margin.asking import at_leverage, each_asked, fits_any_account
from marginlib.margin.coverage import NOT_CASH
from marginlib.margin.haircut_rules import (
    FlatHaircut,
    HaircutRate,
    HaircutRule,
    rule_of,
    rule_or_same,
)
from marginlib.margin.lines import Lines
from marginlib.margin.model import Charge, Model
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class ProfitHaircut(Charge):
    """Profit that has not been realised counts in part, or not at all. Losses always count.

    Parameters
    ----------
    entry_value : array of shape (..., I)
        Value of one unit of each instrument when it was bought [currency]: ``entry.value`` of the
        market at entry. Any sign, so profit already taken may be in it.
    initial, maintenance : float, array of shape (I,), rule, or list with one of these each
        Share of the profit that does not count [fraction]: 0 counts it fully, 1 not at all. A rule
        sees the profit as the amount, so ``SizeDiscount`` lets large profits count less.
    after : margin model, optional
        Each position's requirement, by itself, is taken off its profit first; only what remains is
        cut. The requirement is not charged by this model: add it.
    net : bool
        Whether profits are set against the losses of other positions first.

    Source: Drift protocol v2, weight of unrealised profit, commit 0ae3e3b1; for ``after`` Mango
    v4, overall weight of a perp market, commit 1303a4a1.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1, 10], market=entry)
    >>> now = market.moved(entry, [0.1, -0.1])  # 2,000 gained, 1,500 lost
    >>> float(ProfitHaircut(entry.value, initial=0.5)(ana, now).initial)
    1000.0
    >>> float(ProfitHaircut(entry.value, initial=0.5, net=True)(ana, now).initial)
    250.0
    """

    entry_value: FloatArray
    initial: HaircutRule
    maintenance: HaircutRule
    after: MarginModel | None
    net: bool

    covered_kinds = NOT_CASH

    def __init__(
        self,
        entry_value: ArrayLike,
        initial: HaircutRate,
        maintenance: HaircutRate | None = None,
        after: MarginModel | None = None,
        net: bool = False,
    ) -> None:
        opening = rule_of("initial", initial, upper=1.0)
        staying = rule_or_same("maintenance", maintenance, opening, upper=1.0)
        if net and not (_is_one_number(opening) and _is_one_number(staying)):
            raise MarginError("initial and maintenance must be one number each where net=True")
        hold(
            self,
            entry_value=numbers("entry_value", entry_value),
            initial=opening,
            maintenance=staying,
            after=after,
            net=bool(net),
        )

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether all entered at the same prices, and ``after`` fits any account."""
        inner = self.after is None or fits_any_account(self.after)
        return self.entry_value.ndim == 1 and inner

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        profit = self._profit(accounts, market)
        if self.after is None:
            return Requirement(_cut(profit, self.initial), _cut(profit, self.maintenance))
        need = each_asked(self.after, accounts, market)
        return Requirement(
            _cut(profit - need.initial, self.initial),
            _cut(profit - need.maintenance, self.maintenance),
        )

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return zero, and the line on which profit is cut."""
        rule = self.maintenance
        if self.after is not None or not isinstance(rule, FlatHaircut):
            return None
        share = np.broadcast_to(rule.share, (len(market.instruments),))
        others = np.delete(self._each_profit(accounts, market), index, axis=-1)
        held = accounts.quantity[..., index]
        worth = held * market.value[..., index]
        own = share[index] * ~market.instruments.is_cash[index]
        rate = own * np.sign(worth)
        start = -own * held * self.entry_value[..., index]
        constant = np.zeros_like(worth)
        if self.net:
            start = start + share[index] * others.sum(axis=-1)
        else:
            constant = (np.delete(share, index) * np.maximum(others, 0.0)).sum(axis=-1)
        return Lines(np.array([0 * rate, rate]), np.array([0 * start, -start]), constant)

    def _profit(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return the profit of each contract, or of all together, in the last axis [currency]."""
        gain = self._each_profit(accounts, market)
        return np.asarray(gain.sum(axis=-1, keepdims=True)) if self.net else gain

    def _each_profit(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return the profit of each contract, shape (..., I) [currency]."""
        gain = accounts.quantity * (market.value - self.entry_value)
        return np.asarray(gain * ~market.instruments.is_cash)

    @property
    def is_beside_leverage(self) -> bool:
        """Whether no requirement is taken off the profit first."""
        return self.after is None

    def at_leverage(self, leverage: ArrayLike) -> Model:
        """Return the same, with the requirement that comes first at the chosen leverage."""
        if self.after is None:
            return super().at_leverage(leverage)  # refused: there is none
        return replace(self, after=at_leverage(self.after, leverage))


def _is_one_number(rule: HaircutRule) -> bool:
    return isinstance(rule, FlatHaircut) and rule.share.ndim == 0


def _cut(profit: FloatArray, rule: HaircutRule) -> FloatArray:
    """Return what positive profits lose, summed over the last axis [currency]."""
    amount = np.maximum(profit, 0.0)
    return np.asarray((amount * rule.rate(amount, np.ones(1))).sum(axis=-1))
