"""Floors and factors: how the parts of a portfolio margin are put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, non_negative, numbers, refuse, together
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel, Model, Requirement, fits_any_account, maximum
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class AtLeast(Model):
    """The larger of two requirements, as of a scan and its floor.

    Parameters
    ----------
    model, floor : margin model

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> rule = AtLeast(FixedRate(0.05, 0.05), floor=AddOn(1_500, 500))
    >>> need = rule(Accounts(0, [1]), now)
    >>> float(need.initial), float(need.maintenance)
    (1500.0, 1000.0)
    """

    model: MarginModel
    floor: MarginModel

    @property
    def fits_any_account(self) -> bool:
        """Whether both do."""
        return fits_any_account(self.model) and fits_any_account(self.floor)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        return maximum(self.model(accounts, market), self.floor(accounts, market))


@dataclass(frozen=True, eq=False)
class Factors(Model):
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
    initial: FloatArray
    maintenance: FloatArray

    def __init__(
        self, model: MarginModel, initial: ArrayLike = 1.0, maintenance: ArrayLike = 1.0
    ) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "initial", non_negative("initial", initial))
        object.__setattr__(self, "maintenance", non_negative("maintenance", maintenance))

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does, and there is one factor for all."""
        one = not self.initial.shape and not self.maintenance.shape
        return one and fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = self.model(accounts, market)
        return Requirement(need.initial * self.initial, need.maintenance * self.maintenance)


@dataclass(frozen=True, eq=False)
class AddOn(Model):
    """An amount that does not depend on positions, such as for orders or quotes in the book.

    Parameters
    ----------
    initial, maintenance : float or array of shape (...)
        Amounts [currency], one for all accounts or one each.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> float(AddOn(0.06)(Accounts(0, [1]), now).initial)
    0.06
    """

    initial: FloatArray
    maintenance: FloatArray

    def __init__(self, initial: ArrayLike, maintenance: ArrayLike = 0.0) -> None:
        object.__setattr__(self, "initial", non_negative("initial", initial))
        object.__setattr__(self, "maintenance", non_negative("maintenance", maintenance))

    @property
    def fits_any_account(self) -> bool:
        """Whether there is one amount for all."""
        return not self.initial.shape and not self.maintenance.shape

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        shape = together(accounts=accounts.shape, market=market.shape)
        nothing = np.zeros(shape)
        return Requirement(self.initial + nothing, self.maintenance + nothing)


@dataclass(frozen=True, eq=False)
class Rounded(Model):
    """A model whose requirement is rounded to the nearest unit of the ledger.

    Parameters
    ----------
    model : margin model
    decimals : int
        Digits that are kept after the point.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> float(Rounded(AddOn(1.23456), decimals=2)(Accounts(0, [1]), now).initial)
    1.23
    """

    model: MarginModel
    decimals: int

    def __post_init__(self) -> None:
        count = numbers("decimals", self.decimals)
        if count.shape:
            raise MarginError("decimals must be one number")
        refuse("decimals", count, count % 1 != 0, "must be a whole number")

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does."""
        return fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = self.model(accounts, market)
        return Requirement(
            np.round(need.initial, self.decimals), np.round(need.maintenance, self.decimals)
        )


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
