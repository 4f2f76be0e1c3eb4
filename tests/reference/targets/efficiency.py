"""Cross-margin efficiency: equal correlations, and clearing against netting in pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import efficiency

Inputs = dict[str, Any]


def dz01(inputs: Inputs) -> Any:
    return efficiency.fewest_members(inputs["K"])


def dz02(inputs: Inputs) -> Any:
    return efficiency.smallest_cleared_share(inputs["N"])


def dz03(inputs: Inputs) -> Any:
    members, classes, sigma = inputs["N"], inputs["K"], inputs["sigma"]
    return [
        efficiency.bilateral_exposure(members, classes, sigma),
        efficiency.cleared_exposure(members, classes, 1, sigma),
        efficiency.cleared_exposure(members, classes, classes, sigma),
        efficiency.cleared_exposure(members, classes, classes, sigma, separate=True),
    ]


def dz04(inputs: Inputs) -> Any:
    counts = inputs["C"]
    apart = efficiency.cleared_exposure(12, counts, counts, separate=True)
    return apart / efficiency.cleared_exposure(12, counts, counts)


def dz05(inputs: Inputs) -> Any:
    return efficiency.simulated_exposures(
        members=inputs["N"],
        classes=inputs["K"],
        draws=inputs["n"],
        rng=np.random.default_rng(inputs["seed"]),
    )


def dz06(inputs: Inputs) -> Any:
    return efficiency.fewest_members(inputs["K"], inputs["rho"])


def cm01(inputs: Inputs) -> Any:
    counts, correlations = np.transpose(inputs["K,rho"])
    return efficiency.equicorrelated_saving(counts, correlations)


def cr04(inputs: Inputs) -> Any:
    return efficiency.correlated_saving([1, -1], efficiency.equicorrelation(2, inputs["rho"]))
