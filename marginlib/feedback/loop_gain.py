r"""Loop gain: how much of a fall comes back as the next one.

A fall of 1 forces sales, and the sales make the price fall by :math:`g`. That forces sales again,
for a further :math:`g^2`, and so on. Where :math:`g < 1` the rounds add up,

.. math:: 1 + g + g^2 + \dots = \frac{1}{1 - g} ,

and where :math:`g \geq 1` they never do: the price runs until something else stops it.

In a crowd with liquidation prices of its own, what is sold for each unit of fall is the density of
those prices where the price happens to be, so the gain has a place:

.. math:: g(p) = \text{impact} \times \text{density of forced sales at } p .
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    non_negative,
    numbers,
    positive,
    refuse,
    together,
)


def amplification(gain: ArrayLike) -> FloatArray:
    """Return the whole move over the first one, ``1 / (1 - gain)``, shape (...) [times].

    Parameters
    ----------
    gain : float or array of shape (...)
        Loop gain g. A negative one dampens: each round takes back part of the last.

    Returns
    -------
    array of shape (...)
        Infinite where the gain is 1 or more, because the rounds never end.

    >>> amplification([0, 0.5, 0.8, 1, 2]).round(6).tolist()
    [1.0, 2.0, 5.0, inf, inf]
    """
    loop = numbers("gain", gain)
    return np.asarray(np.where(loop < 1, 1 / np.where(loop < 1, 1 - loop, 1.0), np.inf))


def moves_by_round(gain: ArrayLike, rounds: int) -> FloatArray:
    """Return what has happened after each round, over the first move, shape (..., rounds) [times].

    Parameters
    ----------
    gain : float or array of shape (...)
        Loop gain g.
    rounds : int
        Number of rounds, the first move being one of them.

    >>> moves_by_round(0.5, rounds=4).tolist()
    [1.0, 1.5, 1.75, 1.875]
    """
    loop, count = numbers("gain", gain), numbers("rounds", rounds)
    refuse("rounds", count, (count < 1) | (count % 1 != 0), "must be a whole number, at least 1")
    return np.asarray(np.cumsum(loop[..., None] ** np.arange(int(count)), axis=-1))


def shock_needed(move: ArrayLike, gain: ArrayLike) -> FloatArray:
    """Return the first move that is enough for a whole one, shape (...), in the same unit.

    Parameters
    ----------
    move : float or array of shape (...)
        The whole move [any unit].
    gain : float or array of shape (...)
        Loop gain g.

    Returns
    -------
    array of shape (...)
        0 where the gain is 1 or more: any push is enough.

    >>> shock_needed(0.1, [0, 0.5, 0.9, 1]).round(6).tolist()
    [0.1, 0.05, 0.01, 0.0]
    """
    whole, loop = numbers("move", move), numbers("gain", gain)
    together(move=whole.shape, gain=loop.shape)
    return np.asarray(whole * np.where(loop < 1, 1 - loop, 0.0))


def sales_density(
    price: ArrayLike, threshold: ArrayLike, quantity: ArrayLike, within: ArrayLike
) -> FloatArray:
    """Return how much a crowd is forced to sell for each unit that the price falls, around it.

    Parameters
    ----------
    price : float or array of shape (...)
        Where to look [currency].
    threshold : array of shape (N,)
        Price at which each of N sellers is forced to sell [currency].
    quantity : float or array of shape (N,)
        What each has to sell [units].
    within : float or array of shape (...)
        Sellers whose thresholds are no further than this above or below count [currency]; their
        sales are spread over twice that distance.

    Returns
    -------
    array of shape (...)
        Density [units / currency].

    Three sell 2 units each; two of them stand within 5 of a price of 90:

    >>> float(sales_density(90, threshold=[80, 88, 93], quantity=2, within=5))
    0.4
    """
    where, reach = numbers("price", price), positive("within", within)
    level, size = numbers("threshold", threshold), non_negative("quantity", quantity)
    together(price=where.shape, within=reach.shape)
    if level.ndim != 1 or size.shape not in ((), level.shape):
        raise MarginError(
            "threshold must be a list of prices, and quantity one number or one for each; "
            f"got shapes {level.shape} and {size.shape}"
        )
    order = np.argsort(level)
    each = np.broadcast_to(size, level.shape)[order]
    sold = np.concatenate([[0.0], np.cumsum(each)])
    first = np.searchsorted(level[order], where - reach, side="left")
    last = np.searchsorted(level[order], where + reach, side="right")
    return np.asarray((sold[last] - sold[first]) / (2 * reach))


def crowd_gain(
    price: ArrayLike,
    density: ArrayLike | Callable[[FloatArray], ArrayLike],
    impact: ArrayLike,
) -> FloatArray:
    """Return the loop gain of a crowd at a price: impact times density of forced sales.

    Parameters
    ----------
    price : float or array of shape (...)
        Where to look [currency].
    density : float or array of shape (...), or callable
        What is sold for each unit of fall [units / currency], as :func:`sales_density` counts it,
        or a function of the price that returns it.
    impact : float or array of shape (...)
        How far the sale of one unit moves the price [currency / unit].

    Returns
    -------
    array of shape (...)
        Loop gain g; at a price where it is 1 or more, the price does not stay.

    >>> crowd_gain([90, 80], lambda price: 0.02 * price, impact=0.5).round(6).tolist()
    [0.9, 0.8]
    """
    where, move = positive("price", price), non_negative("impact", impact)
    sold = non_negative("density", density(where) if callable(density) else density)
    together(price=where.shape, density=sold.shape, impact=move.shape)
    return np.asarray(move * sold + 0 * where)
