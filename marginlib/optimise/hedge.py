r"""The trade that frees most margin for its cost, where margin is the worst loss of a scan.

With q the position, G the profit of one contract in each scenario and t the trade, the requirement
is :math:`\max(0, \max_s -(q + t) \cdot G_s)`. It is convex in t, so the first unit of cost frees
the most, and every further one less: the best trade per unit of cost is a small one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, non_negative, numbers
from marginlib.optimise._linear import Optimum, minimise, refuse_scale, too_far_apart


@dataclass(frozen=True, eq=False)
class Hedge:
    """A trade, what it costs, and what is required after it.

    Parameters
    ----------
    trade : array of shape (I,)
        Contracts to buy, or to sell if negative [contracts].
    cost : float
        What the trade costs [currency].
    requirement : float
        What is required after it [currency].
    freed : float
        By how much it lowers the requirement [currency].
    next_freed : float
        What one more unit of cost would free [currency / currency]; ``nan`` for whole contracts.
    """

    trade: FloatArray
    cost: float
    requirement: float
    freed: float
    next_freed: float

    @property
    def freed_per_cost(self) -> float:
        """Margin freed per unit of cost; ``inf`` if it is free, ``nan`` if nothing is done."""
        if self.cost:
            return self.freed / self.cost
        return np.inf if self.freed else np.nan


def largest_release(
    quantity: ArrayLike,
    arrays: ArrayLike,
    cost: ArrayLike,
    budget: float,
    limit: ArrayLike = np.inf,
    whole: bool = False,
) -> Hedge:
    """Return the trade that frees most margin within a budget, the cheapest if there are several.

    Parameters
    ----------
    quantity : array of shape (I,)
        Contracts held [contracts]; 0 for what may be traded and is not held.
    arrays : array of shape (I, S)
        Profit of one long contract in each scenario [currency]: what a clearing house publishes,
        or ``portfolio_margin.value_changes(market, scenarios) * scenarios.weight``.
    cost : float or array of shape (I,)
        Half the spread and the fee for each contract, bought or sold [currency].
    budget : float
        Most that may be spent [currency].
    limit : float or array of shape (I,)
        Most that may be traded of each [contracts].
    whole : bool
        Whether only whole contracts can be traded.

    Notes
    -----
    The least margin is not the least risk. An optimiser finds what the scan does not look at: this
    scan moves both months together, so the cheaper one takes all the margin away, and what is left
    is a bet that they stay together. A move of 2 % between them costs the account 400, for which
    no margin is held:

    >>> months = [[-3_000, 3_000], [-3_000, 3_000]]  # 15 % of 20,000, down and up
    >>> hedge = largest_release([1, 0], months, cost=[10, 1], budget=100)
    >>> hedge.trade.round(6).tolist(), round(hedge.cost, 6), round(hedge.requirement, 6)
    ([0.0, -1.0], 1.0, 0.0)
    >>> apart = np.array([-200, 200])  # the first month falls by 1 %, the second rises
    >>> float(([1, 0] + hedge.trade).round(6) @ apart)
    -400.0

    A charge for spreads between months is what a clearing house adds against this: see
    :mod:`marginlib.portfolio_margin.spreads`. A risk array with the move in it does as well:

    >>> apart_too = np.column_stack([months, apart])
    >>> float(round(largest_release([1, 0], apart_too, [10, 1], budget=100).requirement, 6))
    0.0
    >>> largest_release([1, 0], apart_too, [10, 1], budget=100).trade.round(6).tolist()
    [-1.0, 0.0]
    """
    problem = _Problem(quantity, arrays, cost, limit, whole)
    money = float(non_negative("budget", budget))
    found = problem.solve(budget=money)
    price = float(found.price[-1]) / problem.money(money)
    # Where the budget is more than enough, many trades free as much: take the cheapest.
    least = problem.solve_cost(float(found.x[-1]) * problem.margin)
    return problem.hedge(least or found, next_freed=problem.margin * price)


def cheapest_hedge(
    quantity: ArrayLike,
    arrays: ArrayLike,
    cost: ArrayLike,
    requirement: float,
    limit: ArrayLike = np.inf,
    whole: bool = False,
) -> Hedge:
    """Return the cheapest trade that brings the requirement down to what is given.

    Parameters
    ----------
    quantity, arrays, cost, limit, whole :
        As in :func:`largest_release`, where it is told what a scan cannot see.
    requirement : float
        What may be required afterwards [currency].

    Raises
    ------
    MarginError
        If no trade within the limits brings it so low; it says how low they bring it.

    >>> hedge = cheapest_hedge([10], [[-100, 100]], cost=2, requirement=400)
    >>> hedge.trade.round(6).tolist(), round(hedge.cost, 6), round(hedge.next_freed, 6)
    ([-6.0], 12.0, 50.0)
    """
    problem = _Problem(quantity, arrays, cost, limit, whole)
    most = float(non_negative("requirement", requirement))
    found = problem.solve_cost(most)
    if found is None:
        least = problem.hedge(problem.solve(budget=np.inf), np.nan).requirement
        raise MarginError(
            f"requirement must be at least {least:.6g}, the least that these instruments and "
            f"limits can bring it down to; got {most:g}"
        )
    # The sum of the prices tells what one unit of margin costs.
    price = float(found.price.sum()) * problem.dearest / problem.margin
    return problem.hedge(found, next_freed=1 / price if price else np.inf)


class _Problem:
    """One position, with all sizes as shares of the margin it needs now."""

    def __init__(
        self,
        quantity: ArrayLike,
        arrays: ArrayLike,
        cost: ArrayLike,
        limit: ArrayLike,
        whole: bool,
    ) -> None:
        self.held, self.profit = _position(quantity, arrays)
        count = (self.held.size,)
        self.cost = _each("cost", non_negative("cost", cost), count)
        self.limit = _each("limit", _limits(limit), count)
        self.whole = whole
        refuse_scale("arrays", self.profit)
        refuse_scale("cost", self.cost)
        self.now = self.held @ self.profit
        self.margin = max(0.0, -float(self.now.min())) or 1.0
        largest = np.abs(self.profit).max(axis=1)
        # The unit of a trade is what would move the margin once; of no use are those that never do.
        fine = self.margin / np.where(largest > 0, largest, 1.0)
        self.unit = np.ones(count) if whole else fine
        self.useful = largest > 0
        self.upper = np.where(self.useful, self.limit / self.unit, 0.0)
        self.dearest = float((self.cost * self.unit).max()) or 1.0

    @property
    def _lost(self) -> FloatArray:
        """What one unit loses in each scenario, shape (S, 2 I): bought first, then sold."""
        gain = (self.profit * self.unit[:, None]).T / self.margin
        return np.hstack([-gain, gain])

    def money(self, budget: float) -> float:
        """Return the unit that costs are counted in: the budget, unless it is next to nothing."""
        return budget if budget > 1e-6 * self.dearest else self.dearest

    def solve(self, budget: float) -> Optimum:
        """Return the trades, and the requirement as the last number, that need least margin."""
        lost = np.hstack([self._lost, -np.ones((self.now.size, 1))])
        each = np.tile(self.cost * self.unit, 2)
        spent = each / self.money(budget) if np.isfinite(budget) else np.zeros(each.size)
        table = np.vstack([lost, [*spent, 0.0]])
        allowed = budget / self.money(budget) if np.isfinite(budget) else 0.0
        most = np.array([*self.now / self.margin, allowed])
        least = np.array([0.0] * len(each) + [1.0])
        return self._minimised(least, table, most, [*self.upper, *self.upper, np.inf])

    def solve_cost(self, requirement: float) -> Optimum | None:
        """Return the cheapest trades; None where none will do."""
        most = (self.now + requirement) / self.margin
        each = np.tile(self.cost * self.unit, 2) / self.dearest
        return minimise(each, self._lost, most, np.tile(self.upper, 2), self._integers(len(each)))

    def _minimised(
        self, cost: FloatArray, table: FloatArray, most: FloatArray, upper: list[float]
    ) -> Optimum:
        found = minimise(cost, table, most, np.array(upper), self._integers(len(cost)))
        if found is None:  # to trade nothing is always possible
            raise too_far_apart()
        return found

    def _integers(self, variables: int) -> NDArray[np.bool_]:
        """Trades are whole where asked for; the requirement, which comes last, is not."""
        trades = 2 * self.held.size
        return np.arange(variables) < (trades if self.whole else 0)

    def hedge(self, found: Optimum, next_freed: float) -> Hedge:
        """Return what was found in contracts and money."""
        bought, sold = np.split(found.x[: 2 * self.held.size], 2)
        trade = (bought - sold) * self.unit + 0.0
        before = max(0.0, -float(self.now.min()))
        after = max(0.0, -float(((self.held + trade) @ self.profit).min()))
        return Hedge(trade, float(np.abs(trade) @ self.cost), after, before - after, next_freed)


def _position(quantity: ArrayLike, arrays: ArrayLike) -> tuple[FloatArray, FloatArray]:
    held, profit = numbers("quantity", quantity), numbers("arrays", arrays)
    if held.ndim != 1 or profit.ndim != 2 or len(profit) != held.size or not profit.size:
        raise MarginError(
            "arrays must hold one row of scenarios for each instrument in quantity; got shapes "
            f"{profit.shape} and {held.shape}"
        )
    return held, profit


def _limits(limit: ArrayLike) -> FloatArray:
    """Return limits, which may be infinite."""
    given = np.asarray(limit, dtype=np.float64)
    none = given == np.inf
    return np.where(none, np.inf, non_negative("limit", np.where(none, 0.0, given)))


def _each(name: str, value: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    if value.shape not in ((), shape):
        raise MarginError(
            f"{name} must be one number or {shape[0]}, one for each instrument; "
            f"got shape {value.shape}"
        )
    return np.broadcast_to(value, shape)
