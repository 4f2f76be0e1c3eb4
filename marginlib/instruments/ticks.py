"""Prices and sizes as a venue writes them: in whole ticks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, known, numbers_or_none, positive, together

Towards: TypeAlias = Literal["nearest", "up", "down"]

_STEPS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "nearest": np.round,
    "up": np.ceil,
    "down": np.floor,
}
# What a float cannot tell from a whole number of ticks is one: 0.3 is three ticks of 0.1.
_NEAR = 1e-9


def tick_price(price: ArrayLike, tick: ArrayLike, towards: Towards = "nearest") -> FloatArray:
    """Return prices in whole ticks, shape (...) [quote currency].

    Parameters
    ----------
    price : float or array of shape (...)
        Prices; ``nan`` stays [quote currency].
    tick : float or array
        The smallest step of a price [quote currency].
    towards : {"nearest", "up", "down"}
        Which of two neighbours; "nearest" takes the even one from the middle.

    A liquidation price that a venue with a tick of 0.1 shows as 18,947.4:

    >>> tick_price(18_947.368, tick=0.1).tolist(), tick_price(18_947.368, 0.1, "down").tolist()
    (18947.4, 18947.3)
    """
    return _in_ticks("price", price, tick, towards)


def tick_quantity(quantity: ArrayLike, tick: ArrayLike, towards: Towards = "down") -> FloatArray:
    """Return sizes in whole ticks, shape (...) [contracts].

    Parameters
    ----------
    quantity : float or array of shape (...)
        Long is positive, short negative; ``nan`` stays [contracts].
    tick : float or array
        The smallest step of a size [contracts].
    towards : {"nearest", "up", "down"}
        "down" is the smaller position, long or short, and "up" the larger one.

    >>> tick_quantity([1.2345, -1.2345], tick=0.001).tolist()
    [1.234, -1.234]
    """
    size = numbers_or_none("quantity", quantity)
    return np.asarray(np.copysign(_in_ticks("quantity", np.abs(size), tick, towards), size))


def _in_ticks(name: str, value: ArrayLike, tick: ArrayLike, towards: Towards) -> FloatArray:
    """Return numbers in whole ticks, shape (...)."""
    amount, unit = numbers_or_none(name, value), positive("tick", tick)
    together(**{name: amount.shape, "tick": unit.shape})
    count = amount / unit
    whole = np.round(count)
    rounded = _STEPS[known("towards", towards, _STEPS)](count)
    count = np.where(np.abs(count - whole) <= _NEAR * np.maximum(np.abs(whole), 1), whole, rounded)
    # Dividing by a whole number of ticks in one keeps the digits that people write.
    per_one = np.round(1 / unit)
    exact = (per_one > 0) & (np.abs(per_one * unit - 1) <= _NEAR)
    return np.asarray(np.where(exact, count / np.where(exact, per_one, 1.0), count * unit))
