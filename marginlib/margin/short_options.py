r"""What must be there behind an option that was sold, taken by itself.

Whoever sold an option owes what it is worth, and may owe more tomorrow. The rule of thumb of
exchanges and brokers alike asks, on top of that worth, for a share of the underlying's price that
shrinks while the option is out of the money:

.. math:: \text{margin} = \text{premium}
          + \max(\text{standard} \cdot S - \text{out of the money}, \; \text{minimum} \cdot S) .

In the ledger of this library an option sold is a negative position at its market value, so equity
has already paid the premium, and the requirement is what comes on top. Venues that leave options
out of the balance print the sum; :func:`marginlib.margin.options_apart` gives their two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    fraction,
    known,
    non_negative,
    positive,
    together,
    truths,
)
from marginlib._fields import Fraction, checked, default
from marginlib.accounts import Accounts
from marginlib.margin.model import Model
from marginlib.margin.requirement import Requirement
from marginlib.market import Market

PUT_BASES = ("underlying", "strike", "underlying and premium")


def out_of_the_money(underlying: ArrayLike, strike: ArrayLike, is_call: ArrayLike) -> FloatArray:
    """Return how far each option is out of the money, 0 if it is not.

    Parameters
    ----------
    underlying, strike : float or array
        Price of the underlying, and the option's strike [currency].
    is_call : bool or array of bool
        True for a call, False for a put.

    >>> out_of_the_money(115_000, 116_000, [True, False]).tolist()
    [1000.0, 0.0]
    """
    spot, level = positive("underlying", underlying), positive("strike", strike)
    away = np.where(is_call, level - spot, spot - level)
    return np.maximum(away, 0.0)


@checked
class ShortOptionRate:
    """The margin on top of the premium for one unit of an option sold.

    It is the largest of ``standard x S - out of the money``, ``minimum x base`` and
    ``mark x premium``, plus ``fee x S``. All are fractions, single or one for each option.

    Parameters
    ----------
    standard : float or array of shape (O,)
        Share of the underlying's price S, from which the out-of-the-money amount is taken.
    minimum : float or array of shape (O,)
        Share of the base that is always asked. The base of a call is S.
    mark : float or array of shape (O,)
        Share of the premium: matters for options deep in the money.
    fee : float or array of shape (O,)
        Fee for being closed out, as a share of S.
    put_base : str
        Base of the minimum for puts: ``"underlying"``, ``"strike"``, or
        ``"underlying and premium"``, their sum.

    Source: Deribit, inverse options, as quoted by TSLab's documentation (base: underlying); Cboe's
    strategy-based margin, as quoted by edeltapro.com and the tests of margin-estimator at cd1b0187
    (strike); Gate, options margin (underlying and premium); all read 2026-11-22. Bybit, options
    margin, 2023-12-04 (mark and fee).

    A stock at 95 and a put struck at 80: 20 % of 95 less 15 is 4, and 10 % of the strike is more.

    >>> rate = ShortOptionRate(standard=0.20, minimum=0.10, put_base="strike")
    >>> float(rate.above_premium(95, 80, is_call=False, premium=2))
    8.0
    """

    standard: Fraction = default(0.0)
    minimum: Fraction = default(0.0)
    mark: Fraction = default(0.0)
    fee: Fraction = default(0.0)
    put_base: str = "underlying"

    def __post_init__(self) -> None:
        known("put_base", self.put_base, PUT_BASES)

    def above_premium(
        self, underlying: ArrayLike, strike: ArrayLike, is_call: ArrayLike, premium: ArrayLike
    ) -> FloatArray:
        """Return the margin on top of the premium for one unit of the underlying [currency].

        Parameters
        ----------
        underlying, strike, premium : float or array
            Per unit of the underlying [currency]; the arrays broadcast.
        is_call : bool or array of bool
        """
        spot, level = positive("underlying", underlying), positive("strike", strike)
        worth = non_negative("premium", premium)
        call = truths("is_call", is_call)
        rates = {"standard": self.standard, "minimum": self.minimum, "mark": self.mark}
        together(underlying=spot, strike=level, is_call=call, premium=worth, **rates)
        standard = self.standard * spot - out_of_the_money(spot, level, call)
        minimum = self.minimum * np.where(call, spot, self._put_base(spot, level, worth))
        largest = np.maximum(np.maximum(standard, minimum), self.mark * worth)
        return np.asarray(largest + self.fee * spot)

    def _put_base(self, spot: FloatArray, strike: FloatArray, premium: FloatArray) -> FloatArray:
        if self.put_base == "strike":
            return strike
        return spot + premium if self.put_base == "underlying and premium" else spot


@dataclass(frozen=True, eq=False)
class ShortOptions(Model):
    """Each option by itself: margin for what was sold, no credit for what was bought.

    Parameters
    ----------
    initial, maintenance : ShortOptionRate
        For calls, and for puts where those have none of their own.
    put_initial, put_maintenance : ShortOptionRate, optional
    call_floor, put_floor : float
        The initial margin with its premium is at least this multiple of the maintenance margin
        with its premium; 0 for no such floor [times].
    long : float
        Share of the value of an option bought that must be paid, 1 if nothing may be borrowed on
        it [fraction].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/StandardManager.sol, where the initial
    margin of a put is at least 1.05 times its maintenance; Deribit, inverse options, as quoted by
    TSLab's documentation, where that multiple is 1. Both read 2026-11-22.

    A call sold at the money, on a coin at 1,500:

    >>> from marginlib import instruments, market
    >>> book = instruments.join(
    ...     instruments.cash(["ETH"]),
    ...     instruments.options(["C"], "ETH", strike=1500, expiry=0.1, is_call=True),
    ... )
    >>> now = market.at(book, [1500], volatility=[0.5])
    >>> rule = ShortOptions(ShortOptionRate(0.15, 0.10), ShortOptionRate(minimum=0.075))
    >>> need = rule(Accounts(1_000, [0, -1]), now)
    >>> float(need.initial), float(need.maintenance)
    (225.0, 112.5)
    """

    initial: ShortOptionRate
    maintenance: ShortOptionRate
    put_initial: ShortOptionRate | None = None
    put_maintenance: ShortOptionRate | None = None
    call_floor: float = 0.0
    put_floor: float = 0.0
    long: float = 1.0

    covered_kinds = ("option", "inverse_option")
    is_beside_leverage = True
    fits_any_account = True

    def __post_init__(self) -> None:
        non_negative("call_floor", self.call_floor)
        non_negative("put_floor", self.put_floor)
        fraction("long", self.long)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        each = self.each(accounts, market)
        return Requirement(each.initial.sum(axis=-1), each.maintenance.sum(axis=-1))

    def each(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each option, shape (..., O) [currency of the ledger]."""
        options, terms = market.instruments.options, market.instruments.option_terms
        quantity = accounts.quantity[..., options]
        spot = market.underlying_price
        # Strikes and rates are in the currency of the underlying's price; an inverse option and
        # its ledger are in coin.
        coin = np.where(terms.is_inverse, spot, 1.0)
        premium = np.asarray(market.price[..., options]) * coin
        initial, maintenance = self._above_premium(spot, terms.strike, terms.is_call, premium)
        unit = terms.size / coin
        bought = np.maximum(quantity, 0.0) * (self.long * premium * unit)
        sold = np.maximum(-quantity, 0.0) * unit
        return Requirement(bought + sold * initial, bought + sold * maintenance)

    def _above_premium(
        self, spot: FloatArray, strike: FloatArray, is_call: NDArray[np.bool_], premium: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return initial and maintenance margin per unit of the underlying, shape (..., O)."""
        option = spot, strike, is_call, premium
        maintenance = np.where(
            is_call,
            self.maintenance.above_premium(*option),
            (self.put_maintenance or self.maintenance).above_premium(*option),
        )
        initial = np.where(
            is_call,
            self.initial.above_premium(*option),
            (self.put_initial or self.initial).above_premium(*option),
        )
        floor = np.where(is_call, self.call_floor, self.put_floor)
        return np.maximum(initial, floor * (premium + maintenance) - premium), maintenance
