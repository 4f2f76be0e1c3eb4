"""Best choices under a margin rule, and what the optimiser cannot see.

An optimiser knows the numbers it is given and nothing else. The portfolio with the least margin is
the one that the margin model understands least, so every function here says what it leaves out.
"""

from marginlib.optimisation.buffer import best_buffer, buffer_cost
from marginlib.optimisation.closed_legs import best_leg_to_close, closed_legs
from marginlib.optimisation.collateral import cheapest_collateral
from marginlib.optimisation.forced_sale import critical_leverage
from marginlib.optimisation.hedge import largest_margin_release
from marginlib.optimisation.liquidation_schedule import TradingCost, liquidation_schedule
from marginlib.optimisation.risk_measures import ExpectedShortfall, ParametricValueAtRisk, WorstLoss
from marginlib.optimisation.sizing import fractional_kelly, kelly_sizes
from marginlib.optimisation.venue_breaches import cheapest_breached_path
from marginlib.optimisation.venue_rates import cheapest_rate_path, cheapest_rates

__all__ = [
    "ExpectedShortfall",
    "ParametricValueAtRisk",
    "TradingCost",
    "WorstLoss",
    "best_buffer",
    "best_leg_to_close",
    "buffer_cost",
    "cheapest_breached_path",
    "cheapest_collateral",
    "cheapest_rate_path",
    "cheapest_rates",
    "closed_legs",
    "critical_leverage",
    "fractional_kelly",
    "kelly_sizes",
    "largest_margin_release",
    "liquidation_schedule",
]
