"""Closing a large position in time, and selling a financed one through its own impact."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marginlib.optimisation import TradingCost, critical_leverage, liquidation_schedule
from marginlib.optimisation.forced_sale import leverage_while_selling, peak_leverage

COSTS = TradingCost(volatility=0.95, temporary=2.5e-6, permanent=2.5e-7, spread=0.0625)


def objective(sold: np.ndarray, costs: TradingCost, fear: float, period: float) -> float:
    """Mean plus risk aversion times variance, sale by sale, from what is paid in each period."""
    held = sold.sum() - np.cumsum(sold)
    fallen = float(costs.permanent) * np.concatenate([[0.0], np.cumsum(sold)[:-1]])
    paid = fallen + float(costs.temporary) * sold / period + float(costs.spread)
    # Within a period the price is taken at its start, as the paper does.
    mean = float((sold * paid).sum())
    return mean + fear * float(costs.volatility) ** 2 * period * float((held**2).sum())


def test_no_other_way_to_sell_twelve_contracts_is_better() -> None:
    costs = TradingCost(volatility=1.0, temporary=0.5, permanent=0.1, spread=0.2)
    best = liquidation_schedule(12, costs, risk_aversion=0.05, days=4, periods=4)
    ways = [way for way in product(range(13), repeat=4) if sum(way) == 12]
    least = min(objective(np.array(way, dtype=float), costs, 0.05, 1.0) for way in ways)
    assert best.objective == pytest.approx(objective(best.sold, costs, 0.05, 1.0), rel=1e-12)
    assert float(best.objective) <= least < float(best.objective) * 1.01


@given(
    fear=st.floats(0, 1e-4),
    periods=st.integers(1, 30),
    days=st.floats(0.5, 10),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_small_change_of_the_schedule_helps(
    fear: float, periods: int, days: float, seed: int
) -> None:
    best = liquidation_schedule(1e6, COSTS, fear, days, periods)
    assert best.sold.sum() == pytest.approx(1e6)
    change = np.random.default_rng(seed).normal(size=periods) * 1e3
    other = best.sold + change - change.mean()
    value = objective(best.sold, COSTS, fear, days / periods)
    assert value == pytest.approx(float(best.objective), rel=1e-9)
    assert objective(other, COSTS, fear, days / periods) >= value * (1 - 1e-12)


@given(st.lists(st.floats(0, 1e3), min_size=2, max_size=5))
def test_more_fear_sells_sooner_costs_more_and_varies_less(fears: list[float]) -> None:
    schedule = liquidation_schedule(1e6, COSTS, np.sort(fears), days=5, periods=5)
    assert np.all(np.diff(schedule.held, axis=0) <= 1e-6)
    assert np.all(np.diff(schedule.expected_cost) >= -1e-6)
    assert np.all(np.diff(schedule.variance) <= 1e-3)
    assert np.all(np.diff(schedule.held, axis=-1) <= 0)
    assert np.isfinite(schedule.held).all()


def test_buying_back_mirrors_selling() -> None:
    sell, buy = (liquidation_schedule(size, COSTS, 1e-6, 5, 5) for size in (1e6, -1e6))
    assert np.array_equal(sell.held, -buy.held)
    assert sell.objective == buy.objective


def test_a_batch_is_the_same_as_one_by_one() -> None:
    sizes, fears = np.array([1e5, 1e6]), np.array([[0.0], [1e-6], [1e-5]])
    many = liquidation_schedule(sizes, COSTS, fears, days=5, periods=7)
    assert many.held.shape == (3, 2, 8)
    for row, column in np.ndindex(3, 2):
        one = liquidation_schedule(sizes[column], COSTS, fears[row, 0], days=5, periods=7)
        assert np.allclose(many.held[row, column], one.held, rtol=1e-14)
        assert many.objective[row, column] == pytest.approx(float(one.objective), rel=1e-14)


def test_without_fear_nothing_decays() -> None:
    calm = liquidation_schedule(1e6, COSTS, 0, 5, 5)
    assert calm.decay == 0
    assert calm.time_constant == np.inf


@given(leverage=st.floats(1, 60), impact=st.floats(0.01, 0.9), exponent=st.floats(0.2, 1))
def test_peak_is_the_highest_point_of_the_walk(
    leverage: float, impact: float, exponent: float
) -> None:
    # Sell in twenty thousand parts, each at the price in its middle.
    edge = np.linspace(0, 1, 20_001)
    middle = (edge[1:] + edge[:-1]) / 2
    cash = np.concatenate([[0.0], np.cumsum(np.diff(edge) * (1 - impact * middle**exponent))])
    held = (1 - edge) * (1 - impact * edge**exponent)
    own = cash + held - (1 - 1 / leverage)
    critical = float(critical_leverage(impact, exponent))
    assume(abs(leverage / critical - 1) > 1e-2)  # nearer, the walk is too coarse to tell
    peak = peak_leverage(leverage, impact, exponent)
    if leverage > critical:
        assert own[-1] < 0
        assert np.isnan(peak.leverage)
        return
    assert own[-1] > 0
    walked = held / own
    assert float(peak.leverage) == pytest.approx(walked.max(), rel=1e-3)
    at_peak = float(leverage_while_selling(leverage, impact, peak.sold, exponent))
    assert at_peak == pytest.approx(float(peak.leverage), rel=1e-12)
    assert at_peak >= walked.max() * (1 - 1e-3)


def test_leverage_of_a_batch() -> None:
    leverage, impact = np.array([[2.0], [9.0], [20.0]]), np.array([0.05, 0.1])
    many = peak_leverage(leverage, impact)
    assert many.leverage.shape == (3, 2)
    assert np.isnan(many.leverage[2, 1])
    for row, column in np.ndindex(2, 2):
        one = peak_leverage(leverage[row, 0], impact[column])
        assert many.leverage[row, column] == one.leverage
