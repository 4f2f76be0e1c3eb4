"""Contagion: by debts, by common holdings, and by what it does to correlations."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import contagion
from marginlib.contagion.targeting import price_move, vulnerability

Inputs = dict[str, Any]
TOY = {
    "A": [100.0, 100.0, 50.0],
    "B=D/E": [20.0, 10.0, 30.0],
    "M": [[0.6, 0.4, 0.0], [0.2, 0.5, 0.3], [0.0, 0.3, 0.7]],
    "L": [0.00025, 0.0005, 0.000125],
    "F": [-0.01, 0.0, 0.0],
}


def banks(inputs: Inputs) -> contagion.TargetingBanks:
    names = ("A", "B=D/E", "M", "L")
    return contagion.TargetingBanks(*(inputs[name] for name in names))


def en01(inputs: Inputs) -> Any:
    return contagion.clearing_payments(inputs["owed"], inputs["outside"]).payments - np.sum(
        inputs["owed"], 1
    )


def rv01(inputs: Inputs) -> Any:
    half = inputs["recovery"]
    found = contagion.clearing_payments(
        inputs["owed"], inputs["outside"], recovery=half, recovery_between=half
    )
    return found.payments


def dr01(inputs: Inputs) -> Any:
    found = contagion.single_hit_distress(inputs["claims"], inputs["equity"], np.eye(3))
    return contagion.debt_rank(found, inputs["value"])


def dr02(inputs: Inputs) -> Any:
    found = contagion.single_hit_distress(inputs["claims"], inputs["equity"], inputs["shock"])
    return [*found.distress, contagion.debt_rank(found, inputs["value"])]


def dr03(inputs: Inputs) -> Any:
    return contagion.linear_distress(inputs["claims"], inputs["equity"], inputs["shock"]).distress


dr04 = dr03


def glt01(inputs: Inputs) -> Any:
    found = vulnerability(banks(inputs), inputs["F"])
    return [found.aggregate, found.direct]


def glt02(inputs: Inputs) -> Any:
    market = contagion.TargetingBanks([1e9], 1, [[1]], inputs["l"])
    return -price_move(market, inputs["sale"])[0]


def glt03(inputs: Inputs) -> Any:
    one = contagion.TargetingBanks([inputs["A"]], inputs["B"], [[1]], inputs["l"])
    return contagion.total_price_move(one, inputs["f"])[0]


def glt04(inputs: Inputs) -> Any:
    assert inputs["same as"] == "GLT01"
    return contagion.spectral_radius(banks(TOY).passed_on)


def glt05(inputs: Inputs) -> Any:
    assert inputs["same as"] == "GLT01"
    return contagion.total_price_move(banks(TOY), TOY["F"])


def pair(inputs: Inputs) -> tuple[Any, Any]:
    return np.eye(2) * inputs["vol"] ** 2, np.full((2, 2), inputs["K"])


def told(covariance: Any) -> list[float]:
    return [contagion.correlations_of(covariance)[0, 1], contagion.volatilities_of(covariance)[0]]


def cw01(inputs: Inputs) -> Any:
    return told(contagion.realised_covariance(*pair(inputs)))


def cw02(inputs: Inputs) -> Any:
    return told(contagion.simultaneous_covariance(*pair(inputs)))


def ca01(inputs: Inputs) -> Any:
    return contagion.impact_coefficient(inputs["x"], inputs["x"])


def ca02(inputs: Inputs) -> Any:
    rules = contagion.FundRules(
        leverage=20, cash=0.2, impact=float(contagion.impact_coefficient(0.1, 0.1))
    )
    rng = np.random.default_rng(inputs["seed"])

    def failed(diversification: float) -> float:
        drawn = contagion.draw_holdings(
            funds=400, assets=400, diversification=diversification, rng=rng
        )
        return float(contagion.wipe_out_asset(drawn, rules, int(rng.integers(400))).failed)

    extents = [[failed(mu) for _ in range(inputs["runs"])] for mu in inputs["mu"]]
    return np.mean(np.array(extents) > 0.05, axis=-1)
