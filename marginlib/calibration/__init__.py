"""Margin rates set from returns, checked against what came, and the prices to do it with.

Days are on the first axis, the oldest first. No rate looks at the day that it is for. What tames a
margin that rises when it hurts, and what that costs, is in the files of ``procyclicality``.
"""

from marginlib.calibration.coverage import (
    accepted_breaches,
    breaches,
    chance_of_breaches,
    christoffersen,
    kupiec,
    kupiec_power,
    traffic_light,
)
from marginlib.calibration.daily_prices import (
    index_prices,
    log_returns,
    long_index_prices,
    read_prices,
    share_prices,
)
from marginlib.calibration.fetched import fetch_leverage_tiers, fetch_prices
from marginlib.calibration.garch import Garch, fit_garch
from marginlib.calibration.margin_rates import (
    filtered_historical_rate,
    historical_rate,
    parametric_rate,
)
from marginlib.calibration.moving_volatility import equal_weight_volatility, ewma_volatility
from marginlib.calibration.procyclicality.measures import (
    average_rate,
    peak_to_trough,
    procyclicality_measures,
    trade_off,
)
from marginlib.calibration.procyclicality.tails import stable_margin, tail_index
from marginlib.calibration.procyclicality.tools import (
    with_buffer,
    with_floor,
    with_speed_limit,
    with_stressed,
)
from marginlib.calibration.procyclicality.volatility_jump import (
    days_to_rise,
    half_life,
    step_response,
)
from marginlib.calibration.rate_add_ons import (
    collateral_rate,
    concentration_rate,
    largest_size,
    leverage_tiers,
)
from marginlib.calibration.simulated import simulated_crypto
from marginlib.calibration.simulation import HistoricalSimulation

__all__ = [
    "Garch",
    "HistoricalSimulation",
    "accepted_breaches",
    "average_rate",
    "breaches",
    "chance_of_breaches",
    "christoffersen",
    "collateral_rate",
    "concentration_rate",
    "days_to_rise",
    "equal_weight_volatility",
    "ewma_volatility",
    "fetch_leverage_tiers",
    "fetch_prices",
    "filtered_historical_rate",
    "fit_garch",
    "half_life",
    "historical_rate",
    "index_prices",
    "kupiec",
    "kupiec_power",
    "largest_size",
    "leverage_tiers",
    "log_returns",
    "long_index_prices",
    "parametric_rate",
    "peak_to_trough",
    "procyclicality_measures",
    "read_prices",
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
]
