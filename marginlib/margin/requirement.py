"""What a margin model is: something that turns accounts and a market into requirements.

A model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. Those of this package derive from :class:`Model`, which lets them add up and
scale, and may tell how their requirement moves with the price of one instrument, so that
liquidation prices come out in closed form.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, non_negative
from marginlib.accounts import Accounts
from marginlib.margin.schedule import Schedule
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class Requirement:
    """What must be there to open (initial) and to stay open (maintenance).

    Parameters
    ----------
    initial, maintenance : array of shape (...)
        Requirements of each account, zero or more [currency].

    >>> both = Requirement(10.0, 5.0) + Requirement(1.0, 1.0)
    >>> float(both.initial), float((2 * both).maintenance)
    (11.0, 12.0)
    """

    initial: FloatArray
    maintenance: FloatArray

    def __init__(self, initial: ArrayLike, maintenance: ArrayLike) -> None:
        object.__setattr__(self, "initial", non_negative("initial", initial))
        object.__setattr__(self, "maintenance", non_negative("maintenance", maintenance))

    def __add__(self, other: Requirement) -> Requirement:
        return Requirement(self.initial + other.initial, self.maintenance + other.maintenance)

    def __mul__(self, factor: ArrayLike) -> Requirement:
        scale = non_negative("factor", factor)
        return Requirement(self.initial * scale, self.maintenance * scale)

    __rmul__ = __mul__


def maximum(first: Requirement, second: Requirement) -> Requirement:
    """Return the larger of two requirements, each of its two parts by itself.

    >>> float(maximum(Requirement(10.0, 5.0), Requirement(8.0, 6.0)).maintenance)
    6.0
    """
    return Requirement(
        np.maximum(first.initial, second.initial),
        np.maximum(first.maintenance, second.maintenance),
    )


MarginModel: TypeAlias = Callable[[Accounts, Market], Requirement]


class Lines(NamedTuple):
    """Maintenance of whole accounts while the price of one instrument moves alone.

    With N the absolute value of the position in that instrument, the maintenance is
    ``constant + max over k of (rate[k] * N - deduction[k])``. This is all that an exact
    liquidation price asks of a model. A rate is negative where the requirement shrinks as the
    position grows, and may be above 1.
    """

    rate: FloatArray  # (K,) or (K, ...) where accounts differ [fraction]
    deduction: FloatArray  # the same shape [currency]
    constant: FloatArray  # () or (...): what the price does not move [currency]

    @classmethod
    def flat(cls, constant: FloatArray) -> Lines:
        """Return the lines of a requirement that the price does not move at all."""
        return cls(np.zeros(1), np.zeros(1), constant)

    def __add__(self, other: object) -> Lines:
        """Return the lines of a sum: its maximum is the largest of all sums of pairs."""
        if not isinstance(other, Lines):
            return NotImplemented
        return Lines(
            _all_pairs(self.rate, other.rate),
            _all_pairs(self.deduction, other.deduction),
            np.asarray(self.constant + other.constant),
        )

    def maintenance(self, size: FloatArray) -> FloatArray:
        """Return the maintenance when the position is worth ``size``, shape (...) [currency]."""
        each = (rate * size - off for rate, off in zip(self.rate, self.deduction, strict=True))
        top = next(each)
        for line in each:
            top = np.maximum(top, line)
        return np.asarray(self.constant + top)


def _all_pairs(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return every sum of an entry of ``first`` and one of ``second``, along the first axis."""
    return np.array([one + other for one in first for other in second])


class Model(ABC):
    """What the models of this package share: they add up, scale, and may know their lines."""

    @abstractmethod
    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""

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
        return self

    def __add__(self, other: MarginModel) -> Sum:
        return Sum((self, other))

    def __radd__(self, other: MarginModel) -> Sum:
        return Sum((other, self))

    def __mul__(self, factor: float) -> Scaled:
        return Scaled(self, factor)

    __rmul__ = __mul__


@dataclass(frozen=True, eq=False)
class Sum(Model):
    """Several models whose requirements add up; written ``first + second``."""

    models: tuple[MarginModel, ...]

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        first, *rest = [model(accounts, market) for model in self.models]
        return sum(rest, start=first)

    @property
    def fits_any_account(self) -> bool:
        """Whether all its parts do."""
        return all(fits_any_account(model) for model in self.models)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return a line for every way to pick one line of each model."""
        parts = [lines(model, accounts, market, index) for model in self.models]
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
            rates = value_rates(model, accounts, market)
            if rates is None:
                return None
            total = total + rates
        return total

    def at_leverage(self, leverage: ArrayLike) -> Sum:
        """Return the sum of the models at the chosen leverage."""
        return Sum(tuple(at_leverage(model, leverage) for model in self.models))


@dataclass(frozen=True, eq=False)
class Scaled(Model):
    """A model whose requirement is multiplied by a factor; written ``factor * model``."""

    model: MarginModel
    factor: float

    def __init__(self, model: MarginModel, factor: ArrayLike) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "factor", float(non_negative("factor", factor)))

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        return self.model(accounts, market) * self.factor

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does."""
        return fits_any_account(self.model)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the scaled lines."""
        own = lines(self.model, accounts, market, index)
        return None if own is None else Lines(*(self.factor * part for part in own))

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray | None:
        """Return the scaled rates."""
        rates = value_rates(self.model, accounts, market)
        return None if rates is None else self.factor * rates

    def at_leverage(self, leverage: ArrayLike) -> Scaled:
        """Return the scaled inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))


def lines(model: MarginModel, accounts: Accounts, market: Market, index: int) -> Lines | None:
    """Return the maintenance of ``model`` as lines in one position's size, or None.

    See :class:`Lines`. Plain functions have none.
    """
    method = getattr(model, "lines", None)
    found: Lines | None = method(accounts, market, index) if method else None
    return found


def value_rates(model: MarginModel, accounts: Accounts, market: Market) -> FloatArray | None:
    """Return how fast the maintenance of ``model`` grows with each value, or None.

    See :meth:`Model.value_rates`. Plain functions do not say.
    """
    method = getattr(model, "value_rates", None)
    found: FloatArray | None = method(accounts, market) if method else None
    return found


def fits_any_account(model: MarginModel) -> bool:
    """Return whether ``model`` holds nothing of particular accounts; of functions nothing is known.

    See :attr:`Model.fits_any_account`.
    """
    return bool(getattr(model, "fits_any_account", False))


def by_position(model: MarginModel, accounts: Accounts, market: Market) -> Requirement:
    """Return what ``model`` asks of each position as if it were the only one, shape (..., I).

    For a model that looks at each position by itself these add up to the requirement of the
    account. For one that nets positions against each other they add up to more.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedRate
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=9_000, quantity=[1, -10], market=prices)
    >>> by_position(FixedRate(initial=0.10, maintenance=0.05), ana, prices).initial.tolist()
    [2000.0, 1500.0]
    """
    alone = np.eye(len(market.instruments))
    needs = [model(Accounts(accounts.cash, accounts.quantity * one), market) for one in alone]
    return Requirement(
        np.stack([need.initial for need in needs], axis=-1),
        np.stack([need.maintenance for need in needs], axis=-1),
    )


Leveraged = TypeVar("Leveraged", bound=MarginModel | Schedule)


def at_leverage(model: Leveraged, leverage: ArrayLike) -> Leveraged:
    """Return the model, or the schedule, for someone who chose to trade at ``leverage``.

    The initial requirement of each position becomes the larger of notional / leverage and what
    the venue asks at that size. Maintenance does not depend on the choice.

    Parameters
    ----------
    model : margin model or Schedule
    leverage : float or array of shape (I,)
        Chosen leverage [times], at least 1 and at most what the venue allows.

    >>> from marginlib.margin import FixedRate
    >>> float(at_leverage(FixedRate(initial=0.01, maintenance=0.005), 20).initial)
    0.05
    >>> at_leverage(FixedRate(initial=0.01, maintenance=0.005), 125)
    Traceback (most recent call last):
    ...
    marginlib.MarginError: leverage must be at most 100 here; got 125
    """
    choose = getattr(model, "at_leverage", None)
    if choose is None:
        raise MarginError(
            f"model {model!r} has no leverage to choose; use FixedRate, Tiered or a sum with them"
        )
    chosen: Leveraged = choose(leverage)
    return chosen
