"""How a loss passes from one balance sheet to the next.

Contagion takes one of two ways, and the models differ in when a bank hands its loss on.

*By debts.* Banks owe each other.

* :func:`clearing_payments`: a creditor loses only when its debtor defaults, and exactly what is
  missing then (Eisenberg and Noe). No money is lost on the way, unless a default has costs.
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
keep their rounds, so that every step can be looked at. And a clearing house, which stands between
its members, nets what they owe over members, not classes (Duffie and Zhu):
:func:`cleared_exposure`.
"""

from marginlib.contagion._networks import spectral_radius
from marginlib.contagion.central_clearing import (
    bilateral_exposure,
    cleared_exposure,
    fewest_members,
    simulated_exposures,
)
from marginlib.contagion.clearing import clearing_payments
from marginlib.contagion.correlations import (
    correlations_of,
    realised_covariance,
    sales_feedback,
    simultaneous_covariance,
    volatilities_of,
)
from marginlib.contagion.debtrank import debt_rank, linear_distress, single_hit_distress
from marginlib.contagion.diversification import (
    FundRules,
    draw_holdings,
    impact_coefficient,
    wipe_out_asset,
)
from marginlib.contagion.fire_sales import (
    LimitedBanks,
    fire_sale,
    liquidity_weighted_overlap,
    shocked_banks,
)
from marginlib.contagion.spreading import contagion_leverage, mean_offspring
from marginlib.contagion.targeting import TargetingBanks, price_rounds, total_price_move

__all__ = [
    "FundRules",
    "LimitedBanks",
    "TargetingBanks",
    "bilateral_exposure",
    "cleared_exposure",
    "clearing_payments",
    "contagion_leverage",
    "correlations_of",
    "debt_rank",
    "draw_holdings",
    "fewest_members",
    "fire_sale",
    "impact_coefficient",
    "linear_distress",
    "liquidity_weighted_overlap",
    "mean_offspring",
    "price_rounds",
    "realised_covariance",
    "sales_feedback",
    "shocked_banks",
    "simulated_exposures",
    "simultaneous_covariance",
    "single_hit_distress",
    "spectral_radius",
    "total_price_move",
    "volatilities_of",
    "wipe_out_asset",
]
