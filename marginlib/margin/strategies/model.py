"""Strategy margin as a model of whole accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, positive, together
from marginlib.accounts import Accounts
from marginlib.margin.asking import refuse_what_is_left
from marginlib.margin.model import Model
from marginlib.margin.requirement import Requirement
from marginlib.margin.shares import ShareMargin
from marginlib.margin.short_options import ShortOptionRate
from marginlib.margin.strategies.legs import OptionLegs
from marginlib.margin.strategies.pairing import Pairing, cheapest_pairing
from marginlib.margin.strategies.practice import RULEBOOK, BrokerPractice
from marginlib.market import Market

EQUITY_OPTIONS = ShortOptionRate(standard=0.20, minimum=0.10, put_base="strike")
"""Options on shares and narrow indices."""
BROAD_INDEX_OPTIONS = ShortOptionRate(standard=0.15, minimum=0.10, put_base="strike")
"""Options on broad indices and funds that follow them."""


def leveraged_option_rate(rate: ShortOptionRate, times: ArrayLike) -> ShortOptionRate:
    """Return the rate for options on a fund that moves ``times`` as much as what it follows.

    Both percentages are multiplied, up to the whole value of the fund.

    Source: FINRA Regulatory Notice 09-53; Cboe Regulatory Circular RG09-97.

    >>> fund = leveraged_option_rate(BROAD_INDEX_OPTIONS, 3)
    >>> float(fund.standard.round(4)), float(fund.minimum.round(4))
    (0.45, 0.3)
    """
    factor = positive("times", times)
    return ShortOptionRate(
        standard=np.minimum(rate.standard * factor, 1.0),
        minimum=np.minimum(rate.minimum * factor, 1.0),
        mark=rate.mark,
        fee=rate.fee,
        put_base=rate.put_base,
    )


@dataclass(frozen=True, eq=False)
class StrategyMargin(Model):
    """Options and shares, sorted into the strategies that need least.

    Parameters
    ----------
    options : ShortOptionRate
        What an option sold needs by itself, one rate for all or one for each option.
    shares : ShareMargin
        What shares need by themselves.
    practice : BrokerPractice
        Where the broker parts from the rulebook.

    Cash-like instruments are held in full and need nothing, and may cover calls. Accounts are
    taken one by one, some milliseconds each.

    Source: FINRA Rule 4210(f)(2) and Cboe Rule 10.3, in the parts named in
    :mod:`marginlib.margin.strategies`.

    A put spread sold: it can lose 5 a share, and 1.50 is what it is worth.

    >>> from marginlib import instruments, market
    >>> book = instruments.join(
    ...     instruments.shares(["X"]),
    ...     instruments.options(["95 P", "100 P"], "X", [95, 100], expiry=0, is_call=False,
    ...                         size=100),
    ... )
    >>> now = market.at(book, [98.5], volatility=[0.5, 0.5])
    >>> float(StrategyMargin()(Accounts(0, [0, 1, -1]), now).maintenance)
    350.0
    """

    options: ShortOptionRate = EQUITY_OPTIONS
    shares: ShareMargin = field(default_factory=ShareMargin)
    practice: BrokerPractice = RULEBOOK

    covered_kinds = ("share", "option")
    fits_any_account = True

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        shape = together(accounts=accounts, market=market)
        alone = self.shares.each(accounts, market)
        apart = np.ones(len(market.instruments), dtype=bool)
        apart[_places(market)] = False
        initial = np.array(np.broadcast_to(alone.initial @ apart, shape))
        maintenance = np.array(np.broadcast_to(alone.maintenance @ apart, shape))
        for row in np.ndindex(shape):
            for opening, staying in self._legs(accounts, market, alone, shape, row):
                initial[row] += cheapest_pairing(opening, False, self.practice).deposit
                maintenance[row] += cheapest_pairing(staying, True, self.practice).deposit
        return Requirement(np.maximum(initial, 0.0), np.maximum(maintenance, 0.0))

    def pairings(self, accounts: Accounts, market: Market) -> dict[str, Pairing]:
        """Return how the legs of a single account are paired to stay, by underlying."""
        shape = together(accounts=accounts, market=market)
        if shape:
            raise MarginError(f"pairings are those of one account at a time; got shape {shape}")
        refuse_what_is_left(self, accounts, market)
        alone = self.shares.each(accounts, market)
        names = [market.instruments.names[place] for place in _places(market)]
        legs = self._legs(accounts, market, alone, shape, ())
        return {
            name: cheapest_pairing(staying, True, self.practice)
            for name, (_, staying) in zip(names, legs, strict=True)
        }

    def _legs(
        self,
        accounts: Accounts,
        market: Market,
        alone: Requirement,
        shape: tuple[int, ...],
        row: tuple[int, ...],
    ) -> Iterator[tuple[OptionLegs, OptionLegs]]:
        """Yield the legs of one account in each underlying: to open, and to stay."""
        terms, options = market.instruments.option_terms, market.instruments.options

        def of(array: FloatArray) -> FloatArray:
            return np.asarray(np.broadcast_to(array, (*shape, array.shape[-1]))[row])

        held, price = of(accounts.quantity), of(market.price)
        spot, premium, years = of(market.underlying_price), price[options], of(market.years)
        above = self.options.above_premium(spot, terms.strike, terms.is_call, premium)
        for place in _places(market):
            mine = (market.instruments.quoted[terms.underlying] == place) & ~terms.is_inverse
            shares = float(held[place])
            opening, staying = (
                OptionLegs(
                    underlying=float(price[place]),
                    strike=terms.strike[mine],
                    is_call=terms.is_call[mine],
                    quantity=held[options][mine],
                    premium=premium[mine],
                    above_premium=above[mine],
                    years=years[mine],
                    size=terms.size[mine],
                    shares=shares,
                    share_need=float(of(need)[place]) / abs(shares) if shares else 0.0,
                )
                for need in (alone.initial, alone.maintenance)
            )
            yield opening, staying


def _places(market: Market) -> list[int]:
    """Return the places of the instruments that options are on."""
    book = market.instruments
    return [int(place) for place in np.unique(book.quoted[book.option_terms.underlying])]
