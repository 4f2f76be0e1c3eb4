"""The trade that frees most margin, and the leg to close."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.accounts import Accounts
from marginlib.margin import FixedRate, free_margin
from marginlib.margin.scan import ScenarioScan, price_volatility_matrix, value_changes
from marginlib.optimisation import best_leg_to_close, closed_legs, largest_margin_release

seeds = st.integers(0, 2**32 - 1)


def random_book(seed: int, instruments: int = 3, scenarios: int = 8) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    quantity = rng.integers(-4, 5, instruments).astype(float)
    arrays = rng.normal(0, 100, (instruments, scenarios)).round()
    return quantity, arrays, rng.uniform(1, 5, instruments).round(1)


def margin(quantity: np.ndarray, arrays: np.ndarray) -> float:
    return max(0.0, -float((quantity @ arrays).min()))


@settings(max_examples=15)
@given(seed=seeds, budget=st.floats(0, 20))
def test_no_whole_trade_frees_more(seed: int, budget: float) -> None:
    quantity, arrays, cost = random_book(seed)
    ways = [np.array(way) for way in product(range(-3, 4), repeat=3)]
    allowed = [way for way in ways if np.abs(way) @ cost <= budget]
    least = min(margin(quantity + way, arrays) for way in allowed)
    whole = largest_margin_release(quantity, arrays, cost, budget, limit=3, whole=True)
    assert whole.requirement == pytest.approx(least, abs=1e-3)
    assert whole.cost <= budget + 1e-6
    part = largest_margin_release(quantity, arrays, cost, budget, limit=3)
    assert part.requirement <= least + 1e-6 * (1 + least)
    assert part.cost <= budget * (1 + 1e-6) + 1e-6


@settings(max_examples=25)
@given(seed=seeds, instruments=st.integers(1, 30), scenarios=st.integers(2, 60))
def test_less_is_freed_by_each_further_unit(seed: int, instruments: int, scenarios: int) -> None:
    quantity, arrays, cost = random_book(seed, instruments, scenarios)
    if margin(quantity, arrays) == 0:
        quantity = -quantity - (quantity == 0)
    hedges = [largest_margin_release(quantity, arrays, cost, budget) for budget in (0, 2, 4, 8, 16)]
    freed = np.array([hedge.freed for hedge in hedges])
    slope = np.diff(freed) / [2, 2, 4, 8]
    near = 1e-5 * (1 + margin(quantity, arrays))
    assert hedges[0].freed == pytest.approx(0, abs=near)
    assert np.all(np.diff(freed) >= -near)
    assert np.all(np.diff(slope) <= near)
    # By convexity nobody frees more than the next unit's price allows, whatever is spent.
    for hedge, further in pairwise(hedges):
        allowed = hedge.next_freed * (further.cost - hedge.cost)
        assert further.freed <= hedge.freed + allowed + near


@settings(max_examples=15)
@given(seed=seeds, unit=st.sampled_from([1e-6, 1e-3, 1e5]))
def test_units_do_not_matter(seed: int, unit: float) -> None:
    quantity, arrays, cost = random_book(seed)
    here = largest_margin_release(quantity, arrays, cost, 7)
    money = largest_margin_release(quantity, arrays * unit, cost * unit, 7 * unit)
    assert money.freed == pytest.approx(here.freed * unit, rel=1e-6, abs=1e-6 * unit)
    size = largest_margin_release(quantity / unit, arrays * unit, cost * unit, 7)
    assert size.freed == pytest.approx(here.freed, rel=1e-6, abs=1e-6)


@settings(max_examples=25)
@given(seed=seeds, whole=st.booleans())
def test_no_more_is_spent_than_frees_anything(seed: int, whole: bool) -> None:
    quantity, arrays, cost = random_book(seed)
    rich = largest_margin_release(quantity, arrays, cost, 1e4, limit=4, whole=whole)
    if rich.cost > 0.05:
        poorer = largest_margin_release(
            quantity, arrays, cost, rich.cost - 0.05, limit=4, whole=whole
        )
        assert poorer.requirement > rich.requirement + 1e-6
    if not whole and rich.cost < 9_999:
        assert rich.next_freed == pytest.approx(0, abs=1e-6)


def option_book() -> tuple[ml.market.Market, Accounts, ScenarioScan]:
    future = ml.instruments.linear(["ACME"])
    puts = ml.instruments.options(["put 90", "put 70"], "ACME", [90, 70], 0.5, [False, False])
    now = ml.market.at(ml.instruments.join(future, puts), [100], [0.3, 0.35])
    scan = ScenarioScan(price_volatility_matrix([-0.3, -0.15, 0, 0.15, 0.3], [-0.2, 0.4]))
    return now, Accounts(100, [0, -10, 0]), scan


def test_the_hedge_is_what_the_model_says_of_it() -> None:
    now, ana, scan = option_book()
    assert isinstance(scan.scenarios, ml.margin.scan.Scenarios)
    arrays = value_changes(now, scan.scenarios) * scan.scenarios.weight
    hedge = largest_margin_release(ana.quantity, arrays, cost=[0.1, 0.3, 0.2], budget=2)
    after = Accounts(ana.cash, ana.quantity + hedge.trade)
    assert float(scan(ana, now).initial) - hedge.freed == pytest.approx(hedge.requirement)
    assert float(scan(after, now).initial) == pytest.approx(hedge.requirement, rel=1e-6)
    assert hedge.freed > 0


def test_free_trades_and_nothing_to_free() -> None:
    free = largest_margin_release([1], [[-100, 100]], cost=0, budget=0)
    assert free.requirement == pytest.approx(0, abs=1e-6)
    assert free.freed_per_cost == np.inf
    flat = largest_margin_release([0], [[-100, 100]], cost=1, budget=5)
    assert flat.trade.tolist() == [0]
    assert np.isnan(flat.freed_per_cost)
    of_no_use = largest_margin_release([1, 0], [[-100, 100], [0, 0]], cost=1, budget=0.5)
    assert of_no_use.trade.round(9).tolist() == [-0.5, 0]


@given(
    quantity=st.lists(st.integers(-5, 5), min_size=3, max_size=3),
    fee=st.sampled_from([0.0, 0.001, 0.01]),
    maintenance=st.booleans(),
)
def test_each_leg_is_what_an_account_without_it_says(
    quantity: list[int], fee: float, maintenance: bool
) -> None:
    now = ml.market.at(ml.instruments.linear(["A", "B", "C"]), [100, 20, 3])
    rule = FixedRate([0.1, 0.2, 0.5], 0.05)
    ana = ml.accounts.open_accounts(collateral=100, quantity=quantity, market=now)
    legs = closed_legs(ana, now, rule, fee, maintenance)
    for leg in range(3):
        if not quantity[leg]:
            assert np.isnan(legs.freed[leg])
            continue
        after = ml.accounts.trade(ana, now, [-q * (i == leg) for i, q in enumerate(quantity)], fee)
        if not maintenance:
            gained = free_margin(after, now, rule) - free_margin(ana, now, rule)
            assert legs.gained[leg] == pytest.approx(float(gained))
    best = str(best_leg_to_close(ana, now, rule, fee, maintenance))
    assert bool(best) == any(quantity)
    if best:
        rank = legs.freed if fee == 0 else legs.freed_per_cost
        assert rank["ABC".index(best)] == pytest.approx(np.nanmax(rank))


def test_a_batch_of_legs_is_the_same_as_one_by_one() -> None:
    now, _, scan = option_book()
    many = Accounts(100, [[1, -10, 3], [0, -2, 5], [-1, 0, 0], [0, 0, 0]])
    legs, best = (
        closed_legs(many, now, scan, fee=0.01),
        best_leg_to_close(many, now, scan, fee=0.01),
    )
    assert best.shape == (4,)
    assert best[3] == ""
    for row, one in enumerate(many):
        alone = closed_legs(one, now, scan, fee=0.01)
        assert np.allclose(legs.freed[row], alone.freed, equal_nan=True)
        assert np.allclose(legs.cost[row], alone.cost, equal_nan=True)
        assert best[row] == best_leg_to_close(one, now, scan, fee=0.01)


def test_closing_a_hedge_raises_the_requirement() -> None:
    now, _, scan = option_book()
    spread = Accounts(100, [0, -10, 10])
    legs = closed_legs(spread, now, scan)
    assert legs.freed[1] > 0 > legs.freed[2]
    assert best_leg_to_close(spread, now, scan) == "put 90"
