"""Measures of procyclicality, tools against it, and tails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import calibration
from marginlib.calibration import Garch
from marginlib.calibration.procyclicality.measures import largest_rise

margins = arrays(float, (40, 2), elements=st.floats(0.001, 0.5))


@given(margins, st.floats(0.1, 10))
def test_measures_of_shape_know_no_scale(margin: np.ndarray, scale: float) -> None:
    once, more = (
        calibration.procyclicality_measures(margin),
        calibration.procyclicality_measures(scale * margin),
    )
    np.testing.assert_allclose(more.peak_to_trough, once.peak_to_trough)
    np.testing.assert_allclose(more.largest_rise, once.largest_rise, atol=1e-9)
    np.testing.assert_allclose(more.average, scale * once.average)


@given(margins, st.integers(1, 39))
def test_no_rise_is_above_peak_to_trough(margin: np.ndarray, days: int) -> None:
    rise = largest_rise(margin, days)
    assert (rise <= calibration.peak_to_trough(margin) - 1 + 1e-9).all()


def test_measures_by_hand() -> None:
    margin = np.array([np.nan, 0.04, 0.02, 0.03, 0.05])
    assert largest_rise(margin, 1) == pytest.approx(2 / 3)
    assert largest_rise(margin, 3) == pytest.approx(0.25)
    assert calibration.peak_to_trough(margin) == 2.5


@given(margins)
def test_a_floor_and_a_stressed_part_calm_and_cost(margin: np.ndarray) -> None:
    for tamed in (
        calibration.with_floor(margin, 0.1),
        calibration.with_stressed(margin, margin.max()),
    ):
        calmer, raw = (
            calibration.procyclicality_measures(tamed),
            calibration.procyclicality_measures(margin),
        )
        assert (calmer.peak_to_trough <= raw.peak_to_trough + 1e-9).all()
        assert (calmer.average >= raw.average - 1e-12).all()


@given(margins)
def test_a_buffer_is_full_in_calm_and_gone_in_stress(margin: np.ndarray) -> None:
    tamed = calibration.with_buffer(margin, 0.1, 0.2)
    np.testing.assert_allclose(tamed[margin <= 0.1], 1.25 * margin[margin <= 0.1])
    np.testing.assert_array_equal(tamed[margin >= 0.2], margin[margin >= 0.2])


@given(margins, st.floats(0.01, 1))
def test_a_speed_limit_holds_and_catches_up(margin: np.ndarray, rise: float) -> None:
    slow = calibration.with_speed_limit(margin, rise)
    expected = margin.copy()  # the rule, day by day
    for day in range(1, len(margin)):
        expected[day] = np.minimum(margin[day], (1 + rise) * expected[day - 1])
    np.testing.assert_allclose(slow, expected)


def test_tools_leave_the_days_without_an_answer() -> None:
    margin = [np.nan, 0.02, 0.04]
    for tamed in (
        calibration.with_buffer(margin, 0.03, 0.05),
        calibration.with_stressed(margin, 0.1),
        calibration.with_floor(margin, 0.03),
        calibration.with_speed_limit(margin, 0.1),
    ):
        assert np.isnan(tamed).tolist() == [True, False, False]


@given(st.floats(0.5, 0.999), st.floats(1.1, 5), st.integers(0, 300))
def test_the_step_response_is_that_of_the_recursion(decay: float, jump: float, days: int) -> None:
    returns = np.concatenate([[0.01] * 2, np.full(days, 0.01 * jump)])
    found = calibration.ewma_volatility(returns, decay, warm_up=2)[-1] / 0.01
    assert calibration.step_response(days, decay, jump) == pytest.approx(found)


def test_days_until_a_margin_has_risen() -> None:
    decays = [0.94, 0.97, 0.99]
    assert calibration.days_to_rise(1.0, decays, 2).tolist() == [0, 0, 0]
    assert np.isnan(calibration.days_to_rise([2.0, 3.0], 0.94, 2)).all()
    on_the_day = calibration.step_response([20, 21], 0.99, 2)
    assert on_the_day[0] < 1.25 <= on_the_day[1]


def test_tails_at_both_ends() -> None:
    assert calibration.tail_index(Garch(1, 0, 0.5)) == np.inf
    assert calibration.tail_index(Garch(1, 1e-6, 0.5)) == np.inf
    nearly = calibration.tail_index(Garch(1, 0.1, 0.9 - 1e-6))
    assert nearly == pytest.approx(2, abs=1e-3)


def test_burstier_markets_need_a_larger_buffer() -> None:
    calm, bursty = (
        calibration.stable_margin(
            Garch(1e-6, *pair), [0.99, 0.999], paths=200, rng=np.random.default_rng(1)
        )
        for pair in [(0.05, 0.9), (0.1, 0.88)]
    )
    assert (bursty.buffer > calm.buffer).all()
    assert (bursty.buffer_to_ceiling > calm.buffer_to_ceiling).all()
    assert (calm.buffer > 0).all()


def test_a_trade_off_by_hand_for_two_series() -> None:
    returns = np.array([[0.5, 0.5], [-0.03, 0.01], [-0.01, -0.05], [0.02, 0.0]])
    margin = [[np.nan, 0.1], [0.02, 0.06], [0.04, 0.04], [0.04, 0.02], [9.0, 9.0]]
    told = calibration.trade_off(returns, margin, days=2)
    np.testing.assert_allclose(told.breaches, [1 / 3, 1 / 3])
    np.testing.assert_allclose(told.idle, [(0.03 + 0.04) / 3, (0.06 + 0.02) / 3])
    np.testing.assert_allclose(told.largest_call, [0.02, 0.0])


@given(margins, st.floats(1, 3))
def test_no_margin_has_all_three(margin: np.ndarray, factor: float) -> None:
    returns = np.random.default_rng(1).normal(0, 0.1, margin.shape)
    low, high = (calibration.trade_off(returns, k * margin) for k in (1.0, factor))
    assert (high.breaches <= low.breaches).all()
    assert (high.idle >= low.idle - 1e-12).all()
    assert (high.largest_call >= low.largest_call - 1e-12).all()


def test_models_and_tools_are_compared_in_a_dozen_lines() -> None:
    returns = calibration.simulated_crypto(4_000, rng=np.random.default_rng(1)).returns[:, 0]
    volatility = calibration.ewma_volatility(returns, 0.97)
    ewma = calibration.parametric_rate(volatility, 0.99).value_at_risk
    long_run = calibration.equal_weight_volatility(returns, 3_650, least=500)
    usual = float(calibration.average_rate(ewma))
    rates = {
        "ewma": ewma,
        "historical": calibration.historical_rate(returns, 500, 0.99).value_at_risk,
        "filtered": calibration.filtered_historical_rate(
            returns, volatility, 500, 0.99
        ).value_at_risk,
        "floor": calibration.with_floor(ewma, calibration.parametric_rate(long_run, 0.99)[0]),
        "stressed": calibration.with_stressed(ewma, np.nanmax(ewma)),
        "buffer": calibration.with_buffer(ewma, 1.5 * usual, 2 * usual),
    }
    table = {
        name: calibration.procyclicality_measures(series[600:]) for name, series in rates.items()
    }
    plain = table.pop("ewma")
    for name in ("floor", "stressed", "buffer"):  # calmer, and dearer
        assert table[name].peak_to_trough < plain.peak_to_trough
        assert table[name].average > plain.average
    assert table["historical"].peak_to_trough < plain.peak_to_trough
    shares = {name: calibration.breaches(returns, series).mean() for name, series in rates.items()}
    assert shares["filtered"] < shares["ewma"]  # a normal quantile is too low for fat tails
    assert shares["stressed"] < shares["ewma"]
