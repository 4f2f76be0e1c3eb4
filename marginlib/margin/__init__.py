"""How much must be there: requirements, and the models that compute them.

A margin model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. The models here are small frozen dataclasses; a plain function will do too::

    def one_tenth(accounts, market):
        size = ml.accounts.notional(accounts, market).sum(axis=-1)
        return ml.margin.Requirement(initial=size / 10, maintenance=size / 20)

Models add up (a rate and the fee for closing) and scale (a factor for a risky week).
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from marginlib.margin.by_size import BySize, RateBySize, SizePremiumRate, SkewRate
from marginlib.margin.charges import ClampedCharge, FixedCharge, Minimum, RoundedUp
from marginlib.margin.contingencies import Depeg, LowConfidence
from marginlib.margin.expiry_loss import ExpiryLoss, net_calls, payoff, worst_payoff
from marginlib.margin.full_collateral import FullCollateral
from marginlib.margin.funding_margin import FundingMargin, funding_payment
from marginlib.margin.haircut_rules import (
    Flat,
    HaircutRule,
    Largest,
    PerAsset,
    Tiers,
    combined_haircut,
)
from marginlib.margin.haircuts import Haircut, counted_value, weighted
from marginlib.margin.levels import (
    Levels,
    MarginLevels,
    Split,
    Step,
    balance_transfer,
    next_step,
)
from marginlib.margin.netting import Legs, Netted, legs, underlyings
from marginlib.margin.order_margin import (
    LargerSide,
    OrderFee,
    OrderLoss,
    OrderMargin,
    WorseFill,
)
from marginlib.margin.orders import OpenSize, Orders, increasing, listed, open_size, ranked
from marginlib.margin.pooling import (
    correlated_saving,
    equicorrelated_saving,
    equicorrelation,
    saving,
)
from marginlib.margin.premiums import (
    OptionsApart,
    PurchaseCost,
    option_value,
    options_apart,
    purchase_cost,
)
from marginlib.margin.profit_haircut import ProfitHaircut
from marginlib.margin.questions import (
    below_maintenance,
    free_margin,
    headroom,
    initial_ratio,
    largest_position,
    margin_ratio,
)
from marginlib.margin.rates import ClosingFee, FixedRate, OnEntry, Tiered, on_entry
from marginlib.margin.requirement import (
    Lines,
    MarginModel,
    Model,
    Requirement,
    Scaled,
    Sum,
    at_leverage,
    by_position,
    fits_any_account,
    lines,
    maximum,
    value_rates,
)
from marginlib.margin.risk_factors import RiskFactors
from marginlib.margin.scaling import (
    fill_price,
    maintenance_rate,
    open_interest_rate,
    round_down,
    round_up,
    utilisation,
)
from marginlib.margin.schedule import Schedule
from marginlib.margin.settlement_haircut import SettlementHaircut
from marginlib.margin.shares import (
    MinimumEquity,
    ShareMargin,
    buying_power,
    special_memorandum_account,
)
from marginlib.margin.short_options import ShortOptionRate, ShortOptions, out_of_the_money
from marginlib.margin.strategies import StrategyMargin
from marginlib.margin.weights import (
    PoolDiscount,
    PoolPremium,
    SizeDiscount,
    SizePremium,
    pool_discount,
    pool_premium,
    size_discount,
    size_premium,
)

if TYPE_CHECKING:  # for type checkers; these load when they are first touched
    from marginlib.margin import scan, uncleared

__all__ = [
    "BySize",
    "ClampedCharge",
    "ClosingFee",
    "Depeg",
    "ExpiryLoss",
    "FixedCharge",
    "FixedRate",
    "Flat",
    "FullCollateral",
    "FundingMargin",
    "Haircut",
    "HaircutRule",
    "LargerSide",
    "Largest",
    "Legs",
    "Levels",
    "Lines",
    "LowConfidence",
    "MarginLevels",
    "MarginModel",
    "Minimum",
    "MinimumEquity",
    "Model",
    "Netted",
    "OnEntry",
    "OpenSize",
    "OptionsApart",
    "OrderFee",
    "OrderLoss",
    "OrderMargin",
    "Orders",
    "PerAsset",
    "PoolDiscount",
    "PoolPremium",
    "ProfitHaircut",
    "PurchaseCost",
    "RateBySize",
    "Requirement",
    "RiskFactors",
    "RoundedUp",
    "Scaled",
    "Schedule",
    "SettlementHaircut",
    "ShareMargin",
    "ShortOptionRate",
    "ShortOptions",
    "SizeDiscount",
    "SizePremium",
    "SizePremiumRate",
    "SkewRate",
    "Split",
    "Step",
    "StrategyMargin",
    "Sum",
    "Tiered",
    "Tiers",
    "WorseFill",
    "at_leverage",
    "balance_transfer",
    "below_maintenance",
    "buying_power",
    "by_position",
    "combined_haircut",
    "correlated_saving",
    "counted_value",
    "equicorrelated_saving",
    "equicorrelation",
    "fill_price",
    "fits_any_account",
    "free_margin",
    "funding_payment",
    "headroom",
    "increasing",
    "initial_ratio",
    "largest_position",
    "legs",
    "lines",
    "listed",
    "maintenance_rate",
    "margin_ratio",
    "maximum",
    "net_calls",
    "next_step",
    "on_entry",
    "open_interest_rate",
    "open_size",
    "option_value",
    "options_apart",
    "out_of_the_money",
    "payoff",
    "pool_discount",
    "pool_premium",
    "purchase_cost",
    "ranked",
    "round_down",
    "round_up",
    "saving",
    "scan",
    "size_discount",
    "size_premium",
    "special_memorandum_account",
    "uncleared",
    "underlyings",
    "utilisation",
    "value_rates",
    "weighted",
    "worst_payoff",
]


def __getattr__(name: str) -> ModuleType:
    if name in ("scan", "uncleared"):
        return import_module(f"marginlib.margin.{name}")
    raise AttributeError(f"module 'marginlib.margin' has no attribute {name!r}")
