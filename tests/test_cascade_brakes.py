"""What slows a cascade down, by hand."""

from __future__ import annotations

import numpy as np
import pytest

import marginlib as ml
from marginlib.cascade import (
    BackstopBuyer,
    CascadeRules,
    CircuitBreaker,
    CoolDown,
    SlowerCalls,
    begin,
    rounds,
    run,
    settle,
    shock,
    step,
)
from marginlib.cascade.state import State, moved

RULE = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
DEEP = ml.impact.linear_book(depth=1e12)
MARKET = ml.market.at(ml.instruments.linear(["BTC"]), [100])


def shocked(change: float, collateral: float = 100.0, quantity: float = 10.0) -> State:
    one = ml.accounts.open_accounts([collateral], [[quantity]], MARKET)
    return shock(begin(one, MARKET), "BTC", change)


def held(states: list[State]) -> list[float]:
    return [float(state.accounts.quantity[0, 0]) for state in states]


def test_a_circuit_breaker_stops_forced_sales_for_its_pause() -> None:
    rules = CascadeRules(RULE, DEEP, brakes=[CircuitBreaker(fall=0.06, pause=3)])
    states = list(rounds(shocked(-0.06), rules, check=True))
    assert held(states) == [10, 10, 10, 0, 0]
    assert [int(state.last.due) for state in states] == [1, 1, 1, 1, 0]


def test_a_circuit_breaker_that_is_not_reached_stops_nothing() -> None:
    rules = CascadeRules(RULE, DEEP, brakes=[CircuitBreaker(fall=0.0601, pause=3)])
    assert held(list(rounds(shocked(-0.06), rules))) == [0, 0]


def test_prices_that_come_back_in_the_pause_save_the_account() -> None:
    rules = CascadeRules(RULE, DEEP, brakes=[CircuitBreaker(fall=0.06, pause=3)])
    path = run(begin(shocked(0).accounts, MARKET), rules, [-0.06, 0.03, 0, 0, 0, 0])
    assert path.state.accounts.quantity.tolist() == [[10]]
    assert path.history["closed"].sum() == 0


def test_a_second_fall_is_measured_from_where_the_pause_began() -> None:
    rules = CascadeRules(RULE, DEEP, brakes=[CircuitBreaker(fall=0.06, pause=1)])
    path = run(begin(shocked(0, 160).accounts, MARKET), rules, [-0.07, -0.04, -0.04, 0])
    # Halted at 93; 89.28 is not 6 % below it, 85.7 is; then the account is closed.
    assert path.history["closed"].tolist() == [0, 0, 0, 0, 1]


def test_a_cool_down_spaces_out_partial_closings() -> None:
    half = ml.liquidation.CloseShare(0.5)
    state = shocked(-0.099)  # 1 is left, which carries 20 contracts' worth of 1
    busy = [step(state, CascadeRules(RULE, DEEP, half))]
    calm = [step(state, CascadeRules(RULE, DEEP, half, brakes=[CoolDown(2)]))]
    for _ in range(4):
        busy.append(step(busy[-1], CascadeRules(RULE, DEEP, half)))
        calm.append(step(calm[-1], CascadeRules(RULE, DEEP, half, brakes=[CoolDown(2)])))
    assert held(busy) == [5, 2.5, 1.25, 0.625, 0.3125]
    assert held(calm) == [5, 5, 5, 2.5, 2.5]


def test_a_call_gives_time_and_lapses_when_prices_come_back() -> None:
    rules = CascadeRules(RULE, DEEP, brakes=[SlowerCalls(2)])
    states = list(rounds(shocked(-0.06), rules, check=True))
    assert held(states) == [10, 10, 0, 0]
    first = step(shocked(-0.06), rules)
    back = step(moved(first, 0.03), rules)
    assert np.isnan(back.due_since).all()
    assert held(list(rounds(moved(back, -0.04), rules))) == [10, 10, 0, 0]  # called anew


def test_owners_who_pay_in_restore_the_initial_requirement() -> None:
    rules = CascadeRules(RULE, DEEP, brakes=[SlowerCalls(1, top_up=1.0)])
    rest = settle(shocked(-0.06), rules, rng=np.random.default_rng(0), check=True)
    assert rest.accounts.quantity.tolist() == [[10]]
    assert float(rest.equity[0]) == pytest.approx(94)  # a tenth of 940; 40 was left
    assert float(rest.paid_in) == pytest.approx(54)
    assert float(rest.opening[0]) == pytest.approx(154)  # what is paid in is no gain


def test_the_same_seed_pays_in_the_same() -> None:
    many = ml.accounts.open_accounts(np.full(200, 100.0), np.full((200, 1), 10.0), MARKET)
    rules = CascadeRules(RULE, DEEP, brakes=[SlowerCalls(1, top_up=0.5)])
    state = shock(begin(many, MARKET), "BTC", -0.06)
    first, again = (
        settle(state, rules, rng=np.random.default_rng(4), check=True) for _ in range(2)
    )
    assert first.liquidated.tolist() == again.liquidated.tolist()
    assert 70 < first.liquidated.sum() < 130
    with pytest.raises(ml.MarginError, match="rng must be given"):
        settle(state, rules)


def test_a_backstop_takes_what_his_money_buys_and_the_market_the_rest() -> None:
    rules = CascadeRules(
        RULE, ml.impact.linear_book(depth=5), brakes=[BackstopBuyer(money=460.6, discount=0.02)]
    )
    rest = settle(shocked(-0.06), rules, check=True)
    # 460.60 buys 5 at 92.12; the other 5 take the price from 94 to 93.06.
    assert rest.backstop.quantity.tolist() == pytest.approx([5])
    assert float(rest.backstop.cash) == pytest.approx(-460.6)
    assert rest.others.quantity.tolist() == pytest.approx([5])
    assert float(rest.market["BTC"]) == pytest.approx(93.06)
    assert float(rest.accounts.cash[0]) == pytest.approx(-900 + 460.6 + 5 * 93.53)


def test_a_backstop_sells_to_shorts_above_the_mark() -> None:
    rules = CascadeRules(
        RULE, ml.impact.linear_book(depth=5), brakes=[BackstopBuyer(1e9, discount=0.02)]
    )
    rest = settle(shocked(0.06, quantity=-10), rules, check=True)
    assert float(rest.market["BTC"]) == pytest.approx(106)
    assert rest.backstop.quantity.tolist() == [-10]
    assert float(rest.accounts.cash[0]) == pytest.approx(100 + 1_000 - 10 * 106 * 1.02)


def test_an_empty_purse_changes_nothing() -> None:
    plain = settle(shocked(-0.06), CascadeRules(RULE, ml.impact.linear_book(depth=5)))
    with_him = settle(
        shocked(-0.06),
        CascadeRules(RULE, ml.impact.linear_book(depth=5), brakes=[BackstopBuyer(0)]),
    )
    assert with_him.market.price.tolist() == plain.market.price.tolist()
    assert with_him.accounts.cash.tolist() == plain.accounts.cash.tolist()


def test_partial_liquidation_sells_less_than_closing_all() -> None:
    accounts = ml.accounts.open_accounts([100.0, 110], [[10], [10]], MARKET)
    state = shock(begin(accounts, MARKET), "BTC", -0.06)
    law = ml.impact.linear_book(depth=20)
    whole = settle(state, CascadeRules(RULE, law))
    part = settle(state, CascadeRules(RULE, law, ml.liquidation.ReduceTo("initial")), check=True)
    assert whole.market["BTC"] < part.market["BTC"]
    assert 0 < part.accounts.quantity[0, 0] < 10


def test_higher_maintenance_closes_sooner_and_leaves_less_unpaid() -> None:
    accounts = ml.accounts.open_accounts([60.0], [[10]], MARKET)
    law = ml.impact.linear_book(depth=2)
    ends = [
        run(
            begin(accounts, MARKET), CascadeRules(factor * RULE, law), np.full(6, -0.01), check=True
        )
        for factor in (0.2, 1.0)
    ]
    first = [int(np.argmax(end.history["closed"] > 0)) for end in ends]
    assert first == [6, 2]
    assert ends[1].state.unpaid < ends[0].state.unpaid
