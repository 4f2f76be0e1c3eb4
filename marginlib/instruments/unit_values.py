"""What one unit of each instrument is worth at a price, and the other way round."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray
from marginlib.instruments.listing import Instruments


def unit_value(instruments: Instruments, price: ArrayLike) -> FloatArray:
    """Return the value of one unit of each instrument, shape (..., I) [currency of the ledger].

    Parameters
    ----------
    price : array of shape (..., I)
        Prices, of options too [quote currency; the coin for inverse options].
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

    The inverse of :func:`unit_value` for one instrument; ``nan`` where no price above zero gives
    that value, nor one below zero where that may be.

    >>> from marginlib.instruments import inverse
    >>> float(unit_price(inverse(["BTCUSD"], size=100), "BTCUSD", -0.004))
    25000.0
    """
    index = instruments.index(name)
    values = np.asarray(value, dtype=np.float64)
    if instruments.is_inverse[index]:
        reachable = np.where(values < 0, values, np.nan)
        return np.asarray(-instruments.sizes[index] / reachable)
    if instruments.below_zero[index]:
        return np.asarray(values / instruments.sizes[index])
    return np.asarray(np.where(values > 0, values, np.nan) / instruments.sizes[index])
