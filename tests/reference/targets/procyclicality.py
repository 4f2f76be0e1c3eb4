"""Persistence, tails, and the margin of an index under models and tools."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from arch.data import sp500
from skfolio.datasets import load_sp500_index

from marginlib import calibration
from marginlib.calibration import Garch
from marginlib.calibration.procyclicality.measures import largest_rise

Inputs = dict[str, Any]
MEASURES = {
    "p2t": lambda margin, returns: calibration.peak_to_trough(margin),
    "d1": lambda margin, returns: largest_rise(margin, 1),
    "d5": lambda margin, returns: largest_rise(margin, 5),
    "d30": lambda margin, returns: largest_rise(margin, 30),
    "breach": lambda margin, returns: calibration.breaches(returns, margin).mean(),
    "mean": lambda margin, returns: calibration.average_rate(margin),
}


def ew01(inputs: Inputs) -> Any:
    return calibration.half_life(inputs["lambda"])


def ew02(inputs: Inputs) -> Any:
    return [
        calibration.days_to_rise(multiple, inputs["lambda"], inputs["jump"])
        for multiple in inputs["multiple"]
    ]


def gw01(inputs: Inputs) -> Any:
    # The index is that of returns, twice that of their squares.
    return [calibration.tail_index(Garch(1, reaction, 0)) / 2 for reaction in inputs["lambda"]]


def gw02(inputs: Inputs) -> Any:
    return [calibration.tail_index(Garch(1e-6, *pair)) for pair in inputs["alpha,beta"]]


def gw03(inputs: Inputs) -> Any:
    found = []
    for alpha, beta in inputs["alpha,beta"]:
        rates = calibration.stable_margin(
            Garch(1e-6, alpha, beta),
            inputs["level"],
            paths=1,
            steps=inputs["n"],
            burn_in=0,
            rng=np.random.default_rng(inputs["seed"]),
        )
        found += [*rates.buffer, rates.buffer_to_ceiling[-1]]
    return found


def pr00(inputs: Inputs) -> Any:
    first = inputs["first"]
    returns = index_returns()
    return [
        [MEASURES[name](rates[first:-1], returns[first:]) for name in inputs["measures"]]
        for rates in margins(inputs)
    ]


def pr01(inputs: Inputs) -> Any:
    return [calibration.peak_to_trough(rates[inputs["first"] : -1]) for rates in margins(inputs)]


pr02 = pr01


def pr03(inputs: Inputs) -> Any:
    prices = load_sp500_index()
    returns = calibration.log_returns(prices["SP500"])
    rates = [calibration.ewma_volatility(returns, decay) for decay in inputs["decay"]]
    rates.append(
        calibration.historical_rate(returns, inputs["window"], inputs["level"]).value_at_risk
    )
    days = prices.index[1:]
    chosen = (days >= inputs["begin"]) & (days <= inputs["end"])
    return [rate[:-1][chosen].max() / rate[:-1][chosen][0] for rate in rates]


@cache
def index_returns() -> Any:
    return calibration.log_returns(index()["Adj Close"])


def index() -> Any:
    return sp500.load()


def margins(inputs: Inputs) -> list[Any]:
    models = {
        "ewma": follow,
        "historical": look_back,
        "filtered": filtered,
        "floored": floored,
        "stressed": stressed,
        "buffered": buffered,
    }
    return [
        models[name](inputs["level"], inputs["first"], *arguments)
        for name, *arguments in inputs["models"]
    ]


def follow(level: float, first: int, decay: float) -> Any:
    volatility = calibration.ewma_volatility(index_returns(), decay)
    return calibration.parametric_rate(volatility, level).value_at_risk


def look_back(level: float, first: int, window: int) -> Any:
    return calibration.historical_rate(index_returns(), window, level).value_at_risk


def filtered(level: float, first: int, decay: float, window: int) -> Any:
    volatility = calibration.ewma_volatility(index_returns(), decay)
    return calibration.filtered_historical_rate(
        index_returns(), volatility, window, level
    ).value_at_risk


def floored(level: float, first: int, decay: float, window: int) -> Any:
    volatility = calibration.equal_weight_volatility(index_returns(), window, least=250)
    floor = calibration.parametric_rate(volatility, level).value_at_risk
    return calibration.with_floor(follow(level, first, decay), floor)


def stressed(level: float, first: int, decay: float, begin: str, end: str) -> Any:
    days = index().index[1:]
    chosen = index_returns()[(days >= begin) & (days < end)]
    rate = calibration.parametric_rate(chosen.std(), level).value_at_risk
    return calibration.with_stressed(follow(level, first, decay), rate)


def buffered(level: float, first: int, decay: float, full: float, spent: float) -> Any:
    rates = follow(level, first, decay)
    usual = float(calibration.average_rate(rates[first:-1]))
    return calibration.with_buffer(rates, full * usual, spent * usual)
