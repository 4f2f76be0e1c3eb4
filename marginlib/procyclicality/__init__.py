"""How much margin rises when it hurts, what tames it, and what that costs.

A margin that follows volatility is low for years and called up within days, when everyone is short
of money. The measures here are of the margin rates of an unchanged portfolio; the tools turn one
series of rates into another. Days come first, the oldest first, and the first days may be ``nan``,
where there was no answer yet.
"""

from marginlib.procyclicality.measures import (
    Measures,
    average,
    largest_rise,
    measures,
    peak_to_trough,
)
from marginlib.procyclicality.step_response import days_to_rise, half_life, step_response
from marginlib.procyclicality.tails import StableMargin, stable_margin, tail_index
from marginlib.procyclicality.tools import (
    with_buffer,
    with_floor,
    with_speed_limit,
    with_stressed,
)

__all__ = [
    "Measures",
    "StableMargin",
    "average",
    "days_to_rise",
    "half_life",
    "largest_rise",
    "measures",
    "peak_to_trough",
    "stable_margin",
    "step_response",
    "tail_index",
    "with_buffer",
    "with_floor",
    "with_speed_limit",
    "with_stressed",
]
