"""Debts that all fall due at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog

from marginlib.contagion import clearing_payments

OWED = hnp.arrays(float, (4, 4), elements=st.floats(0, 10)).map(lambda a: a * (1 - np.eye(4)))
OUTSIDE = hnp.arrays(float, 4, elements=st.floats(0.01, 10))
WELL_OUTSIDE = hnp.arrays(float, 4, elements=st.floats(0.1, 10))
"""Enough leaves in each round for a few thousand of them to come to their end."""
SHARE = st.floats(0, 1)


def shares(owed: np.ndarray, owed_outside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = owed.sum(axis=1) + owed_outside
    return total, owed / np.where(total > 0, total, 1)[:, None]


def step(paid, owed, outside, owed_outside, recovery, recovery_between):  # type: ignore[no-untyped-def]
    """Return what each pays if the others pay so much: the equation itself."""
    total, part = shares(owed, owed_outside)
    has = outside + part.T @ paid
    left = recovery * outside + recovery_between * part.T @ paid
    return np.where(has >= total * (1 - 1e-12), total, left)


@given(owed=OWED, outside=OUTSIDE, owed_outside=OUTSIDE)
def test_payments_are_the_best_solution_of_a_linear_programme(
    owed: np.ndarray, outside: np.ndarray, owed_outside: np.ndarray
) -> None:
    total, part = shares(owed, owed_outside)
    best = linprog(
        -np.ones(4), A_ub=np.eye(4) - part.T, b_ub=outside, bounds=[(0, each) for each in total]
    )
    assert clearing_payments(owed, outside, owed_outside).payments == pytest.approx(
        best.x, abs=1e-6
    )


@given(owed=OWED, outside=OUTSIDE, owed_outside=WELL_OUTSIDE)
def test_with_money_everywhere_payments_are_unique(
    owed: np.ndarray, outside: np.ndarray, owed_outside: np.ndarray
) -> None:
    paid, before = np.zeros(4), np.ones(4)
    while np.any(np.abs(paid - before) > 1e-12):
        paid, before = step(paid, owed, outside, owed_outside, 1, 1), paid
    assert clearing_payments(owed, outside, owed_outside).payments == pytest.approx(paid, abs=1e-6)


@given(owed=OWED, outside=OUTSIDE, owed_outside=OUTSIDE, alpha=SHARE, beta=SHARE)
def test_payments_solve_the_equation_and_no_other_solution_is_above(
    owed: np.ndarray, outside: np.ndarray, owed_outside: np.ndarray, alpha: float, beta: float
) -> None:
    found = clearing_payments(owed, outside, owed_outside, recovery=alpha, recovery_between=beta)
    again = step(found.payments, owed, outside, owed_outside, alpha, beta)
    assert found.payments == pytest.approx(again, abs=1e-9)
    paid = shares(owed, owed_outside)[0]
    for _ in range(200):  # falls from full payment, and never below the greatest solution
        paid = step(paid, owed, outside, owed_outside, alpha, beta)
        assert np.all(paid >= found.payments - 1e-9)


@given(owed=OWED, outside=OUTSIDE, owed_outside=OUTSIDE)
def test_no_money_is_made_or_lost(
    owed: np.ndarray, outside: np.ndarray, owed_outside: np.ndarray
) -> None:
    found = clearing_payments(owed, outside, owed_outside)
    part = shares(owed, owed_outside)[1]
    left_the_system = (found.payments * (1 - part.sum(axis=1))).sum()
    assert found.equity.sum() + left_the_system == pytest.approx(outside.sum())


@given(owed=OWED, outside=OUTSIDE, owed_outside=OUTSIDE, alpha=SHARE, beta=SHARE)
def test_owners_come_last_and_never_owe(
    owed: np.ndarray, outside: np.ndarray, owed_outside: np.ndarray, alpha: float, beta: float
) -> None:
    found = clearing_payments(owed, outside, owed_outside, recovery=alpha, recovery_between=beta)
    total = shares(owed, owed_outside)[0]
    failed = ~np.isnan(found.default_round)
    assert np.all(found.equity >= 0)
    assert np.all(found.equity[failed] == 0)
    assert np.all(found.payments[~failed] == total[~failed])
    assert np.all(found.payments >= 0)
    assert np.all(np.diff(found.rounds, axis=0) <= 1e-9)
    assert len(found.rounds) - 1 <= 4


@given(owed=OWED, outside=OUTSIDE, owed_outside=OUTSIDE, alpha=SHARE)
def test_costs_of_default_help_nobody(
    owed: np.ndarray, outside: np.ndarray, owed_outside: np.ndarray, alpha: float
) -> None:
    free = clearing_payments(owed, outside, owed_outside)
    dear = clearing_payments(owed, outside, owed_outside, recovery=alpha, recovery_between=alpha)
    assert np.all(dear.payments <= free.payments + 1e-9)


def test_a_chain_falls_one_round_after_the_other() -> None:
    owed = [[0, 10, 0, 0], [0, 0, 10, 0], [0, 0, 0, 10], [0, 0, 0, 0]]
    found = clearing_payments(owed, [9, 0, 0.5, 0])
    assert found.default_round.tolist()[:3] == [1, 2, 3]
    assert found.payments.tolist() == [9, 9, 9.5, 0]
    assert found.rounds.tolist() == [
        [10, 10, 10, 0], [9, 10, 10, 0], [9, 9, 10, 0], [9, 9, 9.5, 0],
    ]  # fmt: skip


def test_with_costs_there_may_be_a_second_and_worse_solution() -> None:
    owed, outside = np.array([[0, 2.2], [2.2, 0]]), np.ones(2)
    worse = np.ones(2)
    assert step(worse, owed, outside, np.zeros(2), 0.5, 0.5).tolist() == worse.tolist()
    found = clearing_payments(owed, outside, recovery=0.5, recovery_between=0.5)
    assert found.payments.tolist() == [2.2, 2.2]


@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 0.5), (0.3, 0.8)])
def test_a_ring_of_banks_follows_a_closed_form(alpha: float, beta: float) -> None:
    # Each owes 3 or 2 to the next, in turn. The even ones have 0.8 and fail at once, the odd ones
    # have nothing: p_even = a 0.8 + b p_odd and p_odd = b p_even.
    owed = np.zeros((6, 6))
    for place in range(6):
        owed[place, (place + 1) % 6] = 2 if place % 2 == 0 else 3
    found = clearing_payments(owed, [0, 0.8] * 3, recovery=alpha, recovery_between=beta)
    large = alpha * 0.8 / (1 - beta**2)
    assert found.payments == pytest.approx([beta * large, large] * 3)
    assert found.default_round.tolist() == [2, 1] * 3


def test_debts_that_only_go_around_are_paid_without_any_money() -> None:
    found = clearing_payments([[0, 5], [5, 0]], [0, 0])
    assert found.payments.tolist() == [5, 5]
    assert np.isnan(found.default_round).all()


def test_many_systems_at_once_are_each_by_itself() -> None:
    rng = np.random.default_rng(5)
    owed = rng.random((3, 2, 5, 5)) * (1 - np.eye(5))
    outside, recovery = rng.random((2, 5)), np.array([[1.0], [0.6], [0.0]])
    found = clearing_payments(owed, outside, 0.2, recovery=recovery, recovery_between=0.9)
    for i, j in np.ndindex(3, 2):
        alone = clearing_payments(
            owed[i, j], outside[j], 0.2, recovery=float(recovery[i, 0]), recovery_between=0.9
        )
        assert found.payments[i, j] == pytest.approx(alone.payments)
        assert found.equity[i, j] == pytest.approx(alone.equity)
        np.testing.assert_array_equal(found.default_round[i, j], alone.default_round)
