r"""The step: require, order, move the price, fill, absorb.

Within one step all forced trades of an instrument are done at one price: the average of their whole
flow along the impact. What an account is owed then does not depend on its place in a list. The next
step asks who is due at the price after the last contract. So with a permanent impact of the total
flow, one market, and every account closed at once, the steps come to rest at the first solution of

.. math:: p = P_1 \, \big(1 + i(-Q(p))\big), \qquad Q(p) = \sum_{L_i > p} q_i

that a falling price meets, with :math:`P_1` the price after the shock, :math:`L_i` the liquidation
prices and :math:`q_i` the positions, whatever the order in which they were reached.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, NotSettled
from marginlib.accounts import Accounts, deposit
from marginlib.cascade.absorb import absorb
from marginlib.cascade.rules import CascadeRules
from marginlib.cascade.state import Round, State, facing, repriced
from marginlib.impact.pressure import price, trade, wait
from marginlib.liquidation import Status, status
from marginlib.liquidation.execution import trades_of_due
from marginlib.liquidation.fees import fee_on
from marginlib.market import Market


class NotConserved(ArithmeticError):
    """A step has made or lost money or units, which is a fault of a rule or of this library."""

    __module__ = "marginlib.cascade"


class Filled(NamedTuple):
    """Where the flow of a step went."""

    flow: FloatArray  # (..., I) what the crowd traded together [contracts]; sold is negative
    value: FloatArray  # (..., I) of one unit, at which it did [currency]
    off_flow: FloatArray  # (..., I) the part of the flow that a backstop took [contracts]
    off_money: FloatArray  # (...) what the backstop received for it [currency]; negative is paid
    at: Market  # average prices of the rest


def step(
    state: State,
    rules: CascadeRules,
    *,
    rng: np.random.Generator | None = None,
    check: bool = False,
) -> State:
    """Return the state one step later.

    In the order in which things happen: a step of time passes, in which the market forgets what it
    forgets; who is below the **requirement** is due; the policy **orders** what is closed; the
    flow **moves the price**; the orders are **filled**, all at one average price; and what accounts
    cannot pay is **absorbed** by the fund and by those whom the rules name.

    Parameters
    ----------
    rng : numpy.random.Generator, optional
        Needed where a brake leaves something to chance.
    check : bool
        Whether to make sure that no money and no units were made or lost.

    Raises
    ------
    NotSettled
        If more is traded than the market takes at any price above zero; its ``last`` is the
        state before the step.
    NotConserved
        If ``check`` finds something made or lost.

    At 18,500 the first account has 500 and needs 925; its contract takes 1 % off the price.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> crowd = ml.accounts.open_accounts([2_000, 3_000], [[1], [1]], market)
    >>> rule, book = ml.margin.FixedRate(0.10, 0.05), ml.impact.linear_book(depth=1)
    >>> rules = ml.cascade.CascadeRules(rule, book)
    >>> shocked = ml.cascade.shock(ml.cascade.begin(crowd, market), "BTC", -0.075)
    >>> after = step(shocked, rules)
    >>> float(after.market["BTC"]), after.accounts.quantity[:, 0].tolist()
    (18315.0, [0.0, 1.0])
    >>> after.accounts.cash[0].round(2).tolist()  # filled at 18,407.50
    407.5
    """
    now, due = _require(_tick(state, rules), rules, rng)
    now, due, orders = _order(now, rules, due)
    now, filled = _move(now, rules, orders, state)
    now = absorb(_fill(now, rules, orders, filled), rules.losses)
    now = replace(now, last=_round(state, now, due, orders, filled))
    if check:
        refuse_unless_conserved(state, now)
    return now


def _tick(state: State, rules: CascadeRules) -> State:
    """Let a step of time pass: the market forgets, the brakes look at the prices."""
    pressure = wait(rules.impact, state.pressure)
    prices = _prices(price(rules.impact, pressure), state)
    now = replace(
        state,
        pressure=pressure,
        market=repriced(state.market, prices),
        clock=state.clock + 1,
    )
    for brake in rules.brakes:
        now = brake.notice(now)
    return now


def _require(
    state: State, rules: CascadeRules, rng: np.random.Generator | None
) -> tuple[State, NDArray[np.bool_]]:
    """Return who is due, shape (..., N), and the state with what owners paid in when called."""
    stands = status(state.accounts, state.facing, rules.model, rules.equality_is_safe)
    due = np.asarray(stands >= Status.LIQUIDATION)
    since = np.where(np.isnan(state.due_since), state.clock, state.due_since)
    state = replace(state, due_since=np.where(due, since, np.nan))
    for brake in rules.brakes:
        paid = brake.paid_in(state, rules.model, due, rng)
        accounts = deposit(state.accounts, paid)
        state = replace(
            state,
            accounts=accounts,
            paid_in=state.paid_in + paid.sum(axis=-1),
            opening=state.opening + paid,
        )
        due = np.asarray(due & (paid == 0))
    return state, due


def _order(
    state: State, rules: CascadeRules, due: NDArray[np.bool_]
) -> tuple[State, NDArray[np.bool_], FloatArray]:
    """Return who has something to close, and what is closed of it now, shape (..., N, I)."""
    market = state.facing
    orders = trades_of_due(state.accounts, market, rules.model, rules.policy, rules.fee, due)
    # A bankrupt account with nothing else to close pays with what it holds as collateral.
    stuck = due & ~orders.any(axis=-1) & (state.equity < 0)
    orders = np.where(stuck[..., None], -state.accounts.quantity, orders)
    due = np.asarray(orders.any(axis=-1))
    for brake in rules.brakes:
        orders = np.where(brake.held(state, due)[..., None], 0.0, orders)
    closed_at = np.where(orders.any(axis=-1), float(state.clock), state.closed_at)
    state = replace(state, closed_at=closed_at)
    for rule in rules.losses:
        state, orders = rule.close(state, orders)
    return state, due, orders


def _move(
    state: State, rules: CascadeRules, orders: FloatArray, last: State
) -> tuple[State, Filled]:
    """Return the state at the prices after the flow, and how the flow was filled."""
    flow = orders.sum(axis=-2)
    left, off_value = np.ones(flow.shape), np.zeros(flow.shape)
    for brake in rules.brakes:
        part, value = brake.bought(state, left * flow)
        off_value = off_value + left * part * value
        left = left * (1 - part)
    to_market = (left * flow)[..., state.market.instruments.quoted]
    traded = trade(rules.impact, state.pressure, to_market)
    prices = _prices(traded.last_price, last)
    at = repriced(state.market, traded.average_price)
    filled = Filled(
        flow=flow,
        value=left * at.value + off_value,
        off_flow=(1 - left) * flow,
        off_money=(flow * off_value).sum(axis=-1),
        at=at,
    )
    market = repriced(state.market, prices)
    return replace(state, market=market, pressure=traded.pressure), filled


def _fill(state: State, rules: CascadeRules, orders: FloatArray, filled: Filled) -> State:
    """Return the state once both sides have paid for the orders, and the fund has its fees."""
    crowd, others, backstop = state.accounts, state.others, state.backstop
    fee = fee_on(rules.fee, crowd, facing(filled.at), rules.model, orders)
    fee = np.where(orders.any(axis=-1), fee, 0.0)
    received = -(orders * filled.value[..., None, :]).sum(axis=-1)
    money = (filled.flow * filled.value).sum(axis=-1) - filled.off_money
    return replace(
        state,
        accounts=Accounts(crowd.cash + received - fee, crowd.quantity + orders),
        others=Accounts(others.cash + money, others.quantity - filled.flow + filled.off_flow),
        backstop=Accounts(backstop.cash + filled.off_money, backstop.quantity - filled.off_flow),
        fund=state.fund.receive(fee.sum(axis=-1)),
    )


def _round(
    before: State, now: State, due: NDArray[np.bool_], orders: FloatArray, filled: Filled
) -> Round:
    """Return what the step did, as totals."""
    volume = np.abs(orders * filled.value[..., None, :]).sum(axis=(-2, -1))
    previous = before.last.volume
    return Round(
        due=np.asarray(due.sum(axis=-1)),
        closed=np.asarray((now.closed_at == now.clock).sum(axis=-1)),
        flow=filled.flow,
        volume=volume,
        gain=np.asarray(volume / np.where(previous > 0, previous, np.nan)),
    )


def _prices(prices: FloatArray, last: State) -> FloatArray:
    """Return prices that are there, or raise with the state in which they were."""
    gone = np.isnan(prices)
    if gone.any():
        instruments = last.market.instruments
        place = instruments.quoted[np.flatnonzero(gone.reshape(-1, gone.shape[-1]).any(axis=0))[0]]
        raise NotSettled(
            f"more {instruments.names[place]!r} is traded than the market takes at any price above "
            "zero: it is too thin for this crowd, unless a brake stops it",
            last,
        )
    return prices


def refuse_unless_conserved(before: State, after: State) -> None:
    """Raise :class:`NotConserved` if money or units differ by more than rounding."""
    for kind, size in [("money", "cash"), ("units", "quantity")]:
        was, now = getattr(before.totals, kind), getattr(after.totals, kind)
        scale = sum(
            np.abs(getattr(part, size)).sum()
            for state in (before, after)
            for part in (state.accounts, state.others, state.backstop)
        )
        if not np.allclose(now, was, rtol=0, atol=1e-11 * scale):
            raise NotConserved(f"a step has made or lost {kind}: {was} before it, {now} after")
