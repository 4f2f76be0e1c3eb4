r"""Closing a part of an account: what it must bring, where it can be filled, who takes it over.

An account with several positions has one equity. To close one of them alone, a rule must say how
much of the equity belongs to it. Here it is the part that its maintenance is of the total, so that
closing at the bankruptcy value leaves the rest of the account exactly as well covered as before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers, refuse, together


class Transfer(NamedTuple):
    """Two accounts after one took over a part of the other, each of shape (...)."""

    margin: FloatArray  # of the one who gives [currency]
    position: FloatArray  # of the one who gives [contracts]
    taker_margin: FloatArray  # of the one who takes [currency]
    taker_position: FloatArray  # of the one who takes [contracts]


def bankruptcy_value(
    value: ArrayLike, equity: ArrayLike, maintenance: ArrayLike, maintenance_after: ArrayLike
) -> FloatArray:
    r"""Return the money that closing a part must bring to use up just its share of the equity.

    .. math:: \text{value} - \text{equity} \times
              \frac{\text{maintenance} - \text{maintenance after}}{\text{maintenance}}

    Parameters
    ----------
    value : float or array of shape (...)
        Present value of what is closed: quantity times value of one unit, negative for a short
        position [currency].
    equity : float or array of shape (...)
        Equity of the whole account [currency].
    maintenance, maintenance_after : float or array of shape (...)
        Maintenance of the whole account, before and after closing that part [currency].

    Returns
    -------
    array of shape (...)
        Money to be received; negative is the most that may be paid to buy a short position back
        [currency]. ``nan`` where nothing needs margin.

    Notes
    -----
    Source: dYdX v4-chain, commit 84d4664b, ``GetBankruptcyPriceInQuoteQuantums`` (which rounds up
    to a millionth of a dollar).

    A long position of 5,000 with equity 499 may be sold for 4,501. Half of it for half of that:

    >>> float(bankruptcy_value(5_000, equity=499, maintenance=500, maintenance_after=0))
    4501.0
    >>> float(bankruptcy_value(2_500, equity=499, maintenance=500, maintenance_after=250))
    2250.5
    """
    worth, own = numbers("value", value), numbers("equity", equity)
    before = non_negative("maintenance", maintenance)
    after = non_negative("maintenance_after", maintenance_after)
    together(
        value=worth.shape, equity=own.shape, maintenance=before.shape, maintenance_after=after.shape
    )
    freed = np.asarray(before - after)
    refuse("maintenance_after", after + 0 * freed, freed < 0, "must not exceed maintenance")
    return np.asarray(worth - own * freed / np.where(before > 0, before, np.nan))


def fillable_price(
    price: ArrayLike,
    quantity: ArrayLike,
    equity: ArrayLike,
    maintenance: ArrayLike,
    position_maintenance: ArrayLike,
    adjustment: ArrayLike,
    spread: ArrayLike,
) -> FloatArray:
    r"""Return the limit price of a liquidation order: worse than the mark as the account is worse.

    The price gives way by ``spread`` times the maintenance of the position at bankruptcy, by
    nothing where equity equals maintenance, and in proportion between:

    .. math:: \text{price} - \frac{\text{position maintenance}}{\text{quantity}}
              \times \text{spread} \times
              \min\Big(1, \Big(\text{adjustment} \times
              \big(1 - \tfrac{\text{equity}}{\text{maintenance}}\big)\Big)^+\Big)

    Parameters
    ----------
    price : float or array of shape (...)
        Mark price [quote currency].
    quantity : float or array of shape (...)
        The position; long is positive [units].
    equity, maintenance : float or array of shape (...)
        Of the whole account [currency].
    position_maintenance : float or array of shape (...)
        Maintenance of this position [currency].
    adjustment : float
        How fast the price gives way; at 2 it has given way fully at half the maintenance.
    spread : float
        The most it gives way, on the maintenance of the position [fraction].

    Returns
    -------
    array of shape (...)
        Limit price [quote currency]; ``nan`` where there is no position or no maintenance.

    Notes
    -----
    Source: dYdX v4-chain, commit 84d4664b, ``GetFillablePrice``.

    >>> float(fillable_price(50_000, 0.1, equity=250, maintenance=500, position_maintenance=500,
    ...                      adjustment=1, spread=0.1))  # half of 10% of 500, on 0.1 coins
    49750.0
    """
    mark, held, own = (
        numbers("price", price),
        numbers("quantity", quantity),
        numbers("equity", equity),
    )
    need = non_negative("maintenance", maintenance)
    its_need = non_negative("position_maintenance", position_maintenance)
    together(
        price=mark.shape,
        quantity=held.shape,
        equity=own.shape,
        maintenance=need.shape,
        position_maintenance=its_need.shape,
    )
    lacking = 1 - own / np.where(need > 0, need, np.nan)
    given_way = np.clip(non_negative("adjustment", adjustment) * lacking, 0.0, 1.0)
    each = its_need / np.where(held == 0, np.nan, held)
    return np.asarray(mark - each * fraction("spread", spread) * given_way)


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

    Notes
    -----
    Source: dYdX perpetual, commit 87f22632, ``P1Liquidation``.

    >>> float(collateralisation_price(-500, 10, 1.1).round(9))
    55.0
    >>> float(collateralisation_price(1_500, -10))
    150.0
    """
    money, held, times = (
        numbers("margin", margin),
        numbers("position", position),
        numbers("ratio", ratio),
    )
    together(margin=money.shape, position=held.shape, ratio=times.shape)
    refuse("ratio", times, times < 1, "must be at least 1", hint=lambda bad: 1 + bad)
    at_one = -money / np.where(money * held < 0, held, np.nan)
    return np.asarray(np.where(held > 0, at_one * times, at_one / times))


def transfer_pro_rata(
    margin: ArrayLike,
    position: ArrayLike,
    taker_margin: ArrayLike,
    taker_position: ArrayLike,
    amount: ArrayLike,
    reduce_only: bool = False,
) -> Transfer:
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

    Notes
    -----
    Source: dYdX perpetual, commit 87f22632, ``P1Liquidation`` and ``P1Deleveraging``.

    >>> after = transfer_pro_rata(-500, 10, 1_500, -10, amount=5)
    >>> [float(each) for each in after]
    [-250.0, 5.0, 1250.0, -5.0]
    """
    money, held = numbers("margin", margin), numbers("position", position)
    own, taken = numbers("taker_margin", taker_margin), numbers("taker_position", taker_position)
    size = non_negative("amount", amount)
    shape = together(
        margin=money.shape,
        position=held.shape,
        taker_margin=own.shape,
        taker_position=taken.shape,
        amount=size.shape,
    )
    size = np.broadcast_to(size, shape)
    refuse("amount", size, size > np.abs(held), "must be at most the position")
    if reduce_only:
        closable = np.where(held * taken < 0, np.abs(taken), 0.0)
        refuse("amount", size, size > closable, "must be at most what the taker holds against it")
    part = size / np.where(held == 0, 1.0, np.abs(held))
    moved_money, moved = np.asarray(part * money), np.asarray(np.copysign(size, held))
    return Transfer(money - moved_money, held - moved, own + moved_money, taken + moved)
