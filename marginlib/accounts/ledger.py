"""What accounts hold, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fixed, hold, last_axis, numbers, together
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class Accounts:
    """Cash and quantities, of one account or of many.

    Parameters
    ----------
    cash : array of shape (...)
        Money in the ledger [currency]; negative is a debt.
    quantity : array of shape (..., I)
        Contracts or units held [contracts]; long is positive, short is negative.
    """

    cash: FloatArray
    quantity: FloatArray

    def __init__(self, cash: ArrayLike, quantity: ArrayLike) -> None:
        money, held = numbers("cash", cash), numbers("quantity", quantity)
        if held.ndim == 0:
            raise MarginError("quantity must hold one value for each instrument; got one number")
        shape = together(cash=money, quantity=held.shape[:-1])
        hold(
            self,
            cash=np.broadcast_to(money, shape),
            quantity=np.broadcast_to(held, (*shape, held.shape[-1])),
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch; ``()`` for one account."""
        return self.cash.shape

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a single account has no length; its shape is ()")
        return self.shape[0]

    def __getitem__(self, index: Any) -> Accounts:
        """Return some of the accounts, again as accounts."""
        if not self.shape:
            raise TypeError("a single account has no rows; its shape is ()")
        # The axis of the instruments is not one of the accounts' own, so it is kept out of reach.
        key = index if isinstance(index, tuple) else (index,)
        if not any(part is Ellipsis for part in key):
            key = (*key, Ellipsis)
        cash, quantity = self.cash[key], self.quantity[(*key, slice(None))]
        return Accounts(fixed(cash), fixed(quantity))

    def __iter__(self) -> Iterator[Accounts]:
        return (self[row] for row in range(len(self)))


def equity(accounts: Accounts, market: Market) -> FloatArray:
    """Return what the accounts are worth: cash plus quantity times value, shape (...) [currency].

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import open_accounts
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(equity(ana, market.moved(entry, -0.05)))
    1000.0
    """
    same_instruments(accounts, market)
    return np.asarray(accounts.cash + total_value(accounts.quantity, market.value))


def position_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return quantity times value of each position, shape (..., I) [currency], signed."""
    same_instruments(accounts, market)
    return accounts.quantity * market.value


def notional(accounts: Accounts, market: Market) -> FloatArray:
    """Return the size of each position, shape (..., I) [currency]: what margin is charged on.

    It is the absolute value of quantity times value, and 0 for what no rate is charged on: cash
    and options.

    >>> from marginlib import instruments, market
    >>> prices = market.at(instruments.inverse(["BTCUSD"], size=100), [25_000])
    >>> notional(Accounts(1.0, [-100]), prices).tolist()
    [0.4]
    """
    return np.abs(position_value(accounts, market)) * market.instruments.is_margined


def notional_of(accounts: Accounts, market: Market, index: int) -> FloatArray:
    """Return column ``index`` of :func:`notional`, shape (...), without computing the others."""
    if not market.instruments.is_margined[index]:
        return np.zeros(together(accounts=accounts, market=market))
    value = accounts.quantity[..., index] * market.value[..., index]
    return np.asarray(np.abs(value, out=value if value.ndim else None))


def leverage(accounts: Accounts, market: Market) -> FloatArray:
    """Return total notional over equity, shape (...) [times]; ``nan`` where no equity is left.

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import open_accounts
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> float(leverage(open_accounts(collateral=2_000, quantity=[1], market=entry), entry))
    10.0
    """
    own = equity(accounts, market)
    total = notional(accounts, market).sum(axis=-1)
    return np.asarray(total / np.where(own > 0, own, np.nan))


def profit(accounts: Accounts, market: Market, entry: Market) -> FloatArray:
    """Return what each position gained since ``entry``, shape (..., I) [currency].

    >>> from marginlib import instruments, market
    >>> entry = market.at(instruments.inverse(["BTCUSD"], size=100), [20_000])
    >>> later = market.with_price(entry, "BTCUSD", 25_000)
    >>> profit(Accounts(1.0, [100]), later, entry).round(6).tolist()
    [0.1]
    """
    return position_value(accounts, market) - position_value(accounts, entry)


def same_instruments(accounts: Accounts, market: Market) -> None:
    """Refuse accounts that hold other instruments than the market has, or another batch."""
    last_axis("quantity", accounts.quantity, market.instruments.names)
    together(accounts=accounts, market=market)


def total_value(quantity: FloatArray, value: FloatArray) -> FloatArray:
    """Sum over the instruments of quantity times value."""
    return np.asarray(np.einsum("...i,...i->...", quantity, value))
