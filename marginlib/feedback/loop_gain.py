r"""Loop gain: how much of a fall comes back as the next one.

A fall of 1 forces sales, and the sales make the price fall by :math:`g`. That forces sales again,
for a further :math:`g^2`, and so on. Where :math:`g < 1` the rounds add up,

.. math:: 1 + g + g^2 + \dots = \frac{1}{1 - g} ,

and where :math:`g \geq 1` they never do: the price runs until something else stops it.

In a crowd with liquidation prices of its own, the gain has a place: ``State.last.gain`` of
:mod:`marginlib.cascade` tells it round by round.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, together, whole


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
    loop, count = numbers("gain", gain), whole("rounds", rounds)
    return np.asarray(np.cumsum(loop[..., None] ** np.arange(count), axis=-1))


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
    full, loop = numbers("move", move), numbers("gain", gain)
    together(move=full, gain=loop)
    return np.asarray(full * np.where(loop < 1, 1 - loop, 0.0))
