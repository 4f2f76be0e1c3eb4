r"""Long and short positions on the same thing, set against each other.

With :math:`L` and :math:`S` the long and the short notional on one underlying, the part that is
hedged is :math:`\min(L, S)` and the net is :math:`|L - S|`. Charging

.. math:: \text{rate} \times (|L - S| + h \min(L, S))

covers what venues do: :math:`h = 0` charges the net, :math:`h = 1` the larger side, since
:math:`|L - S| + \min(L, S) = \max(L, S)`, and :math:`h = 2` the gross, as if nothing were netted.
Between them lie reduced rates on hedged positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, fraction, hold, non_negative, refuse
from marginlib.accounts import Accounts, notional
from marginlib.instruments import Instruments
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Model
from marginlib.margin.rates import each_rate
from marginlib.margin.requirement import Requirement
from marginlib.margin.schedule import Schedule, check_leverage
from marginlib.market import Market

Rate = FloatArray | tuple[Schedule, ...]


class LongShort(NamedTuple):
    """Long and short positions on each underlying, shape (..., G), both zero or more [currency]."""

    long: FloatArray
    short: FloatArray

    @property
    def net(self) -> FloatArray:
        """Long minus short."""
        return self.long - self.short

    @property
    def gross(self) -> FloatArray:
        """Long plus short."""
        return self.long + self.short

    @property
    def hedged(self) -> FloatArray:
        """The smaller of the two: what is long and short at once."""
        return np.minimum(self.long, self.short)

    def size(self, hedged: float) -> FloatArray:
        """Return the net plus ``hedged`` times the hedged part."""
        return np.abs(self.net) + hedged * self.hedged


def underlyings(instruments: Instruments) -> tuple[str, ...]:
    """Return each thing that contracts in the list are on, once, in order: G of them.

    >>> from marginlib.instruments import join, linear
    >>> underlyings(join(linear(["PERP", "JUN"], underlying="BTC"), linear(["ETH"])))
    ('BTC', 'ETH')
    """
    margined = zip(instruments.underlyings, instruments.is_margined, strict=True)
    return tuple(dict.fromkeys(name for name, is_margined in margined if is_margined))


def long_and_short(accounts: Accounts, market: Market) -> LongShort:
    """Return the long and the short notional on each underlying, shape (..., G) [currency].

    Inverse contracts count by their direction: long gains when the price rises.

    >>> from marginlib import accounts, instruments, market
    >>> book = instruments.linear(["PERP", "JUN"], underlying="BTC")
    >>> ana = accounts.Accounts(cash=0, quantity=[1.0, -1.5])
    >>> both = long_and_short(ana, market.at(book, [70_000, 70_000]))
    >>> both.net.tolist(), both.gross.tolist(), both.hedged.tolist()
    ([-35000.0], [175000.0], [70000.0])
    """
    return _legs(np.sign(accounts.quantity) * notional(accounts, market), market.instruments)


@dataclass(frozen=True, eq=False)
class Netted(Model):
    """A rate on the net of each underlying, and a part of it on what is hedged.

    Contracts are on the same underlying when they say so: ``linear(names, underlying="BTC")``. In
    hedge mode the long and the short leg of one contract are two such instruments.

    Parameters
    ----------
    initial, maintenance : float, array of shape (I,), Schedule or sequence of Schedule
        Rates of the instruments [fraction], or schedules for the netted size: one for all
        underlyings, or one for each in the order in which they are listed first.
    hedged : float
        Share of the rate on the hedged part, from 0 to 2: 0 charges the net, 1 the larger side.

    Source: Kraken, "Multi-collateral futures" (larger side); Paradex, portfolio margin, minimum
    requirement on deltas, commit 9b82a75a (half the rate on what is hedged).

    >>> from marginlib import accounts, instruments, market
    >>> book = instruments.linear(["PERP", "JUN"], underlying="BTC")
    >>> prices = market.at(book, [20_000, 20_000])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1, -3], market=prices)
    >>> [float(Netted(0.10, 0.05, hedged=h)(ana, prices).initial) for h in (0, 1, 2)]
    [4000.0, 6000.0, 8000.0]
    """

    initial: Rate
    maintenance: Rate
    hedged: float

    covered_kinds = CONTRACTS
    fits_any_account = True

    def __init__(
        self,
        initial: ArrayLike | Schedule | Sequence[Schedule],
        maintenance: ArrayLike | Schedule | Sequence[Schedule],
        hedged: float = 1.0,
    ) -> None:
        share = non_negative("hedged", hedged)
        refuse("hedged", share, share > 2, "must be at most 2, where nothing is netted")
        hold(
            self,
            initial=_rate("initial", initial),
            maintenance=_rate("maintenance", maintenance),
            hedged=float(share),
        )

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        position = np.sign(accounts.quantity) * notional(accounts, market)
        return Requirement(
            self._charge("initial", self.initial, position, market.instruments),
            self._charge("maintenance", self.maintenance, position, market.instruments),
        )

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines | None:
        """Return two lines for each bracket: as the larger side, and as the smaller one."""
        instruments = market.instruments
        same = np.array(instruments.underlyings) == instruments.underlyings[index]
        position = np.sign(accounts.quantity) * notional(accounts, market)
        others = np.where(same, 0.0, position)
        constant = self._charge("maintenance", self.maintenance, others, instruments)
        if not instruments.is_margined[index]:
            return Lines.flat(self.requirement(accounts, market).maintenance)
        weight, table = self._weight_and_table(instruments, index)
        if not table.is_continuous:
            return None
        # The rest of the group, on the side of the position that moves and on the other side.
        same[index] = False
        rest = np.where(same, position, 0.0) * weight
        side = np.where(accounts.quantity[..., [index]] < 0, -1.0, 1.0)
        own = np.maximum(rest * side, 0.0).sum(axis=-1)
        other = np.maximum(-rest * side, 0.0).sum(axis=-1)
        # The larger side in full and the smaller one in part, whichever of them moves.
        part = self.hedged - 1
        branches = [(1.0, own + part * other), (part, part * own + other)]
        rates, deductions = [], []
        for rate, deduction in zip(table.rate, table.deduction, strict=True):
            for slope, fixed in branches:
                rates.append(np.full_like(fixed, rate * slope * weight[index]))
                deductions.append(deduction - rate * fixed)
        return Lines(np.array(rates), np.array(deductions), constant)

    def _weight_and_table(
        self, instruments: Instruments, index: int
    ) -> tuple[FloatArray, Schedule]:
        """Return what notionals are multiplied by before netting, and the schedule after it."""
        if not isinstance(self.maintenance, tuple):
            return each_rate("maintenance", self.maintenance, instruments), _ONE_LINE
        place = underlyings(instruments).index(instruments.underlyings[index])
        return np.ones(len(instruments)), _each(self.maintenance, instruments)[place]

    def at_leverage(self, leverage: ArrayLike) -> Netted:
        """Return the model whose initial rate is the larger of 1 / leverage and its own."""
        if isinstance(self.initial, tuple):
            chosen = float(np.asarray(leverage, dtype=np.float64))
            chosen_tables = tuple(table.at_leverage(chosen) for table in self.initial)
            return replace(self, initial=chosen_tables)
        own = 1 / check_leverage(leverage, self.initial)
        return replace(self, initial=np.maximum(self.initial, own))

    def _charge(
        self, name: str, rate: Rate, position: FloatArray, instruments: Instruments
    ) -> FloatArray:
        """Return the requirement on signed notionals, summed over the underlyings."""
        if not isinstance(rate, tuple):
            weighted = position * each_rate(name, rate, instruments)
            return np.asarray(_legs(weighted, instruments).size(self.hedged).sum(axis=-1))
        size = _legs(position, instruments).size(self.hedged)
        total = np.zeros(size.shape[:-1])
        for place, table in enumerate(_each(rate, instruments)):
            table.add_requirement(total, size[..., place].copy())
        return total


_ONE_LINE = Schedule.stepped([0.0], [1.0])


def _rate(name: str, given: ArrayLike | Schedule | Sequence[Schedule]) -> Rate:
    """Return rates as an array, schedules as a tuple."""
    if isinstance(given, Schedule):
        return (given,)
    if isinstance(given, (list, tuple)) and any(isinstance(one, Schedule) for one in given):
        return tuple(given)
    numbers: ArrayLike = given  # type: ignore[assignment]
    return fraction(name, numbers)


def _each(tables: tuple[Schedule, ...], instruments: Instruments) -> tuple[Schedule, ...]:
    """Return one schedule for each underlying."""
    names = underlyings(instruments)
    if len(tables) not in (1, len(names)):
        raise MarginError(
            f"schedules must be one or {len(names)}, one for each underlying "
            f"({', '.join(names)}); got {len(tables)}"
        )
    return tables if len(tables) == len(names) else tables * len(names)


def _legs(position: FloatArray, instruments: Instruments) -> LongShort:
    """Sum signed amounts, shape (..., I), to the two sides of each underlying."""
    member = _membership(instruments)
    return LongShort(np.maximum(position, 0.0) @ member, np.maximum(-position, 0.0) @ member)


def _membership(instruments: Instruments) -> NDArray[np.float64]:
    """Return which instrument is on which underlying, shape (I, G), as ones and zeros."""
    groups = underlyings(instruments)
    each = np.array(instruments.underlyings)[:, None]
    return np.asarray(each == np.array(groups), dtype=np.float64)
