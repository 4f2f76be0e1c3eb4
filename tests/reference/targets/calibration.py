"""Coverage tests, the chance of touching a level, and simulated histories of crypto prices."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.stats import kurtosis

from marginlib import calibration, scenarios
from marginlib.calibration.rolling import tail_risk

Inputs = dict[str, Any]


def bt01(inputs: Inputs) -> Any:
    return calibration.chance_of_breaches([4, 9], inputs["n"], 1 - inputs["p"])


def bt02(inputs: Inputs) -> Any:
    return calibration.accepted_breaches(inputs["n"], 1 - inputs["p"])


bt03 = bt02


def cr02s(inputs: Inputs) -> Any:
    first = histories(inputs["days"], inputs["histories"])[:, :, 0]
    volatility = first.std(axis=0) * np.sqrt(365)
    loss = tail_risk(-first, 0.99).value_at_risk
    return np.median([volatility, loss, kurtosis(first)], axis=-1)


def cr03s(inputs: Inputs) -> Any:
    first = histories(inputs["days"], inputs["histories"])[:, :, 0]
    volatility = [
        calibration.ewma_volatility(first, decay, inputs["warm_up"]) for decay in inputs["decay"]
    ]
    return np.median([calibration.peak_to_trough(series) for series in volatility], axis=-1)


def cr04s(inputs: Inputs) -> Any:
    both = histories(inputs["days"], inputs["histories"]).swapaxes(0, 1)
    return np.median([np.corrcoef(history.T)[0, 1] for history in both])


@cache
def histories(days: int, count: int) -> Any:
    """Return daily returns, shape (days - 1, histories, 2): one history for each seed from 0."""
    rngs = [np.random.default_rng(seed) for seed in range(count)]
    return np.stack([calibration.simulated_crypto(days, rng=rng).returns for rng in rngs], axis=1)


def lq01(inputs: Inputs) -> Any:
    return scenarios.touch_probability(inputs["b"], inputs["s"], inputs["T"])


def lq02(inputs: Inputs) -> Any:
    walks = scenarios.random_walks(
        paths=10_000, steps=2_000, volatility=0.04, rng=np.random.default_rng(20_000)
    )
    return np.mean(walks.min(axis=1) <= 1 - inputs["b"])
