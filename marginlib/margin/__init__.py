"""How much must be there: requirements, and the models that compute them.

A margin model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. The models here are small frozen dataclasses; a plain function will do too::

    def one_tenth(accounts, market):
        size = ml.accounts.notional(accounts, market).sum(axis=-1)
        return ml.margin.Requirement(initial=size / 10, maintenance=size / 20)

Models add up (a rate and the fee for closing) and scale (a factor for a risky week). Each says
which instruments it covers, and refuses accounts that hold others; of a plain function nothing is
known.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from marginlib.margin.asking import at_leverage, by_position
from marginlib.margin.charges import FixedCharge
from marginlib.margin.collateral_weights import pool_discount, size_discount
from marginlib.margin.haircut_rules import TieredHaircut
from marginlib.margin.haircuts import Haircut, counted_value, weighted_collateral
from marginlib.margin.model import AtLeast, Model, Wrapped
from marginlib.margin.netting import Netted
from marginlib.margin.per_contract import MoneyPerContract
from marginlib.margin.pooling import (
    correlated_saving,
    equicorrelated_saving,
    equicorrelation,
    pooling_saving,
)
from marginlib.margin.premiums import options_apart
from marginlib.margin.profit_haircut import ProfitHaircut
from marginlib.margin.questions import free_margin, headroom, largest_position, margin_ratio
from marginlib.margin.rates import ClosingFee, FixedRate, Tiered, on_entry
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.margin.schedule import Schedule
from marginlib.margin.shares import ShareMargin
from marginlib.margin.short_options import ShortOptionRate, ShortOptions

if TYPE_CHECKING:  # for type checkers; these load when they are first touched
    from marginlib.margin import scan, strategies, uncleared
    from marginlib.margin.strategies import StrategyMargin

__all__ = [
    "AtLeast",
    "ClosingFee",
    "FixedCharge",
    "FixedRate",
    "Haircut",
    "MarginModel",
    "Model",
    "MoneyPerContract",
    "Netted",
    "ProfitHaircut",
    "Requirement",
    "Schedule",
    "ShareMargin",
    "ShortOptionRate",
    "ShortOptions",
    "StrategyMargin",
    "Tiered",
    "TieredHaircut",
    "Wrapped",
    "at_leverage",
    "by_position",
    "correlated_saving",
    "counted_value",
    "equicorrelated_saving",
    "equicorrelation",
    "free_margin",
    "headroom",
    "largest_position",
    "margin_ratio",
    "on_entry",
    "options_apart",
    "pool_discount",
    "pooling_saving",
    "scan",
    "size_discount",
    "strategies",
    "uncleared",
    "weighted_collateral",
]


def __getattr__(name: str) -> Any:
    if name in ("scan", "strategies", "uncleared"):
        return import_module(f"marginlib.margin.{name}")
    if name == "StrategyMargin":
        return import_module("marginlib.margin.strategies").StrategyMargin
    raise AttributeError(f"module 'marginlib.margin' has no attribute {name!r}")
