"""Prices now, and what everything is worth at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from marginlib import black
from marginlib._checks import (
    FloatArray,
    MarginError,
    last_axis,
    non_negative,
    numbers,
    positive,
    together,
)
from marginlib.instruments import Instruments, unit_value

_NONE = np.zeros(0)  # the volatilities of no options
_ZERO = numbers("rate", 0.0)  # what is not given; a market is made for every step of a search


@dataclass(frozen=True, eq=False)
class Market:
    """Instruments and their prices; build it with :func:`at`.

    Parameters
    ----------
    instruments : Instruments
    quoted_price : array of shape (..., Q)
        Mark prices of all but options, positive [quote currency].
    volatility : array of shape (..., O)
        Volatility of each option [1 / square root of a year].
    rate, carry : float or array that broadcasts against (..., O)
        Interest for discounting, and growth of the forward over the underlying's price [1 / year].
    time : float or array of shape (...)
        Now [years].
    """

    instruments: Instruments
    quoted_price: FloatArray
    volatility: FloatArray
    rate: FloatArray
    carry: FloatArray
    time: FloatArray

    def __init__(
        self,
        instruments: Instruments,
        price: ArrayLike,
        volatility: ArrayLike | None = None,
        rate: ArrayLike = _ZERO,
        carry: ArrayLike | None = None,
        time: ArrayLike = _ZERO,
    ) -> None:
        object.__setattr__(self, "instruments", instruments)
        prices = last_axis("price", positive("price", price), _names(instruments, options=False))
        object.__setattr__(self, "quoted_price", prices)
        object.__setattr__(self, "volatility", _volatility(instruments, volatility))
        object.__setattr__(self, "rate", _terms("rate", rate))
        object.__setattr__(self, "carry", self.rate if carry is None else _terms("carry", carry))
        object.__setattr__(self, "time", _terms("time", time))
        if len(instruments.options):
            _ = instruments.option_terms  # refuses an option without its underlying
            _ = self.shape
            options = (len(instruments.options),)
            together(rate=self.rate.shape, carry=self.carry.shape, options=options)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch of markets; ``()`` for one."""
        prices = self.quoted_price.shape[:-1]
        if not len(self.instruments.options):
            return prices
        return together(
            price=prices,
            volatility=self.volatility.shape[:-1],
            rate=self.rate.shape[:-1],
            carry=self.carry.shape[:-1],
            time=self.time.shape,
        )

    @cached_property
    def price(self) -> FloatArray:
        """Price of each instrument, shape (..., I) [quote currency]; options at model value."""
        options = self.instruments.options
        if not len(options):
            return self.quoted_price
        prices = np.empty((*self.shape, len(self.instruments)))
        prices[..., self.instruments.quoted] = self.quoted_price
        prices[..., options] = self._premium
        prices.flags.writeable = False
        return prices

    @cached_property
    def value(self) -> FloatArray:
        """Value of one unit of each instrument, shape (..., I) [currency of the ledger]."""
        return unit_value(self.instruments, self.price)

    @cached_property
    def underlying_price(self) -> FloatArray:
        """Price of what each option is on, shape (..., O) [quote currency]."""
        return self.quoted_price[..., self.instruments.option_terms.underlying]

    @cached_property
    def years(self) -> FloatArray:
        """Time to the expiry of each option, shape (..., O) [years]; 0 once it has expired."""
        left = self.instruments.option_terms.expiry - self.time[..., None]
        return np.maximum(left, 0.0)

    @cached_property
    def forward(self) -> FloatArray:
        """Forward price of what each option is on, shape (..., O) [quote currency]."""
        return self.underlying_price * np.exp(self.carry * self.years)

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
        worth = black.value(*arguments, discount)
        of = black.greeks(*arguments, discount)
        # As time passes the discount shrinks less, and the forward comes down to the spot.
        drift = np.where(
            self.years > 0, self.rate * worth - self.carry * self.forward * of.delta, 0.0
        )
        delta, gamma, theta = of.delta * growth, of.gamma * growth**2, of.theta + drift
        inverse = terms.is_inverse
        unit = terms.size / np.where(inverse, spot, 1.0)
        in_coin_delta = delta - worth / spot
        in_coin_gamma = gamma - 2 * in_coin_delta / spot
        return black.Greeks(
            delta=unit * np.where(inverse, in_coin_delta, delta),
            gamma=unit * np.where(inverse, in_coin_gamma, gamma),
            vega=unit * of.vega,
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
        """Price of each option for one unit of its underlying, shape (..., O)."""
        terms = self.instruments.option_terms
        premium = black.value(
            self.forward, terms.strike, self.years, self.volatility, terms.is_call, self._discount
        )
        if terms.is_inverse.any():
            premium /= np.where(terms.is_inverse, self.underlying_price, 1.0)
        return premium


def at(
    instruments: Instruments,
    price: ArrayLike,
    volatility: ArrayLike | None = None,
    rate: ArrayLike = _ZERO,
    carry: ArrayLike | None = None,
    time: ArrayLike = _ZERO,
) -> Market:
    """Return the market with these prices.

    Parameters
    ----------
    instruments : Instruments
    price : array of shape (..., Q)
        Mark prices, positive, one for each instrument that is not an option, in order [quote
        currency].
    volatility : array of shape (..., O)
        Volatilities, one for each option, in order [1 / square root of a year].
    rate : float or array that broadcasts against (..., O)
        Continuous interest, for discounting [1 / year].
    carry : float or array that broadcasts against (..., O)
        Growth of the forward over the underlying's price [1 / year]: the interest where nothing is
        said, less the dividend yield for a share that pays one, 0 for options on a future.
    time : float or array of shape (...)
        Now [years], from the same zero as the expiries.

    >>> from marginlib.instruments import cash, join, linear, options
    >>> at(linear(["BTC", "ETH"]), price=[20_000, 1_500]).value.tolist()
    [20000.0, 1500.0]
    >>> book = join(cash(["ACME"]), options(["call"], "ACME", strike=40, expiry=0.5, is_call=True))
    >>> at(book, price=[42], volatility=[0.2], rate=0.10).price.round(2).tolist()
    [42.0, 4.76]
    """
    return Market(instruments, price, volatility, rate, carry, time)


def _terms(name: str, value: ArrayLike) -> FloatArray:
    return _ZERO if value is _ZERO else numbers(name, value)


def _names(instruments: Instruments, options: bool) -> tuple[str, ...]:
    """Return the names of the options, or of what is quoted."""
    places = instruments.options if options else instruments.quoted
    if len(places) == len(instruments):
        return instruments.names
    return tuple(instruments.names[place] for place in places)


def _volatility(instruments: Instruments, volatility: ArrayLike | None) -> FloatArray:
    """Return the volatilities, checked against the options there are."""
    names = _names(instruments, options=True)
    if not names:
        if volatility is not None and np.size(volatility):
            raise MarginError("volatility is for options, and there is none in this list")
        return _NONE
    if volatility is None:
        raise MarginError(
            f"volatility must be given, one for each option ({', '.join(names)}): "
            "at(instruments, price, volatility=[...])"
        )
    return last_axis("volatility", non_negative("volatility", volatility), names)
