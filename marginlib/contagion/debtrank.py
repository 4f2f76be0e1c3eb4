r"""How far distress spreads before anyone defaults: DebtRank.

A bank's distress :math:`h` is the share of its equity that is lost. A claim on a bank in distress
is worth less long before that bank defaults, in proportion to its distress; so a loss of j makes
one of i, in proportion to :math:`\Lambda_{ij}`, i's claim on j over i's own equity.

Two rules of passing it on are in use. In the first DebtRank (2012) a bank passes its distress on
once, in the round after the one that reaches it, and never again. In the linear one (2015) it
passes on every further loss, until it defaults:

.. math:: h_i(t + 1) = \min\Bigl(1,\ h_i(t) + \sum_j \Lambda_{ij} (h_j(t) - h_j(t - 1))\Bigr).

As long as no bank defaults, the linear one rests at :math:`(I - \Lambda)^{-1} h(1)` if the spectral
radius of :math:`\Lambda` is below 1. Above it any loss, however small, ends in a default.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    NotSettled,
    fraction,
    non_negative,
    positive,
    refuse,
    together,
    whole,
)
from marginlib.contagion._networks import between_banks, fits, times

_RESTS = 1e-12  # a share of equity that no longer counts


class Distress(NamedTuple):
    """How much of their equity N banks have lost."""

    distress: FloatArray  # in the end, 1 in default, shape (..., N) [fraction]
    rounds: FloatArray  # after each round, at first the shock, shape (R + 1, ..., N) [fraction]


def interbank_leverage(claims: ArrayLike, equity: ArrayLike) -> FloatArray:
    """Return each bank's claims on each other one over its own equity, shape (..., N, N).

    >>> interbank_leverage([[0, 10], [5, 0]], [20, 5]).tolist()
    [[0.0, 0.5], [1.0, 0.0]]
    """
    lent, own = between_banks("claims", claims), positive("equity", equity)
    together(claims=lent.shape[:-1], equity=fits("equity", own, lent.shape[-1], "bank"))
    return np.asarray(lent / own[..., None])


def linear_distress(
    claims: ArrayLike, equity: ArrayLike, shock: ArrayLike, rounds: int = 10_000
) -> Distress:
    """Return how far distress spreads where every further loss is passed on.

    Parameters
    ----------
    claims : array of shape (..., N, N)
        What the bank of the row has lent to the bank of the column [currency].
    equity : array of shape (..., N)
        Before the shock [currency].
    shock : array of shape (..., N)
        The share of its equity that each bank loses at first [fraction].
    rounds : int
        After how many to give up.

    Raises
    ------
    NotSettled
        If losses still spread after so many rounds; its ``last`` is the distress by then.

    Source: M. Bardoscia, S. Battiston, F. Caccioli and G. Caldarelli, "DebtRank: a microscopic
    foundation for shock propagation", PLOS ONE 10(6), 2015.

    Each holds a claim of half its equity on the other, so that 0.3 becomes 0.3 / (1 - 0.25), and
    the other loses half of that:

    >>> linear_distress([[0, 1], [1, 0]], [2, 2], [0.3, 0]).distress.round(9).tolist()
    [0.4, 0.2]
    """
    leverage, first = _start(claims, equity, shock)
    states = [first]
    for _ in range(whole("rounds", rounds)):
        # The losses passed on so far add up to today's distress, which never falls.
        after = np.minimum(1.0, first + times(leverage, states[-1]))
        if np.all(after - states[-1] <= _RESTS):
            return Distress(states[-1], np.stack(states))
        states.append(after)
    raise NotSettled(
        f"losses still spread after {rounds} rounds; type a larger rounds=",
        Distress(states[-1], np.stack(states)),
    )


def single_hit_distress(claims: ArrayLike, equity: ArrayLike, shock: ArrayLike) -> Distress:
    """Return how far distress spreads where each bank passes its own on once.

    Parameters are those of :func:`linear_distress`. A claim above the lender's equity counts as
    all of it.

    Returns
    -------
    Distress
        It rests after at most as many rounds as there are banks.

    Source: S. Battiston, M. Puliga, R. Kaushik, P. Tasca and G. Caldarelli, "DebtRank: too central
    to fail? Financial networks, the FED and systemic risk", Scientific Reports 2, 541 (2012).

    What comes back to the first bank is not passed on again:

    >>> single_hit_distress([[0, 1], [1, 0]], [2, 2], [0.3, 0]).distress.round(9).tolist()
    [0.375, 0.15]
    """
    leverage, state = _start(claims, equity, shock)
    impact = np.minimum(leverage, 1.0)
    states, silent = [state], np.zeros(state.shape, dtype=bool)
    while np.any(passing := (state > 0) & ~silent):
        silent = silent | passing
        state = np.minimum(1.0, state + times(impact, np.where(passing, state, 0.0)))
        states.append(state)
    return Distress(state, np.stack(states))


def debt_rank(found: Distress, value: ArrayLike) -> FloatArray:
    """Return the DebtRank of a shock: the share of all value that is lost beyond the shock itself.

    Parameters
    ----------
    found : Distress
        From one of the two rules.
    value : array of shape (..., N)
        How much each bank counts, for example by its assets [currency].

    Returns
    -------
    array of shape (...)
        [fraction]

    Source: as in :func:`single_hit_distress`.

    >>> found = single_hit_distress([[0, 1], [1, 0]], [2, 2], [0.3, 0])
    >>> float(debt_rank(found, [100, 300]).round(6))  # a quarter of 0.075, and of 0.15 the rest
    0.13125
    """
    count = found.distress.shape[-1]
    size = fits("value", non_negative("value", value), count, "bank")
    together(value=size, distress=found.distress)
    size = np.broadcast_to(size, np.broadcast_shapes(size.shape, found.distress.shape))
    total = size.sum(axis=-1)
    refuse("value", total, total <= 0, "must add up to more than 0")
    return np.asarray(((found.distress - found.rounds[0]) * size).sum(axis=-1) / total)


def _start(claims: ArrayLike, equity: ArrayLike, shock: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the interbank leverage, and the distress at first in the shape of the answer."""
    leverage, first = interbank_leverage(claims, equity), fraction("shock", shock)
    fits("shock", first, leverage.shape[-1], "bank")
    shape = together(claims=leverage.shape[:-1], shock=first)
    return leverage, np.broadcast_to(first, shape)
