"""Margin of portfolios from days that were: what pooling may do to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import MarginError, instruments, market
from marginlib.accounts import Accounts
from marginlib.calibration import HistoricalSimulation
from marginlib.margin.scan import Scenarios

BOOK = instruments.join(
    instruments.linear(["A", "B"]),
    instruments.options(["put"], "A", strike=95, expiry=0.1, is_call=False),
)
NOW = market.at(BOOK, [100, 20], [0.3])
MOVES = np.random.default_rng(3).normal(0, 0.03, (60, 2)) @ [[1.0, 0.5], [0.0, 1.0]]
DAYS = Scenarios(MOVES)
quantities = arrays(float, 3, elements=st.floats(-50, 50, allow_subnormal=False))


def need(rule: HistoricalSimulation, quantity: np.ndarray) -> float:
    return float(rule(Accounts(0, quantity), NOW).initial)


@settings(max_examples=50)
@given(quantities, quantities, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_two_accounts_joined_never_need_a_larger_shortfall(
    first: np.ndarray, second: np.ndarray, level: float
) -> None:
    rule = HistoricalSimulation(DAYS, level)
    apart = need(rule, first) + need(rule, second)
    assert need(rule, first + second) <= apart + 1e-9 * (1 + apart)


def test_two_accounts_joined_may_have_more_value_at_risk() -> None:
    # Two things that halve on different days: each costs 100 once in 21 days.
    falls = np.zeros((21, 2))
    falls[0, 0] = falls[1, 1] = -0.5
    pair = market.at(instruments.linear(["A", "B"]), [200, 200])
    at_risk = HistoricalSimulation(Scenarios(falls), 0.95, shortfall=False)
    alone = at_risk(Accounts([0, 0], [[1, 0], [0, 1]]), pair).initial
    joined = at_risk(Accounts(0, [1, 1]), pair).initial
    assert alone.tolist() == [0, 0]
    assert joined == pytest.approx(100)


@settings(max_examples=30)
@given(quantities, st.sampled_from([0.9, 0.99]))
def test_the_shortfall_is_the_larger_measure(quantity: np.ndarray, level: float) -> None:
    low = need(HistoricalSimulation(DAYS, level, shortfall=False), quantity)
    assert need(HistoricalSimulation(DAYS, level), quantity) >= low - 1e-9


def test_many_accounts_are_answered_like_one() -> None:
    rows = np.random.default_rng(4).normal(size=(5, 3))
    rule = HistoricalSimulation(DAYS, 0.9)
    many = rule(Accounts(np.zeros(5), rows), NOW)
    assert many.initial == pytest.approx(np.array([need(rule, row) for row in rows]))
    assert (many.maintenance == many.initial).all()


def test_days_that_only_bring_gains_need_nothing() -> None:
    rule = HistoricalSimulation(Scenarios([0.01, 0.02, 0.03]), 0.5)
    assert need(rule, np.array([1.0, 0, 0])) == 0


def test_a_percentage_is_refused() -> None:
    with pytest.raises(MarginError, match=r"did you mean 0\.99"):
        HistoricalSimulation(DAYS, 99)
