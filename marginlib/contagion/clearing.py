r"""Who pays what when all debts fall due at once, and each bank's money is what others pay it.

A bank pays in full if it can. Otherwise it is in default, its owners get nothing, and all it has
goes to its creditors in proportion to what it owes them:

.. math:: p_i = \begin{cases} \bar p_i & \text{if } e_i + \sum_j \pi_{ji} p_j \ge \bar p_i \\
    \alpha e_i + \beta \sum_j \pi_{ji} p_j & \text{otherwise,} \end{cases}

with debts :math:`\bar p`, shares :math:`\pi_{ji}` of what j owes that it owes to i, and money
:math:`e` from outside. :math:`\alpha = \beta = 1` is the model of Eisenberg and Noe. Below 1, a
default costs something, as in Rogers and Veraart; then more than one set of payments may solve
this, and what is returned is the greatest, which no bank would exchange for another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, together
from marginlib.contagion._networks import between_banks, fits, times

_ENOUGH = 1 - 1e-12  # of a debt: what is missing below that is rounding


class Clearing(NamedTuple):
    """What N banks pay, and how it came to that."""

    payments: FloatArray  # what each bank pays of what it owes, shape (..., N) [currency]
    equity: FloatArray  # what its owners keep, shape (..., N) [currency]
    default_round: FloatArray  # 1 the first; nan where a bank pays in full, shape (..., N)
    rounds: FloatArray  # payments after each round, at first in full, shape (R + 1, ..., N)


def clearing_payments(
    owed: ArrayLike,
    outside: ArrayLike,
    owed_outside: ArrayLike = 0.0,
    *,
    recovery: ArrayLike = 1.0,
    recovery_between: ArrayLike = 1.0,
) -> Clearing:
    """Return the greatest payments that clear all debts, by the fictitious default algorithm.

    Round 1 takes everyone for good: who cannot pay even then is in default. Each round works out
    what the banks in default pay to each other and to all, and looks who else can no longer pay.
    That takes at most as many rounds as there are banks.

    Parameters
    ----------
    owed : array of shape (..., N, N)
        What the bank of the row owes to the bank of the column [currency].
    outside : array of shape (..., N)
        What each bank has beside its claims on the others [currency].
    owed_outside : float or array of shape (..., N)
        What it owes to others than these banks, of the same rank [currency].
    recovery, recovery_between : float or array of shape (...)
        What is left of its own assets, and of its claims on the others, when a bank is in default
        [fraction].

    Raises
    ------
    MarginError
        If an amount is negative, a bank owes itself, or the shapes do not fit.

    Source: L. Eisenberg and T. Noe, "Systemic risk in financial systems", Management Science 47(2),
    2001; the costs of default from L. C. G. Rogers and L. Veraart, "Failure and rescue in an
    interbank network", Management Science 59(4), 2013.

    A owes 10 to B and has 4; B owes 8 to C and has 3. A pays 4, so that B has 7:

    >>> found = clearing_payments([[0, 10, 0], [0, 0, 8], [0, 0, 0]], [4, 3, 0])
    >>> found.payments.tolist(), found.equity.tolist(), found.default_round.tolist()
    ([4.0, 7.0, 0.0], [0.0, 0.0, 7.0], [1.0, 2.0, nan])
    """
    debts, own = between_banks("owed", owed), non_negative("outside", outside)
    others = non_negative("owed_outside", owed_outside)
    alpha, beta = fraction("recovery", recovery), fraction("recovery_between", recovery_between)
    count = debts.shape[-1]
    shape = together(
        owed=debts.shape[:-1],
        outside=fits("outside", own, count, "bank"),
        owed_outside=fits("owed_outside", others, count, "bank"),
        recovery=(*alpha.shape, 1),
        recovery_between=(*beta.shape, 1),
    )
    total = np.broadcast_to(debts.sum(axis=-1) + others, shape)
    shares = debts / np.where(total > 0, total, 1.0)[..., None]
    claims = np.swapaxes(shares, -1, -2)  # the row of each bank tells what others pay it

    payments, fallen = total, np.full(shape, np.nan)
    rounds = [payments]
    for number in range(1, count + 1):
        due = (own + times(claims, payments) < total * _ENOUGH) & np.isnan(fallen)
        if not due.any():
            break
        fallen = np.where(due, float(number), fallen)
        payments = _paid(claims, own, total, ~np.isnan(fallen), alpha[..., None], beta[..., None])
        rounds.append(payments)
    kept = own + times(claims, payments) - total
    equity = np.where(np.isnan(fallen), np.maximum(kept, 0.0), 0.0)
    return Clearing(payments, equity, fallen, np.stack(rounds))


def _paid(
    claims: FloatArray,
    own: FloatArray,
    total: FloatArray,
    fallen: FloatArray,
    alpha: FloatArray,
    beta: FloatArray,
) -> FloatArray:
    """Return what all pay where those that have fallen pay what they have, shape (..., N)."""
    passed_on = (beta * fallen)[..., None] * claims
    own_part = np.where(fallen, alpha * own, total)
    paid = np.linalg.solve(np.eye(claims.shape[-1]) - passed_on, own_part[..., None])[..., 0]
    return np.where(fallen, np.clip(paid, 0.0, total), total)
