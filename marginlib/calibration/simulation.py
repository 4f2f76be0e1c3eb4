"""Margin of whole portfolios from days that were: their value at risk, or expected shortfall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marginlib._checks import FloatArray
from marginlib.accounts import Accounts
from marginlib.calibration._series import confidence
from marginlib.calibration.rolling import tail_risk
from marginlib.margin import Model, Requirement
from marginlib.margin.scan import Scenarios, risk_array
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class HistoricalSimulation(Model):
    """A measure of the worst outcomes of an account, if any of these days came again.

    Parameters
    ----------
    days : Scenarios
        Joint moves, one scenario for each day, all equally likely: ``Scenarios(np.expm1(r))`` for
        logarithmic returns r of shape (S, Q).
    level : float
        Confidence level [fraction].
    shortfall : bool
        Whether the requirement is the expected shortfall, the average of the worst outcomes;
        otherwise the value at risk. Either is 0 where even bad days are good.

    Initial and maintenance requirement are the same. The expected shortfall is *subadditive*: two
    accounts that are joined never need more than they needed apart. The value at risk is not, since
    it does not look at how bad the days beyond it are.

    Source: P. Artzner, F. Delbaen, J.-M. Eber and D. Heath, "Coherent measures of risk",
    Mathematical Finance 9 (1999).

    Of 21 days, A fell by 10 on one and B on another. At 95 % the value at risk is the second worst
    loss: of A alone 0, of B alone 0, of both together 10, so that pooling is punished:

    >>> from marginlib import instruments, market
    >>> moves = np.zeros((21, 2))
    >>> moves[3, 0] = moves[11, 1] = -0.1
    >>> now = market.at(instruments.linear(["A", "B"]), [100, 100])
    >>> books = Accounts(np.zeros(3), [[1, 0], [0, 1], [1, 1]])
    >>> at_risk = HistoricalSimulation(Scenarios(moves), level=0.95, shortfall=False)
    >>> at_risk(books, now).initial.round(6).tolist()
    [0.0, 0.0, 10.0]

    The expected shortfall averages the worst 1.05 days: 10 / 1.05 alone, 10.5 / 1.05 together.

    >>> HistoricalSimulation(Scenarios(moves), level=0.95)(books, now).initial.round(6).tolist()
    [9.52381, 9.52381, 10.0]
    """

    days: Scenarios
    level: float
    shortfall: bool = True

    fits_any_account = True

    def __post_init__(self) -> None:
        confidence(self.level)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        loss: FloatArray = -np.moveaxis(risk_array(accounts, market, self.days).profit, -1, 0)
        tail = tail_risk(loss, self.level)
        need = np.maximum(0.0, tail.shortfall if self.shortfall else tail.value_at_risk)
        return Requirement(need, need)
