"""Distress before anyone defaults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from marginlib import NotSettled
from marginlib.contagion import debt_rank, linear_distress, single_hit_distress, spectral_radius
from marginlib.contagion.debtrank import interbank_leverage

CLAIMS = hnp.arrays(float, (4, 4), elements=st.floats(0, 4)).map(lambda a: a * (1 - np.eye(4)))
SHOCK = hnp.arrays(float, 4, elements=st.floats(0, 1))
EQUITY = np.array([10.0, 8, 12, 9])


@given(claims=CLAIMS, shock=SHOCK)
def test_both_rules_agree_in_the_first_round_and_the_linear_one_ends_higher(
    claims: np.ndarray, shock: np.ndarray
) -> None:
    once, linear = (
        single_hit_distress(claims, EQUITY, shock),
        linear_distress(claims, EQUITY, shock),
    )
    if len(once.rounds) > 1 and len(linear.rounds) > 1:
        assert once.rounds[1] == pytest.approx(linear.rounds[1])
    assert np.all(once.distress <= linear.distress + 1e-9)
    for found in (once, linear):
        assert np.all(np.diff(found.rounds, axis=0) >= 0)
        assert np.all(found.distress <= 1)
        assert found.rounds[0].tolist() == shock.tolist()


@given(claims=CLAIMS, shock=SHOCK)
def test_small_distress_rests_where_linear_algebra_says(
    claims: np.ndarray, shock: np.ndarray
) -> None:
    leverage, small = interbank_leverage(claims, 4 * EQUITY), shock / 100
    found = linear_distress(claims, 4 * EQUITY, small)
    assert spectral_radius(leverage) < 1
    assert found.distress == pytest.approx(np.linalg.solve(np.eye(4) - leverage, small), abs=1e-9)


@given(claims=CLAIMS, shock=SHOCK)
def test_rounds_are_those_of_the_paper(claims: np.ndarray, shock: np.ndarray) -> None:
    # A bank passes on what it has lost since the round before, until it has defaulted.
    leverage = interbank_leverage(claims, EQUITY)
    before, now = np.zeros(4), shock
    for state in linear_distress(claims, EQUITY, shock).rounds:
        assert state == pytest.approx(now, abs=1e-9)
        before, now = now, np.minimum(1, now + leverage @ (now - before))


def test_above_a_radius_of_one_the_smallest_loss_ends_in_default() -> None:
    claims = np.array([[0, 1.1, 0], [0, 0, 1.1], [1.1, 0, 0]])
    assert spectral_radius(interbank_leverage(claims, np.ones(3))) == pytest.approx(1.1)
    assert linear_distress(claims, np.ones(3), [1e-9, 0, 0]).distress.tolist() == [1, 1, 1]
    assert linear_distress(claims / 1.2, np.ones(3), [1e-9, 0, 0]).distress.max() < 1e-7


def test_a_default_stops_what_is_passed_on() -> None:
    # B loses all at once; A's claim of 3 on its own 4 is gone, and never more.
    found = linear_distress([[0, 3], [0, 0]], [4, 1], [0, 1])
    assert found.distress.tolist() == [0.75, 1]


def test_a_shock_alone_has_no_debt_rank() -> None:
    found = linear_distress(np.zeros((2, 2)), [1, 1], [0.5, 1])
    assert debt_rank(found, [1, 1]) == 0
    assert len(found.rounds) == 1


def test_slow_distress_says_how_far_it_got() -> None:
    with pytest.raises(NotSettled, match="after 3 rounds") as caught:
        linear_distress([[0, 0.9], [0.9, 0]], [1, 1], [0.01, 0], rounds=3)
    assert caught.value.last.rounds.shape == (4, 2)  # type: ignore[attr-defined]


def test_many_systems_at_once_are_each_by_itself() -> None:
    rng = np.random.default_rng(2)
    claims, shock = rng.random((3, 1, 4, 4)) * (1 - np.eye(4)), rng.random((2, 4)) / 2
    equity = rng.uniform(1, 3, (3, 1, 4))
    for rule in (linear_distress, single_hit_distress):
        found = rule(claims, equity, shock)
        ranks = debt_rank(found, [1, 2, 3, 4])
        for i, j in np.ndindex(3, 2):
            alone = rule(claims[i, 0], equity[i, 0], shock[j])
            assert found.distress[i, j] == pytest.approx(alone.distress, abs=1e-9)
            assert ranks[i, j] == pytest.approx(debt_rank(alone, [1, 2, 3, 4]), abs=1e-9)
