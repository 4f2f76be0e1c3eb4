"""Socialised losses: what nobody else paid is shared by everyone who is still there.

The rules differ in what they share by: gains of the day, open interest, deposits, or what is
withdrawn while the venue is short.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    fraction,
    non_negative,
    numbers,
    one_for_each,
    positive,
    refuse,
    together,
)
from marginlib.waterfall.allocation import people, pro_rata


class Shared(NamedTuple):
    """A loss shared among persons."""

    paid: FloatArray  # (..., N) by each [currency]
    left: FloatArray  # (...) that nobody could pay [currency]


class Haircut(NamedTuple):
    """An amount of which a part is taken."""

    taken: FloatArray  # (...) [currency]
    received: FloatArray  # (...) [currency]


def share_by_gains(loss: ArrayLike, gains: ArrayLike, unit: float | None = None) -> Shared:
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

    Returns
    -------
    Shared

    Notes
    -----
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
    together(loss=gap.shape, gains=won.shape[:-1])
    total = won.sum(axis=-1)
    left = np.asarray(np.maximum(gap - total, 0.0))
    if unit is None:
        return Shared(pro_rata(np.minimum(gap, total), won, limit=won), left)
    paid_out = pro_rata(np.maximum(total - gap, 0.0), won, limit=won, unit=unit, residue="last")
    return Shared(np.asarray(won - paid_out), left)


def share_by_open_interest(loss: ArrayLike, quantity: ArrayLike) -> Shared:
    """Share a loss among all positions, long and short, in proportion to their size.

    Parameters
    ----------
    loss : float or array of shape (...)
        Loss, zero or more [currency].
    quantity : array of shape (..., N)
        Positions, signed [contracts].

    Returns
    -------
    Shared
        All is left where there is no position.

    >>> share_by_open_interest(110, [7, -4]).paid.tolist()
    [70.0, 40.0]
    """
    gap, size = non_negative("loss", loss), np.abs(numbers("quantity", quantity))
    paid = pro_rata(gap, people("quantity", size))
    return Shared(paid, np.where(size.sum(axis=-1) > 0, 0.0, gap))


def funding_index_step(
    loss: ArrayLike, open_interest: ArrayLike, unit: float | None = None
) -> FloatArray:
    """Return how far a loss moves the cumulative funding that each contract has paid.

    A venue that cannot visit every account raises one index instead. Each account pays its size
    times the step when it is next touched, long and short alike.

    Parameters
    ----------
    loss : float or array of shape (...)
        Loss, zero or more [currency].
    open_interest : float or array of shape (...)
        Long contracts plus short contracts [contracts].
    unit : float, optional
        The step is rounded up to a multiple of it, so that the loss is paid in full.

    Returns
    -------
    array of shape (...)
        Step [currency / contract]; ``nan`` where nobody is left to pay.

    Notes
    -----
    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``,
    ``calculate_funding_rate_deltas_to_resolve_bankruptcy`` and its test.

    >>> round(float(funding_index_step(100, 7 + 4, unit=1e-5)), 5)
    9.09091
    """
    gap, size = non_negative("loss", loss), non_negative("open_interest", open_interest)
    together(loss=gap.shape, open_interest=size.shape)
    step = np.asarray(gap / np.where(size > 0, size, np.nan))
    if unit is None:
        return step
    smallest = positive("unit", unit)
    return np.asarray(np.ceil(step / smallest) * smallest)


def cut_deposit_index(index: ArrayLike, loss: ArrayLike, deposits: ArrayLike) -> FloatArray:
    """Return the index of deposits after a loss: every deposit shrinks in the same proportion.

    What a depositor has is his number of shares times the index, so that one number lets all of
    them pay.

    Parameters
    ----------
    index : float or array of shape (...)
        Present worth of one share of the pool [currency].
    loss : float or array of shape (...)
        Bad debt, zero or more, at most the deposits [currency].
    deposits : float or array of shape (...)
        All deposits at the present index [currency].

    Returns
    -------
    array of shape (...)
        New index [currency]; unchanged where there is neither deposit nor loss.

    Notes
    -----
    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``,
    ``calculate_cumulative_deposit_interest_delta_to_resolve_bankruptcy`` (rounded up there).

    >>> float(cut_deposit_index(1.0, loss=30, deposits=120))
    0.75
    """
    worth, gap = positive("index", index), non_negative("loss", loss)
    pool = non_negative("deposits", deposits)
    together(index=worth.shape, loss=gap.shape, deposits=pool.shape)
    refuse("loss", gap + 0 * pool, gap > pool, "must be at most the deposits")
    return np.asarray(worth - worth * gap / np.where(pool > 0, pool, 1.0))


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

    Notes
    -----
    Source: Paradex, "Socialized Losses", commit 9b82a75a.

    >>> float(venue_shortfall([1_000, 1_000], [-3_000, 3_000], fund=1_000))
    1000.0
    """
    money, gained, reserve = (
        numbers("balance", balance),
        numbers("profit", profit),
        numbers("fund", fund),
    )
    shape = together(balance=money.shape, profit=gained.shape)
    value = one_for_each("account", "balance", np.asarray(money + gained))
    together(accounts=shape[:-1], fund=reserve.shape)
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

    Notes
    -----
    Source: Paradex, "Socialized Losses", commit 9b82a75a.

    >>> float(loss_factor(1_000, 4_000)), float(loss_factor(1_000, 4_000, with_shortfall=False))
    (0.2, 0.25)
    """
    missing, total = non_negative("shortfall", shortfall), non_negative("balance", balance)
    together(shortfall=missing.shape, balance=total.shape)
    whole = np.asarray(total + missing if with_shortfall else total + 0 * missing)
    return np.asarray(np.minimum(missing / np.where(whole > 0, whole, np.nan), 1.0))


def haircut(amount: ArrayLike, factor: ArrayLike) -> Haircut:
    """Return what is taken of a withdrawal or a profit, and what its owner receives.

    Parameters
    ----------
    amount : float or array of shape (...)
        Amount, zero or more [currency].
    factor : float or array of shape (...)
        Part that is taken [fraction]; see :func:`loss_factor`.

    >>> [float(each) for each in haircut(500, 0.25)]
    [125.0, 375.0]
    """
    whole, part = non_negative("amount", amount), fraction("factor", factor)
    together(amount=whole.shape, factor=part.shape)
    taken = np.asarray(whole * part)
    return Haircut(taken, np.asarray(whole - taken))
