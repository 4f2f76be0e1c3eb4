"""What the sales of a large fund do to volatility and correlation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import NotSettled
from marginlib.contagion import (
    Liquidation,
    correlation,
    realised_covariance,
    sales_feedback,
    simulated_returns,
    simultaneous_covariance,
    volatility,
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
    assert volatility(found)[2] == pytest.approx(0.1)
    assert volatility(found)[0] > 0.2


def test_answering_to_own_sales_is_the_sum_of_all_rounds() -> None:
    table = sales_feedback(HELD, PRICE, DEPTH, 4)
    through, term = np.eye(3), np.eye(3)
    for _ in range(400):
        term = table @ term
        through = through + term
    assert simultaneous_covariance(CALM, table) == pytest.approx(through @ CALM @ through.T)


def test_feedback_is_what_a_small_fall_makes_the_fund_sell() -> None:
    rule, table = Liquidation(0.9, 0.4), sales_feedback(HELD, PRICE, DEPTH, 2.0)
    assert rule.intensity == pytest.approx(2.0)
    for asset in range(3):
        fall = 1e-6 * (np.arange(3) == asset)
        value = (HELD * PRICE * (1 - fall)).sum() / (HELD * PRICE).sum()
        sold = HELD * (rule.kept(0.8) - rule.kept(0.8 - (1 - value)))
        assert sold / DEPTH == pytest.approx(1e-6 * table[:, asset])


def test_simulated_returns_come_close_while_moves_are_small() -> None:
    small = CALM * 1e-4
    found = simulated_returns(
        holdings=HELD,
        price=PRICE,
        depth=DEPTH,
        rule=Liquidation(0.9, 0.7),
        value=0.8,
        covariance=small,
        draws=200_000,
        rng=np.random.default_rng(4),
    )
    wanted = realised_covariance(small, sales_feedback(HELD, PRICE, DEPTH, 5))
    assert np.cov(found.T) == pytest.approx(wanted, rel=0.02, abs=1e-9)


def test_before_it_begins_to_sell_a_fund_moves_nothing() -> None:
    rng = np.random.default_rng(4)
    news = np.random.default_rng(4).multivariate_normal(np.zeros(3), CALM * 1e-4, size=50)
    found = simulated_returns(
        holdings=HELD,
        price=PRICE,
        depth=DEPTH,
        rule=Liquidation(0.5, 0.1),
        value=1.0,
        covariance=CALM * 1e-4,
        draws=50,
        rng=rng,
    )
    assert found == pytest.approx(news)


def test_sales_that_make_as_many_again_leave_no_covariance() -> None:
    with pytest.raises(NotSettled, match="spectral radius is 1") as caught:
        simultaneous_covariance(np.eye(2), np.full((2, 2), 0.5))
    assert caught.value.last == pytest.approx(np.array([[2.5, 1.5], [1.5, 2.5]]))


def test_an_asset_that_never_moves_has_no_correlation() -> None:
    found = correlation([[0.04, 0], [0, 0]])
    assert found[0, 0] == pytest.approx(1)
    assert np.isnan(found[0, 1])


def test_many_intensities_at_once() -> None:
    tables = sales_feedback(HELD, PRICE, DEPTH, [0.0, 1.0, 4.0])
    assert tables.shape == (3, 3, 3)
    found = correlation(simultaneous_covariance(CALM, tables))
    assert np.all(np.diff(found[:, 0, 2]) > 0)
    for place, intensity in enumerate([0.0, 1.0, 4.0]):
        assert tables[place] == pytest.approx(sales_feedback(HELD, PRICE, DEPTH, intensity))
