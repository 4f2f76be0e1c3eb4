"""Who pays the gap: when an account is worth less than nothing, someone else is.

In the order in which it usually happens: a position is closed, at the :func:`bankruptcy_value` if
all goes well, and what is better than that goes somewhere (:func:`split_residual`); the insurance
fund pays (:class:`InsuranceFund`), positions on the other side are closed
(:func:`deleverage_queue`), and what still remains is shared (:func:`share_by_gains`,
:func:`loss_factor`). A :class:`Waterfall` puts such layers in order.

Every function works on arrays of accounts, and in every one what is taken is what is given: sums
agree to a few units in the last place of 64-bit numbers.
"""

from marginlib.waterfall.allocation import pro_rata
from marginlib.waterfall.closeout import bankruptcy_value, split_residual
from marginlib.waterfall.deleveraging import (
    deleverage_pro_rata,
    deleverage_queue,
    deleveraging_score,
    profit_given_up,
    queue_fraction,
    queue_order,
)
from marginlib.waterfall.fund import InsuranceFund, fund_path
from marginlib.waterfall.layers import Absorbed, Contributions, DeleveragingQueue, Resource
from marginlib.waterfall.order import (
    Settlement,
    Waterfall,
    clearing_house_waterfall,
    exchange_waterfall,
)
from marginlib.waterfall.socialised import loss_factor, share_by_gains, venue_shortfall, withhold

__all__ = [
    "Absorbed",
    "Contributions",
    "DeleveragingQueue",
    "InsuranceFund",
    "Resource",
    "Settlement",
    "Waterfall",
    "bankruptcy_value",
    "clearing_house_waterfall",
    "deleverage_pro_rata",
    "deleverage_queue",
    "deleveraging_score",
    "exchange_waterfall",
    "fund_path",
    "loss_factor",
    "pro_rata",
    "profit_given_up",
    "queue_fraction",
    "queue_order",
    "share_by_gains",
    "split_residual",
    "venue_shortfall",
    "withhold",
]
