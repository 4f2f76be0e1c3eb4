r"""What can be held, and what one unit of it is worth.

Three kinds share one ledger, because each has a *value of one unit* in the currency of the ledger:

========  ============================  ==========================================================
kind      value of one unit at price P  example
========  ============================  ==========================================================
linear    size x P                      BTC perpetual settled in USD, ``size`` in BTC per contract
inverse   -size / P                     BTC perpetual settled in BTC, ``size`` in USD per contract
cash      P                             a coin, a bond or a share held as collateral, paid in full
========  ============================  ==========================================================

The minus sign of the inverse contract makes a long position gain when the price rises: from entry
:math:`E` to :math:`P` the value of one contract moves by ``size / E - size / P``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, known, numbers, positive

KINDS = ("linear", "inverse", "cash")


@dataclass(frozen=True)
class Instruments:
    """A list of things that can be held, all settled in one currency.

    Build it with :func:`linear`, :func:`inverse`, :func:`cash` and :func:`join`.

    Parameters
    ----------
    names : tuple of str
        One name each, all different. Their number is called I everywhere.
    kinds : tuple of str
        ``"linear"``, ``"inverse"`` or ``"cash"``, one for each name.
    sizes : tuple of float
        Contract sizes, one for each name: [units of the base per contract] for linear,
        [units of the quote currency per contract] for inverse, 1 for cash.
    currency : str
        The currency of the ledger: of cash, equity and requirements.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    sizes: tuple[float, ...]
    currency: str

    def __post_init__(self) -> None:
        if not self.names:
            raise MarginError("names must hold at least one name")
        for name in self.names:
            if self.names.count(name) > 1:
                raise MarginError(f"names must all be different; got {name!r} more than once")
        for kind in self.kinds:
            known("kind", kind, KINDS)
        if not len(self.names) == len(self.kinds) == len(self.sizes):
            raise MarginError(
                "names, kinds and sizes must have the same length; "
                f"got {len(self.names)}, {len(self.kinds)} and {len(self.sizes)}"
            )
        positive("sizes", self.sizes)

    def __len__(self) -> int:
        return len(self.names)

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
    def is_inverse(self) -> NDArray[np.bool_]:
        """Which instruments are inverse contracts, shape (I,)."""
        return np.array([kind == "inverse" for kind in self.kinds])

    @cached_property
    def is_margined(self) -> NDArray[np.bool_]:
        """Which instruments are contracts that need margin (all but cash), shape (I,)."""
        return np.array([kind != "cash" for kind in self.kinds])


def linear(names: Sequence[str], size: ArrayLike = 1.0, currency: str = "USD") -> Instruments:
    """Return contracts whose value moves in proportion to their price.

    Parameters
    ----------
    names : sequence of str
        Names of the contracts.
    size : float or array of shape (I,)
        Units of the base in one contract [base / contract].
    currency : str
        Currency in which profit and margin are counted, the quote currency of the price.

    >>> unit_value(linear(["BTC"], size=0.001), [20_000]).tolist()
    [20.0]
    """
    return _of_kind("linear", names, size, currency)


def inverse(names: Sequence[str], size: ArrayLike = 1.0, currency: str = "BTC") -> Instruments:
    """Return contracts of a fixed amount of quote currency, settled in the base coin.

    Parameters
    ----------
    names : sequence of str
        Names of the contracts.
    size : float or array of shape (I,)
        Units of the quote currency in one contract [USD / contract].
    currency : str
        The coin in which profit and margin are counted, the base of the price.

    >>> unit_value(inverse(["BTCUSD"], size=100), [25_000]).tolist()
    [-0.004]
    """
    return _of_kind("inverse", names, size, currency)


def cash(names: Sequence[str], currency: str = "USD") -> Instruments:
    """Return things that are held and paid in full: worth their price, needing no margin.

    >>> unit_value(cash(["ETH"]), [3_000]).tolist()
    [3000.0]
    """
    return _of_kind("cash", names, 1.0, currency)


def join(first: Instruments, second: Instruments) -> Instruments:
    """Return both lists as one. They must be settled in the same currency.

    >>> join(linear(["BTC"]), cash(["ETH"])).names
    ('BTC', 'ETH')
    """
    if first.currency != second.currency:
        raise MarginError(
            f"cannot join instruments settled in {first.currency} and in {second.currency}: one "
            "ledger has one currency; keep two accounts, or set currency= to the same on both"
        )
    return Instruments(
        first.names + second.names,
        first.kinds + second.kinds,
        first.sizes + second.sizes,
        first.currency,
    )


def unit_value(instruments: Instruments, price: ArrayLike) -> FloatArray:
    """Return the value of one unit of each instrument.

    Parameters
    ----------
    instruments : Instruments
    price : array of shape (..., I)
        Prices [quote currency].

    Returns
    -------
    array of shape (..., I)
        Value of one unit [currency of the ledger].
    """
    prices = np.asarray(price, dtype=np.float64)
    sizes = np.asarray(instruments.sizes)
    if not instruments.is_inverse.any():
        return sizes * prices
    return np.where(instruments.is_inverse, -sizes / prices, sizes * prices)


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


def _of_kind(kind: str, names: Sequence[str], size: ArrayLike, currency: str) -> Instruments:
    if isinstance(names, str):
        raise MarginError(
            f"names must be a list of names; got {names!r}, did you mean [{names!r}]?"
        )
    sizes = numbers("size", size)
    if sizes.shape not in [(), (len(names),)]:
        raise MarginError(f"size must be one number or {len(names)}; got shape {sizes.shape}")
    each = np.broadcast_to(sizes, (len(names),)).tolist()
    return Instruments(tuple(names), (kind,) * len(names), tuple(each), currency)
