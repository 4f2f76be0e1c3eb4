"""Least amounts, rewards between bounds, and requirements in whole units of money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, hold, non_negative, refuse, together
from marginlib._fields import Fraction, NonNegative, Positive, checked
from marginlib.accounts import Accounts, notional, position_value
from marginlib.margin.asking import asked, each_asked, own_lines
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Charge, Wrapped
from marginlib.margin.rates import each_rate, not_above_initial
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market
from marginlib.venues.protocols.scaling import round_up


@dataclass(frozen=True, eq=False)
class Minimum(Wrapped):
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
        not_above_initial(opening, staying)
        hold(self, model=model, initial=opening, maintenance=staying)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = each_asked(self.model, accounts, market)
        held = self._held(accounts, market)
        return Requirement(
            np.maximum(need.initial, held * self.initial).sum(axis=-1),
            np.maximum(need.maintenance, held * self.maintenance).sum(axis=-1),
        )

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return the lines of the moving position, and a flat one for its minimum."""
        one = np.eye(len(market.instruments))[index]
        alone = own_lines(
            self.model, Accounts(accounts.cash, accounts.quantity * one), market, index
        )
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
            self.requirement(others, market).maintenance,
        )

    def _held(self, accounts: Accounts, market: Market) -> FloatArray:
        held = (accounts.quantity != 0) & market.instruments.is_margined
        return np.asarray(held, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class MinimumEquity(Wrapped):
    """A model, and the least equity that any account needs to borrow or to sell short.

    Nobody has to pay in more than what is bought costs, so the minimum of an account that only
    bought things is at most their value. The minimum is asked initially; maintenance stays as it
    is.

    Parameters
    ----------
    model : margin model
    amount : float
        Least equity [currency].

    Source: Cboe Margin Manual, April 2000, introduction (2,000 dollars). The exception for what is
    bought is that of FINRA Rule 4210(b), whose text was not read.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import ShareMargin
    >>> now = market.at(instruments.shares(["ACME"]), [30])
    >>> rule = MinimumEquity(ShareMargin(), 2_000)
    >>> rule(Accounts(0, [[100], [50], [-50], [0]]), now).initial.tolist()
    [2000.0, 1500.0, 2000.0, 0.0]
    """

    model: MarginModel
    amount: float

    def __post_init__(self) -> None:
        non_negative("amount", self.amount)

    @property
    def maintenance_factor(self) -> float:
        """One: maintenance stays as it is."""
        return 1.0

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = asked(self.model, accounts, market)
        value = position_value(accounts, market)
        cost = np.where((value < 0).any(axis=-1), np.inf, value.sum(axis=-1))
        least = np.where(need.initial > 0, np.minimum(self.amount, cost), 0.0)
        return Requirement(np.maximum(need.initial, least), need.maintenance)


@checked
class ClampedCharge(Charge):
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

    rate: Fraction
    lowest: NonNegative
    highest: NonNegative
    initial: bool = True

    covered_kinds = CONTRACTS

    def __post_init__(self) -> None:
        together(lowest=self.lowest, highest=self.highest)
        refuse("lowest", self.lowest, self.lowest > self.highest, "must not exceed highest")

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        size = notional(accounts, market)
        wanted = size @ each_rate("rate", self.rate, market.instruments)
        charge = np.clip(wanted, self.lowest, self.highest) * (size > 0).any(axis=-1)
        return Requirement(charge if self.initial else 0 * charge, charge)


@checked
class RoundedUp(Wrapped):
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
    initial: Positive
    maintenance: Positive

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = asked(self.model, accounts, market)
        return Requirement(
            round_up(need.initial, self.initial), round_up(need.maintenance, self.maintenance)
        )
