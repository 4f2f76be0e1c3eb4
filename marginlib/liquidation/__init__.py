"""When the venue steps in: status, calls, and the prices at which it happens."""

from marginlib.liquidation.prices import bankruptcy_price, distance, liquidation_price
from marginlib.liquidation.status import Status, margin_call, status

__all__ = [
    "Status",
    "bankruptcy_price",
    "distance",
    "liquidation_price",
    "margin_call",
    "status",
]
