"""What holds for every crowd: nothing is made or lost, and in which direction things work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.cascade import (
    AutoDeleveraging,
    BackstopBuyer,
    CascadeRules,
    CircuitBreaker,
    CoolDown,
    SlowerCalls,
    SocialisedLoss,
    begin,
    rounds,
    settle,
    shock,
    surprises,
)
from marginlib.cascade.absorb import LossRule
from marginlib.cascade.brakes import Brake
from marginlib.cascade.state import State

RULE = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
MARKET = ml.market.at(ml.instruments.linear(["BTC"]), [100])
TWO = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [20_000, 1_000])
seeds = st.integers(0, 100_000)

POLICIES = [
    ml.liquidation.CloseAll(),
    ml.liquidation.ReduceTo(),
    ml.liquidation.CloseShare(0.5),
    ml.liquidation.LargestFirst(),
]
BRAKES: list[Brake] = [
    CircuitBreaker(0.05, 3),
    CoolDown(2),
    SlowerCalls(2, 0.2),
    BackstopBuyer(5_000, 0.05),
]
LOSSES: list[LossRule] = [AutoDeleveraging("queue"), SocialisedLoss("gains")]


def longs(seed: int, count: int = 25) -> ml.accounts.Accounts:
    rng = np.random.default_rng(seed)
    quantity = rng.lognormal(size=count)
    return ml.accounts.open_accounts(
        quantity * 100 / rng.uniform(2, 19, count), quantity[:, None], MARKET
    )


def fall_of(
    crowd: ml.accounts.Accounts, rules: CascadeRules, change: float, fund: float = 0
) -> State:
    return settle(shock(begin(crowd, MARKET, fund), "BTC", change), rules)


@settings(max_examples=60)
@given(
    seed=seeds,
    policy=st.sampled_from(POLICIES),
    brakes=st.sets(st.integers(0, 3)),
    losses=st.sets(st.integers(0, 1)),
    many=st.booleans(),
)
def test_no_money_and_no_units_are_made_or_lost(
    seed: int,
    policy: ml.liquidation.ClosingPolicy,
    brakes: set[int],
    losses: set[int],
    many: bool,
) -> None:
    rng = np.random.default_rng(seed)
    quantity = rng.normal(size=(12, 2)) * [1, 20]
    collateral = np.abs(quantity * TWO.value).sum(axis=-1) / rng.uniform(3, 40, 12)
    crowd = ml.accounts.open_accounts(collateral, quantity, TWO)
    total = np.abs(quantity).sum(axis=0)
    rules = CascadeRules(
        ml.margin.FixedRate(0.02, 0.01),
        ml.impact.Transient(ml.impact.Exponential(depth=2 * total), half_life=3, lasting=0.5),
        policy,
        fee=0.001,
        losses=[LOSSES[each] for each in losses],
        brakes=[BRAKES[each] for each in brakes],
    )
    start = begin(crowd, TWO, fund=1_000 * rng.random())
    state = shock(start, "BTC", rng.normal(size=3) * 0.06 if many else -0.08)
    held = crowd.quantity.sum(axis=0)
    money = crowd.cash.sum() + start.fund.balance
    for _ in range(8):
        state = ml.cascade.step(state, rules, rng=rng, check=True)
        assert (state.fund.balance >= 0).all()
    # The same sums, put together here.
    now = state.accounts.quantity.sum(axis=-2) + state.others.quantity + state.backstop.quantity
    assert now == pytest.approx(np.broadcast_to(held, now.shape), rel=1e-9, abs=1e-9)
    everywhere = state.accounts.cash.sum(axis=-1) + state.others.cash + state.backstop.cash
    found = everywhere + state.fund.balance - state.paid_in
    assert found == pytest.approx(np.broadcast_to(money, found.shape), rel=1e-9, abs=1e-3)


@settings(max_examples=40)
@given(seed=seeds, change=st.floats(-0.3, -0.01), times=st.floats(1, 10))
def test_a_deeper_market_falls_less_where_whole_accounts_are_closed(
    seed: int, change: float, times: float
) -> None:
    crowd = longs(seed)
    depth = crowd.quantity.sum() / 30
    thin, deep = (
        fall_of(crowd, CascadeRules(RULE, ml.impact.linear_book(depth=each)), change)
        for each in (depth, times * depth)
    )
    assert deep.market["BTC"] >= thin.market["BTC"] * (1 - 1e-12)
    assert not (deep.liquidated & ~thin.liquidated).any()
    assert deep.unpaid <= thin.unpaid + 1e-6


@settings(max_examples=40)
@given(seed=seeds, change=st.floats(-0.3, -0.01), times=st.floats(1, 10))
def test_less_leverage_falls_less_where_whole_accounts_are_closed(
    seed: int, change: float, times: float
) -> None:
    crowd = longs(seed)
    own = ml.accounts.equity(crowd, MARKET)
    richer = ml.accounts.deposit(crowd, (times - 1) * own)
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=crowd.quantity.sum() / 30))
    before, after = (fall_of(each, rules, change) for each in (crowd, richer))
    assert after.market["BTC"] >= before.market["BTC"] * (1 - 1e-12)
    assert not (after.liquidated & ~before.liquidated).any()
    assert after.unpaid <= before.unpaid + 1e-6


@settings(max_examples=40)
@given(seed=seeds, change=st.floats(-0.3, -0.01), fund=st.floats(0, 2_000))
def test_a_larger_fund_leaves_less_unpaid(seed: int, change: float, fund: float) -> None:
    crowd = longs(seed)
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=crowd.quantity.sum() / 30))
    none, some = (fall_of(crowd, rules, change, each) for each in (0, fund))
    assert some.market["BTC"] == none.market["BTC"]
    assert float(some.unpaid) == pytest.approx(max(float(none.unpaid) - fund, 0), abs=1e-6)


@settings(max_examples=40)
@given(seed=seeds, change=st.floats(-0.3, -0.01), money=st.floats(0, 3_000))
def test_a_backstop_at_the_mark_never_deepens_the_fall_of_one_market(
    seed: int, change: float, money: float
) -> None:
    crowd = longs(seed)
    law = ml.impact.linear_book(depth=crowd.quantity.sum() / 30)
    plain = fall_of(crowd, CascadeRules(RULE, law), change)
    helped = fall_of(crowd, CascadeRules(RULE, law, brakes=[BackstopBuyer(money)]), change)
    assert helped.market["BTC"] >= plain.market["BTC"] * (1 - 1e-12)


@settings(max_examples=30)
@given(seed=seeds)
def test_a_circuit_breaker_alone_saves_nobody_from_a_permanent_fall(seed: int) -> None:
    crowd, law = longs(seed), ml.impact.linear_book(depth=2.0)
    plain = fall_of(crowd, CascadeRules(RULE, law), -0.1)
    stopped = fall_of(crowd, CascadeRules(RULE, law, brakes=[CircuitBreaker(0.05, 2)]), -0.1)
    assert stopped.market["BTC"] == pytest.approx(float(plain.market["BTC"]), rel=1e-12)
    assert stopped.clock >= plain.clock
    assert stopped.liquidated.tolist() == plain.liquidated.tolist()


def test_the_gain_is_below_one_exactly_where_the_next_round_is_smaller() -> None:
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=2.0))
    states = list(rounds(shock(begin(longs(3), MARKET), "BTC", -0.05), rules))
    volumes = np.array([float(state.last.volume) for state in states])
    gains = np.array([float(state.last.gain) for state in states[1:]])
    assert len(states) > 3
    assert gains == pytest.approx(volumes[1:] / volumes[:-1])


def test_a_deeper_market_can_deepen_a_fall_where_accounts_are_closed_in_part() -> None:
    thin, deep = (surprises.deeper_market(depth).state for depth in (8, 8.8))
    assert deep.market["BTC"] < thin.market["BTC"]
    assert deep.accounts.quantity.sum() == 0  # all 16 are sold
    assert float(deep.market["BTC"]) == pytest.approx(100 * 0.94 * 0.9 * 0.95 * (1 - 0.16 / 8.8))


def test_a_larger_fund_can_deepen_a_fall_where_the_venue_deleverages() -> None:
    small, large = surprises.larger_fund(9), surprises.larger_fund(11)
    assert float(small.market["BTC"]) == pytest.approx(98)
    assert float(large.market["BTC"]) == pytest.approx(98 * (1 - 0.20 / 5))
    assert small.liquidated.tolist() == [True, False, False]
    assert large.liquidated.tolist() == [True, True, False]
