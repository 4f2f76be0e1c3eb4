"""Margin as a sum of worst losses, a shortfall or a deviation, and the best hedge under each."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.accounts import Accounts
from marginlib.margin import correlated_saving
from marginlib.margin.scan import ScenarioScan, each_apart, equidistant, value_changes
from marginlib.optimisation import (
    ExpectedShortfall,
    ParametricValueAtRisk,
    WorstLoss,
    largest_margin_release,
)

seeds = st.integers(0, 2**32 - 1)
Measure = WorstLoss | ExpectedShortfall | ParametricValueAtRisk
KINDS = ["groups", "shortfall", "deviation"]
WAYS = [np.array(way) for way in product(range(-3, 4), repeat=3)]


def book(kind: str, seed: int, instruments: int = 3) -> tuple[np.ndarray, Measure, np.ndarray]:
    """Return a random position, a measure of its margin and the costs of trading."""
    rng = np.random.default_rng(seed)
    quantity = rng.integers(1, 5, instruments) * rng.choice([-1.0, 1.0], instruments)
    cost = rng.uniform(1, 5, instruments).round(1)
    if kind == "groups":
        split = rng.integers(0, 2, instruments)[:, None]
        first, second = rng.normal(0, 100, (2, instruments, 9)).round()
        return quantity, WorstLoss(first * split, second * (1 - split)), cost
    if kind == "shortfall":
        likely = rng.dirichlet(np.ones(40))
        profit = 50 * rng.standard_t(4, (instruments, 40))
        return quantity, ExpectedShortfall(profit, rng.uniform(0.02, 1), likely), cost
    root = rng.normal(0, 50, (instruments, instruments + 1))
    return quantity, ParametricValueAtRisk(root @ root.T, 2.33), cost


@settings(max_examples=20)
@given(seed=seeds)
def test_groups_are_what_the_scan_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = ["A-JUN", "A-SEP", "B", "C"]
    coins = ml.instruments.linear(names, underlying=["A", "A", "B", "C"])
    now = ml.market.at(coins, rng.uniform(1, 100, 4))
    held = rng.normal(size=(5, 4))
    moves = equidistant(0.15, 0.05)
    profit = value_changes(now, moves) * moves.weight
    for groups in (None, each_apart(coins), {"A": "coins", "B": "coins", "C": "rest"}):
        asked = ScenarioScan(moves, groups=groups)(Accounts(np.zeros(5), held), now).initial
        group = np.array([(groups or {}).get(name) for name in coins.underlyings])
        apart = [profit * (group == one)[:, None] for one in dict.fromkeys(group)]
        assert WorstLoss(*apart)(held) == pytest.approx(asked, rel=1e-9)


@settings(max_examples=40)
@given(seed=seeds)
def test_a_shortfall_is_the_least_of_rockafellar_and_uryasev(seed: int) -> None:
    held, measure, _ = book("shortfall", seed)
    assert isinstance(measure, ExpectedShortfall)
    loss = -held @ measure.profit

    def upper(edge: float) -> float:
        excess = np.maximum(0.0, loss - edge)
        return edge + float(measure.probability @ excess) / measure.share

    # The least of a convex function with corners lies at one of them.
    assert float(measure(held)) == pytest.approx(max(0.0, min(upper(one) for one in loss)))


def test_shortfalls_reach_from_the_mean_to_the_worst() -> None:
    held, measure, _ = book("shortfall", 5)
    assert isinstance(measure, ExpectedShortfall)
    profit = measure.profit
    worst = ExpectedShortfall(profit, share=1 / 40)(held)
    assert worst == pytest.approx(WorstLoss(profit)(held))
    mean = ExpectedShortfall(profit, share=1.0)(held)
    assert mean == pytest.approx(max(0.0, -(held @ profit).mean()))


@given(seed=seeds)
def test_a_deviation_agrees_with_the_saving_of_pooling(seed: int) -> None:
    held, measure, _ = book("deviation", seed)
    assert isinstance(measure, ParametricValueAtRisk)
    deviation = np.sqrt(np.diagonal(measure.covariance))
    table = np.clip(measure.covariance / np.outer(deviation, deviation), -1, 1)
    alone = measure(np.diag(held)).sum()
    saved = correlated_saving(held * deviation, table)
    assert float(measure(held)) == pytest.approx(alone * (1 - float(saved)), rel=1e-7)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(seed=seeds, times=st.floats(0, 10))
def test_margin_is_convex_and_scales_with_size(kind: str, seed: int, times: float) -> None:
    held, measure, _ = book(kind, seed)
    other = np.random.default_rng(seed + 1).normal(size=held.size)
    mixed = (measure(held) + measure(other)) / 2
    assert measure((held + other) / 2) <= mixed * (1 + 1e-9) + 1e-9
    assert measure(times * held) == pytest.approx(times * measure(held), abs=1e-6)
    assert np.allclose(measure([held, other]), [measure(held), measure(other)])


@pytest.mark.parametrize("kind", KINDS[:2])
@settings(max_examples=10)
@given(seed=seeds, budget=st.floats(0, 20))
def test_no_whole_trade_is_better(kind: str, seed: int, budget: float) -> None:
    held, measure, cost = book(kind, seed)
    needs = measure(held + np.array(WAYS))
    spent = np.abs(WAYS) @ cost
    whole = largest_margin_release(held, measure, cost, budget, limit=3, whole=True)
    assert whole.requirement == pytest.approx(needs[spent <= budget].min(), rel=1e-5, abs=1e-3)
    part = largest_margin_release(held, measure, cost, budget, limit=3)
    assert part.requirement <= whole.requirement * (1 + 1e-6) + 1e-6


@settings(max_examples=10)
@given(seed=seeds, budget=st.floats(0.5, 20))
def test_no_point_of_a_grid_is_better_under_a_deviation(seed: int, budget: float) -> None:
    held, measure, cost = book("deviation", seed, instruments=2)
    axis = np.linspace(-3, 3, 121)
    ways = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    needs, spent = measure(held + ways), np.abs(ways) @ cost
    best = largest_margin_release(held, measure, cost, budget, limit=3)
    near = 1e-6 * (1 + float(measure(held)))
    assert best.requirement <= needs[spent <= budget].min() + near
    assert best.cost <= budget * (1 + 1e-6)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(seed=seeds, instruments=st.integers(2, 25), budget=st.floats(0.5, 20))
def test_no_trade_beats_the_price(kind: str, seed: int, instruments: int, budget: float) -> None:
    held, measure, cost = book(kind, seed, instruments)
    best = largest_margin_release(held, measure, cost, budget)
    near = 1e-5 * (1 + float(measure(held)))
    assert best.freed >= -near
    # Weak duality: margin plus cost at the price of the next unit is least at the answer, so
    # whatever a trade costs, it frees no more than this.
    rng = np.random.default_rng(seed)
    trades = rng.normal(size=(200, instruments)) * 10 ** rng.uniform(-4, 1, (200, 1))
    for others in (trades, best.trade + trades, -held * rng.random((200, 1))):
        spent = np.abs(others) @ cost
        assert np.all(
            measure(held + others) >= best.requirement - best.next_freed * (spent - budget) - near
        )


@settings(max_examples=20)
@example(seed=2_325_197_980, instruments=2, budget=10.785265622358763)
@given(seed=seeds, instruments=st.integers(2, 40), budget=st.floats(0.5, 20))
def test_the_slope_at_the_answer_proves_it(seed: int, instruments: int, budget: float) -> None:
    held, measure, cost = book("deviation", seed, instruments)
    assert isinstance(measure, ParametricValueAtRisk)
    best = largest_margin_release(held, measure, cost, budget)
    if best.requirement < 1e-3 * float(measure(held)):
        return  # no slope at the tip of the cone
    # On the instruments that are traded, the best trade solves linear equations: all of them free
    # the same margin for their cost, and the budget is spent.
    size = np.abs(best.trade) * np.sqrt(np.diagonal(measure.covariance))
    on, paid = size > 1e-4 * size.max(), cost * np.sign(best.trade)
    equations = np.block(
        [[measure.covariance[np.ix_(on, on)], paid[on, None]], [paid[on], np.zeros((1, 1))]]
    )
    exact = np.zeros(instruments)
    exact[on] = np.linalg.solve(equations, np.append(-(measure.covariance @ held)[on], budget))[:-1]
    after = held + exact
    least = float(measure(after))
    slope = measure.multiple**2 * measure.covariance @ after / least
    price = (np.abs(slope) / cost).max()
    # The margin lies above its tangent, and no trade within the budget goes deeper along it.
    assert slope @ held - price * budget == pytest.approx(least, rel=1e-9)
    assert best.requirement == pytest.approx(least, rel=1e-5)
    assert best.next_freed == pytest.approx(price, rel=1e-3)


def test_the_hedge_ratio_is_the_textbook_s() -> None:
    # Johnson (1960): sell correlation x deviation / deviation of the hedge, which leaves
    # sqrt(1 - correlation^2) of the deviation.
    correlation, first, second = 0.8, 100.0, 40.0
    across = correlation * first * second
    measure = ParametricValueAtRisk([[first**2, across], [across, second**2]], multiple=3)
    best = largest_margin_release([1, 0], measure, cost=1, budget=1e3, limit=[0, 10])
    assert best.trade == pytest.approx([0, -correlation * first / second], rel=1e-4)
    assert best.requirement == pytest.approx(3 * first * np.sqrt(1 - correlation**2))
    assert best.next_freed == pytest.approx(0, abs=1e-4)
    assert best.freed_per_cost == pytest.approx(120 / 2)


def test_of_hedges_that_are_alike_the_cheaper_is_taken() -> None:
    alike = ParametricValueAtRisk([[1e4, 1e4], [1e4, 1e4]], multiple=2)
    for budget in (1, 100):
        hedge = largest_margin_release([1, 0], alike, cost=[10, 1], budget=budget)
        assert hedge.trade == pytest.approx([0, -1], abs=1e-6)
        assert hedge.requirement == pytest.approx(0, abs=1e-4)


def test_nothing_to_do_under_a_deviation() -> None:
    measure = ParametricValueAtRisk([[1e4, 0], [0, 0]], multiple=2)
    flat = largest_margin_release([0, 0], measure, cost=1, budget=5)
    assert flat.trade.tolist() == [0, 0]
    assert largest_margin_release([1, 0], measure, cost=1, budget=0).freed == 0
    assert largest_margin_release([1, 1], measure, cost=0, budget=0).requirement < 1e-4


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e6])
def test_the_unit_of_money_does_not_matter(unit: float) -> None:
    held, measure, cost = book("deviation", 3)
    assert isinstance(measure, ParametricValueAtRisk)
    here = largest_margin_release(held, measure, cost, 5)
    there = largest_margin_release(
        held, ParametricValueAtRisk(measure.covariance * unit**2, 2.33), cost * unit, 5 * unit
    )
    assert there.requirement == pytest.approx(here.requirement * unit, rel=1e-6)
    assert there.trade == pytest.approx(here.trade, abs=1e-4)


@pytest.mark.parametrize("module", ["clarabel", "cvxpy"])
def test_a_missing_solver_is_asked_for(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'marginlib\[cones\]'"):
        largest_margin_release([1], ParametricValueAtRisk([[1.0]], 2), 1, 1)


def test_an_answer_that_the_solver_gave_up_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    cvxpy = pytest.importorskip("cvxpy")

    def fail(self: object, **options: object) -> None:
        raise cvxpy.SolverError("iteration limit")

    monkeypatch.setattr(cvxpy.Problem, "solve", fail)
    with pytest.raises(ml.NotSettled, match="before it could prove its answer"):
        largest_margin_release([1], ParametricValueAtRisk([[1.0]], 2), 1, 0.5)
