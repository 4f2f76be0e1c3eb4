"""Margin: collateral, leverage and liquidation, from one position to many.

>>> import marginlib as ml
>>> market = ml.market.at(ml.instruments.linear(["BTC"]), price=[20_000])
>>> ana = ml.accounts.open_accounts(collateral=2_000, quantity=[1], market=market)
>>> rule = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
>>> round(float(ml.liquidation.liquidation_price(ana, market, rule, "BTC")), 2)
18947.37
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from marginlib._checks import MarginError, NotSettled
from marginlib._kinds import keep_doors

if TYPE_CHECKING:  # for type checkers; a room loads when it is first touched
    from marginlib import (
        accounts,
        black,
        calibration,
        cascade,
        contagion,
        events,
        feedback,
        impact,
        instruments,
        liquidation,
        margin,
        market,
        optimisation,
        scenarios,
        venues,
        waterfall,
    )

__version__ = "0.1.0"

__all__ = [
    "MarginError",
    "NotSettled",
    "accounts",
    "black",
    "calibration",
    "cascade",
    "contagion",
    "events",
    "feedback",
    "impact",
    "instruments",
    "liquidation",
    "margin",
    "market",
    "optimisation",
    "scenarios",
    "venues",
    "waterfall",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"marginlib.{name}")
    raise AttributeError(f"module 'marginlib' has no attribute {name!r}")


keep_doors(sys.modules[__name__])


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
