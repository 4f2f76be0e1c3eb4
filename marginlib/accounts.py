r"""One ledger for everything that is held.

An account is an amount of cash and a quantity of each instrument, and its equity is

.. math:: \text{equity} = \text{cash} + \sum_i \text{quantity}_i \, \text{value}_i .

Opening a position at its entry price moves ``quantity x value`` out of cash, whatever the
instrument, so this one line holds for shares, futures and perpetuals, long and short. Where the
account came from does not matter: the entry price is already in the cash.

One account has shape ``()``; a million accounts are the same type with shape ``(1_000_000,)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    last_axis,
    non_negative,
    numbers,
    refuse,
    together,
)
from marginlib.instruments import Instruments
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
        shape = together(cash=money.shape, quantity=held.shape[:-1])
        object.__setattr__(self, "cash", np.broadcast_to(money, shape))
        object.__setattr__(self, "quantity", np.broadcast_to(held, (*shape, held.shape[-1])))

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
        return Accounts(self.cash[key], self.quantity[(*key, slice(None))])

    def __iter__(self) -> Iterator[Accounts]:
        return (self[row] for row in range(len(self)))


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
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = open_accounts(collateral=2_000, quantity=[0], market=entry)
    >>> float(equity(trade(ana, entry, [1], fee=0.0005), entry))
    1990.0
    """
    bought = last_axis("quantity", numbers("quantity", quantity), market.instruments.names)
    rate = numbers("fee", fee)
    refuse("fee", rate, np.abs(rate) >= 1, "must be a fraction", hint=lambda bad: bad / 100)
    together(accounts=accounts.shape, quantity=bought.shape[:-1], market=market.shape)
    paid = _dot(bought, market.value) + rate * _dot(np.abs(bought), np.abs(market.value))
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
    >>> prices = market.at(instruments.linear(["BTC"]), [20_000])
    >>> crowd = open_accounts(collateral=[2_000, 5_000], quantity=[[1], [-1]], market=prices)
    >>> equity(funding(crowd, prices, rate=0.0001), prices).tolist()
    [1998.0, 5002.0]
    """
    share = numbers("rate", rate)
    refuse("rate", share, np.abs(share) >= 1, "must be a fraction", hint=lambda bad: bad / 100)
    _same_instruments(accounts, market)
    each = np.abs(market.value) * market.instruments.is_margined
    together(rate=share.shape, value=each.shape, quantity=accounts.quantity.shape)
    return Accounts(accounts.cash - _dot(accounts.quantity, share * each), accounts.quantity)


def merge(accounts: Accounts, axis: int = -1) -> Accounts:
    """Return accounts pooled along one axis: their cash and their quantities added up.

    Sub-accounts become one account, in which a long and a short of the same thing net.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...), at least one axis.
    axis : int
        The axis of the batch that is pooled away; the axis of the instruments is not one.

    >>> pooled = merge(Accounts([100.0, 50.0], [[1.0], [-3.0]]))
    >>> float(pooled.cash), pooled.quantity.tolist()
    (150.0, [-2.0])
    """
    count = len(accounts.shape)
    if not -count <= axis < count:
        raise MarginError(f"axis must be one of the {count} axes of the accounts; got {axis}")
    place = axis % count
    return Accounts(accounts.cash.sum(axis=place), accounts.quantity.sum(axis=place))


def equity(accounts: Accounts, market: Market) -> FloatArray:
    """Return what the accounts are worth: cash plus quantity times value.

    Returns
    -------
    array of shape (...)
        Equity [currency].

    >>> from marginlib import instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(equity(ana, market.moved(entry, -0.05)))
    1000.0
    """
    _same_instruments(accounts, market)
    return np.asarray(accounts.cash + _dot(accounts.quantity, market.value))


def position_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return quantity times value of each position, shape (..., I) [currency], signed."""
    _same_instruments(accounts, market)
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
        return np.zeros(together(accounts=accounts.shape, market=market.shape))
    value = accounts.quantity[..., index] * market.value[..., index]
    return np.asarray(np.abs(value, out=value if value.ndim else None))


def leverage(accounts: Accounts, market: Market) -> FloatArray:
    """Return total notional over equity, shape (...) [times]; ``nan`` where no equity is left.

    >>> from marginlib import instruments, market
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


def isolate(
    accounts: Accounts,
    market: Market,
    margin: ArrayLike,
    isolated: Sequence[str] | None = None,
) -> tuple[Accounts, Accounts]:
    """Return the same book with a separate account for each isolated position, and the wallet.

    Isolated margin is not another engine: it is this reshaped book under the same rules. No money
    is made or lost, so the equities of the positions and of the wallet add up to the equity before,
    and :func:`merge` puts them together again.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
    margin : float or array of shape (..., I)
        Equity given to each position at these prices [currency]. What is given to a position that
        stays in the wallet, and to anything held as collateral, must be 0.
    isolated : sequence of str
        The positions that are isolated; the others stay pooled in the wallet. All where nothing
        is said.

    Returns
    -------
    positions : Accounts
        Shape (..., I): account ``[..., i]`` holds position i alone, and is empty if that one is
        not isolated.
    wallet : Accounts
        Shape (...): the rest of the money, the pooled positions and what is held as collateral.

    >>> from marginlib import instruments, market
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = open_accounts(collateral=5_000, quantity=[1, 10], market=prices)
    >>> positions, wallet = isolate(ana, prices, margin=[2_000, 1_500])
    >>> equity(positions, prices).tolist(), float(equity(wallet, prices))
    ([2000.0, 1500.0], 1500.0)
    >>> positions, wallet = isolate(ana, prices, margin=[2_000, 0], isolated=["BTC"])
    >>> wallet.quantity.tolist(), float(equity(wallet, prices))
    ([0.0, 10.0], 3000.0)
    """
    names = market.instruments.names
    own = equity(accounts, market)
    apart = _isolated(market.instruments, isolated)
    given = non_negative("margin", margin)
    given = np.broadcast_to(given, together(margin=given.shape, instruments=(len(names),)))
    collateral = market.instruments.is_cash
    refuse("margin", given, (given > 0) & collateral, "must be 0 for what is held as collateral")
    refuse("margin", given, (given > 0) & ~apart, "must be 0 for a position that is not isolated")
    spare = own - given.sum(axis=-1)
    refuse("wallet", spare, spare < 0, "would owe money: margin adds up to more than the equity")
    value = position_value(accounts, market)
    alone = np.eye(len(names)) * (accounts.quantity * apart)[..., None, :]
    positions = Accounts(given - value * apart, alone)
    kept = accounts.quantity * ~apart
    wallet = Accounts(spare - _dot(kept, market.value), kept)
    return positions, wallet


def _isolated(instruments: Instruments, names: Sequence[str] | None) -> NDArray[np.bool_]:
    """Return which instruments are isolated, shape (I,): all positions where none is named."""
    if names is None:
        return ~instruments.is_cash
    if isinstance(names, str):
        raise MarginError(
            f"isolated must be a list of names; got {names!r}, did you mean [{names!r}]?"
        )
    apart = np.zeros(len(instruments), dtype=np.bool_)
    for name in names:
        index = instruments.index(name)
        if instruments.is_cash[index]:
            raise MarginError(f"isolated must name positions; {name!r} is held as collateral")
        apart[index] = True
    return apart


def _same_instruments(accounts: Accounts, market: Market) -> None:
    last_axis("quantity", accounts.quantity, market.instruments.names)
    together(accounts=accounts.shape, market=market.shape)


def _dot(quantity: FloatArray, value: FloatArray) -> FloatArray:
    """Sum over the instruments of quantity times value."""
    return np.asarray(np.einsum("...i,...i->...", quantity, value))
