"""The best hedge where margin is a worst loss or a shortfall over scenarios: a linear programme."""

from __future__ import annotations

import numpy as np

from marginlib._checks import FloatArray
from marginlib.optimisation._linear import Optimum, minimise, possible, stacked
from marginlib.optimisation._trading import Trading
from marginlib.optimisation.risk_measures import ExpectedShortfall, WorstLoss


class ScenarioHedge:
    """The programme in x = (bought, sold, helpers), all sizes as shares of the margin now."""

    def __init__(self, trading: Trading, measure: WorstLoss | ExpectedShortfall) -> None:
        self.trading = trading
        lost = (-measure.profit * trading.unit[:, None]).T / trading.margin
        helpers, links, self.share = (
            _shortfall_helpers(measure)
            if isinstance(measure, ExpectedShortfall)
            else _worst_helpers(measure)
        )
        # Each scenario's loss is at most what its helpers say; the helpers are tied together.
        self.rows = stacked([[np.hstack([lost, -lost]), -helpers], [None, links]])
        now = trading.held @ measure.profit / trading.margin
        self.most = np.concatenate([now, np.zeros(links.shape[0])])
        self.trades = 2 * trading.held.size
        free = np.full(self.share.size, np.inf)
        self.upper = np.concatenate([trading.upper, trading.upper, free])
        self.whole = np.arange(self.upper.size) < (self.trades if trading.whole else 0)
        self.priced = np.concatenate([np.tile(trading.price, 2), np.zeros(self.share.size)])
        self.needed = np.concatenate([np.zeros(self.trades), self.share])

    def least_margin(self, budget: float) -> tuple[FloatArray, float]:
        """Return the trade that needs least margin within a budget, and what the next unit frees.

        Where the budget is more than enough, many trades need as little: it is the cheapest.
        """
        unit = self.trading.money(budget)
        spent = self.priced * self.trading.dearest / unit
        found = possible(self._solve(self.needed, spent, budget / unit))  # nothing always is
        least = float(self.needed @ found.x) * self.trading.margin
        cheapest = self._least_cost(least)
        trade = self._trade(found if cheapest is None else cheapest)
        return trade, float(found.price[-1]) * self.trading.margin / unit

    def _least_cost(self, requirement: float) -> Optimum | None:
        return self._solve(self.priced, self.needed, requirement / self.trading.margin)

    def _solve(self, cost: FloatArray, row: FloatArray, most: float) -> Optimum | None:
        """Return the best x where one more row is kept; an infinite limit is no limit."""
        last = row if np.isfinite(most) else np.zeros(row.size)
        table = stacked([[self.rows], [last[None, :]]])
        limits = np.append(self.most, most if np.isfinite(most) else 0.0)
        return minimise(cost, table, limits, self.upper, self.whole)

    def _trade(self, found: Optimum) -> FloatArray:
        bought, sold = np.split(found.x[: self.trades], 2)
        return np.asarray((bought - sold) * self.trading.unit + 0.0)


def _worst_helpers(measure: WorstLoss) -> tuple[FloatArray, FloatArray, FloatArray]:
    """One helper for each group, its worst loss; margin is their sum."""
    groups = len(measure.arrays)
    group = np.repeat(np.arange(groups), [table.shape[1] for table in measure.arrays])
    return np.eye(groups)[group], np.zeros((0, groups)), np.ones(groups)


def _shortfall_helpers(measure: ExpectedShortfall) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Margin itself, the loss at the edge of the tail (two signs), and each excess over it."""
    count = measure.probability.size
    edge = np.tile([0.0, 1.0, -1.0], (count, 1))
    helpers = np.hstack([edge, np.eye(count)])
    links = np.array([[-1.0, 1.0, -1.0, *measure.probability / measure.share]])
    return helpers, links, np.array([1.0] + [0.0] * (count + 2))
