"""Who pays the gap: when an account is worth less than nothing, someone else is.

In the order in which it usually happens: a position is closed (:func:`bankruptcy_value`,
:func:`fillable_price`), a fee is taken and what is better than bankruptcy goes somewhere
(:func:`split_residual`), the insurance fund pays (:class:`InsuranceFund`), positions on the other
side are closed (:func:`deleverage_queue`), and what still remains is shared
(:func:`share_by_gains` and its kin). A :class:`Waterfall` puts such layers in order.

Every function works on arrays of accounts, and in every one what is taken is what is given: sums
agree to a few units in the last place of 64-bit numbers.
"""

from marginlib.waterfall.allocation import in_order, pro_rata
from marginlib.waterfall.closeout import (
    Transfer,
    bankruptcy_value,
    collateralisation_price,
    fillable_price,
    transfer_pro_rata,
)
from marginlib.waterfall.collateral_sale import (
    CollateralSale,
    PriceBand,
    SecuredDebt,
    price_band,
    sell_collateral,
)
from marginlib.waterfall.deleveraging import (
    Deleveraged,
    deleverage_pro_rata,
    deleverage_queue,
    deleveraging_score,
    effective_leverage,
    orders_kept,
    profit_given_up,
    queue_fraction,
    queue_order,
)
from marginlib.waterfall.fees import (
    Split,
    affordable_fee,
    liquidation_fee,
    ramped_fee,
    solvent_fee_rate,
    split_residual,
)
from marginlib.waterfall.fund import FundPath, InsuranceFund, fund_path
from marginlib.waterfall.layers import (
    Absorbed,
    Contributions,
    Deleveraging,
    Layer,
    Resource,
    assessments,
)
from marginlib.waterfall.order import Settlement, Waterfall, clearing_house, exchange
from marginlib.waterfall.redistribution import (
    PerStake,
    Redistribution,
    composite_debt,
    offset_and_redistribute,
    offset_with_cap,
    per_stake,
)
from marginlib.waterfall.socialised import (
    Haircut,
    Shared,
    cut_deposit_index,
    funding_index_step,
    haircut,
    loss_factor,
    share_by_gains,
    share_by_open_interest,
    venue_shortfall,
)

__all__ = [
    "Absorbed",
    "CollateralSale",
    "Contributions",
    "Deleveraged",
    "Deleveraging",
    "FundPath",
    "Haircut",
    "InsuranceFund",
    "Layer",
    "PerStake",
    "PriceBand",
    "Redistribution",
    "Resource",
    "SecuredDebt",
    "Settlement",
    "Shared",
    "Split",
    "Transfer",
    "Waterfall",
    "affordable_fee",
    "assessments",
    "bankruptcy_value",
    "clearing_house",
    "collateralisation_price",
    "composite_debt",
    "cut_deposit_index",
    "deleverage_pro_rata",
    "deleverage_queue",
    "deleveraging_score",
    "effective_leverage",
    "exchange",
    "fillable_price",
    "fund_path",
    "funding_index_step",
    "haircut",
    "in_order",
    "liquidation_fee",
    "loss_factor",
    "offset_and_redistribute",
    "offset_with_cap",
    "orders_kept",
    "per_stake",
    "price_band",
    "pro_rata",
    "profit_given_up",
    "queue_fraction",
    "queue_order",
    "ramped_fee",
    "sell_collateral",
    "share_by_gains",
    "share_by_open_interest",
    "solvent_fee_rate",
    "split_residual",
    "transfer_pro_rata",
    "venue_shortfall",
]
