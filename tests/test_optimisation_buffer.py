"""Spare cash: idle money against a forced exit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import marginlib as ml
from marginlib.liquidation import liquidation_price
from marginlib.margin import FixedRate
from marginlib.optimisation import best_buffer, buffer_cost
from marginlib.scenarios import random_walks, touch_probability

problems = st.fixed_dictionaries(
    {
        "headroom": st.floats(0, 1e4),
        "exposure": st.floats(1e2, 1e5),
        "volatility": st.floats(0.005, 0.2),
        "loss": st.floats(0, 1e4),
        "carry": st.floats(1e-6, 0.01),
        "horizon": st.floats(0.1, 60),
    }
)
ANA = {
    "headroom": 1_000.0,
    "exposure": 19_000.0,
    "volatility": 0.04,
    "loss": 400.0,
    "carry": 0.0002,
    "horizon": 30.0,
}


@example(problem=ANA)
@given(problem=problems)
def test_no_buffer_of_a_fine_list_costs_less(problem: dict[str, float]) -> None:
    best = float(best_buffer(**problem))
    least = float(buffer_cost(best, **problem).total)
    spread = problem["exposure"] * problem["volatility"] * np.sqrt(problem["horizon"])
    near = best + spread * np.geomspace(1e-6, 1)
    spare = np.concatenate([np.linspace(0, 10 * spread, 4_001), near])
    totals = buffer_cost(spare, **problem).total
    assert least <= totals.min() * (1 + 1e-12) + 1e-12
    # The list is dense enough to come near it, unless the best lies beyond its end.
    if best <= 10 * spread:
        assert totals.min() == pytest.approx(least, rel=1e-2, abs=1e-9)


@given(problem=problems)
def test_the_cost_is_convex(problem: dict[str, float]) -> None:
    spread = problem["exposure"] * problem["volatility"] * np.sqrt(problem["horizon"])
    cost = buffer_cost(np.linspace(0, 8 * spread, 200), **problem)
    near = 1e-9 * (1 + problem["loss"] + float(cost.idle[-1]))
    assert np.all(np.diff(cost.total, 2) >= -near)
    assert np.all(np.diff(cost.probability) <= 0)


@given(problem=problems)
def test_a_buffer_grows_with_what_it_guards_and_shrinks_with_its_cost(
    problem: dict[str, float],
) -> None:
    base = best_buffer(**problem)
    assert best_buffer(**{**problem, "loss": 2 * problem["loss"]}) >= base
    assert best_buffer(**{**problem, "carry": 2 * problem["carry"]}) <= base
    # What the account has already need not be added.
    richer = best_buffer(**{**problem, "headroom": problem["headroom"] + 10})
    assert richer == pytest.approx(max(0.0, float(base) - 10), abs=1e-6)


def test_the_unit_of_money_and_of_time_do_not_matter() -> None:
    money = {name: ANA[name] * 1e3 for name in ("headroom", "exposure", "loss")}
    assert best_buffer(**{**ANA, **money}) == pytest.approx(1e3 * best_buffer(**ANA))
    years = {
        "volatility": ANA["volatility"] * np.sqrt(365),
        "carry": ANA["carry"] * 365,
        "horizon": ANA["horizon"] / 365,
    }
    assert best_buffer(**{**ANA, **years}) == pytest.approx(best_buffer(**ANA))


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("spare", [0.0, 500.0, 3_000.0])
def test_the_distance_is_that_of_the_liquidation_price(side: int, spare: float) -> None:
    now = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    rule = FixedRate(initial=0.10, maintenance=0.05)
    ana = ml.accounts.open_accounts(collateral=2_000 + spare, quantity=[side], market=now)
    away = liquidation_price(ana, now, rule, "BTC") / 20_000 - 1
    cost = buffer_cost(spare, 1_000, 20_000 * (1 - side * 0.05), 0.04, 400, 0.0002, 30)
    assert cost.probability == pytest.approx(touch_probability(away, 0.04, 30))


def test_as_many_walks_are_stopped_as_is_said() -> None:
    walks = random_walks(
        paths=4_000, steps=2_000, volatility=0.04, horizon=30, rng=np.random.default_rng(11)
    )
    cost = buffer_cost([0.0, 2_000.0, 6_000.0], **ANA)
    lowest = walks.min(axis=1)
    stopped = [(lowest <= 1 - (1_000 + spare) / 19_000).mean() for spare in (0, 2_000, 6_000)]
    # Steps see a little less than a watch without a break.
    assert cost.probability == pytest.approx(np.array(stopped), abs=0.025)
    assert np.all(cost.probability >= np.array(stopped) - 0.01)


def test_many_accounts_at_once() -> None:
    headroom = np.array([[0.0], [500.0]])
    spare = np.array([0.0, 100.0, 1_000.0])
    many = buffer_cost(spare, **{**ANA, "headroom": headroom})
    assert all(field.shape == (2, 3) for field in many)
    alone = buffer_cost(100, **{**ANA, "headroom": 500})
    assert many.total[1, 1] == alone.total
    assert many.probability[0, 0] == 1
    assert best_buffer(**{**ANA, "headroom": headroom}).shape == (2, 1)


def test_no_cash_is_worth_more_than_it_saves() -> None:
    assert best_buffer(**{**ANA, "carry": 0.1}) == 0
    assert best_buffer(**{**ANA, "loss": 0}) == 0
