"""What pooling saves, and when clearing lowers exposures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import MarginError, instruments, market
from marginlib.accounts import Accounts
from marginlib.contagion import (
    bilateral_exposure,
    cleared_exposure,
    fewest_members,
    simulated_exposures,
    smallest_cleared_share,
)
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
often = settings(deadline=None, max_examples=100, derandomize=True)
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


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("classes", [1, 2, 4, 9])
def test_the_fewest_members_are_the_first_that_gain(classes: int, correlation: float) -> None:
    found = int(fewest_members(classes, correlation))
    members = np.arange(2, found + 3)
    gain = bilateral_exposure(members, classes, correlation=correlation) - cleared_exposure(
        members, classes, correlation=correlation
    )
    first = members[np.argmax(gain > 1e-12)]
    assert first == found


@often
@given(classes=st.integers(1, 40))
def test_without_correlation_it_is_the_condition_of_the_paper(classes: int) -> None:
    members = np.arange(2, 400)
    helps = classes < members**2 / (4 * (members - 1))
    assert fewest_members(classes) == members[np.argmax(helps)]


@often
@given(members=st.integers(2, 40), classes=st.integers(1, 20))
def test_one_clearing_house_for_all_is_never_worse(members: int, classes: int) -> None:
    joint = cleared_exposure(members, classes, cleared=classes)
    assert joint <= bilateral_exposure(members, classes) * (1 + 1e-12)
    assert joint <= cleared_exposure(members, classes, classes, separate=True) * (1 + 1e-12)


def test_nothing_cleared_is_netting_in_pairs() -> None:
    assert cleared_exposure(9, 4, cleared=0) == bilateral_exposure(9, 4)


def test_a_class_that_is_risky_enough_gains_from_clearing() -> None:
    share = float(smallest_cleared_share(12))

    def gain(risk: float) -> float:
        before = 11 * np.sqrt(1 + risk**2)
        return float(before - (11 + np.sqrt(11) * risk))

    assert gain(0.999 * share) < 0 < gain(1.001 * share)
    assert smallest_cleared_share(2) == np.inf


def test_simulated_exposures_come_close_with_correlation_too() -> None:
    found = simulated_exposures(
        members=6, classes=4, draws=100_000, sigma=2, correlation=0.3, rng=np.random.default_rng(7)
    )
    wanted = bilateral_exposure(6, 4, 2, 0.3), cleared_exposure(6, 4, 4, 2, 0.3)
    assert found.bilateral == pytest.approx(float(wanted[0]), rel=0.01)
    assert found.cleared == pytest.approx(float(wanted[1]), rel=0.015)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "half a member": (lambda: bilateral_exposure(2.5, 3), "members must be a whole number"),
    "too negative": (lambda: equicorrelated_saving(3, -0.6), "at least -1 / "),
    "a percentage": (lambda: equicorrelated_saving(3, 50), "correlation must be from -1 to 1"),
    "more cleared than there are": (
        lambda: cleared_exposure(3, 2, cleared=3),
        "cleared must not exceed the classes",
    ),
    "a row for a table": (lambda: correlated_saving([1, 1], [1, 0]), "must be a square table"),
    "sizes": (lambda: correlated_saving([1, 1, 1], np.eye(2)), "do not fit together"),
    "a seed for a generator": (
        lambda: simulated_exposures(members=3, classes=2, draws=9, rng=1),  # type: ignore[arg-type]
        "rng must be a numpy Generator",
    ),
}


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()
