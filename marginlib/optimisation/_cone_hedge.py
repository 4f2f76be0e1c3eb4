"""The best hedge where margin is a multiple of the standard deviation: a second-order cone."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.optimize import lsq_linear

from marginlib._checks import FloatArray, MarginError, NotSettled
from marginlib._optional import optional
from marginlib.optimisation._linear import minimise, possible
from marginlib.optimisation._trading import Trading
from marginlib.optimisation.risk_measures import ParametricValueAtRisk

_EXACT = 1e-8  # to which the solver must prove its answer
_NEAR = 1e-7  # share of the margin that the solver may not see
_DUST = 1e-8  # trades that small, as a share of what would move all margin, are none


class ConeHedge:
    """The programme in trades x, all sizes as shares of the margin now."""

    def __init__(self, trading: Trading, measure: ParametricValueAtRisk) -> None:
        if trading.whole:
            raise MarginError(
                "whole contracts can be asked for only where margin is a loss over scenarios; "
                "leave whole=False and round the trade"
            )
        self.cvxpy = _modelling()
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

    def _minimise(self, goal: Any, limit: Any) -> float:
        """Find the least value, and return what one more unit of the limit would save."""
        _solve(self.cvxpy.Problem(self.cvxpy.Minimize(goal), [*self.within, limit]), self.x)
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


def _modelling() -> Any:
    """Return CVXPY, once it is sure that Clarabel is there as well."""
    optional("clarabel", "cones")
    return optional("cvxpy", "cones")


def _solve(problem: Any, wanted: Any) -> None:
    """Solve a programme that has an answer.

    Raises
    ------
    NotSettled
        If the solver stops before it is sure; ``last`` holds what it had by then.
    """
    cvxpy = _modelling()
    tolerances = dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), _EXACT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is refused here
        try:
            problem.solve(solver=cvxpy.CLARABEL, **tolerances)
        except cvxpy.SolverError:
            problem = None
    if problem is None or problem.status != cvxpy.OPTIMAL:
        raise NotSettled(
            "the search stopped before it could prove its answer; give amounts in units that are "
            "closer to each other, and leave out what is too small to matter",
            wanted.value,
        )
