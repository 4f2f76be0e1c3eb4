"""What a margin model is: something that turns accounts and a market into requirements.

A model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. Those of this package derive from :class:`Model`. They add up and scale; they
say which instruments they cover, and refuse accounts that hold others; they take a leverage that
the trader chose; and they may tell how their requirement moves with the price of one instrument,
so that liquidation prices come out in closed form. A model that is made of another derives from
:class:`Wrapped`, which asks the other all of this.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError
from marginlib._fields import OneNonNegative, checked
from marginlib._kinds import is_function
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.instruments.listing import KINDS
from marginlib.margin.asking import (
    asked,
    at_leverage,
    covers,
    fits_any_account,
    is_beside_leverage,
    is_charge,
    model_at_leverage,
    own_lines,
    own_value_rates,
    refuse_what_is_left,
    said,
)
from marginlib.margin.coverage import of_kinds
from marginlib.margin.lines import Lines
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market


class Model(ABC):
    """What the models of this package share.

    A model of your own says what is required in :meth:`requirement`, and which kinds of instruments
    it covers in ``covered_kinds``; the rest follows. Called, it refuses accounts that hold what it
    does not cover:

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedRate
    >>> call = instruments.options(["C"], "X", strike=100, expiry=1, is_call=True)
    >>> now = market.at(instruments.join(instruments.linear(["X"]), call), [100], [0.5])
    >>> FixedRate(0.10, 0.05).covers(now.instruments).tolist()
    [True, False]
    >>> FixedRate(0.10, 0.05)(accounts.Accounts(0, [1, -50]), now)
    Traceback (most recent call last):
    ...
    marginlib.MarginError: FixedRate does not cover 'C', an option, which it would ask nothing for;
    use ShortOptions, StrategyMargin or scan.ScenarioScan, or add one of them with +
    """

    #: Kinds of instruments that it covers, out of ``marginlib.instruments.KINDS``.
    covered_kinds: Sequence[str] = KINDS

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...).

        Raises
        ------
        MarginError
            Where something is held that the model does not cover.
        """
        refuse_what_is_left(self, accounts, market)
        return self.requirement(accounts, market)

    @abstractmethod
    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement for what is covered, shape (...), and nothing for the rest."""

    def covers(self, instruments: Instruments) -> NDArray[np.bool_]:
        """Return which instruments the model has an answer for, shape (I,).

        Collateral that is owned needs no margin whatever the model is, so what is told of cash
        matters only where it is owed.
        """
        return of_kinds(instruments, self.covered_kinds)

    @property
    def is_charge(self) -> bool:
        """Whether it comes on top of margin, as fees do: added to a model, it covers no more."""
        return False

    @property
    def is_beside_leverage(self) -> bool:
        """Whether a chosen leverage leaves it as it is, as fees, haircuts, and options do."""
        return self.is_charge

    @property
    def fits_any_account(self) -> bool:
        """Whether it holds nothing that belongs to particular accounts of a batch.

        Then any of them can be asked about by themselves, so large batches go block by block.
        """
        return False

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the maintenance as only the price of instrument ``index`` moves.

        None where it has no such form: then whoever asks has to search.
        """
        return None

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray | None:
        """Return how fast maintenance grows with the value of each position, whatever else moves.

        Rates of shape (I,) or (..., I) [fraction]: with them a joint move of prices has a closed
        form. None where they are not the same at all prices.
        """
        return None

    def at_leverage(self, leverage: ArrayLike) -> Model:
        """Return the model for someone who chose ``leverage``; see :func:`at_leverage`."""
        raise MarginError(
            f"{said(self)} has no leverage to choose; use FixedRate, Tiered or Netted, or what is "
            "made of one of them"
        )

    def __add__(self, other: MarginModel) -> Sum:
        return Sum((self, other))

    def __radd__(self, other: MarginModel) -> Sum:
        return Sum((other, self))

    def __mul__(self, factor: float) -> Scaled:
        return Scaled(self, factor)

    __rmul__ = __mul__


class Charge(Model):
    """A model that comes on top of margin: a fee, an amount for what margin does not see."""

    is_charge = True
    fits_any_account = True


@dataclass(frozen=True, eq=False)
class Sum(Model):
    """Several models whose requirements add up; written ``first + second``.

    It covers what any of them covers, since each asks nothing for the rest. Charges, such as a
    fee, are not margin: they cover something only where nothing but charges adds up.
    """

    models: tuple[MarginModel, ...]

    def __post_init__(self) -> None:
        for one in self.models:
            if not is_function(one):
                raise MarginError(
                    "what is added to a margin model must be one too, such as "
                    f"margin.FixedRate(initial=0.1, maintenance=0.05); got {one!r}"
                )

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the sum of all requirements, shape (...)."""
        first, *rest = [asked(model, accounts, market) for model in self.models]
        return sum(rest, start=first)

    def covers(self, instruments: Instruments) -> NDArray[np.bool_]:
        """Return which instruments some part covers, shape (I,)."""
        parts = self.models if self.is_charge else [m for m in self.models if not is_charge(m)]
        return np.asarray(np.any([covers(model, instruments) for model in parts], axis=0))

    @property
    def is_charge(self) -> bool:
        """Whether all its parts are charges."""
        return all(is_charge(model) for model in self.models)

    @property
    def is_beside_leverage(self) -> bool:
        """Whether all its parts are."""
        return all(is_beside_leverage(model) for model in self.models)

    @property
    def fits_any_account(self) -> bool:
        """Whether all its parts do."""
        return all(fits_any_account(model) for model in self.models)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return a line for every way to pick one line of each model."""
        parts = [own_lines(model, accounts, market, index) for model in self.models]
        total = parts[0]
        for part in parts[1:]:
            if total is None or part is None:
                return None
            total = total + part
        return total

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray | None:
        """Return the sum of the rates of all models."""
        total = np.zeros(len(market.instruments))
        for model in self.models:
            rates = own_value_rates(model, accounts, market)
            if rates is None:
                return None
            total = total + rates
        return total

    def at_leverage(self, leverage: ArrayLike) -> Model:
        """Return the sum with its margin at the chosen leverage; fees and haircuts stay."""
        if self.is_beside_leverage:
            return super().at_leverage(leverage)
        return Sum(tuple(model_at_leverage(model, leverage) for model in self.models))


class Wrapped(Model):
    """A model made of another, ``model``, which is asked for all that this one does not change.

    A subclass is a dataclass with a field ``model``. If it multiplies the maintenance of the other
    by one factor, it says so in ``maintenance_factor`` and keeps the closed forms of the other.
    """

    model: MarginModel

    @property
    def initial_factor(self) -> float:
        """What the other's initial requirement is multiplied by, before anything else."""
        return 1.0

    @property
    def maintenance_factor(self) -> float | None:
        """What the other's maintenance is multiplied by; None where it is changed otherwise."""
        return None

    def covers(self, instruments: Instruments) -> NDArray[np.bool_]:
        """Return which instruments the other covers, shape (I,)."""
        return covers(self.model, instruments)

    @property
    def is_charge(self) -> bool:
        """Whether the other comes on top of margin."""
        return is_charge(self.model)

    @property
    def is_beside_leverage(self) -> bool:
        """Whether a chosen leverage leaves the other as it is."""
        return is_beside_leverage(self.model)

    @property
    def fits_any_account(self) -> bool:
        """Whether the other does."""
        return fits_any_account(self.model)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the other's lines, multiplied; None where the maintenance is changed otherwise."""
        if self.maintenance_factor is None:
            return None
        own = own_lines(self.model, accounts, market, index)
        return None if own is None else own.scaled(self.maintenance_factor)

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray | None:
        """Return the other's rates, multiplied; None where maintenance is changed otherwise."""
        if self.maintenance_factor is None:
            return None
        rates = own_value_rates(self.model, accounts, market)
        return None if rates is None else self.maintenance_factor * rates

    def at_leverage(self, leverage: ArrayLike) -> Model:
        """Return the same around the other at the chosen leverage."""
        # What is multiplied later is divided before: the larger of notional / leverage and it.
        before = np.asarray(leverage, dtype=np.float64) * self.initial_factor
        chosen = at_leverage(self.model, before)
        changed: Model = replace(self, model=chosen)  # type: ignore[type-var]
        return changed


@checked
class Scaled(Wrapped):
    """A model whose requirement is multiplied by a factor; written ``factor * model``."""

    model: MarginModel
    factor: OneNonNegative

    @property
    def initial_factor(self) -> float:
        """The factor."""
        return self.factor

    @property
    def maintenance_factor(self) -> float:
        """The factor."""
        return self.factor

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        return asked(self.model, accounts, market) * self.factor


@dataclass(frozen=True, eq=False)
class AtLeast(Wrapped):
    """The larger of two requirements, initial and maintenance each, as of a scan and its floor.

    Parameters
    ----------
    model : margin model
        It must cover what is held.
    floor : margin model
        What is asked at least. What it does not cover, it asks nothing for.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedCharge, FixedRate
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> rule = AtLeast(FixedRate(0.10, 0.02), floor=FixedCharge(500))
    >>> need = rule(accounts.Accounts(0, [1]), now)
    >>> float(need.initial), float(need.maintenance)
    (2000.0, 500.0)
    """

    model: MarginModel
    floor: MarginModel

    @property
    def fits_any_account(self) -> bool:
        """Whether both do."""
        return fits_any_account(self.model) and fits_any_account(self.floor)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        return asked(self.model, accounts, market).at_least(asked(self.floor, accounts, market))
