"""How much must be there: requirements, and the models that compute them.

A margin model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. The models here are small frozen dataclasses; a plain function will do too::

    def one_tenth(accounts, market):
        size = ml.accounts.notional(accounts, market).sum(axis=-1)
        return ml.margin.Requirement(initial=size / 10, maintenance=size / 20)

Models add up (a rate and the fee for closing) and scale (a factor for a risky week).
"""

from marginlib.margin.contingencies import Depeg, LowConfidence
from marginlib.margin.expiry_loss import ExpiryLoss, net_calls, payoff, worst_payoff
from marginlib.margin.haircut_rules import (
    Flat,
    HaircutRule,
    Largest,
    PerAsset,
    Tiers,
    combined_haircut,
)
from marginlib.margin.haircuts import Haircut, SettlementHaircut, counted_value, weighted
from marginlib.margin.profit_haircut import ProfitHaircut
from marginlib.margin.questions import (
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
)
from marginlib.margin.shares import (
    MinimumEquity,
    ShareMargin,
    buying_power,
    special_memorandum_account,
)
from marginlib.margin.short_options import (
    OptionsApart,
    PurchaseCost,
    ShortOptionRate,
    ShortOptions,
    option_value,
    options_apart,
    out_of_the_money,
    purchase_cost,
)
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

__all__ = [
    "ClosingFee",
    "Depeg",
    "ExpiryLoss",
    "FixedRate",
    "Flat",
    "Haircut",
    "HaircutRule",
    "Largest",
    "Lines",
    "LowConfidence",
    "MarginModel",
    "MinimumEquity",
    "Model",
    "OnEntry",
    "OptionsApart",
    "PerAsset",
    "PoolDiscount",
    "PoolPremium",
    "ProfitHaircut",
    "PurchaseCost",
    "Requirement",
    "Scaled",
    "SettlementHaircut",
    "ShareMargin",
    "ShortOptionRate",
    "ShortOptions",
    "SizeDiscount",
    "SizePremium",
    "StrategyMargin",
    "Sum",
    "Tiered",
    "Tiers",
    "at_leverage",
    "buying_power",
    "by_position",
    "combined_haircut",
    "counted_value",
    "fits_any_account",
    "free_margin",
    "headroom",
    "initial_ratio",
    "largest_position",
    "lines",
    "margin_ratio",
    "maximum",
    "net_calls",
    "on_entry",
    "option_value",
    "options_apart",
    "out_of_the_money",
    "payoff",
    "pool_discount",
    "pool_premium",
    "purchase_cost",
    "size_discount",
    "size_premium",
    "special_memorandum_account",
    "weighted",
    "worst_payoff",
]
