r"""The stress test of a venue: the positions its rules admit, taken through days of moving prices.

A venue decides two things. Its initial requirement says how much of what traders ask for it
**admits**; everything else says how that fares. So both are told, for a venue that turns all
traders away never loses anything. Longs and shorts count alike: O is half of all positions, which
are two to a contract. With C the collateral and F the fund, the part of all capital that lies
idle is

.. math:: 1 - \frac{O / (C + F)}{O_{asked} / C} ,

as compared with a venue that admits whatever is asked, and needs no fund.

What traders pay is told too, of those who can. Whatever leaves an account while prices stand still
was **taken** from it: the fee, what its forced trade slipped, its part in the losses of others; and
so is what is owed at the end beyond the fund, which those who won never see. And a position was
closed **needlessly** where its owner's own money would have lasted the whole path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, MarginError, non_negative, numbers
from marginlib.accounts import Accounts, equity, position_value
from marginlib.cascade.rules import CascadeRules
from marginlib.cascade.state import begin, facing, moved, repriced
from marginlib.cascade.step import step
from marginlib.impact.pressure import price, wait
from marginlib.margin import MarginModel
from marginlib.market import Market
from marginlib.waterfall import InsuranceFund


class StressTest(NamedTuple):
    """How a venue fared on its days, each of shape (...), with one more axis for the steps."""

    admitted: FloatArray  # (...) of all positions asked for, on both sides [fraction]
    price: FloatArray  # (T + 1, ..., I) [quote currency]
    closed: FloatArray  # (T + 1, ...) closed by force so far, of all positions [fraction]
    missing: FloatArray  # (T + 1, ...) what accounts lack, less fees, on O [fraction]
    fund_needed: FloatArray  # (...) smallest fund that pays it all, on O [fraction]
    unpaid: FloatArray  # (...) what nobody has paid at the end [currency]
    idle: FloatArray  # (...) part of all capital that lies idle, the fund's too [fraction]
    taken: FloatArray  # (...) from accounts that could pay, of all collateral [fraction]
    needless: FloatArray  # (...) closed of the average account, had its money lasted [fraction]


def admitted(asked: Accounts, market: Market, model: MarginModel) -> Accounts:
    """Return the accounts with as much of their positions as the initial requirement admits.

    All positions of an account are scaled by the same factor, at most 1, at present prices. Cash
    and coins stay, so equity does too: who may not open all brings no more money, but trades less.

    Parameters
    ----------
    asked : Accounts
        What traders would open, shape (...).
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
    asked: Accounts,
    market: Market,
    rules: CascadeRules,
    moves: ArrayLike,
    fund: ArrayLike | None = None,
) -> StressTest:
    """Return how a venue with these rules fares with this crowd on these days.

    Parameters
    ----------
    asked : Accounts
        What traders would open if they were free to, shape (..., N).
    market : Market
        Prices at which they do, one set.
    rules : Rules
        What the venue decides, and the impact, which it does not. With a rule for losses that
        closes accounts, as deleveraging does, ``fund_needed`` is what was missing with this fund;
        with any other it is exact.
    moves : array of shape (T, ..., Q)
        Simple returns from outside, as in :func:`marginlib.cascade.run`; with an axis of days,
        each day begins anew.
    fund : float or array, optional
        Money of the fund at the beginning of each day [currency]. Where none is given there is
        none, and idle capital counts the fund that would have been needed.

    Returns
    -------
    StressTest
        What is missing counts accounts below zero at the mark, closed or not, and what others have
        paid for them; fees that the fund has received are taken off. Sizes are valued at
        ``market``. What the crowd holds beyond balance, someone outside of it is taken to hold.

    One account, long 1 at 100 with 10, falls to 94 and then to 84: it is closed at 94, which is
    one of two positions, and would not have lived.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 50], [[1], [-1]], market)
    >>> deep = ml.impact.linear_book(depth=1e9)
    >>> rules = ml.cascade.CascadeRules(ml.margin.FixedRate(0.10, 0.05), deep, fee=0.01)
    >>> calm = stress_test(crowd, market, rules, [-0.06, -0.10])
    >>> calm.closed.tolist(), float(calm.fund_needed), float(calm.needless)
    ([0.0, 0.5, 0.5], 0.0, 0.0)

    The fee of 0.94 was taken from it, out of 60 that the two have brought:

    >>> round(60 * float(calm.taken), 6)
    0.94

    In a single fall to 84 it lacks 6, and 0.84 for the fee, which the fund has:

    >>> gap = stress_test(crowd, market, rules, [-0.16])
    >>> round(float(gap.fund_needed), 6), round(float(gap.unpaid), 6)
    (0.06, 6.0)
    """
    if market.shape:
        raise MarginError(f"market must hold one set of prices; got shape {market.shape}")
    path = numbers("moves", moves)
    if path.ndim == 0:
        raise MarginError(f"moves must be a path of shape (T, ...); got one number, {path:g}")
    crowd = admitted(asked, market, rules.model)
    money = np.asarray(equity(crowd, market).sum(axis=-1))
    there = non_negative("fund", 0.0 if fund is None else fund)
    size = _positions(crowd, market) / 2
    state = begin(crowd, market, InsuranceFund(there))
    prices, closed, missing = [market.price], [np.zeros(money.shape)], [np.zeros(money.shape)]
    taken, passed_on, owed = (np.zeros(money.shape) for _ in range(3))
    for returns in path:
        before = moved(state, returns)
        still = facing(repriced(market, price(rules.impact, wait(rules.impact, before.pressure))))
        state = step(before, rules)
        had = equity(before.accounts, still)
        lost = had - equity(state.accounts, still)
        taken = taken + np.clip(lost, 0.0, np.maximum(had, 0.0)).sum(axis=-1)
        bystands = state.closed_at < state.clock
        passed_on = passed_on + np.maximum(lost * bystands, 0.0).sum(axis=-1)
        owed = np.maximum(-state.equity, 0.0).sum(axis=-1)
        prices.append(state.market.price)
        closed.append(_traded(crowd, state.accounts, market))
        missing.append(owed + passed_on - state.fund.balance + there)
    taken = taken + np.maximum(owed - state.fund.balance, 0.0)  # winners never see it
    lacking = _over_time(missing)
    needed = np.maximum(lacking.max(axis=0), 0.0)
    admits = 2 * size / _positions(asked, market)
    idle = 1 - admits * money / (money + (needed if fund is None else there))
    left = np.abs(state.accounts.quantity - crowd.quantity) * market.instruments.is_margined
    own = np.abs(crowd.quantity) * market.instruments.is_margined
    share = left.sum(axis=-1) / np.maximum(own.sum(axis=-1), np.finfo(float).tiny)
    return StressTest(
        admitted=np.broadcast_to(admits, needed.shape),
        price=_over_time(prices),
        closed=_over_time(closed) / (2 * size),
        missing=lacking / size,
        fund_needed=needed / size,
        unpaid=state.unpaid,
        idle=np.broadcast_to(idle, needed.shape),
        taken=np.broadcast_to(taken / money, needed.shape),
        needless=np.broadcast_to(
            (np.minimum(share, 1.0) * _lasts(crowd, market, path)).mean(axis=-1), needed.shape
        ),
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


def _positions(crowd: Accounts, market: Market) -> FloatArray:
    """Return the value of all positions of a crowd, long and short, shape (...)."""
    held = np.abs(position_value(crowd, market)) * market.instruments.is_margined
    return np.asarray(held.sum(axis=(-2, -1)))


def _lasts(crowd: Accounts, market: Market, path: FloatArray) -> NDArray[np.bool_]:
    """Return whose own money would last the whole path if nothing were closed, shape (..., N)."""
    outside, lasts = market.quoted_price, np.ones(crowd.shape, dtype=np.bool_)
    for returns in path:
        outside = outside * (1 + returns)
        lasts = lasts & (equity(crowd, facing(repriced(market, outside))) >= 0)
    return lasts


def _over_time(each: Sequence[FloatArray]) -> FloatArray:
    """Return arrays of one moment each as one, with the moments on its first axis."""
    return np.stack(np.broadcast_arrays(*each))


def _traded(before: Accounts, after: Accounts, market: Market) -> FloatArray:
    """Return what a crowd has closed of its positions, at the market's values, shape (...)."""
    change = np.abs(after.quantity - before.quantity) * market.instruments.is_margined
    return np.asarray((change * np.abs(market.value)).sum(axis=(-2, -1)))
