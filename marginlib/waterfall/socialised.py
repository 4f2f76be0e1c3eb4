"""Socialised losses: what nobody else paid is shared by everyone who is still there.

The rules differ in what they share by: gains of the day, open interest, deposits, or what is
withdrawn while the venue is short.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers, one_for_each, together
from marginlib.waterfall.allocation import people, pro_rata


class SharedLoss(NamedTuple):
    """A loss shared among persons."""

    paid: FloatArray  # (..., N) by each [currency]
    left: FloatArray  # (...) that nobody could pay [currency]


class Withheld(NamedTuple):
    """An amount of which a part is taken."""

    taken: FloatArray  # (...) [currency]
    received: FloatArray  # (...) [currency]


def share_by_gains(loss: ArrayLike, gains: ArrayLike, unit: float | None = None) -> SharedLoss:
    """Share a loss among those who gained, in proportion to their gains, and never more than them.

    Parameters
    ----------
    loss : float or array of shape (...)
        Loss, zero or more [currency].
    gains : array of shape (..., N)
        Gains of this settlement; who lost pays nothing here [currency].
    unit : float, optional
        The smallest unit that is paid out. Gains and loss are then whole multiples of it, every
        pay-out is cut down to one, and what is left over is paid to the last in the list.

    Source: Vega protocol, commit a50750cc, ``core/collateral/simple_distributor.go``, and its
    features 0002-STTL on loss socialisation. Clearing houses call it variation margin gains
    haircutting.

    >>> share_by_gains(300, [200, 400, -100]).paid.tolist()
    [100.0, 200.0, 0.0]
    >>> share_by_gains(99, [7_200, 800], unit=1).paid.tolist()  # 7,110 and 791 are paid out
    [90.0, 9.0]
    """
    gap, won = non_negative("loss", loss), np.maximum(numbers("gains", gains), 0.0)
    people("gains", won)
    together(loss=gap, gains=won.shape[:-1])
    total = won.sum(axis=-1)
    left = np.asarray(np.maximum(gap - total, 0.0))
    if unit is None:
        return SharedLoss(pro_rata(np.minimum(gap, total), won, limit=won), left)
    paid_out = pro_rata(np.maximum(total - gap, 0.0), won, limit=won, unit=unit, residue="last")
    return SharedLoss(np.asarray(won - paid_out), left)


def venue_shortfall(balance: ArrayLike, profit: ArrayLike, fund: ArrayLike) -> FloatArray:
    """Return what the bankrupt accounts of a venue owe beyond what its insurance fund can pay.

    Parameters
    ----------
    balance, profit : array of shape (..., N)
        Balance and unrealised profit of each account [currency].
    fund : float or array of shape (...)
        Balance of the insurance fund; negative if it holds a position at a loss [currency].

    Returns
    -------
    array of shape (...)
        Shortfall, zero or more [currency].

    Source: Paradex, "Socialized Losses", commit 9b82a75a.

    >>> float(venue_shortfall([1_000, 1_000], [-3_000, 3_000], fund=1_000))
    1000.0
    """
    money, gained, reserve = (
        numbers("balance", balance),
        numbers("profit", profit),
        numbers("fund", fund),
    )
    shape = together(balance=money, profit=gained)
    value = one_for_each("account", "balance", np.asarray(money + gained))
    together(accounts=shape[:-1], fund=reserve)
    owed = np.maximum(-value, 0.0).sum(axis=-1)
    return np.asarray(np.maximum(owed - reserve, 0.0))


def loss_factor(
    shortfall: ArrayLike, balance: ArrayLike, with_shortfall: bool = True
) -> FloatArray:
    """Return the part of every withdrawal, or of every profit, that is kept back.

    Parameters
    ----------
    shortfall : float or array of shape (...)
        What is missing, zero or more [currency]; see :func:`venue_shortfall`.
    balance : float or array of shape (...)
        All balances at the venue together [currency].
    with_shortfall : bool
        Whether the shortfall is part of the denominator. Paradex states the rule so, and leaves it
        out of its example.

    Returns
    -------
    array of shape (...)
        Factor from 0 to 1 [fraction]; ``nan`` where there is nothing to divide by.

    Source: Paradex, "Socialized Losses", commit 9b82a75a.

    >>> float(loss_factor(1_000, 4_000)), float(loss_factor(1_000, 4_000, with_shortfall=False))
    (0.2, 0.25)
    """
    missing, total = non_negative("shortfall", shortfall), non_negative("balance", balance)
    together(shortfall=missing, balance=total)
    whole = np.asarray(total + missing if with_shortfall else total + 0 * missing)
    return np.asarray(np.minimum(missing / np.where(whole > 0, whole, np.nan), 1.0))


def withhold(amount: ArrayLike, factor: ArrayLike) -> Withheld:
    """Return what is taken of a withdrawal or a profit, and what its owner receives.

    Parameters
    ----------
    amount : float or array of shape (...)
        Amount, zero or more [currency].
    factor : float or array of shape (...)
        Part that is taken [fraction]; see :func:`loss_factor`.

    >>> [float(each) for each in withhold(500, 0.25)]
    [125.0, 375.0]
    """
    whole, part = non_negative("amount", amount), fraction("factor", factor)
    together(amount=whole, factor=part)
    taken = np.asarray(whole * part)
    return Withheld(taken, np.asarray(whole - taken))
