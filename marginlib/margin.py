"""How much must be there: requirements, and the models that compute them.

A margin model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. The models here are small frozen dataclasses; a plain function will do too::

    def one_tenth(accounts, market):
        size = ml.accounts.notional(accounts, market).sum(axis=-1)
        return ml.margin.Requirement(initial=size / 10, maintenance=size / 20)

Models add up (a rate and the fee for closing) and scale (a factor for a risky week).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, refuse, together
from marginlib.accounts import Accounts, equity, notional, notional_of, trade
from marginlib.instruments import Instruments
from marginlib.market import Market
from marginlib.schedule import Schedule, add_maximum_of_lines, check_leverage


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
    """Maintenance of each position as the largest of a few lines in its notional N.

    Position i needs ``constant[..., i] + max over k of (rate[i, k] * N - deduction[i, k])``.
    This is all that an exact liquidation price asks of a model.
    """

    rate: FloatArray  # (I, K) [fraction]
    deduction: FloatArray  # (I, K) [currency]
    constant: FloatArray  # () or (..., I) [currency]

    def add_maintenance(self, total: FloatArray, index: int, size: FloatArray) -> None:
        """Add the maintenance of position ``index`` at notional ``size`` to ``total`` in place."""
        add_maximum_of_lines(total, size, self.rate[index], self.deduction[index])
        total += self.constant_of(index)

    def constant_of(self, index: int) -> FloatArray:
        """Return the part of position ``index`` that does not move with its price."""
        return self.constant if self.constant.ndim == 0 else np.asarray(self.constant[..., index])


class Model(ABC):
    """What all models of this module share: they add up, scale, and may know their lines."""

    @abstractmethod
    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""

    @abstractmethod
    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines | None:
        """Return the maintenance as lines, or None if it has no such form."""

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
class FixedRate(Model):
    """A fixed share of the notional, whatever the size.

    Parameters
    ----------
    initial, maintenance : float or array of shape (I,)
        Rates [fraction]; maintenance must not exceed initial.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> need = FixedRate(initial=0.10, maintenance=0.05)(ana, entry)
    >>> float(need.initial), float(need.maintenance)
    (2000.0, 1000.0)
    """

    initial: FloatArray
    maintenance: FloatArray

    def __init__(self, initial: ArrayLike, maintenance: ArrayLike) -> None:
        opening, staying = fraction("initial", initial), fraction("maintenance", maintenance)
        together(initial=opening.shape, maintenance=staying.shape)
        refuse("maintenance", staying + 0 * opening, staying > opening, "must not exceed initial")
        object.__setattr__(self, "initial", opening)
        object.__setattr__(self, "maintenance", staying)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        size = notional(accounts, market)
        initial = _each("initial", self.initial, market.instruments)
        maintenance = _each("maintenance", self.maintenance, market.instruments)
        return Requirement(size @ initial, size @ maintenance)

    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines:
        """Return one line through zero for each instrument."""
        rate = _each("maintenance", self.maintenance, instruments)[:, None]
        return Lines(rate, np.zeros_like(rate), np.zeros(()))

    def at_leverage(self, leverage: ArrayLike) -> FixedRate:
        """Return the model whose initial rate is the larger of 1 / leverage and its own."""
        own = 1 / check_leverage(leverage, self.initial)
        return replace(self, initial=np.maximum(self.initial, own))


@dataclass(frozen=True, eq=False)
class Tiered(Model):
    """Rates that grow with the size of each position.

    Parameters
    ----------
    initial, maintenance : Schedule or sequence of Schedule
        One for all instruments, or one for each. What is held as collateral needs no margin, so
        its schedule is not used.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=10_000, quantity=[25], market=entry)
    >>> table = Schedule.continuous([0, 50_000, 250_000], [0.004, 0.005, 0.01])
    >>> float(Tiered(initial=table.at_leverage(50), maintenance=table)(ana, entry).maintenance)
    3700.0
    """

    initial: Schedule | Sequence[Schedule]
    maintenance: Schedule | Sequence[Schedule]

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        shape = together(accounts=accounts.shape, market=market.shape)
        initial, maintenance = np.zeros(shape), np.zeros(shape)
        opening = _schedules("initial", self.initial, market.instruments)
        staying = _schedules("maintenance", self.maintenance, market.instruments)
        for index in np.flatnonzero(market.instruments.is_margined).tolist():
            size = notional_of(accounts, market, index)
            opening[index].add_requirement(initial, size)
            staying[index].add_requirement(maintenance, size)
        return Requirement(initial, maintenance)

    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines | None:
        """Return the lines of the maintenance schedules, or None if one of them jumps."""
        schedules = _schedules("maintenance", self.maintenance, instruments)
        if not all(schedule.is_continuous for schedule in schedules):
            return None
        # A shorter table repeats its last line, which leaves the maximum as it was.
        longest = max(schedule.rate.size for schedule in schedules)
        rate = [np.pad(s.rate, (0, longest - s.rate.size), "edge") for s in schedules]
        deduction = [np.pad(s.deduction, (0, longest - s.rate.size), "edge") for s in schedules]
        return Lines(np.array(rate), np.array(deduction), np.zeros(()))

    def at_leverage(self, leverage: ArrayLike) -> Tiered:
        """Return the model whose initial schedules are those of the chosen leverage."""
        chosen = np.asarray(leverage, dtype=np.float64)
        if isinstance(self.initial, Schedule) and chosen.ndim == 0:
            return replace(self, initial=self.initial.at_leverage(float(chosen)))
        count = chosen.size if isinstance(self.initial, Schedule) else len(self.initial)
        each = [self.initial] * count if isinstance(self.initial, Schedule) else self.initial
        together(leverage=chosen.shape, initial=(count,))
        pairs = zip(each, np.broadcast_to(chosen, (count,)).tolist(), strict=True)
        return replace(self, initial=tuple(s.at_leverage(times) for s, times in pairs))


@dataclass(frozen=True, eq=False)
class ClosingFee(Model):
    """The fee for closing everything, kept aside as part of the requirement.

    Parameters
    ----------
    rate : float or array of shape (I,)
        Taker fee on the notional [fraction].
    initial : bool
        Whether the initial requirement holds it too; maintenance always does.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = FixedRate(initial=0.10, maintenance=0.05) + ClosingFee(0.0005)
    >>> float(rule(ana, entry).maintenance)
    1010.0
    """

    rate: FloatArray
    initial: bool = False

    def __init__(self, rate: ArrayLike, initial: bool = False) -> None:
        object.__setattr__(self, "rate", fraction("rate", rate))
        object.__setattr__(self, "initial", bool(initial))

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        fee = notional(accounts, market) @ _each("rate", self.rate, market.instruments)
        return Requirement(fee if self.initial else np.zeros_like(fee), fee)

    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines:
        """Return one line through zero for each instrument."""
        rate = _each("rate", self.rate, instruments)[:, None]
        return Lines(rate, np.zeros_like(rate), np.zeros(()))


@dataclass(frozen=True, eq=False)
class OnEntry(Model):
    """A model that looks at entry prices for ever; see :func:`on_entry`."""

    model: MarginModel
    entry: Market

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = self.model(accounts, self.entry)
        shape = together(accounts=accounts.shape, market=market.shape)
        return Requirement(
            np.broadcast_to(need.initial, shape), np.broadcast_to(need.maintenance, shape)
        )

    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines | None:
        """Return flat lines: the price of today does not enter."""
        lines = maintenance_lines(self.model, accounts, instruments)
        if lines is None:
            return None
        shape = together(accounts=accounts.shape, entry=self.entry.shape)
        each = np.zeros((len(instruments), *shape))
        for index in range(len(instruments)):
            size = notional_of(accounts, self.entry, index)
            lines.add_maintenance(each[index, ...], index, size)
        flat = np.zeros((len(instruments), 1))
        return Lines(flat, flat, np.moveaxis(each, 0, -1))

    def at_leverage(self, leverage: ArrayLike) -> OnEntry:
        """Return the same for the inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))


@dataclass(frozen=True, eq=False)
class Sum(Model):
    """Several models whose requirements add up; written ``first + second``."""

    models: tuple[MarginModel, ...]

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        first, *rest = [model(accounts, market) for model in self.models]
        return sum(rest, start=first)

    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines | None:
        """Return a line for every way to pick one line of each model."""
        parts = [maintenance_lines(model, accounts, instruments) for model in self.models]
        total = parts[0]
        for part in parts[1:]:
            if total is None or part is None:
                return None
            total = _added(total, part)
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

    def maintenance_lines(self, accounts: Accounts, instruments: Instruments) -> Lines | None:
        """Return the scaled lines."""
        lines = maintenance_lines(self.model, accounts, instruments)
        return None if lines is None else Lines(*(self.factor * part for part in lines))

    def at_leverage(self, leverage: ArrayLike) -> Scaled:
        """Return the scaled inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))


def on_entry(model: MarginModel, entry: Market) -> OnEntry:
    """Return the model with its requirement taken at entry prices and then kept.

    Some venues do not mark the requirement to market: Bybit's older isolated margin and BitMEX
    take it on the value at entry.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = on_entry(FixedRate(initial=0.10, maintenance=0.05), entry)
    >>> float(rule(ana, market.moved(entry, -0.04)).maintenance)
    1000.0
    """
    return OnEntry(model, entry)


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


def maintenance_lines(
    model: MarginModel, accounts: Accounts, instruments: Instruments
) -> Lines | None:
    """Return the maintenance of ``model`` as lines in the notional, or None if it has none."""
    method = getattr(model, "maintenance_lines", None)
    lines: Lines | None = method(accounts, instruments) if method else None
    return lines


def margin_ratio(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    """Return maintenance over equity, shape (...) [fraction]: at 1 the venue steps in.

    It is infinite where margin is needed and no equity is left.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(margin_ratio(ana, entry, FixedRate(initial=0.10, maintenance=0.05)))
    0.5
    """
    own = equity(accounts, market)
    need = model(accounts, market).maintenance
    left = np.where(own > 0, own, np.where(need > 0, 0.0, np.nan))
    with np.errstate(divide="ignore"):
        return np.asarray(need / left)


def headroom(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    """Return equity minus maintenance, shape (...) [currency]: what may still be lost."""
    return equity(accounts, market) - model(accounts, market).maintenance


def free_margin(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    """Return equity minus initial, shape (...) [currency]: what is free for new positions."""
    return equity(accounts, market) - model(accounts, market).initial


def largest_position(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    name: str,
    fee: float = 0.0,
    side: int = 1,
) -> FloatArray:
    """Return the largest quantity of ``name`` that can be bought (or sold) now.

    After the trade and its fee, equity must still cover the initial requirement of the whole
    account. The answer is found by halving an interval, so it holds for requirements that jump.

    Parameters
    ----------
    accounts : Accounts
    market : Market
    model : margin model
    name : str
        The instrument to trade.
    fee : float
        Fee for opening, on the notional [fraction].
    side : int
        1 to buy, -1 to sell.

    Returns
    -------
    array of shape (...)
        Quantity to pass to :func:`marginlib.accounts.trade` [contracts]: negative when selling,
        0 where nothing can be opened, infinite where nothing limits it.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[0], market=entry)
    >>> rule = FixedRate(initial=0.10, maintenance=0.05)
    >>> round(float(largest_position(ana, entry, rule, "BTC")), 6)
    1.0
    >>> round(float(largest_position(ana, entry, rule, "BTC", fee=0.0005)), 6)
    0.995025
    """
    if side not in (1, -1):
        raise MarginError(f"side must be 1 (buy) or -1 (sell); got {side!r}")
    index = market.instruments.index(name)
    direction = np.eye(len(market.instruments))[index] * side

    def fits(amount: FloatArray) -> np.ndarray:
        after = trade(accounts, market, amount[..., None] * direction, fee)
        return free_margin(after, market, model) >= 0

    shape = together(accounts=accounts.shape, market=market.shape)
    held = np.broadcast_to(accounts.quantity[..., index], shape)
    # Closing what is held on the other side comes first, and that can only free margin.
    low = np.maximum(0.0, -side * held)
    nothing = ~fits(low)
    high = np.maximum(low, np.abs(equity(accounts, market) / market.value[..., index]))
    high = np.where(high > 0, high, 1.0)
    for _ in range(60):
        open_ended = fits(high) & ~nothing
        if not open_ended.any():
            break
        low = np.where(open_ended, high, low)
        high = np.where(open_ended, 2 * high, high)
    for _ in range(60):
        middle = (low + high) / 2
        enough = fits(middle)
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    answer = np.where(open_ended, np.inf, low)
    return np.asarray(np.where(nothing, 0.0, side * answer))


def _each(name: str, rate: FloatArray, instruments: Instruments) -> FloatArray:
    """Return one rate for each instrument, shape (I,)."""
    if rate.shape not in [(), (len(instruments),)]:
        raise MarginError(
            f"{name} must be one rate or {len(instruments)}, one for each instrument "
            f"({', '.join(instruments.names)}); got shape {rate.shape}"
        )
    return np.broadcast_to(rate, (len(instruments),))


def _schedules(
    name: str, given: Schedule | Sequence[Schedule], instruments: Instruments
) -> Sequence[Schedule]:
    """Return one schedule for each instrument."""
    if isinstance(given, Schedule):
        return [given] * len(instruments)
    if len(given) != len(instruments):
        raise MarginError(
            f"{name} must be one schedule or {len(instruments)}, one for each instrument "
            f"({', '.join(instruments.names)}); got {len(given)}"
        )
    return given


def _added(first: Lines, second: Lines) -> Lines:
    """Return the lines of a sum: the maximum of a sum is the largest of all sums of pairs."""
    count = first.rate.shape[0]
    return Lines(
        (first.rate[:, :, None] + second.rate[:, None, :]).reshape(count, -1),
        (first.deduction[:, :, None] + second.deduction[:, None, :]).reshape(count, -1),
        first.constant + second.constant,
    )
