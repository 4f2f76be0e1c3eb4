"""Several levels instead of two: when to call for more, when to give back, when to reduce."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, numbers, refuse
from marginlib.accounts import Accounts, equity
from marginlib.margin.asking import asked
from marginlib.margin.model import Model, Wrapped
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market
from marginlib.venues.protocols.scaling import round_down, round_up


class Levels(NamedTuple):
    """Four levels of margin, each (...) [currency], from the lowest to the highest."""

    maintenance: FloatArray  # below it positions are closed
    search: FloatArray  # below it more collateral is called for
    initial: FloatArray  # what calls and releases restore
    release: FloatArray  # above it collateral is given back


@dataclass(frozen=True, eq=False)
class MarginLevels(Wrapped):
    """Levels that are multiples of a model's maintenance.

    Parameters
    ----------
    model : margin model
        Its maintenance is the lowest level.
    search, initial, release : float
        Factors of the other levels, in this order, from 1 [times].
    whole_units : bool
        Whether amounts are whole numbers: maintenance rounds up, the others down from it.

    Source: Vega protocol, 0019-MCAL, margin calculator.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedRate
    >>> prices = market.at(instruments.linear(["X"]), [15_900])
    >>> rule = MarginLevels(FixedRate(0.2, 0.2), search=1.1, initial=1.2, release=1.4)
    >>> [round(float(level)) for level in rule.levels(accounts.Accounts(0, [-3]), prices)]
    [9540, 10494, 11448, 13356]
    """

    model: MarginModel
    search: float
    initial: float
    release: float
    whole_units: bool = False

    def __post_init__(self) -> None:
        before = 1.0
        for name in ("search", "initial", "release"):
            factor = numbers(name, getattr(self, name))
            refuse(name, factor, factor < before, f"must be at least {before:g}, the one before it")
            before = float(factor)

    @property
    def maintenance_factor(self) -> float | None:
        """One: the lowest level is the inner model's maintenance, unless it is rounded."""
        return None if self.whole_units else 1.0

    def at_leverage(self, leverage: ArrayLike) -> Model:
        """Refuse: the initial level is a multiple of maintenance, and no leverage enters it."""
        return Model.at_leverage(self, leverage)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the initial and the maintenance level of each account, shape (...)."""
        each = self.levels(accounts, market)
        return Requirement(each.initial, each.maintenance)

    def levels(self, accounts: Accounts, market: Market) -> Levels:
        """Return all four levels of each account, each of shape (...)."""
        lowest = asked(self.model, accounts, market).maintenance
        factors = self.search, self.initial, self.release
        if not self.whole_units:
            return Levels(lowest, *(lowest * factor for factor in factors))
        lowest = round_up(lowest, 1)
        return Levels(lowest, *(round_down(lowest * factor, 1) for factor in factors))


class Step(IntEnum):
    """What a venue does with a position that has fallen below one of two levels."""

    NOTHING = 0
    LIQUIDATE = 1
    REDUCE = 2


def next_step(
    accounts: Accounts, market: Market, liquidation: MarginModel, reduction: MarginModel
) -> NDArray[np.int64]:
    """Return the :class:`Step` for each account, shape (...).

    Below the requirement for keeping a position at all it is liquidated; below that of the highest
    leverage it is only reduced. Equality is safe.

    Parameters
    ----------
    liquidation, reduction : margin model
        Their maintenance is compared with equity. Where profits must not help, both hold a
        :class:`ProfitHaircut`.

    Source: GMX v1, ``Vault.sol``, commit 65e62b62: fees first, then leverage.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedCharge, FixedRate
    >>> prices = market.at(instruments.linear(["X"]), [100])
    >>> traders = accounts.open_accounts([1, 6, 30], quantity=[10], market=prices)
    >>> next_step(traders, prices, FixedCharge(5), FixedRate(0.02, 0.02)).tolist()
    [1, 2, 0]
    """
    own = equity(accounts, market)
    keep = liquidation(accounts, market).maintenance
    most = reduction(accounts, market).maintenance
    return np.select([own < keep, own < most], [int(Step.LIQUIDATE), int(Step.REDUCE)], 0)
