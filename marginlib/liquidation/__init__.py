"""When the venue steps in, at which prices, and what it closes."""

from marginlib.liquidation.closing import (
    CloseAll,
    CloseShare,
    LargestFirst,
    ReduceTo,
    TierByTier,
)
from marginlib.liquidation.execution import Liquidated, liquidate, unwind
from marginlib.liquidation.fees import RequirementFee
from marginlib.liquidation.moves import Moves, along, frontier, surface
from marginlib.liquidation.policy import ClosingPolicy
from marginlib.liquidation.prices import (
    PriceRange,
    bankruptcy_price,
    distance,
    liquidation_price,
    liquidation_prices,
)
from marginlib.liquidation.restoring import (
    asset_for_liability,
    restoring_quantity,
    restoring_transfer,
)
from marginlib.liquidation.slices import AtMost, SliceFirst, window_capacity
from marginlib.liquidation.status import Status, is_warned, margin_call, status
from marginlib.liquidation.survival import Fate, GappingPaths, Lived, gapping_paths, live_through
from marginlib.liquidation.transitions import Transition, transitions

__all__ = [
    "AtMost",
    "CloseAll",
    "CloseShare",
    "ClosingPolicy",
    "Fate",
    "GappingPaths",
    "LargestFirst",
    "Liquidated",
    "Lived",
    "Moves",
    "PriceRange",
    "ReduceTo",
    "RequirementFee",
    "SliceFirst",
    "Status",
    "TierByTier",
    "Transition",
    "along",
    "asset_for_liability",
    "bankruptcy_price",
    "distance",
    "frontier",
    "gapping_paths",
    "is_warned",
    "liquidate",
    "liquidation_price",
    "liquidation_prices",
    "live_through",
    "margin_call",
    "restoring_quantity",
    "restoring_transfer",
    "status",
    "surface",
    "transitions",
    "unwind",
    "window_capacity",
]
