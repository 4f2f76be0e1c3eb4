"""What changes the cash of accounts: opening, trading, paying in, paying each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    last_axis,
    non_negative,
    numbers,
    refuse,
    together,
)
from marginlib.accounts.ledger import (
    Accounts,
    same_instruments,
    total_value,
)
from marginlib.market import Market


def open_accounts(collateral: ArrayLike, quantity: ArrayLike, market: Market) -> Accounts:
    """Return accounts that pay in ``collateral`` and open positions at the market's prices.

    Parameters
    ----------
    collateral : float or array of shape (...)
        Money paid in [currency]. It is the equity of the new account.
    quantity : array of shape (..., I)
        Positions opened [contracts]; long is positive.
    market : Market
        Entry prices.

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import equity
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(ana.cash), float(equity(ana, entry))
    (-18000.0, 2000.0)
    """
    money = numbers("collateral", collateral)
    empty = Accounts(money, np.zeros(len(market.instruments)))
    return trade(empty, market, quantity)


def trade(accounts: Accounts, market: Market, quantity: ArrayLike, fee: float = 0.0) -> Accounts:
    """Return the accounts after buying ``quantity`` at the market's prices.

    Parameters
    ----------
    accounts : Accounts
    market : Market
        Prices at which the trade is done.
    quantity : array of shape (..., I)
        Contracts bought, negative for sold [contracts].
    fee : float
        Fee on the notional traded [fraction]; negative for a rebate. Cash-like instruments are
        charged on their value.

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import equity
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = open_accounts(collateral=2_000, quantity=[0], market=entry)
    >>> float(equity(trade(ana, entry, [1], fee=0.0005), entry))
    1990.0
    """
    bought = last_axis("quantity", numbers("quantity", quantity), market.instruments.names)
    rate = numbers("fee", fee)
    refuse("fee", rate, np.abs(rate) >= 1, "must be a fraction", hint=lambda bad: bad / 100)
    together(accounts=accounts.shape, quantity=bought.shape[:-1], market=market.shape)
    paid = total_value(bought, market.value) + rate * total_value(
        np.abs(bought), np.abs(market.value)
    )
    return Accounts(accounts.cash - paid, accounts.quantity + bought)


def deposit(accounts: Accounts, amount: ArrayLike) -> Accounts:
    """Return the accounts after ``amount`` [currency] was paid in; negative is a withdrawal.

    >>> float(deposit(Accounts(100.0, [0.0]), 50).cash)
    150.0
    """
    return Accounts(accounts.cash + numbers("amount", amount), accounts.quantity)


def transfer(giver: Accounts, taker: Accounts, amount: ArrayLike) -> tuple[Accounts, Accounts]:
    """Return both accounts after ``amount`` [currency] went from ``giver`` to ``taker``.

    They may be sub-accounts of one owner, or batches of them; nothing is made or lost.

    >>> main, sub = transfer(Accounts(100.0, [0.0]), Accounts(20.0, [0.0]), 30)
    >>> float(main.cash), float(sub.cash)
    (70.0, 50.0)
    """
    sent = non_negative("amount", amount)
    together(giver=giver.shape, taker=taker.shape, amount=sent.shape)
    # An amount of many goes out as often as it comes in, so both sides take the common shape.
    given = sent + np.zeros(together(giver=giver.shape, taker=taker.shape))
    return deposit(giver, -given), deposit(taker, given)


def funding(accounts: Accounts, market: Market, rate: ArrayLike) -> Accounts:
    """Return the accounts after one payment of funding between longs and shorts.

    At a positive rate the longs pay and the shorts receive, on the notional at these prices; what
    no margin rate is charged on (cash and options) has no funding. Where there is a short for every
    long, the payments add up to nothing.

    Parameters
    ----------
    accounts : Accounts
    market : Market
    rate : float or array of shape (I,) or (..., I)
        Rate of this payment [fraction of notional].

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import equity
    >>> prices = market.at(instruments.linear(["BTC"]), [20_000])
    >>> crowd = open_accounts(collateral=[2_000, 5_000], quantity=[[1], [-1]], market=prices)
    >>> equity(funding(crowd, prices, rate=0.0001), prices).tolist()
    [1998.0, 5002.0]
    """
    share = numbers("rate", rate)
    refuse("rate", share, np.abs(share) >= 1, "must be a fraction", hint=lambda bad: bad / 100)
    same_instruments(accounts, market)
    each = np.abs(market.value) * market.instruments.is_margined
    together(rate=share.shape, value=each.shape, quantity=accounts.quantity.shape)
    return Accounts(accounts.cash - total_value(accounts.quantity, share * each), accounts.quantity)
