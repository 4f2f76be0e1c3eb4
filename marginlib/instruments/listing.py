"""Lists of instruments: what each one is, and which of them are of which kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, MarginError, hold, known, non_negative, numbers, positive

KINDS = ("linear", "inverse", "quanto", "share", "cash", "option", "inverse_option")
_MARGINED = ("linear", "inverse", "quanto", "share")
_OPTIONS = ("option", "inverse_option")
# An option is worth something in the currency of its strike, so that is what its underlying must
# be priced in: the ledger's currency, or for an inverse option the quote currency of the coin.
_UNDERLYING_OF = {"option": ("linear", "share", "cash"), "inverse_option": ("inverse",)}


@dataclass(frozen=True, eq=False)
class Instrument:
    """One thing that can be held.

    Parameters
    ----------
    name : str
    kind : str
        One of "linear", "inverse", "quanto", "share", "cash", "option", "inverse_option".
    size : float
        Contract size: [units of the base per contract] for linear contracts and options,
        [units of the quote currency per contract] for inverse contracts, [units of the ledger's
        currency per point of price] for quanto contracts, 1 for shares and cash.
    underlying : str
        What the contract is on; its own name if nothing is said. Contracts on the same thing may
        be netted. An option names the instrument that it is valued on.
    strike : float
        Strike of an option [currency of the underlying's price].
    expiry : float
        When an option expires [years from time 0].
    is_call : bool
        True for a call, False for a put.
    below_zero : bool
        Whether the price of a linear contract may be zero or negative, as that of oil for delivery
        was in April 2020. Options on it are then valued by Bachelier's formula and not by Black's.
    """

    name: str
    kind: str
    size: float = 1.0
    underlying: str = ""
    strike: float = math.nan
    expiry: float = math.inf
    is_call: bool = False
    below_zero: bool = False

    def __post_init__(self) -> None:
        known("kind", self.kind, KINDS)
        if not 0 < self.size < math.inf:
            positive("size", self.size)
        if not self.underlying:
            hold(self, underlying=self.name)
        if self.below_zero and self.kind != "linear":
            raise MarginError(f"below_zero is for linear contracts; {self.name!r} is {self.kind}")
        if self.kind in _OPTIONS and not (
            0 < self.strike < math.inf and 0 <= self.expiry < math.inf
        ):
            numbers("strike", self.strike)
            non_negative("expiry", self.expiry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instrument) and self._terms == other._terms

    def __hash__(self) -> int:
        return hash(self._terms)

    @property
    def _terms(self) -> tuple[object, ...]:
        # The strike of what has none is nan, which does not even equal itself.
        strike = None if math.isnan(self.strike) else self.strike
        own = (self.name, self.kind, self.size, self.underlying, self.below_zero)
        return (*own, strike, self.expiry, self.is_call)


class OptionTerms(NamedTuple):
    """The options of a list, in order, as arrays of shape (O,)."""

    strike: FloatArray  # [currency of the underlying's price]
    expiry: FloatArray  # [years from time 0]
    size: FloatArray  # [units of the underlying per contract]
    is_call: NDArray[np.bool_]
    is_inverse: NDArray[np.bool_]  # paid in units of the underlying
    is_normal: NDArray[np.bool_]  # on something that may fall below zero: Bachelier's formula
    underlying: NDArray[np.intp]  # its place among the instruments that are quoted


@dataclass(frozen=True)
class Instruments:
    """A list of things that can be held, all settled in one currency.

    Build it with :func:`linear`, :func:`inverse`, :func:`quanto`, :func:`shares`, :func:`cash`,
    :func:`options` and :func:`join`.

    Parameters
    ----------
    each : tuple of Instrument
        Their names are all different. Their number is called I everywhere; O of them are options
        and Q are quoted.
    currency : str
        The currency of the ledger: of cash, equity and requirements.
    """

    each: tuple[Instrument, ...]
    currency: str

    def __post_init__(self) -> None:
        if not self.each:
            raise MarginError("names must hold at least one name")
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise MarginError(f"names must all be different; got {twice!r} more than once")

    def __len__(self) -> int:
        return len(self.each)

    def index(self, name: str) -> int:
        """Return the place of ``name`` in the list.

        >>> from marginlib.instruments import linear
        >>> linear(["BTC", "ETH"]).index("ETH")
        1
        >>> linear(["BTC", "SOL"]).index("BTCUSD")
        Traceback (most recent call last):
        ...
        marginlib.MarginError: instrument 'BTCUSD' is not known; did you mean 'BTC'?
        """
        return self.names.index(known("instrument", name, self.names))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each instrument."""
        return tuple(one.name for one in self.each)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Kind of each instrument, out of ``KINDS``."""
        return tuple(one.kind for one in self.each)

    @cached_property
    def sizes(self) -> tuple[float, ...]:
        """Contract size of each instrument."""
        return tuple(one.size for one in self.each)

    @cached_property
    def underlyings(self) -> tuple[str, ...]:
        """What each instrument is on: the same for a perpetual, a future and an option on either.

        >>> from marginlib.instruments import join, linear, options
        >>> book = join(linear(["BTC-PERP", "BTC-JUN"], underlying="BTC"), linear(["ETH"]))
        >>> join(book, options(["call"], "BTC-JUN", strike=1, expiry=1, is_call=True)).underlyings
        ('BTC', 'BTC', 'ETH', 'BTC')
        """
        own = {one.name: one.underlying for one in self.each if one.kind not in _OPTIONS}
        return tuple(
            own.get(one.underlying, one.underlying) if one.kind in _OPTIONS else one.underlying
            for one in self.each
        )

    def following(self, name: str) -> NDArray[np.bool_]:
        """Return which quoted instruments move with the price of ``name``, shape (Q,).

        They are on the same thing: the coin itself, its perpetual and its futures.

        >>> from marginlib.instruments import cash, join, linear
        >>> book = join(cash(["BTC", "EUR"]), linear(["BTC-PERP"], underlying="BTC"))
        >>> book.following("BTC").tolist()
        [True, False, True]
        """
        thing = self.underlyings[self.index(name)]
        return np.array([self.underlyings[place] == thing for place in self.quoted])

    @cached_property
    def is_inverse(self) -> NDArray[np.bool_]:
        """Which instruments are inverse contracts (not inverse options), shape (I,)."""
        return self._of_kind("inverse")

    @cached_property
    def is_cash(self) -> NDArray[np.bool_]:
        """Which instruments are held as collateral, paid in full, shape (I,)."""
        return self._of_kind("cash")

    @cached_property
    def is_option(self) -> NDArray[np.bool_]:
        """Which instruments are options of either kind, shape (I,)."""
        return self._of_kind(*_OPTIONS)

    @cached_property
    def is_margined(self) -> NDArray[np.bool_]:
        """Which instruments a rate on notional is charged on: not cash, not options; shape (I,)."""
        return self._of_kind(*_MARGINED)

    @cached_property
    def below_zero(self) -> NDArray[np.bool_]:
        """Which instruments may have a price of zero or less, shape (I,)."""
        return np.array([one.below_zero for one in self.each])

    @cached_property
    def quoted(self) -> NDArray[np.intp]:
        """Places of the instruments that have a price of their own (all but options), (Q,)."""
        return np.flatnonzero(~self.is_option)

    @cached_property
    def options(self) -> NDArray[np.intp]:
        """Places of the options, shape (O,)."""
        return np.flatnonzero(self.is_option)

    @cached_property
    def option_terms(self) -> OptionTerms:
        """Terms of the options as arrays; each must find its underlying in this list."""
        each = [one for one in self.each if one.kind in _OPTIONS]
        places = {self.each[index].name: place for place, index in enumerate(self.quoted)}
        for one in each:
            self._check_underlying(one, places)
        under = [self._by_name[one.underlying] for one in each]
        return OptionTerms(
            strike=np.array([one.strike for one in each]),
            expiry=np.array([one.expiry for one in each]),
            size=np.array([one.size for one in each]),
            is_call=np.array([one.is_call for one in each], dtype=np.bool_),
            is_inverse=np.array([one.kind == "inverse_option" for one in each], dtype=np.bool_),
            is_normal=np.array([one.below_zero for one in under], dtype=np.bool_),
            underlying=np.array([places[one.underlying] for one in each], dtype=np.intp),
        )

    @cached_property
    def _by_name(self) -> dict[str, Instrument]:
        return {one.name: one for one in self.each}

    def _of_kind(self, *kinds: str) -> NDArray[np.bool_]:
        return np.array([kind in kinds for kind in self.kinds])

    def _check_underlying(self, option: Instrument, places: Mapping[str, int]) -> None:
        """Refuse an option whose underlying has no price here, or one in another currency."""
        if option.underlying not in places:
            raise MarginError(
                f"option {option.name!r} is on {option.underlying!r}, which is not in the list; "
                "join it, for example as cash, so that it has a price"
            )
        under = self._by_name[option.underlying]
        kind = under.kind
        allowed = _UNDERLYING_OF[option.kind]
        if kind not in allowed:
            raise MarginError(
                f"{option.kind} {option.name!r} must be on something of kind "
                f"{' or '.join(allowed)}, whose price is in the currency of the strike; "
                f"{option.underlying!r} is {kind}"
            )
        if option.strike <= 0 and not under.below_zero:
            raise MarginError(
                f"strike of {option.name!r} must be positive; got {option.strike:g}; only options "
                "on linear(..., below_zero=True) may have others"
            )
