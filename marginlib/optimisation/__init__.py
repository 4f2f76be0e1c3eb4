"""Best choices under a margin rule, and what the optimiser cannot see.

An optimiser knows the numbers it is given and nothing else. The portfolio with the least margin is
the one that the margin model understands least, so every function here says what it leaves out.
"""

from marginlib.optimisation.buffer import BufferCost, best_buffer, buffer_cost
from marginlib.optimisation.collateral import CollateralChoice, cheapest_collateral
from marginlib.optimisation.forced_sale import (
    PeakLeverage,
    critical_leverage,
    leverage_while_selling,
    peak_leverage,
)
from marginlib.optimisation.hedge import Hedge, cheapest_hedge, largest_release
from marginlib.optimisation.legs import ClosedLegs, best_leg, closed_legs
from marginlib.optimisation.liquidation_schedule import (
    LiquidationSchedule,
    TradingCost,
    liquidation_schedule,
)
from marginlib.optimisation.risk_measures import CorrelatedLoss, ExpectedShortfall, WorstLoss
from marginlib.optimisation.sizing import Sizes, fractional_kelly, kelly_sizes
from marginlib.optimisation.venue_breaches import BreachedPath, cheapest_breached_path
from marginlib.optimisation.venue_rates import (
    RateChoice,
    cheapest_rate_path,
    cheapest_rates,
    largest_rise,
)

__all__ = [
    "BreachedPath",
    "BufferCost",
    "ClosedLegs",
    "CollateralChoice",
    "CorrelatedLoss",
    "ExpectedShortfall",
    "Hedge",
    "LiquidationSchedule",
    "PeakLeverage",
    "RateChoice",
    "Sizes",
    "TradingCost",
    "WorstLoss",
    "best_buffer",
    "best_leg",
    "buffer_cost",
    "cheapest_breached_path",
    "cheapest_collateral",
    "cheapest_hedge",
    "cheapest_rate_path",
    "cheapest_rates",
    "closed_legs",
    "critical_leverage",
    "fractional_kelly",
    "kelly_sizes",
    "largest_release",
    "largest_rise",
    "leverage_while_selling",
    "liquidation_schedule",
    "peak_leverage",
]
