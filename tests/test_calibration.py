"""Rates from returns: against plain definitions, and never with hindsight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.stats import t as student

from marginlib import MarginError, calibration
from marginlib.calibration import Garch
from marginlib.calibration.rolling import Tail, rolling_tail_risk, tail_risk

DAYS = 120


def example(shape: tuple[int, ...] = (DAYS, 3), seed: int = 1) -> np.ndarray:
    return 0.01 * np.random.default_rng(seed).standard_t(3, shape)


def filtered(returns: np.ndarray, horizon: int = 1) -> Tail:
    volatility = calibration.ewma_volatility(returns, 0.94, warm_up=10)
    return calibration.filtered_historical_rate(returns, volatility, 40, 0.95, horizon)


def from_garch(returns: np.ndarray) -> Tail:
    volatility = Garch(1e-6, 0.1, 0.85).volatility(returns, warm_up=10)
    return calibration.parametric_rate(volatility, 0.99)


MODELS: dict[str, Callable[[np.ndarray], Tail]] = {
    "historical": lambda returns: calibration.historical_rate(returns, 30, 0.95),
    "historical over 5 days": lambda returns: calibration.historical_rate(
        returns, 30, 0.95, horizon=5
    ),
    "filtered historical": filtered,
    "filtered historical over 3 days": lambda returns: filtered(returns, 3),
    "exponentially weighted": lambda returns: calibration.parametric_rate(
        calibration.ewma_volatility(returns, 0.94), 0.99
    ),
    "equally weighted": lambda returns: calibration.parametric_rate(
        calibration.equal_weight_volatility(returns, 50, least=20), 0.99
    ),
    "GARCH": from_garch,
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@settings(max_examples=15)
@given(day=st.integers(0, DAYS - 1), later=arrays(float, 3, elements=st.floats(0.01, 0.5)))
def test_no_rate_knows_its_own_day(
    model: Callable[[np.ndarray], Tail], day: int, later: np.ndarray
) -> None:
    returns = example()
    changed = returns.copy()
    changed[day:] = later
    for before, after in zip(model(returns), model(changed), strict=True):
        np.testing.assert_array_equal(before[: day + 1], after[: day + 1])
        assert len(before) == DAYS + 1


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_many_series_are_answered_like_one(
    model: Callable[[np.ndarray], Tail],
) -> None:
    returns = example((DAYS, 2, 2))
    for many, one in zip(model(returns), model(returns[:, 1, 0]), strict=True):
        np.testing.assert_allclose(many[:, 1, 0], one, rtol=1e-12)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_rates_follow_the_scale_of_returns(
    model: Callable[[np.ndarray], Tail],
) -> None:
    if model is from_garch:
        pytest.skip("a GARCH model has a scale of its own")
    for once, twice in zip(model(example()), model(2 * example()), strict=True):
        np.testing.assert_allclose(twice, 2 * once, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_the_shortfall_is_at_least_the_value_at_risk(
    model: Callable[[np.ndarray], Tail],
) -> None:
    tail = model(example())
    known = ~np.isnan(tail.shortfall)
    assert known.any()
    assert (tail.shortfall[known] >= tail.value_at_risk[known] - 1e-15).all()


@settings(max_examples=60)
@given(
    days=st.integers(2, 60),
    window=st.integers(2, 60),
    level=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999]),
    seed=st.integers(0, 1000),
)
def test_a_rolling_window_sees_what_sorting_sees(
    days: int, window: int, level: float, seed: int
) -> None:
    window = min(window, days)
    losses = np.random.default_rng(seed).integers(-5, 6, (days, 2)) / 7  # many are equal
    found = rolling_tail_risk(losses, window, level)
    for start in range(days - window + 1):
        part = losses[start : start + window]
        np.testing.assert_allclose(
            found.value_at_risk[start], np.quantile(part, level, axis=0), atol=1e-12
        )
        weight = np.clip((1 - level) * window - np.arange(window), 0, 1)[:, None]
        mean = (-np.sort(-part, axis=0) * weight).sum(axis=0) / weight.sum()
        np.testing.assert_allclose(found.shortfall[start], mean, atol=1e-12)


@settings(max_examples=60)
@given(
    days=st.integers(2, 60),
    window=st.integers(2, 60),
    level=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999]),
    seed=st.integers(0, 1000),
)
def test_the_quantile_may_be_one_of_the_losses(
    days: int, window: int, level: float, seed: int
) -> None:
    window = min(window, days)
    losses = np.random.default_rng(seed).integers(-5, 6, (days, 2)) / 7
    found = rolling_tail_risk(losses, window, level, interpolated=False)
    place = max(int((1 - level) * (window + 1) + 1e-9), 1)
    for start in range(days - window + 1):
        part = losses[start : start + window]
        alone = tail_risk(part, level, interpolated=False)
        expected = np.sort(part, axis=0)[-place]
        np.testing.assert_array_equal(found.value_at_risk[start], expected)
        np.testing.assert_array_equal(alone.value_at_risk, expected)
        np.testing.assert_allclose(alone.shortfall, tail_risk(part, level).shortfall, atol=1e-12)


def test_the_quantile_between_two_losses_is_breached_more_than_it_says() -> None:
    returns = np.random.default_rng(5).normal(size=(750, 400))  # of independent days
    rates = [
        calibration.historical_rate(returns, 250, 0.99, interpolated=way).value_at_risk[250:-1]
        for way in (True, False)
    ]
    breached = [float((-returns[250:] > rate).mean()) for rate in rates]
    np.testing.assert_allclose(breached, [3.49 / 251, 2 / 251], atol=4e-4)


def test_more_series_than_are_handled_at_once() -> None:
    losses = example((50, 3000))
    many = rolling_tail_risk(losses, 20, 0.9)
    few = rolling_tail_risk(losses[:, 2990:], 20, 0.9)
    np.testing.assert_array_equal(many.shortfall[:, 2990:], few.shortfall)


@given(
    arrays(float, (12, 2), elements=st.floats(-1, 1)),
    st.sampled_from([0.5, 0.8, 0.9, 0.95]),
)
def test_expected_shortfall_never_punishes_pooling(losses: np.ndarray, level: float) -> None:
    alone = tail_risk(losses, level).shortfall
    pooled = tail_risk(losses.sum(axis=1), level).shortfall
    assert pooled <= alone.sum() + 1e-12


def test_value_at_risk_may_punish_pooling() -> None:
    # Two bonds that default in different states: each looks safe alone, and never both are.
    losses = np.zeros((20, 2))
    losses[3, 0] = losses[11, 1] = 100.0
    alone = tail_risk(losses, 0.92).value_at_risk
    pooled = tail_risk(losses.sum(axis=1), 0.92).value_at_risk
    assert alone.sum() == 0.0 < pooled


@settings(max_examples=30)
@given(st.permutations(range(12)))
def test_the_order_of_outcomes_does_not_matter(order: list[int]) -> None:
    losses = example((12,))
    for before, after in zip(tail_risk(losses, 0.8), tail_risk(losses[order], 0.8), strict=True):
        assert before == pytest.approx(after, abs=1e-15)


def test_a_longer_close_out_sums_the_days() -> None:
    returns = example((30,))
    found = calibration.historical_rate(returns, window=10, level=0.9, horizon=4).value_at_risk
    sums = [returns[i : i + 4].sum() for i in range(13, 23)]
    assert found[26] == pytest.approx(-np.quantile(sums, 0.1))
    assert np.isnan(found[12])
    assert not np.isnan(found[13])


def test_parametric_rates_grow_with_the_root_of_the_horizon() -> None:
    day, ten = (
        calibration.parametric_rate(0.02, 0.99),
        calibration.parametric_rate(0.02, 0.99, horizon=10),
    )
    assert ten.shortfall / day.shortfall == pytest.approx(np.sqrt(10))


@pytest.mark.parametrize("freedom", [2.5, 4.0, 30.0])
def test_rates_of_students_distribution(freedom: float) -> None:
    tail = calibration.parametric_rate(0.03, 0.975, degrees_of_freedom=freedom)
    scale = 0.03 * np.sqrt(1 - 2 / freedom)
    quantile = student.ppf(0.975, freedom)
    beyond, _ = quad(lambda x: x * student.pdf(x, freedom), quantile, np.inf)
    assert tail.value_at_risk == pytest.approx(scale * quantile)
    assert tail.shortfall == pytest.approx(scale * beyond / 0.025, rel=1e-6)


def test_many_degrees_of_freedom_are_normal() -> None:
    normal = calibration.parametric_rate(0.01, 0.99)
    nearly = calibration.parametric_rate(0.01, 0.99, degrees_of_freedom=1e7)
    assert nearly.value_at_risk == pytest.approx(normal.value_at_risk, rel=1e-5)
    assert nearly.shortfall == pytest.approx(normal.shortfall, rel=1e-5)


def test_filtering_brings_old_returns_to_todays_volatility() -> None:
    returns = example((80,))
    flat = calibration.filtered_historical_rate(returns, np.full(81, 0.02), 40, 0.95)
    np.testing.assert_allclose(
        flat.value_at_risk, calibration.historical_rate(returns, 40, 0.95).value_at_risk, rtol=1e-12
    )


def test_an_average_over_all_days_is_the_standard_deviation() -> None:
    returns = example((60,))
    found = calibration.equal_weight_volatility(returns, window=25, least=10)
    assert found[10] == pytest.approx(returns[:10].std())
    assert found[60] == pytest.approx(returns[35:].std())


def test_garch_simulates_what_it_says() -> None:
    model = Garch(1e-5, 0.05, 0.9)
    returns, volatility = model.simulate(paths=2000, steps=100, rng=np.random.default_rng(3))
    assert returns.std() == pytest.approx(model.long_run_volatility, rel=0.01)
    # The volatility of a path is the one that the recursion finds from its returns.
    squared = model.constant + model.reaction * returns[:-1] ** 2
    np.testing.assert_allclose(volatility[1:] ** 2, squared + 0.9 * volatility[:-1] ** 2)
    fat, _ = model.simulate(
        paths=50, steps=1000, degrees_of_freedom=4, rng=np.random.default_rng(3)
    )
    assert fat.std() == pytest.approx(model.long_run_volatility, rel=0.05)


def test_prices_become_returns() -> None:
    np.testing.assert_allclose(
        np.exp(calibration.log_returns([[1, 10], [2, 5]])), [[2, 0.5]], rtol=1e-12
    )


def test_a_whole_number_may_be_written_in_any_way() -> None:
    returns = example((60,))
    once, again = (calibration.historical_rate(returns, days, 0.9) for days in (50, 5e1))
    np.testing.assert_array_equal(once, again)
    model = Garch(1e-5, 0.05, 0.9)
    drawn = model.simulate(paths=1e1, steps=2e0, burn_in=5e0, rng=np.random.default_rng(1))  # type: ignore
    assert drawn[0].shape == (2, 10)
    assert len(calibration.simulated_crypto(3e0, rng=np.random.default_rng(1)).day) == 3  # type: ignore


def test_a_fit_finds_the_model_behind_returns() -> None:
    truth = Garch(2e-6, 0.08, 0.9)
    returns, _ = truth.simulate(paths=1, steps=8000, rng=np.random.default_rng(5))
    found = calibration.fit_garch(returns[:, 0])
    assert found.reaction == pytest.approx(truth.reaction, abs=0.02)
    assert found.persistence == pytest.approx(truth.persistence, abs=0.03)
    assert found.long_run_volatility == pytest.approx(truth.long_run_volatility, rel=0.1)


def test_a_fit_refuses_what_cannot_be_fitted() -> None:
    with pytest.raises(MarginError, match="one series"):
        calibration.fit_garch(np.zeros((300, 2)))
    with pytest.raises(MarginError, match="all be the same"):
        calibration.fit_garch(np.zeros(300))
