"""When clearing lowers exposures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib.contagion import (
    bilateral_exposure,
    cleared_exposure,
    fewest_members,
    simulated_exposures,
)
from marginlib.contagion.central_clearing import smallest_cleared_share

often = settings(max_examples=100)


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
