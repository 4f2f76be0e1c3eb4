"""Best choices: closing a large position, and selling a financed one through its own impact."""

from __future__ import annotations

from typing import Any

from marginlib import optimise

Inputs = dict[str, Any]


def ac01(inputs: Inputs) -> Any:
    costs = optimise.TradingCost(
        inputs["sigma"], inputs["eta"], inputs["gamma"], spread=inputs["epsilon"]
    )
    calm, afraid = inputs["lam"]
    terms = {"days": inputs["T"], "periods": inputs["N"]}
    return [
        optimise.liquidation_schedule(inputs["X"], costs, calm, **terms).expected_cost,
        optimise.liquidation_schedule(inputs["X"], costs, afraid, **terms).decay,
    ]


def sq02(inputs: Inputs) -> Any:
    return optimise.critical_leverage(inputs["I"])


def sq03(inputs: Inputs) -> Any:
    return optimise.peak_leverage(inputs["lambda0"], inputs["I"])
