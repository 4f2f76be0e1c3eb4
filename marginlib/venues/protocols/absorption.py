"""The lender itself takes a failed loan: all of it at once, or the debt that nothing covers.

When a loan is absorbed, the lender takes every coin, pays every debt, and credits the borrower for
the collateral at a little less than its value. It then sells the collateral at its store front,
below the market price. What the credit does not cover is the lender's loss.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    positive,
    refuse,
    together,
)
from marginlib.accounts import Accounts
from marginlib.liquidation.loans import coin_values, collateral_value, debt_value
from marginlib.market import Market


class Absorption(NamedTuple):
    """The two accounts after an absorption, and what it cost."""

    borrower: Accounts
    lender: Accounts
    loss: FloatArray  # debt beyond the credit, shape (...) [currency]


def absorb(
    borrower: Accounts,
    lender: Accounts,
    market: Market,
    factor: ArrayLike,
    which: ArrayLike = True,
) -> Absorption:
    """Return the accounts after the lender took over whole loans.

    Parameters
    ----------
    borrower, lender : Accounts
        Row by row: each borrower meets a lender's account of its own. Start them empty, and
        their quantities, summed over the loans, are what it takes over in all.
    factor : float or array of shape (I,) or (..., I)
        Part of each coin's value that the borrower is credited with [fraction]: 0.95 is a
        liquidation penalty of 5 %.
    which : bool or array of shape (...)
        Which loans are taken, such as those with a health below 1.

    Returns
    -------
    Absorption
        A borrower who was taken over keeps what the credit leaves after the debt, as cash, and
        owes nothing.

    Source: Compound III, Comet.absorbInternal, comet@d5a30b0a (2026-05-29).

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [1_000])
    >>> empty = Accounts(0, [0])
    >>> rich = absorb(Accounts(-9_000, [10]), empty, now, factor=0.95)
    >>> float(rich.borrower.cash), float(rich.lender.cash), rich.lender.quantity.tolist()
    (500.0, -9500.0, [10.0])
    >>> float(absorb(Accounts(-9_700, [10]), empty, now, factor=0.95).loss)
    200.0
    """
    credit, owed = _credit(borrower, market, factor), debt_value(borrower, market)
    chosen = np.asarray(which, dtype=bool)
    together(which=chosen, loans=credit, lender=lender)
    rest = np.maximum(credit - owed, 0)
    nothing = np.zeros(len(market.instruments))
    freed = Accounts(
        np.where(chosen, rest, borrower.cash),
        np.where(chosen[..., None], nothing, borrower.quantity),
    )
    # The lender's account changes by exactly what the borrower's does, with the other sign.
    taken = Accounts(
        lender.cash + (borrower.cash - freed.cash),
        lender.quantity + (borrower.quantity - freed.quantity),
    )
    loss = np.where(chosen, np.maximum(owed - credit, 0), 0.0)
    return Absorption(freed, taken, np.asarray(loss))


def write_off(
    borrower: Accounts, lender: Accounts, market: Market, least: ArrayLike = 0.0
) -> Absorption:
    """Return the accounts after lenders took the debt that has no collateral behind it.

    Parameters
    ----------
    borrower, lender : Accounts
        Row by row, as in :func:`absorb`.
    least : float
        Debts worth less than this are left to stand [currency].

    Only a borrower without any collateral is freed; as long as a coin is left, someone may still
    liquidate it. Source: Euler v2, Liquidation.executeLiquidation, euler-vault-kit@5b98b420
    (2025-03-05), which compares ``least`` with the debt before its last liquidation.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [1_000])
    >>> after = write_off(Accounts([-300, -300], [[0], [0.1]]), Accounts(0, [0]), now)
    >>> after.borrower.cash.tolist(), after.lender.cash.tolist(), after.loss.tolist()
    ([0.0, -300.0], [-300.0, 0.0], [300.0, 0.0])
    """
    bare = collateral_value(borrower, market) == 0
    large = debt_value(borrower, market) >= non_negative("least", least)
    return absorb(borrower, lender, market, factor=0.0, which=bare & large)


def store_front_price(
    price: ArrayLike, store_front_factor: ArrayLike, factor: ArrayLike
) -> FloatArray:
    """Return the price at which the lender sells collateral that it absorbed [currency].

    Parameters
    ----------
    price : float or array
        Market price [currency].
    store_front_factor : float or array
        Part of the penalty that is passed on to the buyer [fraction].
    factor : float or array
        Part of the value that the borrower was credited with [fraction].

    ``price * (1 - store_front_factor * (1 - factor))``, so that the lender never sells below what
    it gave. Source: Compound III, Comet.quoteCollateral, comet@d5a30b0a (2026-05-29).

    >>> float(store_front_price(200, store_front_factor=0.5, factor=0.6))
    160.0
    """
    discount = fraction("store_front_factor", store_front_factor) * (1 - fraction("factor", factor))
    return np.asarray(positive("price", price) * (1 - discount))


def store_front_quote(
    amount: ArrayLike,
    debt_price: ArrayLike,
    price: ArrayLike,
    store_front_factor: ArrayLike,
    factor: ArrayLike,
) -> FloatArray:
    """Return how much collateral the store front gives for ``amount`` of the debt coin [units].

    Parameters
    ----------
    amount : float or array
        Paid by the buyer [units of the debt coin].
    debt_price : float or array
        Price of the debt coin [currency].
    price, store_front_factor, factor : float or array
        As in :func:`store_front_price`.

    >>> float(store_front_quote(200, 1, 200, store_front_factor=0.5, factor=0.6))
    1.25
    """
    asked = store_front_price(price, store_front_factor, factor)
    refuse("price", asked, asked <= 0, "after the discount must be positive")
    paid = non_negative("amount", amount) * positive("debt_price", debt_price)
    return np.asarray(paid / asked)


def _credit(accounts: Accounts, market: Market, factor: ArrayLike) -> FloatArray:
    """Return what the borrower is credited with, shape (...) [currency]; cash counts in full."""
    each, names = fraction("factor", factor), market.instruments.names
    if each.ndim and each.shape[-1] not in (1, len(names)):
        raise MarginError(
            f"factor must be one fraction or {len(names)}, one for each coin "
            f"({', '.join(names)}); got shape {each.shape}"
        )
    value = np.maximum(coin_values(accounts, market), 0)
    return np.asarray((value * each).sum(axis=-1) + np.maximum(accounts.cash, 0))
