"""Amounts that no rate gives: fixed charges, least requirements, rewards, rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive, refuse, together
from marginlib.accounts import Accounts, notional
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import (
    Lines,
    MarginModel,
    Model,
    Requirement,
    at_leverage,
    by_position,
    fits_any_account,
    lines,
)
from marginlib.margin.scaling import round_up
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class FixedCharge(Model):
    """An amount for each open position, whatever its size, as a fee for liquidating it.

    Parameters
    ----------
    amount : float or array of shape (I,)
        Charge for each contract that is held at all [currency].
    initial : bool
        Whether the initial requirement holds it too; maintenance always does.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> float(FixedCharge(5)(accounts.Accounts(0, [0.001, 0]), prices).maintenance)
    5.0
    """

    amount: FloatArray
    initial: bool = False

    fits_any_account = True

    def __init__(self, amount: ArrayLike, initial: bool = False) -> None:
        object.__setattr__(self, "amount", non_negative("amount", amount))
        object.__setattr__(self, "initial", bool(initial))

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        held = (accounts.quantity != 0) * market.instruments.is_margined
        charge = held @ each_rate("amount", self.amount, market.instruments)
        charge = charge + np.zeros(market.shape)
        return Requirement(charge if self.initial else 0 * charge, charge)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return a flat line: prices do not enter."""
        return Lines.flat(self(accounts, market).maintenance)


@dataclass(frozen=True, eq=False)
class Minimum(Model):
    """A model that asks at least so much for each open position.

    Parameters
    ----------
    model : margin model
        Asked about each position by itself.
    initial, maintenance : float or array of shape (I,)
        Least requirement of a position [currency]; none is asked where nothing is held.

    Source: Perennial v2, fixed minimum margin and maintenance, commit 99780561; GMX v2, minimum
    collateral.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["ETH"]), [2_000])
    >>> from marginlib.margin import FixedRate
    >>> rule = Minimum(FixedRate(0.02, 0.01), initial=100, maintenance=50)
    >>> [float(rule(accounts.Accounts(0, [size]), prices).initial) for size in (0, 1, 10)]
    [0.0, 100.0, 400.0]
    """

    model: MarginModel
    initial: FloatArray
    maintenance: FloatArray

    def __init__(
        self, model: MarginModel, initial: ArrayLike, maintenance: ArrayLike | None = None
    ) -> None:
        opening = non_negative("initial", initial)
        staying = opening if maintenance is None else non_negative("maintenance", maintenance)
        together(initial=opening.shape, maintenance=staying.shape)
        refuse("maintenance", staying + 0 * opening, staying > opening, "must not exceed initial")
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "initial", opening)
        object.__setattr__(self, "maintenance", staying)

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does."""
        return fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = by_position(self.model, accounts, market)
        held = self._held(accounts, market)
        return Requirement(
            np.maximum(need.initial, held * self.initial).sum(axis=-1),
            np.maximum(need.maintenance, held * self.maintenance).sum(axis=-1),
        )

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the lines of the moving position, and a flat one for its minimum."""
        one = np.eye(len(market.instruments))[index]
        alone = lines(self.model, Accounts(accounts.cash, accounts.quantity * one), market, index)
        if alone is None:
            return None
        others = Accounts(accounts.cash, accounts.quantity * (1 - one))
        minimum = np.broadcast_to(self.maintenance, one.shape)[index]
        least = self._held(accounts, market)[..., index] * minimum
        rates = [rate + 0 * least for rate in alone.rate]
        deductions = [off - alone.constant + 0 * least for off in alone.deduction]
        return Lines(
            np.array([*rates, 0 * least]),
            np.array([*deductions, -least]),
            self(others, market).maintenance,
        )

    def _held(self, accounts: Accounts, market: Market) -> FloatArray:
        held = (accounts.quantity != 0) & market.instruments.is_margined
        return np.asarray(held, dtype=np.float64)

    def at_leverage(self, leverage: ArrayLike) -> Minimum:
        """Return the same for the inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))


@dataclass(frozen=True, eq=False)
class ClampedCharge(Model):
    """A rate on the notional of the whole account, kept between two amounts: a keeper's reward.

    Parameters
    ----------
    rate : float or array of shape (I,)
        Rate on the notional [fraction].
    lowest, highest : float
        Bounds of the charge [currency]; nothing is charged where nothing is held.
    initial : bool
        Whether the initial requirement holds it too; maintenance always does.

    Source: Synthetix v3, ``markets/perps-market``, liquidation reward between keeper bounds,
    commit 23585f73.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["ETH"]), [2_000])
    >>> rule = ClampedCharge(0.01, lowest=50, highest=500)
    >>> [float(rule(accounts.Accounts(0, [size]), prices).maintenance) for size in (0, 1, 10, 99)]
    [0.0, 50.0, 200.0, 500.0]
    """

    rate: FloatArray
    lowest: FloatArray
    highest: FloatArray
    initial: bool = True

    fits_any_account = True

    def __init__(
        self, rate: ArrayLike, lowest: ArrayLike, highest: ArrayLike, initial: bool = True
    ) -> None:
        low, high = non_negative("lowest", lowest), non_negative("highest", highest)
        together(lowest=low.shape, highest=high.shape)
        refuse("lowest", low + 0 * high, low > high, "must not exceed highest")
        object.__setattr__(self, "rate", fraction("rate", rate))
        object.__setattr__(self, "lowest", low)
        object.__setattr__(self, "highest", high)
        object.__setattr__(self, "initial", bool(initial))

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        size = notional(accounts, market)
        wanted = size @ each_rate("rate", self.rate, market.instruments)
        charge = np.clip(wanted, self.lowest, self.highest) * (size > 0).any(axis=-1)
        return Requirement(charge if self.initial else 0 * charge, charge)


@dataclass(frozen=True, eq=False)
class RoundedUp(Model):
    """A model whose requirements are raised to the next multiple of the smallest unit of money.

    Parameters
    ----------
    model : margin model
    initial, maintenance : float
        Smallest unit of each requirement [currency].

    Source: dYdX v4, ``liquidity_tier.go``, commit 84d4664b: initial margin rounds up to a quantum.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["X"]), [1_234.5])
    >>> from marginlib.margin import FixedRate
    >>> rule = RoundedUp(FixedRate(0.1, 0.1), initial=1, maintenance=0.01)
    >>> need = rule(accounts.Accounts(0, [1]), prices)
    >>> float(need.initial), round(float(need.maintenance), 6)
    (124.0, 123.45)
    """

    model: MarginModel
    initial: FloatArray
    maintenance: FloatArray

    def __init__(self, model: MarginModel, initial: ArrayLike, maintenance: ArrayLike) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "initial", positive("initial", initial))
        object.__setattr__(self, "maintenance", positive("maintenance", maintenance))

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does."""
        return fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = self.model(accounts, market)
        return Requirement(
            round_up(need.initial, self.initial), round_up(need.maintenance, self.maintenance)
        )

    def at_leverage(self, leverage: ArrayLike) -> RoundedUp:
        """Return the same for the inner model at the chosen leverage."""
        return replace(self, model=at_leverage(self.model, leverage))
