r"""The trade that frees most margin for its cost.

With q the position, G the profit of one contract in each scenario and t the trade, a scan requires
:math:`\max(0, \max_s -(q + t) \cdot G_s)`. Like the other measures of
:mod:`marginlib.optimisation.risk_measures` it is convex in t, so the first unit of cost frees the
most, and every further one less: the best trade per unit of cost is a small one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, one_number
from marginlib.optimisation._cone_hedge import ConeHedge
from marginlib.optimisation._linear import limits
from marginlib.optimisation._scenario_hedge import ScenarioHedge
from marginlib.optimisation._trading import Trading
from marginlib.optimisation.risk_measures import Measure, ParametricValueAtRisk, WorstLoss


class Hedge(NamedTuple):
    """A trade, what it costs, and what is required after it."""

    trade: FloatArray  # to buy, or to sell if negative, shape (I,) [contracts]
    cost: float  # of the trade [currency]
    requirement: float  # after it [currency]
    freed: float  # by how much it lowers the requirement [currency]
    next_freed: float  # by one more unit of cost [currency / currency]; nan for whole contracts

    @property
    def freed_per_cost(self) -> float:
        """Margin freed per unit of cost; ``inf`` if it is free, ``nan`` if nothing is done."""
        if self.cost:
            return self.freed / self.cost
        return np.inf if self.freed else np.nan


def largest_margin_release(
    quantity: ArrayLike,
    arrays: ArrayLike | Measure,
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
    arrays : array of shape (I, S), WorstLoss, ExpectedShortfall or CorrelatedLoss
        Profit of one long contract in each scenario [currency]: what a clearing house publishes,
        or ``scan.value_changes(market, scenarios) * scenarios.weight``. Margin that is
        not one worst loss is one of :mod:`marginlib.optimisation.risk_measures`.
    cost : float or array of shape (I,)
        Half the spread and the fee for each contract, bought or sold [currency].
    budget : float
        Most that may be spent [currency].
    limit : float or array of shape (I,)
        Most that may be traded of each [contracts].
    whole : bool
        Whether only whole contracts can be traded; not with a ``CorrelatedLoss``.

    Raises
    ------
    ModuleNotFoundError
        For a ``CorrelatedLoss``, if a solver of cone programmes is not installed; it says what to
        type.

    The least margin is not the least risk. An optimiser finds what the scan does not look at: this
    scan moves both months together, so the cheaper one takes all the margin away, and what is left
    is a bet that they stay together. A move of 2 % between them costs the account 400, for which
    no margin is held:

    >>> months = [[-3_000, 3_000], [-3_000, 3_000]]  # 15 % of 20,000, down and up
    >>> hedge = largest_margin_release([1, 0], months, cost=[10, 1], budget=100)
    >>> hedge.trade.round(6).tolist(), round(hedge.cost, 6), round(hedge.requirement, 6)
    ([0.0, -1.0], 1.0, 0.0)
    >>> apart = np.array([-200, 200])  # the first month falls by 1 %, the second rises
    >>> float(([1, 0] + hedge.trade).round(6) @ apart)
    -400.0

    A charge for spreads between months is what a clearing house adds against this: see
    :mod:`marginlib.margin.scan.spreads`. A risk array with the move in it does as well:

    >>> apart_too = np.column_stack([months, apart])
    >>> float(round(largest_margin_release([1, 0], apart_too, [10, 1], budget=100).requirement, 6))
    0.0
    >>> largest_margin_release([1, 0], apart_too, [10, 1], budget=100).trade.round(6).tolist()
    [-1.0, 0.0]
    """
    programme, trading, measure = _programme(quantity, arrays, cost, limit, whole)
    trade, next_freed = programme.least_margin(one_number("budget", limits("budget", budget)))
    return _hedge(trading, measure, trade, next_freed)


def _programme(
    quantity: ArrayLike,
    arrays: ArrayLike | Measure,
    cost: ArrayLike,
    limit: ArrayLike,
    whole: bool,
) -> tuple[ScenarioHedge | ConeHedge, Trading, Measure]:
    measure = arrays if isinstance(arrays, Measure) else WorstLoss(arrays)
    trading = Trading(quantity, measure, cost, limit, whole)
    if isinstance(measure, ParametricValueAtRisk):
        return ConeHedge(trading, measure), trading, measure
    return ScenarioHedge(trading, measure), trading, measure


def _hedge(trading: Trading, measure: Measure, trade: FloatArray, next_freed: float) -> Hedge:
    """Return a trade with what the measure itself says of it."""
    after = float(measure(trading.held + trade))
    spent = float(np.abs(trade) @ trading.cost)
    return Hedge(trade, spent, after, trading.required - after, next_freed)
