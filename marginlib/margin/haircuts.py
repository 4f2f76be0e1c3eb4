r"""Collateral that counts less than its price, and debts that count more.

A haircut is a requirement on what is held. An asset of weight :math:`w` counts :math:`w` times its
value, so the rest, :math:`1 - w` times its value, joins the requirement; a debt of weight
:math:`w \ge 1` adds :math:`w - 1` times its value. Then equity against requirement is the whole
rule, and everything that can be asked about a margin model can be asked about an account with
collateral of any quality: add the haircut to the model.

A unified account holds two coins as collateral and three contracts. Where is it liquidated?

>>> import marginlib as ml
>>> from marginlib.margin import FixedRate, Haircut
>>> coins, contracts = ["BTC", "ETH"], ["BTC-PERP", "ETH-PERP", "SOL-PERP"]
>>> book = ml.instruments.join(ml.instruments.cash(coins), ml.instruments.linear(contracts))
>>> prices = ml.market.at(book, [20_000, 1_500, 20_000, 1_500, 30])

>>> account = ml.accounts.open_accounts(16_000, quantity=[0.5, 4, 1.5, -10, 100], market=prices)
>>> rule = FixedRate(0.10, 0.05) + Haircut([0.05, 0.10, 0, 0, 0])
>>> round(float(ml.liquidation.liquidation_price(account, prices, rule, "BTC-PERP")), 2)
11228.07

By hand: opening all this leaves a debt of 18,000. The coins count 9,500 and 5,400, the other
contracts are worth -15,000 and 3,000 and need 900, so 1.5 contracts must be worth 16,000 after
their own five per cent: 16,000 / (1.5 x 0.95).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, hold
from marginlib.accounts import Accounts, position_value
from marginlib.margin.asking import each_asked
from marginlib.margin.haircut_rules import (
    HaircutRate,
    HaircutRule,
    liability_weight,
    rule_of,
    rule_or_same,
)
from marginlib.margin.lines import Lines
from marginlib.margin.model import Model
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class Haircut(Model):
    """What assets held as collateral lose of their value, and debts gain.

    It looks only at instruments of kind cash: positive quantities are assets, negative ones debts.
    Money in the ledger itself counts in full.

    Parameters
    ----------
    initial, maintenance : float, array of shape (I,), rule, or list with one of these each
        Haircut on assets [fraction]: a number, or a rule of :mod:`marginlib.margin.haircut_rules`
        such as ``TieredHaircut``. Maintenance is the same as initial if nothing is said.
    debt_initial, debt_maintenance : the same
        By how much debts count above their value [fraction]; 0 where they count in full.
    band : float or array of shape (I,)
        Uncertainty of prices: assets are taken at price x (1 - band) and debts at
        price x (1 + band), before their haircuts [fraction].

    Source: Kraken, "Multi-collateral futures"; BIT.com, "Unified margin"; for the band marginfi
    v2, confidence of price feeds, commit 3031ba3b.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.cash(["BTC", "USDT"]), [20_000, 1])
    >>> rule = Haircut(initial=[0.10, 0.02], maintenance=[0.05, 0.01], debt_initial=0.2)
    >>> lender = accounts.Accounts(cash=0, quantity=[1, 10_000])
    >>> float(rule(lender, prices).maintenance)
    1100.0
    >>> borrower = accounts.Accounts(cash=0, quantity=[1, -10_000])
    >>> float(rule(borrower, prices).initial)
    4000.0
    """

    initial: HaircutRule
    maintenance: HaircutRule
    debt_initial: HaircutRule
    debt_maintenance: HaircutRule
    band: FloatArray

    covered_kinds = ("cash",)
    is_beside_leverage = True
    fits_any_account = True

    def __init__(
        self,
        initial: HaircutRate,
        maintenance: HaircutRate | None = None,
        debt_initial: HaircutRate = 0.0,
        debt_maintenance: HaircutRate | None = None,
        band: ArrayLike = 0.0,
    ) -> None:
        opening = rule_of("initial", initial, upper=1.0)
        owing = rule_of("debt_initial", debt_initial, upper=None)
        hold(
            self,
            initial=opening,
            maintenance=rule_or_same("maintenance", maintenance, opening, upper=1.0),
            debt_initial=owing,
            debt_maintenance=rule_or_same("debt_maintenance", debt_maintenance, owing, upper=None),
            band=fraction("band", band),
        )

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        worth = position_value(accounts, market) * market.instruments.is_cash
        amount = np.abs(accounts.quantity)
        opening = self._lost(worth, amount, market.value, self.initial, self.debt_initial)
        staying = self._lost(worth, amount, market.value, self.maintenance, self.debt_maintenance)
        return Requirement(opening.sum(axis=-1), staying.sum(axis=-1))

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the lines of the rule for the asset, or the debt, whose price moves."""
        worth = position_value(accounts, market) * market.instruments.is_cash
        amount = np.abs(accounts.quantity)
        each = self._lost(worth, amount, market.value, self.maintenance, self.debt_maintenance)
        constant = np.delete(each, index, axis=-1).sum(axis=-1)
        if not market.instruments.is_cash[index]:
            return Lines.flat(constant)
        asset = self.maintenance.lines(amount, market.value, index)
        debt = self.debt_maintenance.lines(amount, market.value, index)
        if asset is None or debt is None:
            return None
        # The lines of the other side are put at zero, where they never are the largest.
        owned = accounts.quantity[..., index] > 0
        band = np.broadcast_to(self.band, (len(market.instruments),))[index]
        rate, deduction = [], []
        for share, off in zip(*asset, strict=True):
            rate.append(np.where(owned, share + band * (1 - share), 0.0))
            deduction.append(np.where(owned, (1 - band) * off, 0.0))
        for share, off in zip(*debt, strict=True):
            rate.append(np.where(owned, 0.0, share + band * (1 + share)))
            deduction.append(np.where(owned, 0.0, (1 + band) * off))
        return Lines(np.array(rate), np.array(deduction), constant)

    def _lost(
        self,
        worth: FloatArray,
        amount: FloatArray,
        value: FloatArray,
        asset: HaircutRule,
        debt: HaircutRule,
    ) -> FloatArray:
        """Return by how much each holding falls short of its value, shape (..., I) [currency]."""
        price = np.abs(value)
        share, excess = asset.rate(amount, price), debt.rate(amount, price)
        rate = np.where(
            worth > 0, share + self.band * (1 - share), excess + self.band * (1 + excess)
        )
        return np.asarray(np.abs(worth) * rate)


def weighted_collateral(
    initial: ArrayLike,
    maintenance: ArrayLike | None = None,
    liability_initial: ArrayLike = 1.0,
    liability_maintenance: ArrayLike | None = None,
    band: ArrayLike = 0.0,
) -> Haircut:
    """Return the :class:`Haircut` of assets and debts with these weights.

    Parameters
    ----------
    initial, maintenance : float or array of shape (I,)
        Weights of assets [fraction], at most 1: collateral factors, loan-to-value ratios.
    liability_initial, liability_maintenance : float or array of shape (I,)
        Weights of debts [fraction], at least 1.
    band : float or array of shape (I,)
        As in :class:`Haircut`.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.cash(["ETH", "USDC"]), [2_000, 1])
    >>> ana = accounts.Accounts(cash=0, quantity=[2, -1_500])
    >>> from marginlib.margin import free_margin
    >>> rule = weighted_collateral(0.75, liability_initial=1.2)
    >>> float(free_margin(ana, prices, rule))  # 3,000 - 1,800
    1200.0
    """
    return Haircut(
        1 - fraction("initial", initial),
        None if maintenance is None else 1 - fraction("maintenance", maintenance),
        liability_weight("liability_initial", liability_initial) - 1,
        None
        if liability_maintenance is None
        else liability_weight("liability_maintenance", liability_maintenance) - 1,
        band,
    )


def counted_value(
    accounts: Accounts, market: Market, haircut: MarginModel, opening: bool = False
) -> FloatArray:
    """Return what each holding counts after its haircut, shape (..., I) [currency], signed.

    Parameters
    ----------
    haircut : margin model
        A :class:`Haircut`, or a sum with one.
    opening : bool
        Whether to take the haircuts for opening positions; otherwise those for keeping them.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.cash(["BTC", "USDT"]), [20_000, 1])
    >>> ana = accounts.Accounts(cash=0, quantity=[1, 500])
    >>> counted_value(ana, prices, Haircut([0.05, 0.01])).tolist()
    [19000.0, 495.0]
    """
    lost = each_asked(haircut, accounts, market)
    return position_value(accounts, market) - (lost.initial if opening else lost.maintenance)
