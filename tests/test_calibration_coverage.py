"""Coverage tests: what they accept, and how often they are right."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from marginlib import calibration


@pytest.mark.parametrize(("days", "bounds"), [(255, (1, 6)), (1000, (5, 16))])
def test_region_of_acceptance(days: int, bounds: tuple[int, int]) -> None:
    assert calibration.accepted_breaches(days, 0.99) == bounds


def test_power_is_what_trying_finds() -> None:
    counts = np.random.default_rng(2).binomial(500, 0.025, 20_000)
    rejected = (calibration.kupiec(counts, 500, 0.99).p_value < 0.05).mean()
    assert calibration.kupiec_power(500, 0.99, 0.975) == pytest.approx(rejected, abs=0.01)


def test_power_where_no_breach_at_all_is_accepted() -> None:
    assert calibration.accepted_breaches(100, 0.99)[0] == 0
    assert calibration.kupiec_power(100, 0.99, 1.0) == 0.0
    assert calibration.kupiec_power(100, 0.99, 0.0) == pytest.approx(1.0)


def test_more_days_find_more() -> None:
    found = [float(calibration.kupiec_power(days, 0.99, 0.98)) for days in (250, 1000, 4000)]
    assert found == sorted(found)
    assert found[-1] > 0.99


def test_zones_begin_where_chance_ends() -> None:
    counts = np.arange(20)
    zones = calibration.traffic_light(counts, 500, 0.99)
    chance = binom.cdf(counts, 500, 0.01)
    np.testing.assert_array_equal(zones == "green", chance < 0.95)
    np.testing.assert_array_equal(zones == "red", chance >= 0.9999)


def test_independence_by_hand() -> None:
    # Of 8 steps: calm to calm 3, calm to breach 2, breach to calm 2, breach to breach 1.
    days = np.array([0, 0, 0, 1, 1, 0, 1, 0, 0], dtype=bool)
    after_calm, after_breach, ever = 2 / 5, 1 / 3, 3 / 8
    free = 3 * np.log(1 - after_calm) + 2 * np.log(after_calm)
    free += 2 * np.log(1 - after_breach) + np.log(after_breach)
    tied = 5 * np.log(1 - ever) + 3 * np.log(ever)
    assert calibration.christoffersen(days).statistic == pytest.approx(2 * (free - tied))
    fixed = 5 * np.log(0.9) + 3 * np.log(0.1)
    both = calibration.christoffersen(days, 0.9)
    assert both.statistic == pytest.approx(2 * (free - fixed))
    assert both.p_value == pytest.approx(np.exp(-float(both.statistic) / 2))


@pytest.mark.parametrize("value", [False, True])
def test_days_that_are_all_alike_say_nothing_of_independence(value: bool) -> None:
    assert calibration.christoffersen(np.full(50, value)).p_value == 1.0


def test_sound_margins_are_seldom_rejected() -> None:
    days = np.random.default_rng(4).random((400, 1000)) < 0.05
    rejected = np.mean([calibration.christoffersen(row, 0.95).p_value < 0.05 for row in days])
    assert 0.02 < rejected < 0.09


def test_breaches_of_many_series() -> None:
    returns = np.array([[-0.1, 0.0], [-0.1, -0.3]])
    margin = np.array([[0.2, np.nan], [0.05, 0.2], [9.0, 9.0]])
    assert calibration.breaches(returns, margin).tolist() == [[True, True]]
