"""Closing a loan: a part of its debt is repaid, and collateral worth somewhat more goes for it.

To the engine this is a closing policy like any other, and the incentive is its fee: collateral is
sold, its price repays the debt, and what it brings beyond that is the liquidator's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    known,
    multiples,
    non_negative,
    together,
)
from marginlib.accounts import Accounts
from marginlib.liquidation.fees import Fee
from marginlib.liquidation.loans import debt_value, health_factor
from marginlib.liquidation.policy import ClosingPolicy
from marginlib.margin import MarginModel
from marginlib.market import Market

_ROUNDING = 1e-14


@dataclass(frozen=True)
class LiquidationIncentive:
    """The fee of a loan's liquidation: collateral worth more than the debt that it repays.

    Parameters
    ----------
    times : float or array of shape (...)
        Value seized for each unit of value repaid [times], 1.05 for a bonus of 5 %.

    Source: Compound v2, Comptroller.liquidateCalculateSeizeTokens, compound-protocol@a3214f67
    (2022-06-06).

    >>> from marginlib import instruments, margin, market
    >>> now = market.at(instruments.cash(["ETH"]), [1_000])
    >>> bonus = LiquidationIncentive(1.25)
    >>> rule = margin.weighted_collateral(0.8)
    >>> float(bonus(Accounts(-9_000, [10]), now, rule, np.array([-5.0])).round(9))
    1000.0
    """

    times: float | FloatArray

    def __post_init__(self) -> None:
        multiples("times", self.times)

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray
    ) -> FloatArray:
        """Return what the collateral sold brings beyond the debt it repays, shape (...)."""
        brought = -np.einsum("...i,...i->...", traded, market.value)
        # A coin that is owed was bought back in the same trades, and its cost is off already.
        in_ledger = ~(traded > 0).any(axis=-1)
        return np.asarray(np.where(in_ledger, brought - brought / self.times, brought))


@dataclass(frozen=True)
class CloseFactor(ClosingPolicy):
    """A share of a debt is repaid, and collateral is seized for it; give the incentive as the fee.

    No more is repaid than owed, and no more seized than held: where the collateral runs out, all of
    it goes, for as much debt as it pays at the same incentive.

    Parameters
    ----------
    share : float
        Part of the debt [fraction].
    debt, collateral : str
        Coin repaid and coin seized; the currency of the ledger stands for cash that is owed.
    of_all_debt : bool
        Whether the share is taken of all debts together, or of the coin that is repaid.
    full_at : float
        Health at or below which the whole debt in that coin may be repaid.
    small : float
        The whole debt may also be repaid where it, or the collateral it is repaid for, is worth
        less than this [currency].
    least_left : float
        Where both debt and collateral remain, each must be worth this much [currency]; otherwise
        the liquidation is refused and nothing changes hands.

    Sources: Compound v2 takes a share of each coin's debt, Comptroller.liquidateBorrowAllowed,
    compound-protocol@a3214f67 (2022-06-06). Aave since v3.3: half of all debts, everything at a
    health of 0.95 or below and for less than 2,000 USD, and what must be left,
    LiquidationLogic.sol, aave-v3-origin@fd1fbd91 (2026-06-19).

    Half of a debt of 9,000 goes, for collateral worth a quarter more:

    >>> from marginlib import instruments, margin, market
    >>> from marginlib.liquidation import liquidate
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> loan, half = Accounts(-9_000, [10]), CloseFactor(0.5, debt="USD", collateral="ETH")
    >>> rule, bonus = margin.weighted_collateral(0.8), LiquidationIncentive(1.25)
    >>> done = liquidate(loan, now, rule, half, fee=bonus)
    >>> float(done.accounts.cash), done.traded.tolist(), float(done.fee)
    (-4500.0, [-5.625], 1125.0)
    """

    share: float
    debt: str
    collateral: str
    of_all_debt: bool = False
    full_at: float = 0.0
    small: float = 0.0
    least_left: float = 0.0

    def __post_init__(self) -> None:
        fraction("share", self.share)
        for name in ("full_at", "small", "least_left"):
            non_negative(name, getattr(self, name))

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return the collateral to sell and the coin to buy back, shape (..., I) [units]."""
        times, names = _times(fee), market.instruments.names
        seized = market.instruments.index(self.collateral)
        in_ledger = _is_ledger(market, self.debt)
        owed = np.maximum(-(accounts.cash if in_ledger else held(accounts, market, self.debt)), 0)
        debt_price = np.ones(market.shape) if in_ledger else market[self.debt]
        pledged = np.maximum(held(accounts, market, self.collateral), 0)
        price = market[self.collateral]
        allowed = self._allowed(accounts, market, model, owed * debt_price, pledged * price)
        paid, taken = _exchanged(allowed, pledged * price, times)
        # Divided only where there is a price: worthless collateral goes for nothing.
        taken = np.where(taken < pledged * price, taken / np.where(price > 0, price, 1.0), pledged)
        taken = np.where(allowed > 0, taken, 0.0)
        left, kept = owed * debt_price - paid, (pledged - taken) * price
        dust = (left > 0) & (kept > 0) & ((left < self.least_left) | (kept < self.least_left))
        shape = together(accounts=accounts, market=market)
        traded = np.zeros((*shape, len(names)))
        traded[..., seized] = np.where(dust, 0.0, -taken)
        if not in_ledger:
            back = np.minimum(paid / np.where(debt_price > 0, debt_price, 1.0), owed)
            traded[..., market.instruments.index(self.debt)] += np.where(dust, 0.0, back)
        return traded

    def _allowed(
        self,
        accounts: Accounts,
        market: Market,
        model: MarginModel,
        owed: FloatArray,
        pledged: FloatArray,
    ) -> FloatArray:
        """Return how much of the debt may be repaid, shape (...) [currency]."""
        base = debt_value(accounts, market) if self.of_all_debt else owed
        whole = (owed < self.small) | (pledged < self.small)
        if self.full_at:
            # Whether health is at the line must not hang on the last digit of a haircut.
            line = self.full_at * (1 + _ROUNDING)
            whole = whole | (health_factor(accounts, market, model) <= line)
        return np.asarray(np.where(whole, owed, np.minimum(owed, self.share * base)))


def _exchanged(
    allowed: FloatArray, pledged: FloatArray, times: float | FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the values repaid and seized [currency], no more than is allowed and pledged."""
    enough = allowed * times <= pledged
    return np.where(enough, allowed, pledged / times), np.where(enough, allowed * times, pledged)


def _times(fee: float | Fee) -> float | FloatArray:
    if isinstance(fee, LiquidationIncentive):
        return fee.times
    if not callable(fee) and fee == 0:
        return 1.0
    raise MarginError(
        "fee must be the incentive where a loan is closed, such as "
        f"LiquidationIncentive(1.05); got {fee!r}"
    )


def held(accounts: Accounts, market: Market, coin: str) -> FloatArray:
    """Return how much of ``coin`` is held, shape (...) [units]; negative is owed."""
    return np.asarray(accounts.quantity[..., market.instruments.index(coin)])


def _is_ledger(market: Market, coin: str) -> bool:
    """Tell whether ``coin`` is the currency of the ledger, which is owed as negative cash."""
    names = market.instruments.names
    known("debt", coin, (*names, market.instruments.currency))
    return coin not in names
