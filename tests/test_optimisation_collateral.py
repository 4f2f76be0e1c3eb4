"""The cheapest collateral to post."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.optimisation import _linear, cheapest_collateral
from marginlib.optimisation.collateral import CollateralChoice

Problem = dict[str, Any]
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


def group_rules(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return members and limits of each limited group, and what each venue may hold."""
    venues = problem["requirement"].size
    limits = problem.get("group_limit", {})
    member = np.array([[one == name for one in problem["groups"]] for name in limits], dtype=float)
    share = np.array([np.broadcast_to(one, venues) for one in limits.values()])
    room = np.broadcast_to(problem.get("venue_limit", np.inf), venues)
    shape = (len(limits), problem["available"].size)
    return member.reshape(shape), share.reshape(len(limits), venues), room


def with_groups(seed: int, assets: int, venues: int) -> Problem:
    """Return a problem with limits on groups and venues that can just be met."""
    rng = np.random.default_rng(seed)
    problem = random_problem(seed, assets, venues)
    names = rng.choice(["A", "B", "C"], assets)
    names[:3] = ["A", "B", "C"]
    room = rng.uniform(1.2, 2, venues) * problem["requirement"]
    limits = {"A": rng.uniform(0.3, 0.8), "C": rng.uniform(0.3, 0.8, venues)}
    loose = rng.random(venues) < 0.3
    return {
        **problem,
        "groups": names,
        "group_limit": limits,
        "venue_limit": np.where(loose, np.inf, room),
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
    member, group_limit, room = group_rules(problem)
    assert (member @ (counted * posted) <= group_limit * need + near).all()
    assert (posted.sum(axis=0) <= room + near).all()
    # Weak duality: whatever the prices, nothing can cost less than this.
    venue, asset = choice.requirement_price, choice.asset_price
    assert (venue >= 0).all()
    assert (asset >= 0).all()
    most = problem["limit"] * need / np.maximum(counted, 1e-12)
    most = np.where(counted > 1e-9, most, 0.0)
    group, at_venue = choice.group_price, choice.venue_price
    assert (group >= 0).all()
    assert (at_venue >= 0).all()
    limited = np.where(np.isfinite(room), room, 0.0)
    gain = venue * counted - (member.T @ group) * counted - at_venue - asset[:, None] - cost
    bound = venue @ need - asset @ available - (np.maximum(0.0, gain) * most).sum()
    bound -= (group * group_limit * need).sum() + at_venue @ limited
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


@pytest.mark.parametrize("bound", ["group", "venue", "both"])
def test_no_choice_in_whole_units_is_cheaper_within_groups(bound: str) -> None:
    problem = {**SMALL, "requirement": np.array([4.0, 2.0])}
    if bound != "venue":
        problem |= {"groups": ["issuer", "cash", "issuer"], "group_limit": {"issuer": [0.5, 0.5]}}
    if bound != "group":
        problem |= {"venue_limit": np.array([np.inf, 3.0]) if bound == "both" else [4.0, 9.0]}
    member, share, room = group_rules(problem)
    found = cheapest_collateral(**problem)
    check(found, problem)
    assert found.cost > cheapest_collateral(**{**SMALL, "requirement": [4.0, 2.0]}).cost
    counted, need = 1 - SMALL["haircut"], problem["requirement"]
    costs = []
    halves = [np.arange(2 * most + 1) / 2 for most in np.repeat(SMALL["available"], 2)]
    halves[5] = np.zeros(1)  # not accepted there
    grid = np.stack(np.meshgrid(*halves, indexing="ij"), axis=-1).reshape(-1, 3, 2)
    value = counted * grid
    kept = (value.sum(axis=1) >= need).all(axis=1)
    kept &= (grid.sum(axis=2) <= SMALL["available"]).all(axis=1)
    kept &= (value <= SMALL["limit"] * need).all(axis=(1, 2))
    kept &= (member @ value <= share * need).all(axis=(1, 2))
    kept &= (grid.sum(axis=1) <= room).all(axis=1)
    costs = (SMALL["cost"] * grid[kept]).sum(axis=(1, 2))
    assert found.cost == pytest.approx(costs.min())


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), assets=st.integers(10, 30), venues=st.integers(1, 6))
def test_every_choice_within_groups_proves_itself(seed: int, assets: int, venues: int) -> None:
    problem = with_groups(seed, assets, venues)
    try:
        choice = cheapest_collateral(**problem)
    except ml.MarginError as told:
        assert "is missing" in str(told)  # noqa: PT017
        return
    check(choice, problem)
    free = {name: problem[name] for name in random_problem(0, 1, 1)}
    assert cheapest_collateral(**free).cost <= choice.cost + 1e-6 * abs(choice.cost)


def test_a_group_without_a_limit_has_none() -> None:
    # Posting pays, so each asset goes up to its own limit, which is more than is asked for.
    found = cheapest_collateral(
        [80, 80], [100], 0.0, -0.01, groups=["a", "b"], group_limit={"b": 0.5}
    )
    assert found.posted[:, 0] == pytest.approx([80, 50])
    assert found.group_price == pytest.approx(np.array([[0.01]]))


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), assets=st.integers(8, 20), venues=st.integers(1, 6))
def test_every_choice_proves_itself(seed: int, assets: int, venues: int) -> None:
    problem = random_problem(seed, assets, venues)
    check(cheapest_collateral(**problem), problem)


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


@pytest.mark.parametrize("ending", [2, 4])  # infeasible, or without an answer
def test_a_solver_that_lost_its_way_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch, ending: int
) -> None:
    lost = SimpleNamespace(status=ending, x=None, message="HiGHS Status 4")
    monkeypatch.setattr(_linear, "linprog", lambda *given, **options: lost)
    with pytest.raises(ml.MarginError, match="too different in size to be weighed"):
        cheapest_collateral([100], [50], 0.0, 0.01)


def test_an_asset_that_is_used_up_has_the_price_of_what_one_more_unit_saves():
    terms = {"requirement": [4_000], "haircut": [0.2, 0.1, 0], "cost": [0.01, 0.03, 0.05]}
    choice = cheapest_collateral([4_000, 3_000, 4_000], **terms)
    more = cheapest_collateral([4_001, 3_000, 4_000], **terms)
    assert choice.asset_price[0] == pytest.approx(choice.cost - more.cost)
    assert choice.asset_price == pytest.approx([0.8 * 0.03 / 0.9 - 0.01, 0, 0])


def test_a_full_venue_has_the_price_of_what_one_more_unit_saves():
    def cost(room):
        return cheapest_collateral([1_000, 1_000], [900], [0.5, 0], [0.01, 0.05], venue_limit=room)

    assert cost(1_000).venue_price[0] == pytest.approx(cost(1_000).cost - cost(1_001).cost)
    assert cost(1_000).venue_price[0] > 0


def test_an_asset_of_which_there_is_none_is_not_posted():
    assert cheapest_collateral([0, 1_000], [0.5], 0, [0.01, 0.05]).posted[0, 0] == 0
