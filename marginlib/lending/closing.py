"""Liquidation of a loan: how much may be repaid, what is seized for it, and who then holds what.

Three questions, in this order. :func:`largest_repayment` says how much a liquidator may repay,
which is nothing while the loan is safe. :func:`seizure` says what the repayment brings, no more
than there is. :func:`liquidate` moves the coins. No coin appears or vanishes on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, together
from marginlib.accounts import Accounts
from marginlib.lending._coins import added, held, multiples, price_of
from marginlib.lending.health import debt_value, health_factor, is_liquidatable
from marginlib.lending.incentives import seized_amount
from marginlib.market import Market


@dataclass(frozen=True)
class CloseFactor:
    """How much of a debt may be repaid in one liquidation.

    Parameters
    ----------
    share : float
        Part of the debt [fraction].
    of_all_debt : bool
        Whether the share is taken of all debts together, or of the coin that is repaid.
    full_at : float
        Health at or below which the whole debt in that coin may be repaid.
    small : float
        The whole debt may also be repaid where it, or the collateral it is repaid for, is worth
        less than this [currency].

    Notes
    -----
    Sources: Compound v2 takes a share of each coin's debt, Comptroller.liquidateBorrowAllowed,
    compound-protocol@a3214f67 (2022-06-06). Aave since v3.3: half of all debts, everything at a
    health of 0.95 or below and for less than 2,000 USD, LiquidationLogic.sol,
    aave-v3-origin@fd1fbd91 (2026-06-19).
    """

    share: float
    of_all_debt: bool = False
    full_at: float = 0.0
    small: float = 0.0

    def __post_init__(self) -> None:
        fraction("share", self.share)
        non_negative("full_at", self.full_at)
        non_negative("small", self.small)


def largest_repayment(
    accounts: Accounts,
    market: Market,
    threshold: ArrayLike,
    rule: CloseFactor,
    debt: str,
    collateral: str,
    equality_is_safe: bool = True,
) -> FloatArray:
    """Return how much of a debt may be repaid in one liquidation [units of the debt coin].

    Parameters
    ----------
    accounts : Accounts
    market : Market
    threshold : float or array of shape (I,) or (..., I)
        Liquidation threshold of each coin [fraction].
    rule : CloseFactor
    debt, collateral : str
        Coin repaid and coin seized; the currency of the ledger stands for cash.
    equality_is_safe : bool
        Whether a health of exactly 1 is still safe.

    Returns
    -------
    array of shape (...)
        0 where the loan is safe.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> rule = CloseFactor(share=0.5, full_at=0.95)
    >>> loans = Accounts([-8_000, -8_200, -9_000], [10])
    >>> largest_repayment(loans, now, 0.8, rule, "USD", "ETH").tolist()
    [0.0, 4100.0, 9000.0]
    """
    price = price_of(market, debt)
    owed = np.maximum(-held(accounts, market, debt), 0)
    pledged = np.maximum(held(accounts, market, collateral), 0) * price_of(market, collateral)
    health = health_factor(accounts, market, threshold)
    base = debt_value(accounts, market) / price if rule.of_all_debt else owed
    part = np.minimum(owed, rule.share * base)
    whole = (health <= rule.full_at) | (owed * price < rule.small) | (pledged < rule.small)
    open_to_it = is_liquidatable(accounts, market, threshold, equality_is_safe)
    return np.asarray(np.where(open_to_it, np.where(whole, owed, part), 0.0))


class Seizure(NamedTuple):
    """What changes hands in a liquidation, each of shape (...)."""

    repaid: FloatArray  # [units of the debt coin]
    seized: FloatArray  # [units of the collateral], the fee included
    fee: FloatArray  # the part of it that the lender keeps [units of the collateral]


def seizure(
    accounts: Accounts,
    market: Market,
    debt: str,
    collateral: str,
    repaid: ArrayLike,
    incentive: ArrayLike,
    fee: ArrayLike = 0.0,
    least_left: ArrayLike = 0.0,
) -> Seizure:
    """Return what a repayment brings: no more is repaid than owed, no more seized than held.

    Parameters
    ----------
    accounts : Accounts
        The borrowers.
    market : Market
    debt, collateral : str
        Coin repaid and coin seized; the currency of the ledger stands for cash.
    repaid : float or array of shape (...)
        What the liquidator offers to repay [units of the debt coin]. Whether that much is allowed
        is the question of :func:`largest_repayment`.
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times].
    fee : float
        Part of the bonus that the lender keeps [fraction].
    least_left : float
        Where both debt and collateral remain, each must be worth this much [currency]; otherwise
        the liquidation is refused and nothing changes hands.

    Notes
    -----
    Where the collateral runs out, all of it goes, for as much debt as it pays at the same
    incentive. Source of fee and of what must be left: Aave, LiquidationLogic.sol,
    aave-v3-origin@fd1fbd91 (2026-06-19).

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> loan = Accounts(-9_800, [10])
    >>> [float(part) for part in seizure(loan, now, "USD", "ETH", 5_000, incentive=1.25)]
    [5000.0, 6.25, 0.0]
    >>> [float(part) for part in seizure(loan, now, "USD", "ETH", 9_000, incentive=1.25, fee=0.1)]
    [8000.0, 10.0, 0.2]
    """
    times = multiples("incentive", incentive)
    share, least = fraction("fee", fee), non_negative("least_left", least_left)
    debt_price, collateral_price = price_of(market, debt), price_of(market, collateral)
    owed = np.maximum(-held(accounts, market, debt), 0)
    pledged = np.maximum(held(accounts, market, collateral), 0)

    offered = non_negative("repaid", repaid)
    together(repaid=offered.shape, accounts=accounts.shape, market=market.shape)
    paid = np.minimum(offered, owed)
    wanted = seized_amount(paid, debt_price, collateral_price, times)
    enough = wanted <= pledged
    taken = np.where(enough, wanted, pledged)
    paid = np.where(enough, paid, pledged * collateral_price / (times * debt_price))

    left, kept = owed - paid, pledged - taken
    dust = (left * debt_price < least) | (kept * collateral_price < least)
    done = ~(dust & (left > 0) & (kept > 0))
    bonus = taken - taken / times
    return Seizure(
        *(np.asarray(np.where(done, part, 0.0)) for part in (paid, taken, share * bonus))
    )


class Liquidation(NamedTuple):
    """The three accounts after a liquidation; together they hold what two held before."""

    borrower: Accounts
    liquidator: Accounts
    lender: Accounts  # the fee, and nothing else


def liquidate(
    borrower: Accounts,
    liquidator: Accounts,
    market: Market,
    debt: str,
    collateral: str,
    terms: Seizure,
) -> Liquidation:
    """Return the accounts after a liquidation.

    Parameters
    ----------
    borrower, liquidator : Accounts
    market : Market
    debt, collateral : str
        Coin repaid and coin seized.
    terms : Seizure
        What changes hands, from :func:`seizure`.

    Notes
    -----
    The liquidator's holding of the debt coin falls by what is repaid. Where that makes it
    negative, the liquidator has taken the debt over instead of paying it.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> loan, funds = Accounts(-9_000, [10]), Accounts(20_000, [0])
    >>> terms = seizure(loan, now, "USD", "ETH", repaid=4_000, incentive=1.25)
    >>> after = liquidate(loan, funds, now, "USD", "ETH", terms)
    >>> float(after.borrower.cash), after.borrower.quantity.tolist()
    (-5000.0, [5.0])
    >>> float(after.liquidator.cash), after.liquidator.quantity.tolist()
    (16000.0, [5.0])
    """
    nothing = Accounts(0.0, np.zeros(len(market.instruments)))
    freed = added(borrower, market, debt, terms.repaid)
    paid = added(liquidator, market, debt, -terms.repaid)
    return Liquidation(
        added(freed, market, collateral, -terms.seized),
        added(paid, market, collateral, terms.seized - terms.fee),
        added(nothing, market, collateral, terms.fee),
    )
