"""When the venue steps in, at which prices, and what it closes: accounts, and loans alike."""

from marginlib.liquidation.closing import (
    CloseAll,
    CloseShare,
    LargestFirst,
    ReduceTo,
    TierByTier,
)
from marginlib.liquidation.execution import Liquidated, liquidate, unwind
from marginlib.liquidation.fees import RequirementFee, affordable_fee, liquidation_fee
from marginlib.liquidation.loan_closing import CloseFactor, LiquidationIncentive
from marginlib.liquidation.loans import (
    bad_debt,
    health_factor,
    loan_to_value,
    toxic_loan_to_value,
)
from marginlib.liquidation.moves import along, frontier, surface
from marginlib.liquidation.policy import ClosingPolicy
from marginlib.liquidation.prices import (
    Outlook,
    bankruptcy_price,
    distance,
    liquidation_price,
    liquidation_prices,
    outlook,
)
from marginlib.liquidation.slices import AtMost, SliceFirst
from marginlib.liquidation.spiral import liquidation_spiral
from marginlib.liquidation.status import Status, margin_call, status
from marginlib.liquidation.survival import Fate, GappingPaths, gapping_paths, live_through
from marginlib.liquidation.transitions import transitions

__all__ = [
    "AtMost",
    "CloseAll",
    "CloseFactor",
    "CloseShare",
    "ClosingPolicy",
    "Fate",
    "GappingPaths",
    "LargestFirst",
    "Liquidated",
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
    "liquidation_fee",
    "liquidation_price",
    "liquidation_prices",
    "liquidation_spiral",
    "live_through",
    "loan_to_value",
    "margin_call",
    "outlook",
    "status",
    "surface",
    "toxic_loan_to_value",
    "transitions",
    "unwind",
]
