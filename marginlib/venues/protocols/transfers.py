"""A part of a position goes to another account, with its part of the margin, and no market."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, multiples, non_negative, numbers, refuse, together


class MarginTransfer(NamedTuple):
    """Two accounts after one took over a part of the other, each of shape (...)."""

    margin: FloatArray  # of the one who gives [currency]
    position: FloatArray  # of the one who gives [contracts]
    taker_margin: FloatArray  # of the one who takes [currency]
    taker_position: FloatArray  # of the one who takes [contracts]


def collateralisation_price(
    margin: ArrayLike, position: ArrayLike, ratio: ArrayLike = 1.0
) -> FloatArray:
    """Return the price at which all that is owned is ``ratio`` times all that is owed.

    A long position is owned, and owes its negative margin; a short one owes its position, and owns
    its margin. At ratio 1 it is the bankruptcy price; a venue that asks for 110% liquidates when
    the price passes the one at 1.1.

    Parameters
    ----------
    margin : float or array of shape (...)
        Money in the ledger, after paying for the position [currency].
    position : float or array of shape (...)
        Long is positive [contracts].
    ratio : float or array of shape (...)
        Owned over owed, at least 1 [times].

    Returns
    -------
    array of shape (...)
        Price [currency / contract]; ``nan`` where nothing is owed, or nothing owned.

    Source: dYdX perpetual, commit 87f22632, ``P1Liquidation``.

    >>> float(collateralisation_price(-500, 10, 1.1).round(9))
    55.0
    >>> float(collateralisation_price(1_500, -10))
    150.0
    """
    money, held, times = (
        numbers("margin", margin),
        numbers("position", position),
        multiples("ratio", ratio),
    )
    together(margin=money, position=held, ratio=times)
    at_one = -money / np.where(money * held < 0, held, np.nan)
    return np.asarray(np.where(held > 0, at_one * times, at_one / times))


def transfer_pro_rata(
    margin: ArrayLike,
    position: ArrayLike,
    taker_margin: ArrayLike,
    taker_position: ArrayLike,
    amount: ArrayLike,
    reduce_only: bool = False,
) -> MarginTransfer:
    """Return two accounts after one hands over a part of its position, and of its margin with it.

    Margin and position move in the same proportion, so that the trade is done at the bankruptcy
    price of the one who gives, and what he keeps is as well covered as before. No fee is taken.

    Parameters
    ----------
    margin, position : float or array of shape (...)
        Money [currency] and contracts of the account that gives.
    taker_margin, taker_position : float or array of shape (...)
        The same of the account that takes.
    amount : float or array of shape (...)
        Contracts handed over, zero or more, at most the whole position [contracts].
    reduce_only : bool
        True for deleveraging: the taker must hold at least as much on the other side. False for a
        liquidator, who may go on holding it.

    Raises
    ------
    MarginError
        If more is handed over than there is, or, with ``reduce_only``, than the taker can close.

    Source: dYdX perpetual, commit 87f22632, ``P1Liquidation`` and ``P1Deleveraging``.

    >>> after = transfer_pro_rata(-500, 10, 1_500, -10, amount=5)
    >>> [float(each) for each in after]
    [-250.0, 5.0, 1250.0, -5.0]
    """
    money, held = numbers("margin", margin), numbers("position", position)
    own, taken = numbers("taker_margin", taker_margin), numbers("taker_position", taker_position)
    size = non_negative("amount", amount)
    shape = together(
        margin=money, position=held, taker_margin=own, taker_position=taken, amount=size
    )
    size = np.broadcast_to(size, shape)
    refuse("amount", size, size > np.abs(held), "must be at most the position")
    if reduce_only:
        closable = np.where(held * taken < 0, np.abs(taken), 0.0)
        refuse("amount", size, size > closable, "must be at most what the taker holds against it")
    part = size / np.where(held == 0, 1.0, np.abs(held))
    moved_money, moved = np.asarray(part * money), np.asarray(np.copysign(size, held))
    return MarginTransfer(money - moved_money, held - moved, own + moved_money, taken + moved)
