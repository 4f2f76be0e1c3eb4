"""Cross-margin efficiency: equal correlations, and clearing against netting in pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import contagion, margin
from marginlib.contagion.central_clearing import smallest_cleared_share

Inputs = dict[str, Any]


def dz01(inputs: Inputs) -> Any:
    return contagion.fewest_members(inputs["K"])


def dz02(inputs: Inputs) -> Any:
    return smallest_cleared_share(inputs["N"])


def dz03(inputs: Inputs) -> Any:
    members, classes, sigma = inputs["N"], inputs["K"], inputs["sigma"]
    return [
        contagion.bilateral_exposure(members, classes, sigma),
        contagion.cleared_exposure(members, classes, 1, sigma),
        contagion.cleared_exposure(members, classes, classes, sigma),
        contagion.cleared_exposure(members, classes, classes, sigma, separate=True),
    ]


def dz04(inputs: Inputs) -> Any:
    counts = inputs["C"]
    apart = contagion.cleared_exposure(12, counts, counts, separate=True)
    return apart / contagion.cleared_exposure(12, counts, counts)


def dz05(inputs: Inputs) -> Any:
    return contagion.simulated_exposures(
        members=inputs["N"],
        classes=inputs["K"],
        draws=inputs["n"],
        rng=np.random.default_rng(inputs["seed"]),
    )


def dz06(inputs: Inputs) -> Any:
    return contagion.fewest_members(inputs["K"], inputs["rho"])


def cm01(inputs: Inputs) -> Any:
    counts, correlations = np.transpose(inputs["K,rho"])
    return margin.equicorrelated_saving(counts, correlations)


def cr04(inputs: Inputs) -> Any:
    return margin.correlated_saving([1, -1], margin.equicorrelation(2, inputs["rho"]))
