"""When a fall feeds itself: crowds, and the theory of spirals, cycles and branching.

Each file is about one loop.

* ``loop_gain``: the arithmetic that all of them share. A fall forces sales worth a further fall of
  g, and the rounds add up to 1 / (1 - g).
* ``spirals``: the loss spiral and the margin spiral (Brunnermeier and Pedersen). Losses take wealth
  away, margin asks more of what is left.
* ``leverage_cycle``: lenders set margin by the worst case (Geanakoplos). Bad news ruins those who
  thought most of the asset, and tightens the margin of the others.
* ``branching`` and ``hawkes``: each event sets off others; how large cascades get, and how much of
  what happens is the market's answer to itself.

What falls on whom is asked of a crowd: accounts of shape (N,), drawn with a seed by
:func:`draw_crowd`. How their leverage and sizes are spread is an assumption, except where
:data:`BITMEX_2019_LONG` and its twin say what was once published.

>>> import marginlib as ml
>>> ml.feedback.amplification(0.8).round(6).item()
5.0
"""

from marginlib.feedback.branching import branching_ratio_from_counts, simulate_cascade_sizes
from marginlib.feedback.crowds.distributions import (
    BITMEX_2019_LONG,
    BITMEX_2019_SHORT,
    LogNormal,
    Pareto,
)
from marginlib.feedback.crowds.populations import draw_crowd, holdings_overlap
from marginlib.feedback.hawkes import Hawkes, fit_hawkes, simulate_hawkes
from marginlib.feedback.leverage_cycle import expected_payoff, leverage_cycle
from marginlib.feedback.loop_gain import amplification, moves_by_round
from marginlib.feedback.spirals import FundedMarket, price_response, spiral_equilibria, spiral_gain

__all__ = [
    "BITMEX_2019_LONG",
    "BITMEX_2019_SHORT",
    "FundedMarket",
    "Hawkes",
    "LogNormal",
    "Pareto",
    "amplification",
    "branching_ratio_from_counts",
    "draw_crowd",
    "expected_payoff",
    "fit_hawkes",
    "holdings_overlap",
    "leverage_cycle",
    "moves_by_round",
    "price_response",
    "simulate_cascade_sizes",
    "simulate_hawkes",
    "spiral_equilibria",
    "spiral_gain",
]
