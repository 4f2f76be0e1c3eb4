"""What a cascade has at one moment: the crowd, the prices, and everyone the money can go to.

Nothing leaves the state. What the crowd sells, the rest of the market or a backstop buys; what a
fee takes, the fund has; what a fund pays, an account had lost. Only a margin call that is met
brings money in, and that is counted.

A state may hold one market or many at once: prices of shape (..., I) and accounts of shape
(..., N), with the crowd on the last axis. Whatever follows is computed for all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, last_axis, numbers, refuse, together
from marginlib.accounts import Accounts, equity
from marginlib.impact.pressure import Pressure, at_rest
from marginlib.market import Market
from marginlib.waterfall import InsuranceFund


class Round(NamedTuple):
    """What happened in one step."""

    due: NDArray[np.int_]  # (...) accounts that had something to close, those who may wait too
    closed: NDArray[np.int_]  # (...) accounts of which something was closed
    flow: FloatArray  # (..., I) what they traded together [contracts]; sold is negative
    volume: FloatArray  # (...) value of their trades, bought or sold [currency]
    gain: FloatArray  # (...) volume over that of the step before; nan where there was none


class Totals(NamedTuple):
    """All money and all units of a state, which no step may change."""

    money: FloatArray  # (...) [currency]
    units: FloatArray  # (..., I) [contracts]


@dataclass(frozen=True, eq=False)
class State:
    """One moment of a cascade; build it with :func:`begin`.

    Parameters
    ----------
    accounts : Accounts
        The crowd, shape (..., N).
    market : Market
        Prices now, shape (...).
    pressure : Pressure
        Prices without the forced flow, and the flow that weighs on them.
    fund : InsuranceFund
        What is there to pay deficits.
    others : Accounts
        What everyone else has bought and paid since the beginning, shape (...): the other side.
    backstop : Accounts
        What a backstop buyer has bought and paid, shape (...).
    paid_in : array of shape (...)
        Money that met margin calls [currency].
    opening : array of shape (..., N)
        Equity of each account at the beginning, and what was paid in since [currency].
    due_since : array of shape (..., N)
        Step since which an account is due; ``nan`` while it is not.
    closed_at : array of shape (..., N)
        Step in which an account was last closed, in part or whole; minus infinity for never.
    reference : array of shape (..., Q)
        Prices from which a circuit breaker measures a fall [quote currency].
    halted_until : array of shape (...)
        Step at which forced sales may go on; minus infinity if they never stopped.
    clock : int
        Steps taken.
    last : Round
        What the last step did.
    """

    accounts: Accounts
    market: Market
    pressure: Pressure
    fund: InsuranceFund
    others: Accounts
    backstop: Accounts
    paid_in: FloatArray
    opening: FloatArray
    due_since: FloatArray
    closed_at: FloatArray
    reference: FloatArray
    halted_until: FloatArray
    clock: int
    last: Round

    @property
    def facing(self) -> Market:
        """The market with an axis of length one for the crowd, where it has axes of its own."""
        return facing(self.market)

    @property
    def equity(self) -> FloatArray:
        """Equity of each account, shape (..., N) [currency]."""
        return equity(self.accounts, self.facing)

    @property
    def debt(self) -> FloatArray:
        """What each account owes that has nothing left to close, shape (..., N) [currency]."""
        empty = ~np.any(self.accounts.quantity, axis=-1)
        return np.where(empty, np.maximum(-self.accounts.cash, 0.0), 0.0)

    @property
    def unpaid(self) -> FloatArray:
        """Debts that nobody has paid, shape (...) [currency]."""
        return np.asarray(self.debt.sum(axis=-1))

    @property
    def liquidated(self) -> NDArray[np.bool_]:
        """Which accounts were closed, in part or whole, since the beginning, shape (..., N)."""
        return np.isfinite(self.closed_at)

    @property
    def totals(self) -> Totals:
        """All money and all units, wherever they are."""
        money = self.accounts.cash.sum(axis=-1) + self.others.cash + self.backstop.cash
        units = self.accounts.quantity.sum(axis=-2) + self.others.quantity + self.backstop.quantity
        return Totals(
            np.asarray(money + self.fund.balance - self.paid_in),
            np.asarray(units),
        )


def begin(accounts: Accounts, market: Market, fund: float | InsuranceFund = 0.0) -> State:
    """Return the state in which nothing has happened yet.

    Parameters
    ----------
    accounts : Accounts
        A crowd of shape (..., N); N may be 0.
    market : Market
        Prices now, shape (...).
    fund : float or InsuranceFund
        Money to pay deficits with [currency].

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> crowd = ml.accounts.open_accounts([2_000, 3_000], [[1], [1]], market)
    >>> state = begin(crowd, market, fund=500)
    >>> state.equity.tolist(), float(state.fund.balance), float(state.unpaid)
    ([2000.0, 3000.0], 500.0, 0.0)
    """
    if not accounts.shape:
        raise MarginError(
            "accounts must be a crowd of shape (..., N), did you mean accounts[None]?"
        )
    last_axis("quantity", accounts.quantity, market.instruments.names)
    together(accounts=accounts.shape[:-1], market=market)
    count = len(market.instruments)
    nobody = Accounts(0.0, np.zeros(count))
    opening = equity(accounts, facing(market))
    nothing = np.zeros((), dtype=np.int_)
    return State(
        accounts=accounts,
        market=market,
        pressure=at_rest(market.quoted_price),
        fund=fund if isinstance(fund, InsuranceFund) else InsuranceFund(fund),
        others=nobody,
        backstop=nobody,
        paid_in=numbers("paid_in", 0.0),
        opening=opening,
        due_since=np.full(opening.shape, np.nan),
        closed_at=np.full(opening.shape, -np.inf),
        reference=market.quoted_price,
        halted_until=np.full((), -np.inf),
        clock=0,
        last=Round(nothing, nothing, np.zeros(count), np.zeros(()), np.full((), np.nan)),
    )


def shock(state: State, name: str, change: ArrayLike) -> State:
    """Return the state after the price of one instrument has moved from outside.

    Parameters
    ----------
    name : str
        An instrument that is quoted; options on it are valued anew.
    change : float or array of shape (...)
        Simple return [fraction]; -0.1 is a fall of ten per cent. An array makes a state of as many
        markets, each with the same crowd.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> crowd = ml.accounts.open_accounts([2_000], [[1, 0]], market)
    >>> state = shock(begin(crowd, market), "BTC", -0.05)
    >>> state.market.price.tolist(), state.equity.tolist()
    ([19000.0, 1500.0], [1000.0])
    """
    instruments = state.market.instruments
    index = instruments.index(name)
    if instruments.is_option[index]:
        raise MarginError(f"{name!r} is an option, so its price is computed: shock its underlying")
    size = numbers("change", change)
    returns = np.zeros((*size.shape, len(instruments.quoted)))
    returns[..., np.searchsorted(instruments.quoted, index)] = size
    return moved(state, returns)


def moved(state: State, returns: ArrayLike) -> State:
    """Return the state after all prices have moved from outside.

    Parameters
    ----------
    returns : float or array of shape (..., Q)
        Simple returns of what is quoted [fraction]. The forced flow weighs on the new prices as it
        did on the old ones: the same part of the price.
    """
    change = numbers("returns", returns)
    refuse("returns", change, change <= -1, "must be above -1, because no price falls below zero")
    together(returns=change, price=state.market.quoted_price)
    before = state.pressure
    return replace(
        state,
        market=repriced(state.market, state.market.quoted_price * (1 + change)),
        pressure=Pressure(before.price * (1 + change), before.lasting, before.passing),
    )


def repriced(market: Market, price: FloatArray) -> Market:
    """Return the market with other quoted prices, shape (..., Q); options are valued anew."""
    terms = market.volatility, market.rate, market.carry, market.time
    return Market(market.instruments, price, *terms)


def facing(market: Market) -> Market:
    """Return the market with an axis for the crowd, so that each crowd meets its own prices."""
    if not market.shape:
        return market

    def axis(array: FloatArray, own: int) -> Any:
        return np.expand_dims(array, -1 - own) if array.ndim > own else array

    return Market(
        market.instruments,
        axis(market.quoted_price, 1),
        axis(market.volatility, 1) if market.volatility.size else None,
        axis(market.rate, 1),
        axis(market.carry, 1),
        axis(market.time, 0),
    )
