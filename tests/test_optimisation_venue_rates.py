"""The cheapest rates that keep coverage and stability."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

import marginlib as ml
from marginlib.optimisation import cheapest_rate_path, cheapest_rates
from marginlib.optimisation.venue_rates import _largest_rise

moves = st.lists(st.floats(0, 0.5), min_size=1, max_size=12)
rises, falls = st.floats(0, 2), st.floats(0, 1)


@given(move=moves, rise=rises, fall=falls, floor=st.floats(0, 0.2))
def test_a_linear_programme_finds_the_same_path(
    move: list[float], rise: float, fall: float, floor: float
) -> None:
    path = cheapest_rate_path(move, rise, fall, floor)
    days = len(move)
    here, before = np.eye(days)[1:], np.eye(days)[:-1]
    table = np.vstack([here - (1 + rise) * before, (1 - fall) * before - here])
    bounds = [(max(one, floor), None) for one in move]
    found = linprog(np.ones(days), A_ub=table, b_ub=np.zeros(len(table)), bounds=bounds)
    assert path.sum() == pytest.approx(found.fun, abs=1e-6)


def test_no_path_on_a_grid_is_lower_on_any_day() -> None:
    move, grid = [1, 4, 1, 2], [1, 2, 3, 4]
    path = cheapest_rate_path(move, rise=1.0, fall=0.5)
    kept = [
        way
        for way in product(grid, repeat=4)
        if all(rate >= one for rate, one in zip(way, move, strict=True))
        and all(0.5 * a <= b <= 2 * a for a, b in pairwise(way))
    ]
    assert tuple(path) in kept
    assert np.array_equal(np.min(kept, axis=0), path)


@given(move=moves, rise=rises, fall=falls)
def test_the_path_covers_and_keeps_its_limits(move: list[float], rise: float, fall: float) -> None:
    path = cheapest_rate_path(move, rise, fall)
    assert (path >= move).all()
    assert (path[1:] <= path[:-1] * (1 + rise) * (1 + 1e-12)).all()
    assert (path[1:] >= path[:-1] * (1 - fall)).all()
    tighter = cheapest_rate_path(move, rise / 2, fall / 2)
    assert (tighter >= path).all()


def test_without_limits_the_path_is_the_move_and_with_none_allowed_it_is_constant() -> None:
    assert cheapest_rate_path([0.1, 0.3, 0.2]).tolist() == [0.1, 0.3, 0.2]
    assert cheapest_rate_path([0.1, 0.3, 0.2], rise=0, fall=0).tolist() == [0.3] * 3


def test_a_batch_is_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(7)
    many, rise = rng.random((3, 20)), np.array([[0.1], [0.5]])
    found = cheapest_rate_path(many, rise, fall=0.2, floor=0.1)
    assert found.shape == (2, 3, 20)
    for row, column in np.ndindex(2, 3):
        one = cheapest_rate_path(many[column], rise[row, 0], 0.2, 0.1)
        assert np.array_equal(found[row, column], one)


@given(seed=st.integers(0, 2**32 - 1), rise=st.floats(0.2, 3), days=st.integers(1, 5))
def test_the_choice_is_the_cheapest_that_keeps_both_rules(
    seed: int, rise: float, days: int
) -> None:
    rng = np.random.default_rng(seed)
    move, rates = rng.random(30) * 0.1, rng.random((8, 1)) * 0.1 + rng.random((8, 30)) * 0.03
    kept = []
    for rate in rates:
        worst = max(
            rate[j] / rate[i] - 1 for i in range(30) for j in range(i, min(30, i + days + 1))
        )
        covered = sum(rate >= move) / 30
        kept.append(rate.mean() if covered >= 0.5 and worst <= rise else np.inf)
    if min(kept) == np.inf:
        with pytest.raises(ml.MarginError, match="no rates here cover"):
            cheapest_rates(rates, move, 0.5, rise, days)
        return
    choice = cheapest_rates(rates, move, 0.5, rise, days)
    assert choice.best == int(np.argmin(kept))
    assert choice.average[choice.best] == pytest.approx(min(kept))


@given(seed=st.integers(0, 2**32 - 1), rise=st.floats(0, 1))
def test_no_rule_that_covers_all_is_cheaper_than_foresight(seed: int, rise: float) -> None:
    rng = np.random.default_rng(seed)
    move = rng.random(40) * 0.1
    steps = rng.uniform(-0.1, rise, (5, 40)).cumsum(axis=1)
    rates = np.exp(np.minimum(steps, 40) / 40)
    rates *= (move / rates).max(axis=1, keepdims=True)
    allowed = _largest_rise(rates, 1).max() + 1e-12
    choice = cheapest_rates(rates, move, coverage=1.0, rise=allowed)
    assert choice.average.min() >= cheapest_rate_path(move, allowed).mean() * (1 - 1e-12)


def test_a_rise_from_nothing_is_without_bound() -> None:
    assert _largest_rise(np.array([[0.0, 0.1], [0.1, 0.0]]), 1).tolist() == [np.inf, 0.0]
