"""Many accounts at once, drawn with a seed.

A crowd is :class:`~marginlib.accounts.Accounts` of shape (N,), and nothing else: whatever the
library computes for one account it computes for a crowd. :func:`draw` says how its leverage, sizes,
sides, holdings and collateral are spread. What these spreads are is an assumption, to be made in
the open, except where :data:`BITMEX_2019_LONG` and its kin say what was once published.
"""

from marginlib.feedback.crowds.distributions import Beta, Distribution, LogNormal, Pareto, Weighted
from marginlib.feedback.crowds.modes import Separated, separate
from marginlib.feedback.crowds.overlap import overlap
from marginlib.feedback.crowds.populations import draw
from marginlib.feedback.crowds.published import BITMEX_2019_LONG, BITMEX_2019_SHORT

__all__ = [
    "BITMEX_2019_LONG",
    "BITMEX_2019_SHORT",
    "Beta",
    "Distribution",
    "LogNormal",
    "Pareto",
    "Separated",
    "Weighted",
    "draw",
    "overlap",
    "separate",
]
