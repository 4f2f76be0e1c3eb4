"""When the venue steps in, at which prices, and what it closes: accounts, and loans alike."""

from marginlib.liquidation.closing import CloseAll, CloseShare, LargestFirst, ReduceTo, TierByTier
from marginlib.liquidation.execution import liquidate, unwind
from marginlib.liquidation.fees import RequirementFee, affordable_fee
from marginlib.liquidation.joint_moves import along, frontier, surface
from marginlib.liquidation.loan_closing import CloseFactor, LiquidationIncentive
from marginlib.liquidation.loans import bad_debt, health_factor, loan_to_value, toxic_loan_to_value
from marginlib.liquidation.outlook import Outlook, outlook
from marginlib.liquidation.policy import ClosingPolicy
from marginlib.liquidation.prices import (
    bankruptcy_price,
    distance,
    liquidation_price,
    liquidation_prices,
)
from marginlib.liquidation.restoring import restoring_quantity
from marginlib.liquidation.slices import AtMost, SliceFirst
from marginlib.liquidation.spiral import liquidation_spiral
from marginlib.liquidation.status import Status, margin_call, status
from marginlib.liquidation.survival import Fate, gapping_paths, live_through
from marginlib.liquidation.transitions import transitions

__all__ = [
    "AtMost",
    "CloseAll",
    "CloseFactor",
    "CloseShare",
    "ClosingPolicy",
    "Fate",
    "LargestFirst",
    "LiquidationIncentive",
    "Outlook",
    "ReduceTo",
    "RequirementFee",
    "SliceFirst",
    "Status",
    "TierByTier",
    "affordable_fee",
    "along",
    "bad_debt",
    "bankruptcy_price",
    "distance",
    "frontier",
    "gapping_paths",
    "health_factor",
    "liquidate",
    "liquidation_price",
    "liquidation_prices",
    "liquidation_spiral",
    "live_through",
    "loan_to_value",
    "margin_call",
    "outlook",
    "restoring_quantity",
    "status",
    "surface",
    "toxic_loan_to_value",
    "transitions",
    "unwind",
]
