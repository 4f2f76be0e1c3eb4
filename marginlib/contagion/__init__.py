"""How a loss passes from one balance sheet to the next.

Contagion takes one of two ways, and the models differ in when a bank hands its loss on.

*By debts.* Banks owe each other.

* :func:`clear`: a creditor loses only when its debtor defaults, and exactly what is missing then
  (Eisenberg and Noe). No money is lost on the way, unless a default has costs.
* :func:`single_hit_distress` and :func:`linear_distress`: a claim loses value as soon as the debtor
  has lost some of its equity (DebtRank). Losses come before any default, and without one.

*By prices.* Banks hold the same things. One sells, and all who hold it lose.

* :class:`TargetingBanks` sell after every loss, to keep their leverage (Greenwood, Landier and
  Thesmar). Everything is linear, and one number tells whether it ends: a spectral radius.
* :class:`LimitedBanks` sell only above a limit, as on a margin call (Cont and Schaanning). A small
  loss goes no further; a larger one may, and leaves some insolvent, and others solvent but with
  nothing left to sell.
* Funds under :class:`FundRules` sell only when they fail, and then all (Caccioli and others). With
  random portfolios that is a branching process, which spreads or dies out.
* One fund's sales make assets move together that had nothing to do with each other (Cont and
  Wagalath): :func:`realised_covariance`, :func:`simultaneous_covariance`.

After a small loss, banks at their limit sell in the first round what targeting banks sell. Results
keep their rounds, so that every step can be looked at.
"""

from marginlib.contagion._tables import spectral_radius
from marginlib.contagion.branching import (
    critical_leverage,
    loss_by_failure,
    mean_offspring,
    offspring,
)
from marginlib.contagion.central_clearing import (
    Exposures,
    bilateral_exposure,
    cleared_exposure,
    fewest_members,
    simulated_exposures,
    smallest_cleared_share,
)
from marginlib.contagion.clearing import Clearing, clear
from marginlib.contagion.debtrank import (
    Distress,
    debt_rank,
    interbank_leverage,
    linear_distress,
    single_hit_distress,
)
from marginlib.contagion.depth import bounded_impact, market_depth
from marginlib.contagion.diversification import (
    Failures,
    FundRules,
    draw_holdings,
    impact_coefficient,
    wipe_out,
)
from marginlib.contagion.exposures import indirect_exposure, liquidity_weighted_overlap
from marginlib.contagion.fire_sales import (
    Liquidation,
    correlation,
    realised_covariance,
    sales_feedback,
    simulated_returns,
    simultaneous_covariance,
    volatility,
)
from marginlib.contagion.overlap import (
    TargetingBanks,
    Vulnerability,
    price_move,
    price_rounds,
    total_move,
    vulnerability,
)
from marginlib.contagion.threshold import (
    Deleveraging,
    LimitedBanks,
    deleverage,
    share_to_sell,
    shocked,
)

__all__ = [
    "Clearing",
    "Deleveraging",
    "Distress",
    "Exposures",
    "Failures",
    "FundRules",
    "LimitedBanks",
    "Liquidation",
    "TargetingBanks",
    "Vulnerability",
    "bilateral_exposure",
    "bounded_impact",
    "clear",
    "cleared_exposure",
    "correlation",
    "critical_leverage",
    "debt_rank",
    "deleverage",
    "draw_holdings",
    "fewest_members",
    "impact_coefficient",
    "indirect_exposure",
    "interbank_leverage",
    "linear_distress",
    "liquidity_weighted_overlap",
    "loss_by_failure",
    "market_depth",
    "mean_offspring",
    "offspring",
    "price_move",
    "price_rounds",
    "realised_covariance",
    "sales_feedback",
    "share_to_sell",
    "shocked",
    "simulated_exposures",
    "simulated_returns",
    "simultaneous_covariance",
    "single_hit_distress",
    "smallest_cleared_share",
    "spectral_radius",
    "total_move",
    "volatility",
    "vulnerability",
    "wipe_out",
]
