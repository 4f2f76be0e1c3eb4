"""What changes the cash of accounts: opening, trading, paying in, paying each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fixed,
    in_order,
    last_axis,
    numbers,
    refuse,
    together,
)
from marginlib.accounts.ledger import Accounts, same_instruments, total_value
from marginlib.instruments import Instruments
from marginlib.market import Market


def open_accounts(
    collateral: ArrayLike,
    quantity: ArrayLike | Mapping[str, ArrayLike],
    market: Market,
    coins: Mapping[str, ArrayLike] | None = None,
) -> Accounts:
    """Return accounts that pay in ``collateral`` and open positions at the market's prices.

    Parameters
    ----------
    collateral : float or array of shape (...)
        Money paid in [currency]. With the coins it is the equity of the new account.
    quantity : array of shape (..., I)
        Positions opened [contracts]; long is positive. Coins, bonds and shares in it are bought,
        on debt where the money does not reach.
    market : Market
        Entry prices.
    coins : dict of str to float or array of shape (...), optional
        What is paid in besides money, by name [units]; see :func:`deposit`.

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import equity
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(ana.cash), float(equity(ana, entry))
    (-18000.0, 2000.0)
    >>> book = instruments.join(instruments.linear(["BTC-PERP"]), instruments.cash(["BTC"]))
    >>> entry = market.at(book, [20_000, 20_000])
    >>> ben = open_accounts(0, [-1, 0], entry, coins={"BTC": 1})
    >>> float(ben.cash), ben.quantity.tolist(), float(equity(ben, entry))
    (20000.0, [-1.0, 1.0], 20000.0)
    """
    money = numbers("collateral", collateral)
    opened = trade(Accounts(money, np.zeros(len(market.instruments))), market, quantity)
    return deposit(opened, coins=coins, market=market) if coins else opened


def trade(
    accounts: Accounts,
    market: Market,
    quantity: ArrayLike | Mapping[str, ArrayLike],
    fee: float = 0.0,
) -> Accounts:
    """Return the accounts after buying ``quantity`` at the market's prices.

    Parameters
    ----------
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
    names = market.instruments.names
    bought = numbers("quantity", in_order("quantity", quantity, names))
    last_axis("quantity", bought, names)
    rate = numbers("fee", fee)
    refuse("fee", rate, np.abs(rate) >= 1, "must be a fraction", hint=lambda bad: bad / 100)
    together(accounts=accounts, quantity=bought.shape[:-1], market=market)
    paid = total_value(bought, market.value) + rate * total_value(
        np.abs(bought), np.abs(market.value)
    )
    return Accounts(fixed(accounts.cash - paid), fixed(accounts.quantity + bought))


def deposit(
    accounts: Accounts,
    amount: ArrayLike = 0.0,
    coins: Mapping[str, ArrayLike] | None = None,
    market: Market | None = None,
) -> Accounts:
    """Return the accounts after money, or what else is collateral, was paid in.

    Parameters
    ----------
    amount : float or array of shape (...)
        Money [currency]; negative is a withdrawal.
    coins : dict of str to float or array of shape (...), optional
        Units of what is held as collateral, by name; shares may be brought too. Nothing is bought
        with them and nothing owed for them.
    market : Market, optional
        Where the names stand; only with ``coins``.

    >>> float(deposit(Accounts(100.0, [0.0]), 50).cash)
    150.0
    """
    held = accounts.quantity
    if coins:
        if market is None:
            raise MarginError("market must be given with coins: deposit(accounts, coins=, market=)")
        same_instruments(accounts, market)
        held = held + _brought(coins, market.instruments)
    return Accounts(fixed(accounts.cash + numbers("amount", amount)), fixed(held))


def _brought(coins: Mapping[str, ArrayLike], instruments: Instruments) -> FloatArray:
    """Return the units of each instrument that are paid in, shape (..., I)."""
    columns = [np.zeros(())] * len(instruments)
    for name, units in coins.items():
        place = instruments.index(name)
        if instruments.kinds[place] not in ("cash", "share"):
            raise MarginError(
                f"coins must be held as collateral, listed as cash or shares; {name!r} is "
                f"{instruments.kinds[place]}: open it with quantity="
            )
        columns[place] = numbers(f"coins[{name!r}]", units)
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def funding(accounts: Accounts, market: Market, rate: ArrayLike) -> Accounts:
    """Return the accounts after one payment of funding between longs and shorts.

    At a positive rate the longs pay and the shorts receive, on the notional at these prices; what
    no margin rate is charged on (cash and options) has no funding. Where there is a short for every
    long, the payments add up to nothing.

    Parameters
    ----------
    rate : float or array of shape (I,) or (..., I)
        Rate of this payment [fraction of notional].

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import equity
    >>> prices = market.at(instruments.linear(["BTC"]), [20_000])
    >>> crowd = open_accounts(collateral=[2_000, 5_000], quantity=[[1], [-1]], market=prices)
    >>> equity(funding(crowd, prices, rate=0.0001), prices).tolist()
    [1998.0, 5002.0]
    """
    share = numbers("rate", in_order("rate", rate, market.instruments.names))
    refuse("rate", share, np.abs(share) >= 1, "must be a fraction", hint=lambda bad: bad / 100)
    same_instruments(accounts, market)
    each = np.abs(market.value) * market.instruments.is_margined
    together(rate=share, value=each, quantity=accounts.quantity)
    paid = total_value(accounts.quantity, share * each)
    return Accounts(fixed(accounts.cash - paid), accounts.quantity)
