"""The kinds of instruments, each with a function that lists some of them."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from marginlib._checks import MarginError, non_negative, numbers, one_or_each, positive, truths
from marginlib.instruments.listing import Instrument, Instruments


def linear(
    names: Sequence[str],
    size: ArrayLike = 1.0,
    currency: str = "USD",
    underlying: str | Sequence[str] | None = None,
    below_zero: bool = False,
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
    below_zero : bool
        Whether their prices may be zero or negative: on 20 April 2020, crude oil for delivery in
        May settled at -37.63. Options on such a contract are valued by Bachelier's formula, to
        which the exchange turned then.

    >>> from marginlib.instruments.unit_values import unit_value
    >>> unit_value(linear(["BTC"], size=0.001), [20_000]).tolist()
    [20.0]
    >>> unit_value(linear(["CLK0"], size=1_000, below_zero=True), [-37.63]).tolist()
    [-37630.0]
    """
    return _listed("linear", names, currency, size, underlying, below_zero)


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

    >>> from marginlib.instruments.unit_values import unit_value
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

    >>> from marginlib.instruments.unit_values import unit_value
    >>> unit_value(quanto(["ETHUSD"], multiplier=1e-6), [1_500]).tolist()
    [0.0015]
    """
    return _listed("quanto", names, currency, positive("multiplier", multiplier), underlying)


def shares(names: Sequence[str], currency: str = "USD") -> Instruments:
    """Return shares bought on margin or sold short: worth their price, and margined.

    >>> shares(["ACME"]).is_margined.tolist(), cash(["ACME"]).is_margined.tolist()
    ([True], [False])
    """
    return _listed("share", names, currency)


def cash(names: Sequence[str], currency: str = "USD") -> Instruments:
    """Return things that are held and paid in full: worth their price, needing no margin.

    A negative quantity is borrowed.

    >>> from marginlib.instruments.unit_values import unit_value
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
        Strikes, positive unless the underlying may fall below zero [currency of its price].
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
    count = len(names)
    strikes = one_or_each("strike", numbers("strike", strike), count).tolist()
    expiries = one_or_each("expiry", non_negative("expiry", expiry), count).tolist()
    calls = one_or_each("is_call", truths("is_call", is_call), count).tolist()
    sizes = one_or_each("size", positive("size", size), count).tolist()
    kind = "inverse_option" if inverse else "option"
    columns = (names, sizes, _underlyings(underlying, names), strikes, expiries, calls)
    each = (
        Instrument(name, kind, one_size, thing, one_strike, end, call)
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


def _listed(
    kind: str,
    names: Sequence[str],
    currency: str,
    size: ArrayLike = 1.0,
    underlying: str | Sequence[str] | None = None,
    below_zero: bool = False,
) -> Instruments:
    sizes = one_or_each("size", numbers("size", size), len(names)).tolist()
    columns = zip(names, sizes, _underlyings(underlying, names), strict=True)
    each = (
        Instrument(name, kind, one_size, thing, below_zero=below_zero)
        for name, one_size, thing in columns
    )
    return Instruments(tuple(each), currency)


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
