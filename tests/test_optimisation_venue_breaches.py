"""The cheapest rates with a budget of breaches."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib.optimisation import cheapest_breached_path, cheapest_rate_path

seeds = st.integers(0, 2**32 - 1)
speeds = st.floats(0, 1)


def without(move: np.ndarray, days: tuple[int, ...]) -> np.ndarray:
    left = move.copy()
    left[list(days)] = 0.0
    return left


@settings(max_examples=40)
@given(
    seed=seeds,
    days=st.integers(1, 9),
    breaches=st.integers(0, 4),
    rise=speeds,
    fall=speeds,
    floor=st.sampled_from([0.0, 0.02, 0.2]),
)
def test_no_other_days_are_cheaper_to_miss(
    seed: int, days: int, breaches: int, rise: float, fall: float, floor: float
) -> None:
    move = np.abs(0.03 * np.random.default_rng(seed).standard_t(3, days))
    path = cheapest_breached_path(move, breaches, rise, fall, floor)
    ways = combinations(range(days), min(breaches, days))
    costs = [cheapest_rate_path(without(move, way), rise, fall, floor).mean() for way in ways]
    assert path.rate.mean() == pytest.approx(min(costs), rel=1e-6, abs=1e-9)
    assert path.breached.sum() <= breaches
    assert np.array_equal(path.breached, path.rate < move)
    assert (path.rate[1:] <= path.rate[:-1] * (1 + rise) * (1 + 1e-12)).all()
    assert (path.rate[1:] >= path.rate[:-1] * (1 - fall)).all()
    assert (path.rate >= floor).all()


def test_without_limits_the_largest_moves_are_missed() -> None:
    move = np.array([0.03, 0.09, 0.01, 0.07, 0.02])
    path = cheapest_breached_path(move, 2)
    assert path.breached.tolist() == [False, True, False, True, False]
    assert path.rate.tolist() == [0.03, 0, 0.01, 0, 0.02]


@settings(max_examples=20)
@given(seed=seeds, breaches=st.integers(0, 5))
def test_a_rate_that_never_changes_is_an_order_statistic(seed: int, breaches: int) -> None:
    move = np.random.default_rng(seed).random(30)
    path = cheapest_breached_path(move, breaches, rise=0, fall=0)
    assert path.rate == pytest.approx(np.sort(move)[-1 - breaches])


def test_many_days_beat_any_days_drawn() -> None:
    rng = np.random.default_rng(5)
    move = np.abs(0.02 * rng.standard_t(3, 250))
    costs = []
    for breaches in range(4):
        best = cheapest_breached_path(move, breaches, 0.1, 0.05)
        costs.append(best.rate.mean())
        high = np.argsort(-move)[:20]
        for _ in range(50):
            days = tuple(rng.choice(high, breaches, replace=False))
            other = cheapest_rate_path(without(move, days), 0.1, 0.05)
            assert costs[-1] <= other.mean() * (1 + 1e-9)
    assert np.all(np.diff(costs) < 0)
