"""What pooling saves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import MarginError, instruments, market
from marginlib.accounts import Accounts
from marginlib.margin import (
    FixedRate,
    correlated_saving,
    equicorrelated_saving,
    equicorrelation,
    pooling_saving,
)
from marginlib.margin.scan import ScenarioScan, each_apart, equidistant

TWO = instruments.linear(["BTC", "ETH"])
NOW = market.at(TWO, [20_000, 1_500])
often = settings(max_examples=100)
SCAN = ScenarioScan(equidistant(0.15, 0.15))


def test_requirements_that_add_up_save_nothing() -> None:
    hedged = Accounts(0, [1, -10])
    assert pooling_saving(hedged, NOW, FixedRate(0.1, 0.05)) == pytest.approx(0)
    assert (
        pooling_saving(hedged, NOW, ScenarioScan(equidistant(0.15, 0.15), groups=each_apart(TWO)))
        == 0
    )


def test_a_hedge_saves_what_cancels() -> None:
    many = Accounts([0, 0], [[1, -10], [1, 10]])
    # 20,000 against 15,000, each at 15 %.
    assert pooling_saving(many, NOW, SCAN).tolist() == pytest.approx([1 - 5_000 / 35_000, 0])


def test_another_rule_may_say_what_positions_need_alone() -> None:
    account, rule = Accounts(0, [1, -10]), FixedRate(0.2, 0.1)
    assert pooling_saving(account, NOW, SCAN, standalone=rule) == pytest.approx(1 - 750 / 7_000)
    found = pooling_saving(account, NOW, SCAN, standalone=rule, maintenance=True)
    assert found == pytest.approx(1 - 750 / 3_500)


def test_an_empty_account_has_no_saving() -> None:
    assert np.isnan(pooling_saving(Accounts(0, [0, 0]), NOW, SCAN))


def test_a_hedge_is_hurt_most_when_its_correlation_breaks() -> None:
    calm, broken = (1 - correlated_saving([1, -1], equicorrelation(2, r)) for r in (0.9, 0.5))
    assert calm == pytest.approx(np.sqrt(2 - 1.8) / 2)
    assert broken / calm == pytest.approx(2.236, abs=5e-4)


@often
@given(count=st.integers(1, 50), correlation=st.floats(0, 1))
def test_equal_positions_are_a_case_of_any_positions(count: int, correlation: float) -> None:
    found = equicorrelated_saving(count, correlation)
    table = equicorrelation(count, correlation)
    assert correlated_saving(np.ones(count), table) == pytest.approx(float(found), abs=1e-9)
    assert -1e-12 <= found <= 1


@often
@given(correlation=st.floats(0, 0.99))
def test_more_positions_save_more_up_to_a_limit(correlation: float) -> None:
    found = equicorrelated_saving(np.arange(1, 200), correlation)
    assert np.all(np.diff(found) >= 0)
    assert found[-1] <= 1 - np.sqrt(correlation) + 1e-12


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "too negative": (lambda: equicorrelated_saving(3, -0.6), "at least -1 / "),
    "a percentage": (lambda: equicorrelated_saving(3, 50), "correlation must be from -1 to 1"),
    "a row for a table": (lambda: correlated_saving([1, 1], [1, 0]), "must be a square table"),
    "sizes": (lambda: correlated_saving([1, 1, 1], np.eye(2)), "do not fit together"),
}


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()
