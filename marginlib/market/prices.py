"""Prices now, and what everything is worth at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib import black
from marginlib._checks import (
    FloatArray,
    MarginError,
    fixed,
    hold,
    in_order,
    last_axis,
    non_negative,
    numbers,
    numbers_or_none,
    refuse,
    together,
)
from marginlib.instruments import Instruments
from marginlib.instruments.unit_values import unit_value

Formula: TypeAlias = Callable[..., black.Greeks | FloatArray]

_NONE = fixed(np.zeros(0))  # the volatilities of no options
_ZERO = numbers("rate", 0.0)  # what is not given; a market is made for every step of a search


@dataclass(frozen=True, eq=False)
class Market:
    """Instruments and their prices; build it with :func:`at`.

    Parameters
    ----------
    quoted_price : array of shape (..., Q)
        Mark prices of all but options [quote currency].
    given_volatility : array of shape (..., O)
        Volatility of each option, ``nan`` where only a quote says what it is worth; see
        :attr:`volatility`.
    rate, carry : float or array that broadcasts against (..., O)
        Interest for discounting, and growth of the forward over the underlying's price [1 / year].
    time : float or array of shape (...)
        Now [years].
    quote : array of shape (..., O), optional
        Price of each option, ``nan`` where it is valued from its volatility.
    """

    instruments: Instruments
    quoted_price: FloatArray
    given_volatility: FloatArray
    rate: FloatArray
    carry: FloatArray
    time: FloatArray
    quote: FloatArray | None

    def __init__(
        self,
        instruments: Instruments,
        price: ArrayLike | Mapping[str, float],
        volatility: ArrayLike | Mapping[str, float] | None = None,
        rate: ArrayLike = _ZERO,
        carry: ArrayLike | None = None,
        time: ArrayLike = _ZERO,
        quote: ArrayLike | Mapping[str, float] | None = None,
    ) -> None:
        interest = _terms("rate", rate)
        hold(
            self,
            instruments=instruments,
            quoted_price=_prices(instruments, price),
            rate=interest,
            carry=interest if carry is None else _terms("carry", carry),
            time=_terms("time", time),
        )
        spread, quotes = _of_options(instruments, volatility, quote)
        hold(self, given_volatility=spread, quote=quotes)
        if len(instruments.options):
            _ = instruments.option_terms  # refuses an option without its underlying
            _ = self.shape
            options = (len(instruments.options),)
            together(rate=self.rate, carry=self.carry, options=options)
            self._refuse_no_value()

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch of markets; ``()`` for one."""
        prices = self.quoted_price.shape[:-1]
        if not len(self.instruments.options):
            return prices
        return together(
            price=prices,
            volatility=self.given_volatility.shape[:-1],
            quote=() if self.quote is None else self.quote.shape[:-1],
            rate=self.rate.shape[:-1],
            carry=self.carry.shape[:-1],
            time=self.time,
        )

    @cached_property
    def volatility(self) -> FloatArray:
        """Volatility of each option, given or implied by its quote, (..., O) [1 / sqrt(year)].

        In money [currency / sqrt(year)] for an option on what may fall below zero.

        Raises
        ------
        MarginError
            If no volatility gives the quote: the option is named.
        """
        return self.volatility_where(np.True_)

    def volatility_where(self, needed: NDArray[np.bool_] | np.bool_) -> FloatArray:
        """Return :attr:`volatility`, and ``nan`` where it is neither given nor ``needed``."""
        if self.quote is None:
            return self.given_volatility
        implied = np.isnan(self.given_volatility) & needed
        terms = self.instruments.option_terms
        # Quotes of inverse options are in coin; the formulas speak the currency of the strike.
        worth = self.quote * np.where(terms.is_inverse, self.underlying_price, 1.0)
        found = self._by_formula(
            black.black_volatility,
            black.bachelier_volatility,
            np.where(implied, worth, 0.0),
            self.forward,
            terms.strike,
            self.years,
            terms.is_call,
            self._discount,
        )
        none = np.isnan(found) & implied
        if none.any():
            place = tuple(np.argwhere(none)[0])
            name = _names(self.instruments, options=True)[place[-1]]
            raise MarginError(
                f"option {name!r}: no volatility gives its quote of "
                f"{np.broadcast_to(self.quote, none.shape)[place]:g}, which is below its intrinsic "
                "value, above what any option can be worth, or the price of one that has expired; "
                f"give {name!r} a volatility beside its quote"
            )
        return fixed(np.where(implied, found, self.given_volatility))

    @cached_property
    def price(self) -> FloatArray:
        """Price of each instrument, shape (..., I) [quote currency], of options too."""
        options = self.instruments.options
        if not len(options):
            return self.quoted_price
        prices = np.empty((*self.shape, len(self.instruments)))
        prices[..., self.instruments.quoted] = self.quoted_price
        if self.quote is None:
            prices[..., options] = self._premium
        elif np.isnan(self.quote).any():
            prices[..., options] = np.where(np.isnan(self.quote), self._premium, self.quote)
        else:
            prices[..., options] = self.quote
        return fixed(prices)

    @cached_property
    def value(self) -> FloatArray:
        """Value of one unit of each instrument, shape (..., I) [currency of the ledger]."""
        return fixed(unit_value(self.instruments, self.price))

    @cached_property
    def underlying_price(self) -> FloatArray:
        """Price of what each option is on, shape (..., O) [quote currency]."""
        return fixed(self.quoted_price[..., self.instruments.option_terms.underlying])

    @cached_property
    def years(self) -> FloatArray:
        """Time to the expiry of each option, shape (..., O) [years]; 0 once it has expired."""
        left = self.instruments.option_terms.expiry - self.time[..., None]
        return fixed(np.maximum(left, 0.0))

    @cached_property
    def forward(self) -> FloatArray:
        """Forward price of what each option is on, shape (..., O) [quote currency]."""
        return fixed(self.underlying_price * np.exp(self.carry * self.years))

    @cached_property
    def greeks(self) -> black.Greeks:
        """Derivatives of the value of one contract of each option, each of shape (..., O).

        Delta and gamma are with respect to the price of the underlying, vega to the volatility,
        theta to time with that price held [currency of the ledger; per year]. They are the exact
        derivatives of ``value``, so those of an inverse option count in coin.
        """
        terms, spot = self.instruments.option_terms, self.underlying_price
        discount, growth = self._discount, np.exp(self.carry * self.years)
        arguments = (self.forward, terms.strike, self.years, self.volatility, terms.is_call)
        worth = self._by_formula(black.black_value, black.bachelier_value, *arguments, discount)
        delta, gamma, vega, theta = self._by_formula(
            black.black_greeks, black.bachelier_greeks, *arguments, discount
        )
        # As time passes the discount shrinks less, and the forward comes down to the spot.
        drift = np.where(self.years > 0, self.rate * worth - self.carry * self.forward * delta, 0.0)
        delta, gamma, theta = delta * growth, gamma * growth**2, theta + drift
        inverse = terms.is_inverse
        coin = np.where(inverse, spot, 1.0)
        unit = terms.size / coin
        in_coin_delta = delta - worth / coin
        in_coin_gamma = gamma - 2 * in_coin_delta / coin
        return black.Greeks(
            delta=unit * np.where(inverse, in_coin_delta, delta),
            gamma=unit * np.where(inverse, in_coin_gamma, gamma),
            vega=unit * vega,
            theta=unit * theta,
        )

    def __getitem__(self, name: str) -> FloatArray:
        """Return the price of ``name``, shape (...) [quote currency]."""
        return np.asarray(self.price[..., self.instruments.index(name)])

    @property
    def _discount(self) -> FloatArray:
        return np.asarray(np.exp(-self.rate * self.years))

    @property
    def _premium(self) -> FloatArray:
        """Price of each option for one unit of its underlying, shape (..., O); any where quoted."""
        terms, spread = self.instruments.option_terms, self.given_volatility
        premium = self._by_formula(
            black.black_value,
            black.bachelier_value,
            self.forward,
            terms.strike,
            self.years,
            spread if self.quote is None else np.where(np.isnan(spread), 0.0, spread),
            terms.is_call,
            self._discount,
        )
        if terms.is_inverse.any():
            premium /= np.where(terms.is_inverse, self.underlying_price, 1.0)
        return premium

    def _by_formula(self, usual: Formula, other: Formula, *arguments: ArrayLike) -> FloatArray:
        """Return what the formulas say of each option: ``other`` of one that is normal."""
        normal = self.instruments.option_terms.is_normal
        if not normal.any():
            return np.asarray(usual(*arguments))
        if normal.all():
            return np.asarray(other(*arguments))
        each = np.broadcast_arrays(*arguments)
        parts = [
            np.asarray(formula(*(argument[..., which] for argument in each)))
            for formula, which in ((usual, ~normal), (other, normal))
        ]
        answer = np.empty((*parts[0].shape[:-1], normal.size))
        answer[..., ~normal], answer[..., normal] = parts
        return answer

    def _refuse_no_value(self) -> None:
        """Refuse an option that is to be valued from a price at which Black's formula ends."""
        ended = (self.underlying_price <= 0) & ~self.instruments.option_terms.is_normal
        if self.quote is not None:
            ended = ended & np.isnan(self.quote)
        if ended.any():
            option = _names(self.instruments, options=True)[np.argwhere(ended)[0][-1]]
            under = self.instruments.each[self.instruments.index(option)].underlying
            raise MarginError(
                f"price of {under!r} must be positive where the option {option!r} is valued from "
                f"it: give {option!r} a quote, or list {under!r} as linear(..., below_zero=True)"
            )


def at(
    instruments: Instruments,
    price: ArrayLike | Mapping[str, float],
    volatility: ArrayLike | Mapping[str, float] | None = None,
    rate: ArrayLike = _ZERO,
    carry: ArrayLike | None = None,
    time: ArrayLike = _ZERO,
    quote: ArrayLike | Mapping[str, float] | None = None,
) -> Market:
    """Return the market with these prices.

    An option takes a volatility, from which it is valued, or a quote, which is then what it is
    worth, or both. In a market that has moved no quote is true any more: options are valued there
    from their volatility, and where none was given from the one that their quote implied.

    Parameters
    ----------
    price : array of shape (..., Q)
        Mark prices, one for each instrument that is not an option, in order [quote currency]. They
        are positive; 0 for coins, bonds and shares that are worth nothing; and any for contracts
        that are listed with ``below_zero=True``.
    volatility : array of shape (..., O)
        Volatilities, one for each option, in order [1 / square root of a year]; in money for
        options on what may fall below zero [currency / square root of a year]. It may be ``nan``
        for an option that has a quote.
    rate : float or array that broadcasts against (..., O)
        Continuous interest, for discounting [1 / year].
    carry : float or array that broadcasts against (..., O)
        Growth of the forward over the underlying's price [1 / year]: the interest where nothing is
        said, less the dividend yield for a share that pays one, 0 for options on a future.
    time : float or array of shape (...)
        Now [years], from the same zero as the expiries.
    quote : array of shape (..., O)
        Prices of options, one for each, in order [quote currency; the coin for inverse options];
        ``nan`` for one that has only a volatility. It may be below intrinsic value.

    Anything with one value for each instrument or option may be a dict, or have the labels of
    pandas; it is then put into order by name.

    >>> from marginlib.instruments import cash, join, linear, options
    >>> at(linear(["BTC", "ETH"]), price={"ETH": 1_500, "BTC": 20_000}).value.tolist()
    [20000.0, 1500.0]
    >>> book = join(cash(["ACME"]), options(["call"], "ACME", strike=40, expiry=0.5, is_call=True))
    >>> at(book, price=[42], volatility=[0.2], rate=0.10).price.round(2).tolist()
    [42.0, 4.76]
    >>> quoted = at(book, price=[42], quote=[4.76], rate=0.10)
    >>> quoted.price.tolist(), quoted.volatility.round(3).tolist()
    ([42.0, 4.76], [0.2])
    """
    return Market(instruments, price, volatility, rate, carry, time, quote)


def _terms(name: str, value: ArrayLike) -> FloatArray:
    return _ZERO if value is _ZERO else numbers(name, value)


def _names(instruments: Instruments, options: bool) -> tuple[str, ...]:
    """Return the names of the options, or of what is quoted."""
    places = instruments.options if options else instruments.quoted
    if len(places) == len(instruments):
        return instruments.names
    return tuple(instruments.names[place] for place in places)


def _prices(instruments: Instruments, price: ArrayLike | Mapping[str, float]) -> FloatArray:
    """Return the prices of what is quoted, each one that it may have."""
    names = _names(instruments, options=False)
    prices = last_axis("price", numbers("price", in_order("price", price, names)), names)
    if (prices > 0).all():
        return prices
    kinds = np.array(instruments.kinds)[instruments.quoted]
    may_be_zero = (kinds == "cash") | (kinds == "share")
    refuse("price", prices, (prices < 0) & may_be_zero, "must not be negative")
    below_zero = instruments.below_zero[instruments.quoted]
    bad = (prices <= 0) & ~may_be_zero & ~below_zero
    advice = "list a contract whose price may fall below zero as linear(..., below_zero=True)"
    refuse("price", prices, bad, "must be positive", advice=advice)
    return prices


def _of_options(
    instruments: Instruments,
    volatility: ArrayLike | Mapping[str, float] | None,
    quote: ArrayLike | Mapping[str, float] | None,
) -> tuple[FloatArray, FloatArray | None]:
    """Return volatilities and quotes, checked against the options there are."""
    names = _names(instruments, options=True)
    given = {"volatility": volatility, "quote": quote}
    if not names:
        for name, value in given.items():
            if value is not None and np.size(value):  # type: ignore[arg-type]
                raise MarginError(f"{name} is for options, and there is none in this list")
        return _NONE, None
    if quote is None:
        if volatility is None:
            raise MarginError(
                f"volatility must be given, one for each option ({', '.join(names)}), or a quote: "
                "at(instruments, price, volatility=[...]) or at(instruments, price, quote=[...])"
            )
        spread = non_negative("volatility", in_order("volatility", volatility, names))
        return last_axis("volatility", spread, names), None
    columns = []
    for name, value in given.items():
        found = numbers_or_none(name, in_order(name, np.nan if value is None else value, names))
        refuse(name, found, found < 0, "must not be negative")
        columns.append(found if value is None else last_axis(name, found, names))
    spread, quotes = columns
    together(volatility=spread, quote=quotes)
    neither = np.isnan(spread) & np.isnan(quotes)
    if neither.any():
        name = names[np.argwhere(neither)[0][-1]]
        raise MarginError(f"option {name!r} must have a volatility or a quote; got neither")
    if spread.ndim == 0:
        spread = fixed(np.full(len(names), np.nan))
    return spread, quotes
