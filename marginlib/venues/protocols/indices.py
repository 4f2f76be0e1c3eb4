"""Losses shared by an index: a venue that cannot visit every account lets one number move."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, numbers, positive, refuse, together
from marginlib.waterfall.allocation import people, pro_rata
from marginlib.waterfall.socialised import SharedLoss


def share_by_open_interest(loss: ArrayLike, quantity: ArrayLike) -> SharedLoss:
    """Share a loss among all positions, long and short, in proportion to their size.

    Parameters
    ----------
    loss : float or array of shape (...)
        Loss, zero or more [currency].
    quantity : array of shape (..., N)
        Positions, signed [contracts].

    Returns
    -------
    SharedLoss
        All is left where there is no position.

    >>> share_by_open_interest(110, [7, -4]).paid.tolist()
    [70.0, 40.0]
    """
    gap, size = non_negative("loss", loss), np.abs(numbers("quantity", quantity))
    paid = pro_rata(gap, people("quantity", size))
    return SharedLoss(paid, np.where(size.sum(axis=-1) > 0, 0.0, gap))


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

    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``,
    ``calculate_funding_rate_deltas_to_resolve_bankruptcy`` and its test.

    >>> round(float(funding_index_step(100, 7 + 4, unit=1e-5)), 5)
    9.09091
    """
    gap, size = non_negative("loss", loss), non_negative("open_interest", open_interest)
    together(loss=gap, open_interest=size)
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

    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``,
    ``calculate_cumulative_deposit_interest_delta_to_resolve_bankruptcy`` (rounded up there).

    >>> float(cut_deposit_index(1.0, loss=30, deposits=120))
    0.75
    """
    worth, gap = positive("index", index), non_negative("loss", loss)
    pool = non_negative("deposits", deposits)
    together(index=worth, loss=gap, deposits=pool)
    refuse("loss", gap, gap > pool, "must be at most the deposits")
    return np.asarray(worth - worth * gap / np.where(pool > 0, pool, 1.0))
