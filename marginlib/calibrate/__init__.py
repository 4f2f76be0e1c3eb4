"""Margin rates set from returns, checked against what came, and the prices to do it with.

Days are on the first axis, the oldest first. No rate looks at the day that it is for.
"""

from marginlib.calibrate.coverage import (
    CoverageTest,
    accepted,
    at_most,
    breaches,
    christoffersen,
    kupiec,
    power,
    traffic_light,
)
from marginlib.calibrate.exchange import LeverageTiers, fetch_leverage_tiers, fetch_prices
from marginlib.calibrate.garch_fit import fit_garch
from marginlib.calibrate.liquidity import (
    close_out_cost,
    concentration_rate,
    largest_size,
    leverage_tiers,
)
from marginlib.calibrate.prices import (
    Prices,
    index_prices,
    long_index_prices,
    read_prices,
    share_prices,
    write_prices,
)
from marginlib.calibrate.rates import filtered_historical, historical, parametric
from marginlib.calibrate.returns import log_returns, over_horizon
from marginlib.calibrate.rolling import Tail, rolling_worst, worst
from marginlib.calibrate.simulated import simulated_crypto
from marginlib.calibrate.simulation import HistoricalSimulation
from marginlib.calibrate.volatility import Garch, equal_weight_volatility, ewma_volatility
from marginlib.calibrate.wrong_way import collateral_rate, wrong_way_add_on

__all__ = [
    "CoverageTest",
    "Garch",
    "HistoricalSimulation",
    "LeverageTiers",
    "Prices",
    "Tail",
    "accepted",
    "at_most",
    "breaches",
    "christoffersen",
    "close_out_cost",
    "collateral_rate",
    "concentration_rate",
    "equal_weight_volatility",
    "ewma_volatility",
    "fetch_leverage_tiers",
    "fetch_prices",
    "filtered_historical",
    "fit_garch",
    "historical",
    "index_prices",
    "kupiec",
    "largest_size",
    "leverage_tiers",
    "log_returns",
    "long_index_prices",
    "over_horizon",
    "parametric",
    "power",
    "read_prices",
    "rolling_worst",
    "share_prices",
    "simulated_crypto",
    "traffic_light",
    "worst",
    "write_prices",
    "wrong_way_add_on",
]
