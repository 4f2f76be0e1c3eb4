r"""The stress test of a venue: the positions its rules admit, taken through days of falling prices.

A venue decides two things. Its initial requirement says how much of what traders ask for it
**admits**; everything else says how that fares. So both are told, for a venue that turns all
traders away never loses anything. With O the open interest, C the collateral and F the fund that
would have been needed, the part of all capital that lies idle is

.. math:: 1 - \frac{O / (C + F)}{O_{asked} / C} ,

as compared with a venue that admits whatever is asked, and needs no fund.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, MarginError
from marginlib.accounts import Accounts, equity, position_value
from marginlib.cascade.rules import CascadeRules
from marginlib.cascade.run import run
from marginlib.cascade.state import State, begin
from marginlib.margin import MarginModel
from marginlib.market import Market


class StressTest(NamedTuple):
    """How a venue fared on its days, each of shape (...), with one more axis for the steps."""

    admitted: FloatArray  # (...) open interest over what was asked for [fraction]
    price: FloatArray  # (T + 1, ..., I) [quote currency]
    closed: FloatArray  # (T + 1, ...) closed by force so far, on the open interest [fraction]
    missing: FloatArray  # (T + 1, ...) what accounts lack, less fees, on the same [fraction]
    fund_needed: FloatArray  # (...) smallest fund that pays it all, on the same [fraction]
    unpaid: FloatArray  # (...) what the fund that was there left unpaid at the end [currency]
    idle: FloatArray  # (...) part of all capital that lies idle, that fund's too [fraction]


def admitted(asked: Accounts, market: Market, model: MarginModel) -> Accounts:
    """Return the accounts with as much of their positions as the initial requirement admits.

    All positions of an account are scaled by the same factor, at most 1, at present prices. Cash
    and coins stay, so equity does too: who may not open all brings no more money, but trades less.

    Parameters
    ----------
    asked : Accounts
        What traders would open, shape (...).
    market : Market
    model : margin model
        Its initial requirement must not fall when positions grow.

    Returns
    -------
    Accounts
        Without positions where not even the smallest are admitted.

    Ana asks for one Bitcoin with 2,000, at 20,000; a rate of 20 % admits a half:

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> ana = ml.accounts.open_accounts(2_000, [1], market)
    >>> half = admitted(ana, market, ml.margin.FixedRate(0.20, 0.10))
    >>> half.quantity.round(9).tolist(), float(ml.accounts.equity(half, market))
    ([0.5], 2000.0)
    """
    own = equity(asked, market)

    def scaled(share: FloatArray) -> Accounts:
        left_out = asked.quantity * market.instruments.is_margined * (share - 1)[..., None]
        paid = (left_out * market.value).sum(axis=-1)
        return Accounts(asked.cash - paid, asked.quantity + left_out)

    def fits(share: FloatArray) -> np.ndarray:
        return np.asarray(model(scaled(share), market).initial <= own)

    everything = np.ones(own.shape)
    least = np.where(fits(everything), 1.0, 0.0)
    return scaled(bisection(fits, least, everything)[0])


def stress_test(
    asked: Accounts, market: Market, rules: CascadeRules, moves: ArrayLike, fund: float = 0.0
) -> StressTest:
    """Return how a venue with these rules fares with this crowd on these days.

    Parameters
    ----------
    asked : Accounts
        What traders would open if they were free to, shape (..., N).
    market : Market
        Prices at which they do, one set.
    rules : Rules
        What the venue decides, and the impact, which it does not. Without rules for losses: then
        what is missing does not depend on the fund, and ``fund_needed`` is exact.
    moves : array of shape (T, ..., Q)
        Simple returns from outside, as in :func:`marginlib.cascade.run`; with an axis of days,
        each day begins anew.
    fund : float
        Money of the fund at the beginning of each day [currency].

    Returns
    -------
    StressTest
        What is missing counts accounts below zero at the mark, closed or not; fees that the fund
        has received are taken off. Open interest is the larger side of each instrument, valued at
        ``market``. What the crowd holds beyond balance, someone outside of it is taken to hold.

    One account, long 1 at 100 with 10, falls to 94 and then to 84: it is closed at 94.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 50], [[1], [-1]], market)
    >>> deep = ml.impact.linear_book(depth=1e9)
    >>> rules = ml.cascade.CascadeRules(ml.margin.FixedRate(0.10, 0.05), deep)
    >>> calm = stress_test(crowd, market, rules, [-0.06, -0.10])
    >>> calm.closed.tolist(), float(calm.fund_needed)
    ([0.0, 1.0, 1.0], 0.0)

    In a single fall to 84 it lacks 6, which is 6 % of the open interest:

    >>> gap = stress_test(crowd, market, rules, [-0.16])
    >>> round(float(gap.fund_needed), 6), round(float(gap.unpaid), 6)
    (0.06, 6.0)
    """
    if rules.losses:
        raise MarginError(
            "rules must have no losses= here: what is missing is told, not shared; use run"
        )
    if market.shape:
        raise MarginError(f"market must hold one set of prices; got shape {market.shape}")
    crowd = admitted(asked, market, rules.model)
    start = begin(crowd, market, fund)
    size = open_interest(crowd, market)

    def missing(state: State) -> FloatArray:
        return np.asarray(np.maximum(-state.equity, 0.0).sum(axis=-1) - state.fund.balance + fund)

    def closed(state: State) -> FloatArray:
        return _traded(crowd, state.accounts, market)

    ended, history = run(start, rules, moves, record=("price", missing, closed))
    needed = np.maximum(history["missing"].max(axis=0), 0.0)
    money = equity(crowd, market).sum(axis=-1)
    admits = size / open_interest(asked, market)
    return StressTest(
        admitted=admits,
        price=history["price"],
        closed=history["closed"] / size,
        missing=history["missing"] / size,
        fund_needed=needed / size,
        unpaid=ended.unpaid,
        idle=1 - admits * money / (money + needed),
    )


def open_interest(crowd: Accounts, market: Market) -> FloatArray:
    """Return the value of all contracts of a crowd, shape (...) [currency].

    Of each instrument that is margined, the larger of what is held long and short.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 20, 50], [[1], [2], [-2]], market)
    >>> float(open_interest(crowd, market))
    300.0
    """
    held = position_value(crowd, market) * market.instruments.is_margined
    long = np.maximum(held, 0.0).sum(axis=-2)
    short = np.maximum(-held, 0.0).sum(axis=-2)
    return np.asarray(np.maximum(long, short).sum(axis=-1))


def _traded(before: Accounts, after: Accounts, market: Market) -> FloatArray:
    """Return what a crowd has closed of its positions, at the market's values, shape (...)."""
    change = np.abs(after.quantity - before.quantity) * market.instruments.is_margined
    return np.asarray((change * np.abs(market.value)).sum(axis=(-2, -1)))
