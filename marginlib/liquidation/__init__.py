"""When the venue steps in, at which prices, and what it closes."""

from marginlib.liquidation.moves import Moves, along, frontier, surface
from marginlib.liquidation.prices import (
    PriceRange,
    bankruptcy_price,
    distance,
    liquidation_price,
    liquidation_prices,
)
from marginlib.liquidation.status import Status, is_warned, margin_call, status
from marginlib.liquidation.transitions import Transition, transitions

__all__ = [
    "Moves",
    "PriceRange",
    "Status",
    "Transition",
    "along",
    "bankruptcy_price",
    "distance",
    "frontier",
    "is_warned",
    "liquidation_price",
    "liquidation_prices",
    "margin_call",
    "status",
    "surface",
    "transitions",
]
