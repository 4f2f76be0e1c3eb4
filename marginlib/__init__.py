"""Margin: collateral, leverage and liquidation, from one position to many.

>>> import marginlib as ml
>>> market = ml.market.at(ml.instruments.linear(["BTC"]), price=[20_000])
>>> ana = ml.accounts.open_accounts(collateral=2_000, quantity=[1], market=market)
>>> rule = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
>>> round(float(ml.liquidation.liquidation_price(ana, market, rule, "BTC")), 2)
18947.37
"""

from importlib import import_module
from types import ModuleType

from marginlib import (
    accounts,
    black,
    calibrate,
    cascade,
    crowds,
    efficiency,
    events,
    feedback,
    impact,
    instruments,
    lending,
    liquidation,
    margin,
    market,
    network,
    optimise,
    portfolio_margin,
    procyclicality,
    scenarios,
    schedule,
    survival,
    sweeps,
    uncleared,
    waterfall,
)
from marginlib._checks import MarginError, NotSettled

__version__ = "0.1.0"

__all__ = [
    "MarginError",
    "NotSettled",
    "accounts",
    "black",
    "calibrate",
    "cascade",
    "crowds",
    "efficiency",
    "events",
    "feedback",
    "impact",
    "instruments",
    "lending",
    "liquidation",
    "margin",
    "market",
    "network",
    "optimise",
    "portfolio_margin",
    "procyclicality",
    "scenarios",
    "schedule",
    "survival",
    "sweeps",
    "uncleared",
    "venues",
    "waterfall",
]


def __getattr__(name: str) -> ModuleType:
    if name == "venues":  # they read files: imported on first use
        return import_module("marginlib.venues")
    raise AttributeError(f"module 'marginlib' has no attribute {name!r}")
