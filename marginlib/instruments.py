r"""What can be held, and what one unit of it is worth.

Every kind shares one ledger, because each has a *value of one unit* in the ledger's currency:

==============  =====================  ==========================================================
kind            value at price P       example
==============  =====================  ==========================================================
linear          size x P               BTC perpetual settled in USD, ``size`` in BTC per contract
inverse         -size / P              BTC perpetual settled in BTC, ``size`` in USD per contract
quanto          size x P               ETH future settled in BTC, ``size`` in BTC per point
share           P                      a share held on margin, or sold short
cash            P                      a coin or a bond held as collateral, paid in full
option          size x P               a call whose premium is paid in the currency of the strike
inverse option  size x P               a call on BTC whose premium is paid in BTC
==============  =====================  ==========================================================

The minus sign of the inverse contract makes a long position gain when the price rises: from entry
:math:`E` to :math:`P` the value of one contract moves by ``size / E - size / P``. The price of an
option is not quoted but computed, from the price and the volatility of what it is on; see
:mod:`marginlib.market`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, known, non_negative, numbers, positive

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
        One of ``marginlib.instruments.KINDS``.
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
    """

    name: str
    kind: str
    size: float = 1.0
    underlying: str = ""
    strike: float = math.nan
    expiry: float = math.inf
    is_call: bool = False

    def __post_init__(self) -> None:
        known("kind", self.kind, KINDS)
        positive("size", self.size)
        if not self.underlying:
            object.__setattr__(self, "underlying", self.name)
        if self.kind in _OPTIONS:
            positive("strike", self.strike)
            non_negative("expiry", self.expiry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instrument) and self._terms == other._terms

    def __hash__(self) -> int:
        return hash(self._terms)

    @property
    def _terms(self) -> tuple[object, ...]:
        # The strike of what has none is nan, which does not even equal itself.
        strike = None if math.isnan(self.strike) else self.strike
        own = (self.name, self.kind, self.size, self.underlying)
        return (*own, strike, self.expiry, self.is_call)


class OptionTerms(NamedTuple):
    """The options of a list, in order, as arrays of shape (O,)."""

    strike: FloatArray  # [currency of the underlying's price]
    expiry: FloatArray  # [years from time 0]
    size: FloatArray  # [units of the underlying per contract]
    is_call: NDArray[np.bool_]
    is_inverse: NDArray[np.bool_]  # paid in units of the underlying
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
        for name in self.names:
            if self.names.count(name) > 1:
                raise MarginError(f"names must all be different; got {name!r} more than once")

    def __len__(self) -> int:
        return len(self.each)

    def index(self, name: str) -> int:
        """Return the place of ``name`` in the list.

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

        >>> book = join(linear(["BTC-PERP", "BTC-JUN"], underlying="BTC"), linear(["ETH"]))
        >>> join(book, options(["call"], "BTC-JUN", strike=1, expiry=1, is_call=True)).underlyings
        ('BTC', 'BTC', 'ETH', 'BTC')
        """
        own = {one.name: one.underlying for one in self.each if one.kind not in _OPTIONS}
        return tuple(
            own.get(one.underlying, one.underlying) if one.kind in _OPTIONS else one.underlying
            for one in self.each
        )

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
        return OptionTerms(
            strike=np.array([one.strike for one in each]),
            expiry=np.array([one.expiry for one in each]),
            size=np.array([one.size for one in each]),
            is_call=np.array([one.is_call for one in each], dtype=np.bool_),
            is_inverse=np.array([one.kind == "inverse_option" for one in each], dtype=np.bool_),
            underlying=np.array([self._underlying_of(one) for one in each], dtype=np.intp),
        )

    def _of_kind(self, *kinds: str) -> NDArray[np.bool_]:
        return np.array([kind in kinds for kind in self.kinds])

    def _underlying_of(self, option: Instrument) -> int:
        """Return the place of an option's underlying among the quoted instruments."""
        quoted = {one.name: one.kind for one in self.each if one.kind not in _OPTIONS}
        if option.underlying not in quoted:
            raise MarginError(
                f"option {option.name!r} is on {option.underlying!r}, which is not in the list; "
                "join it, for example as cash, so that it has a price"
            )
        kind, allowed = quoted[option.underlying], _UNDERLYING_OF[option.kind]
        if kind not in allowed:
            raise MarginError(
                f"option {option.name!r} must be on an instrument of kind {' or '.join(allowed)}; "
                f"{option.underlying!r} is {kind}, did you mean inverse={kind == 'inverse'}?"
            )
        return list(quoted).index(option.underlying)


def linear(
    names: Sequence[str],
    size: ArrayLike = 1.0,
    currency: str = "USD",
    underlying: str | Sequence[str] | None = None,
) -> Instruments:
    """Return contracts whose value moves in proportion to their price.

    Parameters
    ----------
    names : sequence of str
        Names of the contracts.
    size : float or array of shape (I,)
        Units of the base in one contract [base / contract].
    currency : str
        Currency in which profit and margin are counted, the quote currency of the price.
    underlying : str or sequence of str
        What they are on, so that contracts on the same thing can be netted; otherwise each is on
        a thing of its own.

    >>> unit_value(linear(["BTC"], size=0.001), [20_000]).tolist()
    [20.0]
    """
    return _listed("linear", names, currency, size, underlying)


def inverse(
    names: Sequence[str],
    size: ArrayLike = 1.0,
    currency: str = "BTC",
    underlying: str | Sequence[str] | None = None,
) -> Instruments:
    """Return contracts of a fixed amount of quote currency, settled in the base coin.

    Parameters
    ----------
    names : sequence of str
        Names of the contracts.
    size : float or array of shape (I,)
        Units of the quote currency in one contract [USD / contract].
    currency : str
        The coin in which profit and margin are counted, the base of the price.
    underlying : str or sequence of str
        What they are on, as in :func:`linear`.

    >>> unit_value(inverse(["BTCUSD"], size=100), [25_000]).tolist()
    [-0.004]
    """
    return _listed("inverse", names, currency, size, underlying)


def quanto(
    names: Sequence[str],
    multiplier: ArrayLike,
    currency: str = "BTC",
    underlying: str | Sequence[str] | None = None,
) -> Instruments:
    """Return contracts that pay a fixed amount of a third currency for each point of their price.

    Parameters
    ----------
    names : sequence of str
        Names of the contracts.
    multiplier : float or array of shape (I,)
        What one point of the price is worth [ledger's currency / unit of price / contract].
    currency : str
        Currency in which profit and margin are counted: neither base nor quote of the price.
    underlying : str or sequence of str
        What they are on, as in :func:`linear`.

    An ETH/USD contract that pays a millionth of a bitcoin for each dollar:

    >>> unit_value(quanto(["ETHUSD"], multiplier=1e-6), [1_500]).tolist()
    [0.0015]
    """
    return _listed("quanto", names, currency, multiplier, underlying)


def shares(names: Sequence[str], currency: str = "USD") -> Instruments:
    """Return shares bought on margin or sold short: worth their price, and margined.

    >>> shares(["ACME"]).is_margined.tolist(), cash(["ACME"]).is_margined.tolist()
    ([True], [False])
    """
    return _listed("share", names, currency)


def cash(names: Sequence[str], currency: str = "USD") -> Instruments:
    """Return things that are held and paid in full: worth their price, needing no margin.

    A negative quantity is borrowed.

    >>> unit_value(cash(["ETH"]), [3_000]).tolist()
    [3000.0]
    """
    return _listed("cash", names, currency)


def options(
    names: Sequence[str],
    underlying: str | Sequence[str],
    strike: ArrayLike,
    expiry: ArrayLike,
    is_call: ArrayLike,
    size: ArrayLike = 1.0,
    currency: str = "USD",
    inverse: bool = False,
) -> Instruments:
    """Return European options. Their prices are computed from those of their underlyings.

    Parameters
    ----------
    names : sequence of str
        Names of the options. Their number is called O everywhere.
    underlying : str or sequence of str
        Name of the instrument that each is on: a future, a share or a coin. It must be joined to
        the same list.
    strike : float or array of shape (O,)
        Strikes [currency of the underlying's price].
    expiry : float or array of shape (O,)
        When they expire [years from time 0].
    is_call : bool or array of shape (O,)
        True for calls, False for puts.
    size : float or array of shape (O,)
        Units of the underlying in one contract.
    currency : str
        Currency of the ledger.
    inverse : bool
        True where the premium is paid in the underlying coin: its price is then the option's value
        over the price of the underlying, which must be an inverse contract.

    >>> pair = options(["call", "put"], "ETH", strike=2_000, expiry=0.25, is_call=[True, False])
    >>> join(cash(["ETH"]), pair).is_option.tolist()
    [False, True, True]
    """
    count = _count(names)
    strikes = _one_each("strike", positive("strike", strike), count)
    expiries = _one_each("expiry", non_negative("expiry", expiry), count)
    calls = _one_each("is_call", numbers("is_call", is_call), count)
    sizes = _one_each("size", positive("size", size), count)
    kind = "inverse_option" if inverse else "option"
    columns = (names, sizes, _underlyings(underlying, names), strikes, expiries, calls)
    each = (
        Instrument(name, kind, one_size, thing, one_strike, end, bool(call))
        for name, one_size, thing, one_strike, end, call in zip(*columns, strict=True)
    )
    return Instruments(tuple(each), currency)


def join(first: Instruments, second: Instruments, *others: Instruments) -> Instruments:
    """Return the lists as one. They must be settled in the same currency.

    >>> join(linear(["BTC"]), cash(["ETH"]), shares(["ACME"])).names
    ('BTC', 'ETH', 'ACME')
    """
    each = first.each
    for other in (second, *others):
        if other.currency != first.currency:
            raise MarginError(
                f"cannot join instruments settled in {first.currency} and in {other.currency}: one "
                "ledger has one currency; keep two accounts, or set currency= to the same on both"
            )
        each += other.each
    return Instruments(each, first.currency)


def unit_value(instruments: Instruments, price: ArrayLike) -> FloatArray:
    """Return the value of one unit of each instrument.

    Parameters
    ----------
    instruments : Instruments
    price : array of shape (..., I)
        Prices, of options too [quote currency; the coin for inverse options].

    Returns
    -------
    array of shape (..., I)
        Value of one unit [currency of the ledger].
    """
    prices = np.asarray(price, dtype=np.float64)
    sizes = np.asarray(instruments.sizes)
    columns = instruments.is_inverse
    if columns.all():
        return -sizes / prices
    values = sizes * prices
    if columns.any():
        values[..., columns] = -sizes[columns] / prices[..., columns]
    return values


def unit_price(instruments: Instruments, name: str, value: ArrayLike) -> FloatArray:
    """Return the price at which one unit of ``name`` has the given value.

    The inverse of :func:`unit_value` for one instrument; ``nan`` where no price gives that value.

    >>> float(unit_price(inverse(["BTCUSD"], size=100), "BTCUSD", -0.004))
    25000.0
    """
    index = instruments.index(name)
    values = np.asarray(value, dtype=np.float64)
    if instruments.is_inverse[index]:
        reachable = np.where(values < 0, values, np.nan)
        return np.asarray(-instruments.sizes[index] / reachable)
    return np.asarray(np.where(values > 0, values, np.nan) / instruments.sizes[index])


def _listed(
    kind: str,
    names: Sequence[str],
    currency: str,
    size: ArrayLike = 1.0,
    underlying: str | Sequence[str] | None = None,
) -> Instruments:
    sizes = _one_each("size", numbers("size", size), _count(names))
    columns = zip(names, sizes, _underlyings(underlying, names), strict=True)
    each = (Instrument(name, kind, one_size, thing) for name, one_size, thing in columns)
    return Instruments(tuple(each), currency)


def _count(names: Sequence[str]) -> int:
    if isinstance(names, str):
        raise MarginError(
            f"names must be a list of names; got {names!r}, did you mean [{names!r}]?"
        )
    return len(names)


def _one_each(name: str, array: FloatArray, count: int) -> list[float]:
    if array.shape not in [(), (count,)]:
        raise MarginError(f"{name} must be one number or {count}; got shape {array.shape}")
    each: list[float] = np.broadcast_to(array, (count,)).tolist()
    return each


def _underlyings(underlying: str | Sequence[str] | None, names: Sequence[str]) -> Sequence[str]:
    if underlying is None:
        return names
    if isinstance(underlying, str):
        return [underlying] * len(names)
    if len(underlying) != len(names):
        raise MarginError(
            f"underlying must be one name or {len(names)}; got {len(underlying)} names"
        )
    return underlying
