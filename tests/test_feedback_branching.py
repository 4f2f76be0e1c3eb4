"""Sizes of cascades, events in time, and what their counts and times tell of the branching."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest

from marginlib import NotSettled
from marginlib.feedback import (
    Hawkes,
    amplification,
    branching_ratio_from_counts,
    fit_hawkes,
    hawkes,
    simulate_cascade_sizes,
    simulate_hawkes,
)
from marginlib.feedback.branching import borel, mean_size
from marginlib.feedback.hawkes import log_likelihood

SIZES = np.arange(1, 20_001)
PROCESS = Hawkes(base_rate=1.5, ratio=0.6, decay=4)


@given(ratio=st.floats(0, 0.9))
def test_the_law_of_sizes_has_its_mean_and_variance(ratio: float) -> None:
    chance = borel(SIZES, ratio)
    mean = (chance * SIZES).sum()
    assert chance.sum() == pytest.approx(1)
    assert mean == pytest.approx(float(mean_size(ratio)))
    assert mean == pytest.approx(float(amplification(ratio)))
    spread = (chance * (SIZES - mean) ** 2).sum()
    assert spread == pytest.approx(ratio / (1 - ratio) ** 3, abs=1e-9)


def test_without_branching_every_cascade_is_one_event() -> None:
    assert borel([1, 2, 3], 0).tolist() == [1, 0, 0]
    assert simulate_cascade_sizes(np.zeros(5), rng=np.random.default_rng(1)).tolist() == [1] * 5


def test_simulated_cascades_follow_the_law() -> None:
    sizes = simulate_cascade_sizes(np.full(200_000, 0.7), rng=np.random.default_rng(8))
    found = [(sizes == size).mean() for size in (1, 2, 3, 10)]
    assert found == pytest.approx(borel([1, 2, 3, 10], 0.7), abs=0.004)
    assert sizes.var() == pytest.approx(0.7 / 0.3**3, rel=0.05)


def test_counts_of_chance_alone_show_no_branching() -> None:
    counts = np.random.default_rng(2).poisson(9, size=(3, 50_000))
    assert branching_ratio_from_counts(counts) == pytest.approx(0, abs=0.02)
    assert branching_ratio_from_counts([4, 4, 4, 5, 4, 4]) < 0
    assert np.isnan(branching_ratio_from_counts([4, 4, 4]))


def test_counts_of_cascades_show_their_ratio() -> None:
    rng = np.random.default_rng(5)
    starts = rng.poisson(3, size=40_000)
    sizes = simulate_cascade_sizes(np.full(starts.sum(), 0.6), rng=rng)
    ends = np.concatenate([[0], np.cumsum(sizes)])[np.concatenate([[0], np.cumsum(starts)])]
    assert branching_ratio_from_counts(np.diff(ends)) == pytest.approx(0.6, abs=0.01)


def rate(process: Hawkes, at: float, times: np.ndarray) -> float:
    past = times[times < at]
    kernel = process.ratio * process.decay * np.exp(-process.decay * (at - past))
    return process.base_rate + float(kernel.sum())


def test_the_likelihood_is_that_of_its_definition() -> None:
    times = np.array([0.2, 0.5, 0.55, 1.7, 2.0])
    total = sum(
        quad(lambda at: rate(PROCESS, at, times), *ends)[0]
        for ends in zip([0, *times], [*times, 3.0], strict=True)
    )
    expected = sum(np.log(rate(PROCESS, at, times)) for at in times) - total
    assert log_likelihood(PROCESS, times, 3.0) == pytest.approx(expected)


def test_time_told_by_the_rate_makes_events_come_by_chance() -> None:
    times = simulate_hawkes(PROCESS, 1_500, rng=np.random.default_rng(6))
    # Ogata's residuals: the expected number of events between two that follow each other.
    felt = np.array([0.0])
    for gap in np.diff(times):
        felt = np.append(felt, (felt[-1] + 1) * np.exp(-PROCESS.decay * gap))
    gaps = np.diff(times)
    passed = PROCESS.base_rate * gaps
    passed += PROCESS.ratio * (felt[:-1] + 1) * -np.expm1(-PROCESS.decay * gaps)
    assert kstest(passed, "expon").pvalue > 0.01
    assert kstest(gaps * PROCESS.mean_rate, "expon").pvalue < 1e-6


def test_events_come_at_the_mean_rate_in_order() -> None:
    times = simulate_hawkes(PROCESS, 20_000, rng=np.random.default_rng(7))
    assert np.all(np.diff(times) >= 0)
    assert times[0] >= 0
    assert times[-1] <= 20_000
    assert len(times) / 20_000 == pytest.approx(PROCESS.mean_rate, rel=0.03)
    assert Hawkes(1, 1.2, 1).mean_rate == np.inf


@pytest.mark.parametrize("ratio", [0.2, 0.6, 0.9])
def test_a_fit_finds_what_made_the_events(ratio: float) -> None:
    made = Hawkes(base_rate=2 * (1 - ratio), ratio=ratio, decay=3)
    times = simulate_hawkes(made, 4_000, rng=np.random.default_rng(12))
    found = fit_hawkes(times, 4_000)
    assert found.ratio == pytest.approx(ratio, abs=0.04)
    assert found.base_rate == pytest.approx(made.base_rate, rel=0.15)
    assert found.decay == pytest.approx(3, rel=0.25)
    assert log_likelihood(found, times, 4_000) >= log_likelihood(made, times, 4_000)


def test_a_fit_in_other_units_of_time_is_the_same() -> None:
    times = simulate_hawkes(PROCESS, 1_000, rng=np.random.default_rng(3))
    hours, seconds = fit_hawkes(times, 1_000), fit_hawkes(3_600 * times, 3_600_000)
    assert seconds.ratio == pytest.approx(hours.ratio, rel=1e-3)
    assert 3_600 * seconds.decay == pytest.approx(hours.decay, rel=1e-2)


def test_a_search_that_stops_hands_over_what_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        success, message, x = False, "out of breath", np.log([1.0, 0.5, 2.0])

    monkeypatch.setattr(hawkes.scipy.optimize, "minimize", lambda *args, **terms: Stopped())
    with pytest.raises(NotSettled, match="out of breath") as stopped:
        fit_hawkes(np.arange(20), 20)
    assert stopped.value.last == Hawkes(1.0, 0.5, 2.0)
