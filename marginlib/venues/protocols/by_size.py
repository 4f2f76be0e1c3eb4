"""Rates picked by the quantity held, so that the price never changes the rate.

The requirement of a position is then a straight line in its price, however the rate depends on the
quantity: brackets counted in contracts, a premium for size, a charge for the share of the market.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, hold, positive, together
from marginlib._fields import Fraction, NonNegative, Positive, checked
from marginlib.accounts import Accounts, notional
from marginlib.instruments import Instruments
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Model
from marginlib.margin.rates import not_above_initial
from marginlib.margin.requirement import Requirement
from marginlib.margin.schedule import Schedule, check_leverage
from marginlib.market import Market
from marginlib.venues.protocols.weights import size_premium

IN_BASE = ("linear", "share")  # whose size is told in units of the base
Rates: TypeAlias = tuple[FloatArray, FloatArray]  # initial and maintenance, each (..., I)


class RateBySize(Model):
    """What models share whose rate depends on the quantity, and not on the price."""

    covered_kinds: Sequence[str] = CONTRACTS
    fits_any_account = True

    @abstractmethod
    def rates(self, quantity: FloatArray, instruments: Instruments) -> Rates:
        """Return initial and maintenance rates of positions of this size, (..., I) [fraction].

        ``quantity`` holds absolute values [contracts].
        """

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        size = notional(accounts, market)
        initial, maintenance = self.rates(np.abs(accounts.quantity), market.instruments)
        return Requirement((size * initial).sum(axis=-1), (size * maintenance).sum(axis=-1))

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return one line through zero, another for each account."""
        _, maintenance = self.rates(np.abs(accounts.quantity), market.instruments)
        each = np.delete(notional(accounts, market) * maintenance, index, axis=-1)
        moves = market.instruments.is_margined[index]
        rate = np.broadcast_to(maintenance, accounts.quantity.shape)[..., index] * moves
        return Lines(rate[None], np.zeros((1, *rate.shape)), each.sum(axis=-1))


@dataclass(frozen=True, eq=False)
class BySize(RateBySize):
    """Brackets that a venue counts in contracts instead of money.

    Parameters
    ----------
    initial, maintenance : tuple of Schedule
        One for each instrument, with floors in the venue's contracts [contracts].
    contract : array of shape (I,)
        Size of the venue's contract, in the unit in which the instruments give theirs
        [base / contract] for linear, [quote currency / contract] for inverse. Positions may be
        held in any other size: they are converted.

    Source: Kraken, "Margin schedule", whose levels are counts of contracts.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["BTC"]), [60_000])
    >>> table = Schedule.stepped([0, 1_000], [0.004, 0.005])
    >>> rule = BySize((table,), (table,), [0.01])
    >>> for bitcoins in (10, 20):
    ...     ana = accounts.open_accounts(collateral=5_000, quantity=[bitcoins], market=prices)
    ...     print(float(rule(ana, prices).maintenance))
    2400.0
    6000.0
    """

    initial: tuple[Schedule, ...]
    maintenance: tuple[Schedule, ...]
    contract: FloatArray

    def __post_init__(self) -> None:
        hold(self, contract=positive("contract", self.contract))

    def rates(self, quantity: FloatArray, instruments: Instruments) -> Rates:
        """Return the average rates over the brackets that each position fills."""
        if len(instruments) != len(self.initial):
            raise MarginError(
                f"this rule is for {len(self.initial)} instruments, one for each symbol it was "
                f"made from; got {len(instruments)} ({', '.join(instruments.names)})"
            )
        count = quantity * (np.asarray(instruments.sizes) / self.contract)
        return _average(self.initial, count), _average(self.maintenance, count)

    def at_leverage(self, leverage: ArrayLike) -> BySize:
        """Return the model whose initial schedules are those of the chosen leverage."""
        chosen = np.broadcast_to(np.asarray(leverage, dtype=np.float64), (len(self.initial),))
        pairs = zip(self.initial, chosen.tolist(), strict=True)
        return replace(self, initial=tuple(table.at_leverage(times) for table, times in pairs))


@checked
class SizePremiumRate(RateBySize):
    """Rates that grow with the square root of the size; see :func:`size_premium`.

    Parameters
    ----------
    initial, maintenance : float or array of shape (I,)
        Rates of small positions [fraction]; maintenance must not exceed initial.
    factor : float or array of shape (I,)
        How fast they grow [1 / square root of a unit of the base].

    Source: Drift protocol v2, margin ratio of a perp market, commit 0ae3e3b1.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["SOL"]), [25])
    >>> rule = SizePremiumRate(initial=0.10, maintenance=0.05, factor=0.001)
    >>> for size in (100, 10_000):
    ...     print(round(float(rule(accounts.Accounts(0, [size]), prices).initial), 6))
    250.0
    45000.0
    """

    initial: Fraction
    maintenance: Fraction
    factor: NonNegative

    covered_kinds = IN_BASE

    def __post_init__(self) -> None:
        not_above_initial(self.initial, self.maintenance)
        together(initial=self.initial, maintenance=self.maintenance, factor=self.factor)

    def rates(self, quantity: FloatArray, instruments: Instruments) -> Rates:
        """Return the rates with their premiums."""
        return (
            size_premium(self.initial, self.factor, _base(quantity, instruments)),
            size_premium(self.maintenance, self.factor, _base(quantity, instruments)),
        )

    def at_leverage(self, leverage: ArrayLike) -> SizePremiumRate:
        """Return the model whose initial rate is the larger of 1 / leverage and its own."""
        own = 1 / check_leverage(leverage, self.initial)
        return replace(self, initial=np.maximum(self.initial, own))


@checked
class SkewRate(RateBySize):
    """Rates that grow with the share of the market that a position takes.

    The initial rate is ``quantity / skew scale x growth + minimum``, and maintenance a share of
    it. The skew scale is the imbalance at which trading would double the price.

    Parameters
    ----------
    skew_scale : float or array of shape (I,)
        Depth of the market [units of the base].
    growth : float or array of shape (I,)
        By how much the initial rate grows over one skew scale [fraction].
    minimum : float or array of shape (I,)
        Initial rate of a small position [fraction].
    maintenance_share : float or array of shape (I,)
        Maintenance over initial [fraction].

    Source: Synthetix v3, ``markets/perps-market``, commit 23585f73.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["ETH"]), [2_000])
    >>> rule = SkewRate(skew_scale=1_000, growth=2, minimum=0.02, maintenance_share=0.5)
    >>> need = rule(accounts.Accounts(0, [20]), prices)  # 20 / 1,000 x 2 + 0.02 = 6 % of 40,000
    >>> round(float(need.initial), 6), round(float(need.maintenance), 6)
    (2400.0, 1200.0)
    """

    skew_scale: Positive
    growth: NonNegative
    minimum: Fraction
    maintenance_share: Fraction

    covered_kinds = IN_BASE

    def rates(self, quantity: FloatArray, instruments: Instruments) -> Rates:
        """Return the rates at this share of the market."""
        share = _base(quantity, instruments) / self.skew_scale
        initial = share * self.growth + self.minimum
        return initial, initial * self.maintenance_share


def _average(tables: tuple[Schedule, ...], count: FloatArray) -> FloatArray:
    """Return requirement over size for each column of ``count``, 0 where there is nothing."""
    held = np.where(count > 0, count, 1.0)
    parts = [table.requirement(held[..., place]) for place, table in enumerate(tables)]
    return np.asarray(np.where(count > 0, np.stack(parts, axis=-1) / held, 0.0))


def _base(quantity: FloatArray, instruments: Instruments) -> FloatArray:
    """Return contracts in units of the base, shape (..., I)."""
    return np.asarray(quantity * np.asarray(instruments.sizes))
