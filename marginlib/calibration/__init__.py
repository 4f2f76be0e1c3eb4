"""Margin rates set from returns, checked against what came, and the prices to do it with.

Days are on the first axis, the oldest first. No rate looks at the day that it is for.
"""

from marginlib.calibration.coverage import (
    CoverageTest,
    accepted,
    at_most,
    breaches,
    christoffersen,
    kupiec,
    power,
    traffic_light,
)
from marginlib.calibration.exchange import LeverageTiers, fetch_leverage_tiers, fetch_prices
from marginlib.calibration.garch_fit import fit_garch
from marginlib.calibration.liquidity import (
    close_out_cost,
    concentration_rate,
    largest_size,
    leverage_tiers,
)
from marginlib.calibration.prices import (
    Prices,
    index_prices,
    long_index_prices,
    read_prices,
    share_prices,
    write_prices,
)
from marginlib.calibration.procyclicality.measures import (
    Measures,
    average,
    largest_rise,
    measures,
    peak_to_trough,
)
from marginlib.calibration.procyclicality.tails import StableMargin, stable_margin, tail_index
from marginlib.calibration.procyclicality.tools import (
    with_buffer,
    with_floor,
    with_speed_limit,
    with_stressed,
)
from marginlib.calibration.procyclicality.trade_off import TradeOff, trade_off
from marginlib.calibration.procyclicality.volatility_jump import (
    days_to_rise,
    half_life,
    step_response,
)
from marginlib.calibration.rates import filtered_historical, historical, parametric
from marginlib.calibration.returns import log_returns, over_horizon
from marginlib.calibration.rolling import Tail, rolling_worst, worst
from marginlib.calibration.simulated import simulated_crypto
from marginlib.calibration.simulation import HistoricalSimulation
from marginlib.calibration.volatility import Garch, equal_weight_volatility, ewma_volatility
from marginlib.calibration.wrong_way import collateral_rate, wrong_way_add_on

__all__ = [
    "CoverageTest",
    "Garch",
    "HistoricalSimulation",
    "LeverageTiers",
    "Measures",
    "Prices",
    "StableMargin",
    "Tail",
    "TradeOff",
    "accepted",
    "at_most",
    "average",
    "breaches",
    "christoffersen",
    "close_out_cost",
    "collateral_rate",
    "concentration_rate",
    "days_to_rise",
    "equal_weight_volatility",
    "ewma_volatility",
    "fetch_leverage_tiers",
    "fetch_prices",
    "filtered_historical",
    "fit_garch",
    "half_life",
    "historical",
    "index_prices",
    "kupiec",
    "largest_rise",
    "largest_size",
    "leverage_tiers",
    "log_returns",
    "long_index_prices",
    "measures",
    "over_horizon",
    "parametric",
    "peak_to_trough",
    "power",
    "read_prices",
    "rolling_worst",
    "share_prices",
    "simulated_crypto",
    "stable_margin",
    "step_response",
    "tail_index",
    "trade_off",
    "traffic_light",
    "with_buffer",
    "with_floor",
    "with_speed_limit",
    "with_stressed",
    "worst",
    "write_prices",
    "wrong_way_add_on",
]
