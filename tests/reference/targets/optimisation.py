"""Best choices: closing a large position, and selling a financed one, sizes and tails."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import optimisation
from marginlib.optimisation.forced_sale import peak_leverage

Inputs = dict[str, Any]


def ac01(inputs: Inputs) -> Any:
    costs = optimisation.TradingCost(
        inputs["sigma"], inputs["eta"], inputs["gamma"], spread=inputs["epsilon"]
    )
    calm, afraid = inputs["lam"]
    terms = {"days": inputs["T"], "periods": inputs["N"]}
    return [
        optimisation.liquidation_schedule(inputs["X"], costs, calm, **terms).expected_cost,
        optimisation.liquidation_schedule(inputs["X"], costs, afraid, **terms).decay,
    ]


def sq02(inputs: Inputs) -> Any:
    return optimisation.critical_leverage(inputs["I"])


def sq03(inputs: Inputs) -> Any:
    return peak_leverage(inputs["lambda0"], inputs["I"])


def ke01(inputs: Inputs) -> Any:
    bets = [optimisation.kelly_sizes([[1.0], [-1.0]], 1.0, [p, 1 - p]) for p in inputs["p"]]
    return [[float(bet.exposure[0]), bet.growth] for bet in bets]


def rk01(inputs: Inputs) -> Any:
    likely = [inputs["p"], 1 - inputs["p"]]
    bet = optimisation.kelly_sizes([[1.0], [-1.0]], 1.0, likely, ruin=tuple(inputs["ruin"]))
    return float(bet.exposure[0])


def ru01(inputs: Inputs) -> Any:
    profit = -np.arange(1.0, inputs["outcomes"] + 1)[None, :]
    return float(optimisation.ExpectedShortfall(profit, inputs["share"])([1.0]))
