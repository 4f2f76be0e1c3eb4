"""Simulated crypto prices, against what daily prices of Bitcoin and Ether were."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from marginlib import calibration

DAYS, HISTORIES = 4_000, 100

Measure = Callable[[np.ndarray], float]


def swing(decay: float) -> Measure:
    def measure(returns: np.ndarray) -> float:
        margin = calibration.ewma_volatility(returns[:, 0], decay, warm_up=250)
        return float(calibration.peak_to_trough(margin))

    return measure


def excess_kurtosis(returns: np.ndarray) -> float:
    first = returns[:, 0] - returns[:, 0].mean()
    return float((first**4).mean() / first.var() ** 2 - 3)


# Public daily prices of Bitcoin 2015 to 2026, and with Ether 2017 to 2026; regression values.
KNOWN: dict[str, tuple[Measure, float]] = {
    "volatility a year": (lambda returns: returns[:, 0].std() * np.sqrt(365), 0.679),
    "loss of one day in a hundred": (lambda returns: -np.quantile(returns[:, 0], 0.01), 0.107),
    "excess kurtosis": (excess_kurtosis, 13.48),
    "swing at 0.94": (swing(0.94), 14.06),
    "swing at 0.97": (swing(0.97), 6.49),
    "swing at 0.99": (swing(0.99), 3.34),
    "correlation": (lambda returns: np.corrcoef(returns.T)[0, 1], 0.782),
}


@cache
def histories() -> list[np.ndarray]:
    return [
        calibration.simulated_crypto(DAYS, rng=np.random.default_rng(seed)).returns
        for seed in range(HISTORIES)
    ]


@pytest.mark.parametrize(("measure", "known"), KNOWN.values(), ids=KNOWN)
def test_what_was_is_nothing_unusual_here(measure: Measure, known: float) -> None:
    low, high = np.quantile([measure(returns) for returns in histories()], [0.1, 0.9])
    assert low < known < high


def test_the_worst_days_are_of_the_size_of_those_known() -> None:
    # Highest to lowest price of 9 November 2022 and of 12 March 2020.
    worst = [1 - np.exp(returns[:, 0].min()) for returns in histories()]
    assert 0.166 < np.median(worst) < 0.417


def test_the_same_seed_gives_the_same_prices() -> None:
    once, again, other = (
        calibration.simulated_crypto(50, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(once.price, again.price)
    assert not np.array_equal(once.price, other.price)
    assert "simulated" in once.source
    assert all("simulated" in name for name in once.names)
