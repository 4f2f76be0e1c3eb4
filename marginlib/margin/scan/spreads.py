"""Spreads: months of one underlying that do not move quite alike, and underlyings that do.

A scan of each underlying by itself is too kind to a book that is long one month and short another,
and too harsh to one that is long one index and short its twin. Both are mended by counting
deltas: a charge on spreads between months, and a credit for spreads between underlyings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    fraction,
    hold,
    known,
    non_negative,
    numbers,
    refuse,
    together,
)
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin import MarginModel, Model, Requirement
from marginlib.margin.asking import asked
from marginlib.margin.coverage import NOT_CASH
from marginlib.margin.model import Charge, Wrapped
from marginlib.market import Market


class Spread(NamedTuple):
    """One spread between underlyings that earns a credit."""

    ratios: Mapping[str, float]  # deltas of each underlying in one spread; signs are the sides
    credit: float  # share of the price risk of both legs that is given back [fraction]


def position_delta(accounts: Accounts, market: Market) -> FloatArray:
    """Return by how much each position gains as its underlying rises by one, shape (..., I).

    Collateral is no position, so it has none.

    >>> from marginlib import instruments, market
    >>> call = instruments.options(["call"], "ES", strike=100, expiry=1, is_call=True, size=50)
    >>> now = market.at(instruments.join(instruments.linear(["ES"], 50), call), [100], [0], carry=0)
    >>> position_delta(Accounts(0, [1, -1]), now).tolist()
    [50.0, -25.0]
    """
    together(accounts=accounts, market=market)
    book = market.instruments
    each = np.broadcast_to(np.asarray(book.sizes) * ~book.is_cash, market.value.shape).copy()
    inverse = book.is_inverse
    each[..., inverse] /= market.price[..., inverse] ** 2
    if len(book.options):
        each[..., book.options] = market.greeks.delta
    return np.asarray(accounts.quantity * each)


@dataclass(frozen=True, eq=False)
class CalendarCharge(Charge):
    """A charge for holding one month of an underlying against another.

    The deltas of each month are netted, with options counted in the month they are on. What is
    long in some months and short in others makes spreads, and each unit of delta in a spread costs
    the charge. It comes on top of a scan, in which these months cancel.

    Parameters
    ----------
    charge : mapping of str to float
        For each underlying, the charge for one unit of its delta held long and short [currency].
        Underlyings that are not named cost nothing.

    Clearing houses have tiers of months with a charge for each pair. One charge for all pairs, and
    spreads formed without priority, are a simplification that is not confirmed for any product.

    Source: CME Group, "SPAN methodology", intra-commodity spread charge, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> months = instruments.linear(["CL-JUN", "CL-JUL"], size=1_000, underlying="CL")
    >>> now = market.at(months, [70, 71])
    >>> float(CalendarCharge({"CL": 0.8})(Accounts(0, [3, -2]), now).initial)
    1600.0
    """

    charge: Mapping[str, float]

    covered_kinds = NOT_CASH

    def __post_init__(self) -> None:
        for name, amount in self.charge.items():
            non_negative(f"charge of {name}", amount)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        delta = position_delta(accounts, market)
        book = market.instruments
        total = np.zeros(delta.shape[:-1])
        for name, amount in self.charge.items():
            months = [np.flatnonzero(month) for month in _months(book, name)]
            net = np.stack([delta[..., month].sum(axis=-1) for month in months], axis=-1)
            bought, sold = np.maximum(net, 0.0).sum(axis=-1), np.maximum(-net, 0.0).sum(axis=-1)
            total = total + amount * np.minimum(bought, sold)
        return Requirement(total, total)


@dataclass(frozen=True, eq=False)
class SpreadCredit(Wrapped):
    """A model less a credit for spreads between underlyings that move together.

    Spreads are formed in the order given, each from the deltas that those before it have left.
    A spread needs all of its legs on the sides that the signs of the ratios say, or all on the
    other. It gives back its share of the price risk of its legs: delta times price range times
    price. The requirement does not fall below 0.

    Parameters
    ----------
    model : margin model
        The scan, with every underlying by itself, and what is added to it.
    spreads : sequence of Spread, or of (ratios, credit)
        In order of priority.
    price_range : mapping of str to float
        Price scan range of each underlying as a share of its price [fraction]. The price is that
        of the first instrument on it.

    That price risk is taken at the scan range, and not at the part of the scanned loss that is due
    to prices, is a simplification; the clearing house's formula is not confirmed here.

    Source: CME Group, "SPAN methodology", inter-commodity spread credit, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["ES", "NQ"]), [100, 200])
    >>> legs = Spread({"ES": 2, "NQ": -1}, credit=0.5)
    >>> rule = SpreadCredit(FixedRate(0.2, 0.2), [legs], price_range={"ES": 0.1, "NQ": 0.1})
    >>> float(rule(Accounts(0, [3, -1]), now).initial)  # 60 + 40 - 0.5 x (2 x 10 + 1 x 20)
    80.0
    """

    model: MarginModel
    spreads: tuple[Spread, ...]
    price_range: Mapping[str, float]

    def __init__(
        self,
        model: MarginModel,
        spreads: Sequence[Spread | tuple[Mapping[str, float], float]],
        price_range: Mapping[str, float],
    ) -> None:
        listed = tuple(Spread(*spread) for spread in spreads)
        for spread in listed:
            fraction("credit", spread.credit)
            for name, ratio in spread.ratios.items():
                known("underlying", name, price_range)
                value = numbers(f"ratio of {name}", ratio)
                refuse(f"ratio of {name}", value, value == 0, "must not be 0")
        for name, share in price_range.items():
            fraction(f"price_range of {name}", share)
        hold(self, model=model, spreads=listed, price_range=dict(price_range))

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need, credit = asked(self.model, accounts, market), self.credit(accounts, market)
        return Requirement(
            np.maximum(0.0, need.initial - credit), np.maximum(0.0, need.maintenance - credit)
        )

    def at_leverage(self, leverage: ArrayLike) -> Model:
        """Refuse: what a spread gives back is no part of a chosen leverage."""
        return Model.at_leverage(self, leverage)

    def credit(self, accounts: Accounts, market: Market) -> FloatArray:
        """Return what the spreads give back, shape (...) [currency]."""
        delta = position_delta(accounts, market)
        left = {
            name: delta[..., instruments_on(market.instruments, name)].sum(axis=-1)
            for name in self.price_range
        }
        total = np.zeros(delta.shape[:-1])
        for spread in self.spreads:
            formed = _formed(np.stack([left[n] / r for n, r in spread.ratios.items()], axis=-1))
            for name, ratio in spread.ratios.items():
                used = formed * ratio
                left[name] = left[name] - used
                risk = self.price_range[name] * underlying_price(market, name)
                total = total + spread.credit * np.abs(used) * risk
        return total


def _formed(possible: FloatArray) -> FloatArray:
    """Return how many spreads the legs, last axis, make together; negative on the other sides."""
    ahead = np.maximum(0.0, possible.min(axis=-1))
    return np.asarray(ahead + np.minimum(0.0, possible.max(axis=-1)))


def instruments_on(instruments: Instruments, name: str) -> NDArray[np.bool_]:
    """Return which instruments are on the underlying ``name``, shape (I,)."""
    known("underlying", name, instruments.underlyings)
    return np.array([one == name for one in instruments.underlyings])


def underlying_price(market: Market, name: str) -> FloatArray:
    """Return the price of the first quoted instrument on an underlying, shape (...)."""
    book = market.instruments
    quoted = np.flatnonzero(instruments_on(book, name) & ~book.is_option)
    return np.asarray(market.price[..., quoted[0]])


def _months(instruments: Instruments, name: str) -> list[NDArray[np.bool_]]:
    """Return which instruments belong to each month of an underlying, each of shape (I,)."""
    is_on = instruments_on(instruments, name)
    month = [
        one.underlying if is_option else one.name
        for one, is_option in zip(instruments.each, instruments.is_option, strict=True)
    ]
    own = dict.fromkeys(label for label, yes in zip(month, is_on, strict=True) if yes)
    return [np.array([label == one for label in month]) for one in own]
