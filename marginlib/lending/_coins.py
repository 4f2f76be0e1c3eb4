"""What every part of lending reads from an account: coins held, coins owed, factors for each.

A coin is a cash-like instrument of the market, or the currency of the ledger itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    known,
    numbers,
    refuse,
    together,
)
from marginlib.accounts import Accounts, position_value
from marginlib.market import Market


def factors(name: str, value: ArrayLike, market: Market) -> FloatArray:
    """Return ``value`` as fractions, one for all coins or one for each on the last axis."""
    each = fraction(name, value)
    names = market.instruments.names
    if each.ndim and each.shape[-1] not in (1, len(names)):
        raise MarginError(
            f"{name} must be one fraction or {len(names)}, one for each coin "
            f"({', '.join(names)}); got shape {each.shape}"
        )
    return each


def multiples(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as multiples of 1 or more; the part above 1 is the usual mistake."""
    each = numbers(name, value)
    refuse(name, each, each < 1, "must be at least 1", hint=lambda bad: 1 + abs(bad))
    return each


def coin_values(accounts: Accounts, market: Market) -> FloatArray:
    """Return the value of every coin, shape (..., I) [currency]: owed is negative."""
    value = position_value(accounts, market)
    other = ~market.instruments.is_cash & (accounts.quantity != 0)
    if other.any():
        name = market.instruments.names[int(np.argwhere(other)[0][-1])]
        raise MarginError(
            f"a loan holds coins, and {name!r} is none; make it with instruments.cash, "
            "or keep it in another account"
        )
    return value


def held(accounts: Accounts, market: Market, coin: str) -> FloatArray:
    """Return how much of ``coin`` is held, shape (...) [units]; negative is owed."""
    if is_ledger(market, coin):
        return accounts.cash
    return np.asarray(accounts.quantity[..., market.instruments.index(coin)])


def price_of(market: Market, coin: str) -> FloatArray:
    """Return the price of ``coin``, shape (...) [currency]; that of the ledger's own is 1."""
    return np.ones(market.shape) if is_ledger(market, coin) else market[coin]


def added(accounts: Accounts, market: Market, coin: str, amount: FloatArray) -> Accounts:
    """Return the accounts with ``amount`` more of ``coin`` [units]; nothing is paid for it."""
    shape = together(accounts=accounts.shape, amount=amount.shape)
    if is_ledger(market, coin):
        return Accounts(accounts.cash + amount, accounts.quantity)
    quantity = np.broadcast_to(accounts.quantity, (*shape, len(market.instruments))).copy()
    quantity[..., market.instruments.index(coin)] += amount
    return Accounts(accounts.cash, quantity)


def is_ledger(market: Market, coin: str) -> bool:
    """Tell whether ``coin`` is the currency of the ledger, which is held as cash."""
    names = market.instruments.names
    known("coin", coin, (*names, market.instruments.currency))
    return coin not in names


def where(chosen: np.ndarray, first: Accounts, second: Accounts) -> Accounts:
    """Return the ``first`` accounts where ``chosen``, shape (...), and the ``second`` elsewhere."""
    return Accounts(
        np.where(chosen, first.cash, second.cash),
        np.where(chosen[..., None], first.quantity, second.quantity),
    )
