"""Factors on the two parts of a requirement, and what a stable coin adds to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, one_number
from marginlib._fields import NonNegative, checked, default
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel, Requirement
from marginlib.margin.asking import asked
from marginlib.margin.model import Wrapped
from marginlib.market import Market


@checked
class Factors(Wrapped):
    """A model whose initial and maintenance requirement each have a factor of their own.

    Parameters
    ----------
    model : margin model
    initial, maintenance : float
        Factors [times].

    >>> from marginlib import instruments, market
    >>> from marginlib.margin.scan import ScenarioScan, equidistant
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> rule = Factors(ScenarioScan(equidistant(0.16, 0.16)), initial=1, maintenance=0.8)
    >>> float(rule(Accounts(0, [1]), now).maintenance)
    2560.0
    """

    model: MarginModel
    initial: NonNegative = default(1.0)
    maintenance: NonNegative = default(1.0)

    @property
    def initial_factor(self) -> float:
        """The factor on the initial requirement."""
        return one_number("initial", self.initial)

    @property
    def maintenance_factor(self) -> float | None:
        """The factor on maintenance, if there is one for all."""
        return None if self.maintenance.ndim else float(self.maintenance)

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does, and there is one factor for all."""
        one = not self.initial.shape and not self.maintenance.shape
        return one and super().fits_any_account

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = asked(self.model, accounts, market)
        return Requirement(need.initial * self.initial, need.maintenance * self.maintenance)


def depeg_factor(
    price: ArrayLike, threshold: ArrayLike, factor: ArrayLike, base: ArrayLike = 1.0
) -> FloatArray:
    """Return the factor on a loss while the stable coin it is counted in is worth too little.

    Parameters
    ----------
    price : float or array
        Price of the stable coin [units of what it stands for].
    threshold : float
        Price from which nothing is added [the same].
    factor : float
        What is added for each unit of shortfall [times].
    base : float
        Factor while the coin is sound [times].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22.

    >>> depeg_factor([1.0, 0.93], threshold=0.98, factor=2).round(6).tolist()
    [1.0, 1.1]
    """
    shortfall = np.maximum(0.0, non_negative("threshold", threshold) - non_negative("price", price))
    return np.asarray(non_negative("base", base) + shortfall * non_negative("factor", factor))
