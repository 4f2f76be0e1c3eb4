"""The cheapest collateral to post."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.optimise import CollateralChoice, _linear, cheapest_collateral

Problem = dict[str, np.ndarray]
SMALL = {
    "available": np.array([4.0, 3.0, 6.0]),
    "requirement": np.array([4.0, 3.0]),
    "haircut": np.array([[0.0, 0.5], [0.0, 0.0], [0.5, 1.0]]),
    "cost": np.array([[3.0, 1.0], [4.0, 2.0], [1.0, 1.0]]),
    "limit": np.array([[0.75, 1.0], [1.0, 1.0], [0.5, 1.0]]),
}


def random_problem(seed: int, assets: int, venues: int) -> Problem:
    rng = np.random.default_rng(seed)
    return {
        "available": rng.uniform(0, 1e6, assets),
        "requirement": rng.uniform(0, 0.1e6 * assets / venues, venues),
        "haircut": rng.choice([0, 0.05, 0.1, 0.3, 1], (assets, venues)) * rng.random((assets, 1)),
        "cost": rng.uniform(-0.001, 0.1, (assets, venues)),
        "limit": rng.uniform(0.3, 1, (assets, venues)),
    }


def check(choice: CollateralChoice, problem: Problem) -> None:
    """Check that a choice keeps every rule, and that its own prices prove that it is cheapest."""
    available, need, cost = problem["available"], problem["requirement"], problem["cost"]
    counted = 1 - problem["haircut"]
    posted, near = choice.posted, 1e-6 * need.max()
    assert (posted >= 0).all()
    assert ((counted * posted).sum(axis=0) >= need - near).all()
    assert (posted.sum(axis=1) <= available + near).all()
    assert (counted * posted <= problem["limit"] * need + near).all()
    # Weak duality: whatever the prices, nothing can cost less than this.
    venue, asset = choice.requirement_price, choice.asset_price
    assert (venue >= 0).all()
    assert (asset >= 0).all()
    most = np.minimum(problem["limit"] * need / np.maximum(counted, 1e-12), available[:, None])
    gain = np.maximum(0.0, venue * counted - asset[:, None] - cost)
    bound = venue @ need - asset @ available - (gain * most).sum()
    assert bound == pytest.approx(choice.cost, rel=1e-6, abs=1e-6 * np.abs(cost).max() * need.sum())


def test_no_choice_in_whole_units_is_cheaper() -> None:
    found = cheapest_collateral(**SMALL)
    check(found, SMALL)
    counted = 1 - SMALL["haircut"]
    costs = []
    for way in product(*(range(int(most) + 1) for most in np.repeat(SMALL["available"], 2))):
        x = np.array(way, dtype=float).reshape(3, 2)
        enough = ((counted * x).sum(axis=0) >= SMALL["requirement"]).all()
        there = (x.sum(axis=1) <= SMALL["available"]).all()
        within = (counted * x <= SMALL["limit"] * SMALL["requirement"]).all()
        if enough and there and within:
            costs.append(float((SMALL["cost"] * x).sum()))
    # Here the best choice is one in whole units.
    assert found.cost == pytest.approx(min(costs))


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), assets=st.integers(8, 20), venues=st.integers(1, 6))
def test_every_choice_proves_itself(seed: int, assets: int, venues: int) -> None:
    problem = random_problem(seed, assets, venues)
    check(cheapest_collateral(**problem), problem)


def test_fifty_assets_at_twenty_venues_take_less_than_a_second() -> None:
    problem = random_problem(7, 50, 20)
    start = time.process_time()
    choice = cheapest_collateral(**problem)
    assert time.process_time() - start < 1
    check(choice, problem)


@pytest.mark.parametrize("seed", [40, 74, 78, 221, 256])
def test_amounts_may_differ_by_eight_powers_of_ten(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets, venues = rng.integers(2, 60), rng.integers(1, 25)
    problem = {
        "available": 10 ** rng.uniform(0, 8, assets),
        "haircut": rng.choice([0, 0.05, 0.3, 1], (assets, venues)),
        "requirement": 10 ** rng.uniform(0, 7, venues),
        "cost": 10 ** rng.uniform(-5, 0, (assets, venues)),
        "limit": rng.uniform(0.3, 1, (assets, venues)),
    }
    posted = cheapest_collateral(**problem).posted
    covered = ((1 - problem["haircut"]) * posted).sum(axis=0)
    assert (covered >= problem["requirement"] * (1 - 1e-6)).all()
    assert (posted.sum(axis=1) <= problem["available"] * (1 + 1e-6)).all()


def test_the_order_of_assets_and_venues_does_not_matter() -> None:
    problem, rng = random_problem(3, 12, 4), np.random.default_rng(3)
    rows, columns = rng.permutation(12), rng.permutation(4)
    shuffled = {
        "available": problem["available"][rows],
        "requirement": problem["requirement"][columns],
        **{name: problem[name][rows][:, columns] for name in ("haircut", "cost", "limit")},
    }
    first, second = cheapest_collateral(**problem), cheapest_collateral(**shuffled)
    assert first.cost == pytest.approx(second.cost, rel=1e-8)
    assert np.allclose(first.requirement_price[columns], second.requirement_price, atol=1e-8)


@pytest.mark.parametrize("unit", [1e-8, 1e-3, 1e6, 1e12])
def test_the_unit_of_money_does_not_matter(unit: float) -> None:
    problem = random_problem(5, 12, 4)
    money = {name: problem[name] * unit for name in ("available", "requirement")}
    first, second = cheapest_collateral(**problem), cheapest_collateral(**{**problem, **money})
    assert second.cost == pytest.approx(first.cost * unit, rel=1e-8)
    assert np.allclose(first.requirement_price, second.requirement_price, atol=1e-8)


def test_the_price_of_a_requirement_is_what_the_next_unit_costs() -> None:
    problem = random_problem(11, 15, 3)
    base = cheapest_collateral(**problem)
    for venue in range(3):
        more = problem["requirement"].copy()
        more[venue] += 1.0
        # Limits are shares of the requirement, and widen with it: keep them where they were.
        limit = problem["limit"].copy()
        limit[:, venue] *= problem["requirement"][venue] / more[venue]
        after = cheapest_collateral(**{**problem, "requirement": more, "limit": limit})
        assert after.cost - base.cost == pytest.approx(base.requirement_price[venue], rel=1e-4)


def test_less_is_never_cheaper() -> None:
    problem = random_problem(4, 12, 4)
    fewer = {**problem, "available": problem["available"] * 0.8}
    tighter = {**problem, "haircut": problem["haircut"] * 0.9 + 0.1}
    paid = {**problem, "cost": np.abs(problem["cost"])}
    base = cheapest_collateral(**paid).cost
    assert cheapest_collateral(**{**fewer, "cost": paid["cost"]}).cost >= base
    assert cheapest_collateral(**{**tighter, "cost": paid["cost"]}).cost >= base


def test_nothing_is_posted_where_nothing_is_asked() -> None:
    choice = cheapest_collateral([100, 0], [0, 50], 0.0, [-0.01, 0.02])
    assert choice.posted.tolist() == [[0, 50], [0, 0]]
    none = cheapest_collateral([100], [0], 0.0, 0.01)
    assert none.cost == 0


def test_an_answer_without_proof_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(7, 12, 4)
    monkeypatch.setattr(_linear, "lower_bound", lambda *numbers: -1.0)
    with pytest.raises(ml.MarginError, match="too different in size to be weighed"):
        cheapest_collateral(**problem)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "too little": (
        lambda: cheapest_collateral([100, 50], [90, 80], 0.1, 0.01),
        "cannot be covered within haircuts and concentration limits: at least 35 is missing",
    ),
    "limits that leave no way": (
        lambda: cheapest_collateral([500, 500], [100, 100], 0.0, 0.01, limit=[[0.4, 1], [0.4, 1]]),
        r"at least 20 is missing \(20 of 100 at venue 0\)",
    ),
    "nothing is accepted": (
        lambda: cheapest_collateral([500], [100], 1.0, 0.01),
        r"100 of 100 at venue 0",
    ),
    "a haircut in per cent": (
        lambda: cheapest_collateral([1], [1], 10, 0.01),
        r"haircut must be a fraction; got 10, did you mean 0.1\?",
    ),
    "one amount": (
        lambda: cheapest_collateral(5, [1], 0, 0),
        "available must be a list of amounts",
    ),
    "nothing at all": (lambda: cheapest_collateral([], [1], 0, 0), "available must be a list"),
    "a negative requirement": (
        lambda: cheapest_collateral([1], [-1], 0, 0),
        "requirement.0. must not be negative",
    ),
    "a haircut for each venue": (
        lambda: cheapest_collateral([1], [1, 1, 1], [0, 0, 0], 0),
        r"haircut must be one number, 1 \(one for each asset\), or a table of shape \(1, 3\)",
    ),
    "two units": (
        lambda: cheapest_collateral([1e6, 1e-8], [1], 0, 0.01),
        "available must not hold amounts as different as 1e-08 and 1e.06; give all in the same",
    ),
    "requirements in another unit": (
        lambda: cheapest_collateral([1e12], [1e-3], 0, 0.01),
        "available and requirement must not hold amounts as different",
    ),
}


@pytest.mark.parametrize(("wrong", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], said: str) -> None:
    with pytest.raises(ml.MarginError, match=said):
        wrong()
