"""Best choices: the schedule on which a large position is closed."""

from __future__ import annotations

from marginlib.optimisation import TradingCost, liquidation_schedule
from tests.reference import Answer, adapter

MILLION = 1e6  # the source prints millions


@adapter
def almgren_chriss(
    X: float, T: float, N: int, sigma: float, epsilon: float, gamma: float, eta: float, lam: float
) -> Answer:
    costs = TradingCost(sigma, temporary=eta, permanent=gamma, spread=epsilon)
    schedule = liquidation_schedule(X, costs, risk_aversion=lam, days=T, periods=N)
    return {
        "mean_m": schedule.expected_cost / MILLION,
        "var_m2": schedule.variance / MILLION**2,
        "utility_m": schedule.objective / MILLION,
        "half_life": schedule.time_constant,
    }
