"""Loops that feed themselves: spirals, the leverage cycle, branching, and toxic liquidations."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import feedback
from marginlib.feedback.branching import borel, mean_size
from marginlib.feedback.leverage_cycle import one_period
from marginlib.feedback.spirals import margin_at, position_at
from marginlib.liquidation import toxic_loan_to_value
from marginlib.venues.protocols.incentives import eligible_drop, exhausted_drop

Inputs = dict[str, Any]


def bp01(inputs: Inputs) -> Any:
    def market(cash: float) -> feedback.FundedMarket:
        return feedback.FundedMarket(
            value=inputs["v"],
            supply=inputs["Z"],
            depth=inputs["s"],
            margin=inputs["sigma_bar"],
            margin_response=inputs["theta"],
            inherited=inputs["x0"],
            cash=cash,
        )

    price, step = inputs["p"], 1e-4
    any_cash = market(0.0)
    needed = margin_at(any_cash, price) * position_at(any_cash, price)
    cash = float(needed) - inputs["x0"] * price
    above, below = (feedback.spiral_equilibria(market(cash + side))[0] for side in (step, -step))
    gain = feedback.spiral_gain(any_cash, price).total
    return [(above - below) / (2 * step), feedback.amplification(gain), gain]


def bp02(inputs: Inputs) -> Any:
    return feedback.moves_by_round(inputs["g"], inputs["rounds"])[:, -1]


def ge01(inputs: Inputs) -> Any:
    found = one_period(inputs["up"], inputs["down"])
    return [found.buyer, found.price]


def ge02(inputs: Inputs) -> Any:
    found = one_period(inputs["up"], inputs["down"], loan=inputs["loan"])
    return [found.buyer, found.price]


def ge03(inputs: Inputs) -> Any:
    found = feedback.leverage_cycle(inputs["up"], inputs["down"])
    prices_and_buyers = [found.price, found.price_after, found.buyer, found.buyer_after]
    return [*prices_and_buyers, found.crash, found.loan_to_value, found.loan_to_value_after]


def hk01(inputs: Inputs) -> Any:
    rng = np.random.default_rng(inputs["seed"])
    ratios = np.broadcast_to(inputs["n"], (inputs["trees"], len(inputs["n"])))
    return feedback.simulate_cascade_sizes(ratios, rng=rng).mean(axis=0)


def hk02(inputs: Inputs) -> Any:
    return mean_size(inputs["n"])


def hk03(inputs: Inputs) -> Any:
    return borel([1, 2, 3], inputs["n"])


def hk05(inputs: Inputs) -> Any:
    rng, windows = np.random.default_rng(inputs["seed"]), inputs["windows"]
    process = feedback.Hawkes(inputs["mu"], inputs["n"], inputs["beta"])
    times = feedback.simulate_hawkes(process, windows, rng=rng)
    return feedback.branching_ratio_from_counts(np.histogram(times, windows, (0, windows))[0])


hk06 = hk02


def tx01(inputs: Inputs) -> Any:
    return toxic_loan_to_value(1 + np.array(inputs["bonus"]))


def tx02(inputs: Inputs) -> Any:
    health = inputs["LT"] / (1 - 1 / inputs["lev"])
    return [
        eligible_drop(health),
        exhausted_drop(health, inputs["LT"], 1 + inputs["b"]),
    ]
