"""Requirements that are a rate on the notional of each position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fixed, refuse, together
from marginlib._fields import Fraction, checked
from marginlib.accounts import Accounts, notional
from marginlib.accounts.ledger import notional_of
from marginlib.instruments import Instruments
from marginlib.margin.asking import asked, fits_any_account
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Charge, Model, Wrapped
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.margin.schedule import Schedule, check_leverage
from marginlib.market import Market


@checked
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

    initial: Fraction
    maintenance: Fraction

    covered_kinds = CONTRACTS
    fits_any_account = True

    def __post_init__(self) -> None:
        not_above_initial(self.initial, self.maintenance)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        size = notional(accounts, market)
        initial = each_rate("initial", self.initial, market.instruments)
        maintenance = each_rate("maintenance", self.maintenance, market.instruments)
        return Requirement(size @ initial, size @ maintenance)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return one line through zero for the position that moves."""
        rate = each_rate("maintenance", self.maintenance, market.instruments)
        return _one_rate(rate, accounts, market, index)

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return the rates of what a rate is charged on."""
        instruments = market.instruments
        rate = each_rate("maintenance", self.maintenance, instruments)
        return np.asarray(rate * instruments.is_margined)

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

    covered_kinds = CONTRACTS
    fits_any_account = True

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        shape = together(accounts=accounts, market=market)
        initial, maintenance = np.zeros(shape), np.zeros(shape)
        opening = each_schedule("initial", self.initial, market.instruments)
        staying = each_schedule("maintenance", self.maintenance, market.instruments)
        for index in np.flatnonzero(market.instruments.is_margined).tolist():
            size = notional_of(accounts, market, index)
            opening[index].add_requirement(initial, size)
            staying[index].add_requirement(maintenance, size)
        return Requirement(fixed(initial), fixed(maintenance))

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the lines of the moving position's schedule, or None if that jumps."""
        schedules = each_schedule("maintenance", self.maintenance, market.instruments)
        constant = np.zeros(together(accounts=accounts, market=market))
        for other in np.flatnonzero(market.instruments.is_margined).tolist():
            if other != index:
                schedules[other].add_requirement(constant, notional_of(accounts, market, other))
        if not market.instruments.is_margined[index]:
            return Lines.flat(constant)
        moving = schedules[index]
        return Lines(moving.rate, moving.deduction, constant) if moving.is_continuous else None

    def at_leverage(self, leverage: ArrayLike) -> Tiered:
        """Return the model whose initial schedules are those of the chosen leverage."""
        chosen = np.asarray(leverage, dtype=np.float64)
        if isinstance(self.initial, Schedule) and chosen.ndim == 0:
            return replace(self, initial=self.initial.at_leverage(float(chosen)))
        count = chosen.size if isinstance(self.initial, Schedule) else len(self.initial)
        each = [self.initial] * count if isinstance(self.initial, Schedule) else self.initial
        together(leverage=chosen, initial=(count,))
        pairs = zip(each, np.broadcast_to(chosen, (count,)).tolist(), strict=True)
        return replace(self, initial=tuple(s.at_leverage(times) for s, times in pairs))


@checked
class ClosingFee(Charge):
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

    rate: Fraction
    initial: bool = False

    covered_kinds = CONTRACTS

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        fee = notional(accounts, market) @ each_rate("rate", self.rate, market.instruments)
        return Requirement(fee if self.initial else np.zeros_like(fee), fee)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return one line through zero for the position that moves."""
        rate = each_rate("rate", self.rate, market.instruments)
        return _one_rate(rate, accounts, market, index)

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return the fees of what a fee is charged on."""
        instruments = market.instruments
        return np.asarray(each_rate("rate", self.rate, instruments) * instruments.is_margined)


@dataclass(frozen=True, eq=False)
class OnEntry(Wrapped):
    """A model that looks at entry prices for ever; see :func:`on_entry`."""

    model: MarginModel
    entry: Market

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = asked(self.model, accounts, self.entry)
        shape = together(accounts=accounts, market=market)
        return Requirement(
            np.broadcast_to(need.initial, shape), np.broadcast_to(need.maintenance, shape)
        )

    @property
    def fits_any_account(self) -> bool:
        """Whether all entered at the same prices, and the inner model fits any account."""
        return not self.entry.shape and fits_any_account(self.model)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return a flat line: the price of today does not enter."""
        return Lines.flat(self.requirement(accounts, market).maintenance)

    def value_rates(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return zeros: the prices of today do not enter."""
        return np.zeros(len(market.instruments))


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


def not_above_initial(initial: FloatArray, maintenance: FloatArray) -> None:
    """Refuse a maintenance that is above initial."""
    together(initial=initial, maintenance=maintenance)
    above = maintenance > initial
    refuse("maintenance", maintenance, above, "must not exceed initial")


def each_rate(name: str, rate: FloatArray, instruments: Instruments) -> FloatArray:
    """Return one rate for each instrument, shape (I,)."""
    if rate.shape not in [(), (len(instruments),)]:
        raise MarginError(
            f"{name} must be one rate or {len(instruments)}, one for each instrument "
            f"({', '.join(instruments.names)}); got shape {rate.shape}"
        )
    return np.broadcast_to(rate, (len(instruments),))


def each_schedule(
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


def _one_rate(rate: FloatArray, accounts: Accounts, market: Market, index: int) -> Lines:
    """Return the lines of a requirement that is one rate for each instrument."""
    constant = np.zeros(together(accounts=accounts, market=market))
    for other in range(len(market.instruments)):
        if other != index:
            constant += rate[other] * notional_of(accounts, market, other)
    moves = market.instruments.is_margined[index]
    return Lines(rate[[index]] * moves, np.zeros(1), constant)
