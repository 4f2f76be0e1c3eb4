"""What the sales of a large fund do to volatility and correlation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import NotSettled
from marginlib.contagion import (
    correlations_of,
    realised_covariance,
    sales_feedback,
    simultaneous_covariance,
    volatilities_of,
)

CALM = np.array([[0.04, 0.006, 0.0], [0.006, 0.09, 0.01], [0.0, 0.01, 0.01]])
HELD, PRICE, DEPTH = np.array([10.0, 20, 5]), np.array([1.0, 2, 8]), np.array([100.0, 300, 40])


@given(intensity=st.floats(0, 5))
def test_realised_covariance_is_that_of_returns_with_sales(intensity: float) -> None:
    table = sales_feedback(HELD, PRICE, DEPTH, intensity)
    through = np.eye(3) + table
    assert realised_covariance(CALM, table) == pytest.approx(through @ CALM @ through.T)


def test_without_a_fund_nothing_changes() -> None:
    table = sales_feedback(HELD, PRICE, DEPTH, 0)
    assert realised_covariance(CALM, table) == pytest.approx(CALM)
    assert simultaneous_covariance(CALM, table) == pytest.approx(CALM)


def test_an_asset_that_the_fund_does_not_hold_keeps_its_volatility() -> None:
    table = sales_feedback([10, 20, 0], PRICE, DEPTH, 3)
    found = realised_covariance(CALM, table)
    assert volatilities_of(found)[2] == pytest.approx(0.1)
    assert volatilities_of(found)[0] > 0.2


def test_answering_to_own_sales_is_the_sum_of_all_rounds() -> None:
    table = sales_feedback(HELD, PRICE, DEPTH, 4)
    through, term = np.eye(3), np.eye(3)
    for _ in range(400):
        term = table @ term
        through = through + term
    assert simultaneous_covariance(CALM, table) == pytest.approx(through @ CALM @ through.T)


def test_feedback_is_what_a_small_fall_makes_the_fund_sell() -> None:
    table = sales_feedback(HELD, PRICE, DEPTH, 2.0)
    for asset in range(3):
        fall = 1e-6 * (np.arange(3) == asset)
        lost = (HELD * PRICE * fall).sum() / (HELD * PRICE).sum()
        assert HELD * 2.0 * lost / DEPTH == pytest.approx(1e-6 * table[:, asset])


def test_sales_that_make_as_many_again_leave_no_covariance() -> None:
    with pytest.raises(NotSettled, match="spectral radius is 1") as caught:
        simultaneous_covariance(np.eye(2), np.full((2, 2), 0.5))
    assert caught.value.last == pytest.approx(np.array([[2.5, 1.5], [1.5, 2.5]]))


def test_an_asset_that_never_moves_has_no_correlation() -> None:
    found = correlations_of([[0.04, 0], [0, 0]])
    assert found[0, 0] == pytest.approx(1)
    assert np.isnan(found[0, 1])


def test_many_intensities_at_once() -> None:
    tables = sales_feedback(HELD, PRICE, DEPTH, [0.0, 1.0, 4.0])
    assert tables.shape == (3, 3, 3)
    found = correlations_of(simultaneous_covariance(CALM, tables))
    assert np.all(np.diff(found[:, 0, 2]) > 0)
    for place, intensity in enumerate([0.0, 1.0, 4.0]):
        assert tables[place] == pytest.approx(sales_feedback(HELD, PRICE, DEPTH, intensity))
