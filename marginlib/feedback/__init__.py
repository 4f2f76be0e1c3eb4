"""When a fall feeds itself: the theory of spirals, cycles and branching.

Each file is about one loop.

* ``loop_gain``: the arithmetic that all of them share. A fall forces sales worth a further fall of
  g, and the rounds add up to 1 / (1 - g); in a crowd, g depends on the price.
* ``spirals``: the loss spiral and the margin spiral (Brunnermeier and Pedersen). Losses take wealth
  away, margin asks more of what is left.
* ``leverage_cycle``: lenders set margin by the worst case (Geanakoplos). Bad news ruins those who
  thought most of the asset, and tightens the margin of the others.
* ``leveraged_funds``: funds at their leverage cap must sell into a fall (Thurner, Farmer and
  Geanakoplos).
* ``branching`` and ``hawkes``: each event sets off others; how large cascades get, and how much of
  what happens is the market's answer to itself.

>>> import marginlib as ml
>>> ml.feedback.amplification(0.8).round(6).item()
5.0
"""

from marginlib.feedback.branching import (
    borel,
    mean_size,
    ratio_from_counts,
    simulate_sizes,
    size_variance,
)
from marginlib.feedback.hawkes import Hawkes, fit_hawkes, log_likelihood, simulate_hawkes
from marginlib.feedback.leverage_cycle import (
    LeverageCycle,
    OnePeriod,
    expected_payoff,
    one_period,
    two_periods,
)
from marginlib.feedback.leveraged_funds import (
    FundPaths,
    LeveragedFunds,
    clearing_price,
    simulate_funds,
)
from marginlib.feedback.loop_gain import (
    amplification,
    crowd_gain,
    moves_by_round,
    sales_density,
    shock_needed,
)
from marginlib.feedback.spirals import (
    FundedMarket,
    SpiralGain,
    equilibria,
    margin_at,
    next_price,
    position_at,
    price_response,
    spiral_gain,
)

__all__ = [
    "FundPaths",
    "FundedMarket",
    "Hawkes",
    "LeverageCycle",
    "LeveragedFunds",
    "OnePeriod",
    "SpiralGain",
    "amplification",
    "borel",
    "clearing_price",
    "crowd_gain",
    "equilibria",
    "expected_payoff",
    "fit_hawkes",
    "log_likelihood",
    "margin_at",
    "mean_size",
    "moves_by_round",
    "next_price",
    "one_period",
    "position_at",
    "price_response",
    "ratio_from_counts",
    "sales_density",
    "shock_needed",
    "simulate_funds",
    "simulate_hawkes",
    "simulate_sizes",
    "size_variance",
    "spiral_gain",
    "two_periods",
]
