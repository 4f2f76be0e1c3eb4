"""Loans against collateral: health, liquidation, absorption and auctions.

A loan is an account. Coins supplied are positive quantities of cash-like instruments, coins owed
are negative ones, and a debt in the currency of the ledger is negative cash.

>>> import marginlib as ml
>>> market = ml.market.at(ml.instruments.cash(["ETH"], currency="USD"), price=[2_000])
>>> ana = ml.accounts.Accounts(cash=-12_000, quantity=[10])
>>> float(ml.lending.health_factor(ana, market, threshold=0.8).round(6))
1.333333
>>> float(ml.lending.liquidation_price(ana, market, 0.8, "ETH"))
1500.0
"""

from marginlib.lending.absorption import (
    Absorption,
    absorb,
    store_front_price,
    store_front_quote,
    write_off,
)
from marginlib.lending.account_auctions import (
    Bid,
    bid,
    buffer_margin,
    insolvent_price,
    largest_share,
    sell_share,
)
from marginlib.lending.auctions import (
    Lot,
    Take,
    auction_room,
    keeper_reward,
    put_up,
    take,
)
from marginlib.lending.closing import (
    CloseFactor,
    Liquidation,
    Seizure,
    largest_repayment,
    liquidate,
    seizure,
)
from marginlib.lending.falling_prices import has_lapsed, linear_phases, stair_step
from marginlib.lending.health import (
    bad_debt,
    borrowing_power,
    collateral_value,
    debt_value,
    health_factor,
    is_liquidatable,
    liquidation_price,
    liquidity,
    loan_to_value,
    shortfall,
    value_held,
)
from marginlib.lending.incentives import (
    discount_of_health,
    incentive_of_discount,
    incentive_of_threshold,
    repayment_to_health,
    seized_amount,
    toxic_below,
)
from marginlib.lending.spiral import (
    Spiral,
    eligible_drop,
    exhausted_drop,
    liquidation_spiral,
    loan_to_value_after,
    toxic_loan_to_value,
)

__all__ = [
    "Absorption",
    "Bid",
    "CloseFactor",
    "Liquidation",
    "Lot",
    "Seizure",
    "Spiral",
    "Take",
    "absorb",
    "auction_room",
    "bad_debt",
    "bid",
    "borrowing_power",
    "buffer_margin",
    "collateral_value",
    "debt_value",
    "discount_of_health",
    "eligible_drop",
    "exhausted_drop",
    "has_lapsed",
    "health_factor",
    "incentive_of_discount",
    "incentive_of_threshold",
    "insolvent_price",
    "is_liquidatable",
    "keeper_reward",
    "largest_repayment",
    "largest_share",
    "linear_phases",
    "liquidate",
    "liquidation_price",
    "liquidation_spiral",
    "liquidity",
    "loan_to_value",
    "loan_to_value_after",
    "put_up",
    "repayment_to_health",
    "seized_amount",
    "seizure",
    "sell_share",
    "shortfall",
    "stair_step",
    "store_front_price",
    "store_front_quote",
    "take",
    "toxic_below",
    "toxic_loan_to_value",
    "value_held",
    "write_off",
]
