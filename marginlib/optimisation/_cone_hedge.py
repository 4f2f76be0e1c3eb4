"""The best hedge where margin is a multiple of the standard deviation: a second-order cone."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import lsq_linear

from marginlib._checks import FloatArray, MarginError
from marginlib.optimisation._cones import modelling, solve
from marginlib.optimisation._linear import minimise, possible
from marginlib.optimisation._trading import Trading
from marginlib.optimisation.risk_measures import CorrelatedLoss

_NEAR = 1e-7  # share of the margin that the solver may not see
_DUST = 1e-8  # trades that small, as a share of what would move all margin, are none


class ConeHedge:
    """The programme in trades x, all sizes as shares of the margin now."""

    def __init__(self, trading: Trading, measure: CorrelatedLoss) -> None:
        if trading.whole:
            raise MarginError(
                "whole contracts can be asked for only where margin is a loss over scenarios; "
                "leave whole=False and round the trade"
            )
        self.cvxpy = modelling()
        self.trading = trading
        root = measure.multiple * measure.root / trading.margin
        self.moved, self.now = root * trading.unit, root @ trading.held
        self.x = self.cvxpy.Variable(trading.held.size)
        self.margin = self.cvxpy.norm(self.now + self.moved @ self.x)
        self.cost = trading.price @ self.cvxpy.abs(self.x)
        bounded = np.flatnonzero(np.isfinite(trading.upper))
        self.within = []
        if bounded.size:  # some versions of cvxpy know no programme of nothing
            self.within = [self.cvxpy.abs(self.x[bounded]) <= trading.upper[bounded]]

    def least_margin(self, budget: float) -> tuple[FloatArray, float]:
        """Return the trade that needs least margin within a budget, and what the next unit frees.

        Where the budget is more than enough, and instruments stand in for each other, many trades
        need as little: it is the cheapest.
        """
        trading = self.trading
        most = budget / trading.dearest
        bottom = self._bottom(trading.upper)
        if trading.price @ np.abs(bottom) <= most * (1 + _NEAR):
            return self._contracts(bottom), 0.0
        if most <= _NEAR:  # only what is free
            x = self._bottom(np.where(trading.price > 0, 0.0, trading.upper))
            left = self.now + self.moved @ x
            slope = np.abs(self.moved.T @ left) / max(float(np.linalg.norm(left)), _NEAR)
            dear = (trading.price > 0) & (trading.upper > 0)
            price = float((slope[dear] / trading.price[dear]).max())
        else:
            price = self._minimise(self.margin, self.cost / most <= 1) / most
            x = self.x.value
        return self._contracts(x), price * trading.margin / trading.dearest

    def least_cost(self, requirement: float) -> tuple[FloatArray, float] | None:
        """Return the cheapest trade for a requirement, and what the next unit of it costs."""
        trading = self.trading
        most = requirement / trading.margin
        bottom = self._bottom(trading.upper)
        least = float(np.linalg.norm(self.now + self.moved @ bottom))
        if requirement >= trading.required:
            return np.zeros(bottom.size), 0.0
        if most < least - _NEAR:
            return None
        if most <= least + _NEAR:  # no cost frees any more
            return self._contracts(bottom), np.inf
        price = self._minimise(self.cost, self.margin <= most)
        return self._contracts(self.x.value), price * trading.dearest / trading.margin

    def _minimise(self, goal: Any, limit: Any) -> float:
        """Find the least value, and return what one more unit of the limit would save."""
        solve(self.cvxpy.Problem(self.cvxpy.Minimize(goal), [*self.within, limit]), self.x)
        return max(0.0, float(np.squeeze(limit.dual_value)))

    def _bottom(self, upper: FloatArray) -> FloatArray:
        """Return the cheapest of the trades that need least margin, whatever they cost.

        To find the least is a problem of least squares, and to find the cheapest that does the
        same to margin is a linear one.
        """
        x, free = np.zeros(upper.size), upper > 0
        if not free.any():
            return x
        limits = (-upper[free], upper[free])
        found = lsq_linear(  # type: ignore[operator]
            self.moved[:, free], -self.now, limits, method="bvls"
        )
        x[free] = found.x
        done = self.moved @ x
        table = np.hstack([self.moved, -self.moved])
        both, most = np.vstack([table, -table]), np.concatenate([done, -done]) + _DUST
        each = np.tile(self.trading.price, 2)
        # What was found does it already, so there is an answer.
        cheapest = possible(minimise(each, both, most, np.tile(upper, 2)))
        bought, sold = np.split(cheapest.x, 2)
        return np.asarray(bought - sold)

    def _contracts(self, x: FloatArray) -> FloatArray:
        inside = np.clip(x, -self.trading.upper, self.trading.upper)
        return np.where(np.abs(x) > _DUST, inside * self.trading.unit, 0.0)
