"""Coverage tests, and the chance of touching a level."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import calibrate, scenarios

Inputs = dict[str, Any]


def bt01(inputs: Inputs) -> Any:
    return calibrate.at_most([4, 9], inputs["n"], 1 - inputs["p"])


def bt02(inputs: Inputs) -> Any:
    return calibrate.accepted(inputs["n"], 1 - inputs["p"])


def lq02(inputs: Inputs) -> Any:
    walks = scenarios.random_walks(
        paths=10_000, steps=2_000, volatility=0.04, rng=np.random.default_rng(20_000)
    )
    return np.mean(walks.min(axis=1) <= 1 - inputs["b"])
