"""Dutch auctions of collateral: the price falls until someone buys.

The lender takes collateral and debt from a failed loan and puts the collateral up as a *lot*, to
raise a *target*: the debt and a penalty. The price starts above the market and falls. Each buyer
takes as much as wanted, but no more than pays the target; what is left of the lot then returns to
the borrower. A lot that sells out short of the target leaves bad debt. How the price falls is in
:mod:`marginlib.venues.protocols.falling_prices`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    multiples,
    non_negative,
    positive,
    together,
)

# Sums of money that differ by less than this, relative to their size, are equal but for rounding.
ROUNDING = 1e-14


def auction_room(limit: ArrayLike, outstanding: ArrayLike = 0.0) -> FloatArray:
    """Return how much more may be put up for auction: the least of several limits, shape (...).

    Parameters
    ----------
    limit : array of shape (..., L)
        Most that all running auctions may be raising, one for each limit [currency].
    outstanding : float or array of shape (..., L)
        What they are raising now [currency].

    >>> float(auction_room([1_000, 400], [250, 300]))
    100.0
    """
    limits, running = non_negative("limit", limit), non_negative("outstanding", outstanding)
    if limits.ndim == 0:
        raise MarginError("limit must hold the limits on its last axis; got one number, type [...]")
    together(limit=limits, outstanding=running)
    return np.asarray(np.maximum(limits - running, 0).min(axis=-1))


class Lot(NamedTuple):
    """A lot put up for auction, and what stays with the borrower; each of shape (...)."""

    target: FloatArray  # to be raised [currency]
    amount: FloatArray  # collateral for sale [units]
    price: FloatArray  # at which the auction starts [currency]
    collateral_left: FloatArray  # [units]
    debt_left: FloatArray  # [units of debt]


def put_up(
    collateral: ArrayLike,
    debt: ArrayLike,
    price: ArrayLike,
    room: ArrayLike,
    dust: ArrayLike = 0.0,
    penalty: ArrayLike = 1.0,
    markup: ArrayLike = 1.0,
    rate: ArrayLike = 1.0,
) -> Lot:
    """Return the lot that a failed loan puts up: all of it, or as much as there is room for.

    Parameters
    ----------
    collateral : float or array of shape (...)
        Collateral of the loan [units].
    debt : float or array of shape (...)
        Debt of the loan [units of debt].
    price : float or array of shape (...)
        Market price of the collateral [currency].
    room : float or array of shape (...)
        Most that this auction may raise, such as :func:`auction_room` [currency].
    dust : float
        Smallest debt worth an auction [currency]. What would be left smaller goes along, beyond
        the room there is; a part that would itself be smaller is not put up at all.
    penalty : float
        What is raised for each unit of debt [times], 1.13 for a penalty of 13 %.
    markup : float
        First price over market price [times].
    rate : float
        What one unit of debt has grown to with interest [currency / unit].

    Source: MakerDAO, Dog.bark in dog.sol and Clipper.kick in clip.sol, dss@fa4f6630 (2022-05-18),
    where the arguments are ink, art, val, room, dust, chop, buf and rate, and the answer is tab,
    lot and top.

    >>> lot = put_up(collateral=40, debt=100, price=4, room=88, dust=20, penalty=1.1, markup=1.25)
    >>> [round(float(part), 6) for part in lot]
    [88.0, 32.0, 5.0, 8.0, 20.0]
    """
    pledged, whole = non_negative("collateral", collateral), non_negative("debt", debt)
    charge, least = multiples("penalty", penalty), non_negative("dust", dust)
    rate_now = positive("rate", rate)
    owed = whole * rate_now
    part = np.minimum(owed, non_negative("room", room) / charge)
    # Whether a sum is below the dust limit must not hang on the last digit of a division.
    almost = least - ROUNDING * owed
    part = np.where((part < owed) & (owed - part < almost), owed, part)
    part = np.where((part < owed) & (part < almost), 0.0, part)
    taken = np.where(part < owed, part / rate_now, whole)
    sold = pledged * _ratio(taken, whole)
    return Lot(
        np.asarray(part * charge),
        np.asarray(sold),
        np.asarray(positive("price", price) * multiples("markup", markup)),
        np.asarray(pledged - sold),
        np.asarray(whole - taken),
    )


class Take(NamedTuple):
    """What one buyer takes, and how the auction stands then; each of shape (...)."""

    paid: FloatArray  # [currency]
    bought: FloatArray  # [units]
    target_left: FloatArray  # still to be raised; 0 once the auction is over [currency]
    lot_left: FloatArray  # still for sale; 0 once the auction is over [units]
    returned: FloatArray  # to the borrower, when the target is reached [units]
    bad_debt: FloatArray  # not raised, when the lot is sold out [currency]


def take(
    target: ArrayLike,
    lot: ArrayLike,
    price: ArrayLike,
    amount: ArrayLike,
    least_left: ArrayLike = 0.0,
) -> Take:
    """Return what happens when someone buys from an auction at the price of the moment.

    Parameters
    ----------
    target : float or array of shape (...)
        Still to be raised [currency].
    lot : float or array of shape (...)
        Still for sale [units].
    price : float or array of shape (...)
        Price now [currency].
    amount : float or array of shape (...)
        Most that the buyer wants [units].
    least_left : float
        Target that a partial purchase must leave for the next buyer [currency]. The purchase is
        cut down to leave it; where the target itself is no more than that, only the whole of it
        can be bought, and less is refused.

    Source: MakerDAO, Clipper.take in clip.sol, dss@fa4f6630 (2022-05-18), where the arguments are
    tab, lot, price, amt and chost.

    >>> [float(part) for part in take(target=110, lot=40, price=5, amount=10)]
    [50.0, 10.0, 60.0, 30.0, 0.0, 0.0]
    >>> [float(part) for part in take(target=110, lot=40, price=5, amount=25)]
    [110.0, 22.0, 0.0, 0.0, 18.0, 0.0]
    >>> [float(part) for part in take(target=110, lot=40, price=2.5, amount=40)]
    [100.0, 40.0, 0.0, 0.0, 0.0, 10.0]
    """
    due, stock = non_negative("target", target), non_negative("lot", lot)
    ask, least = non_negative("price", price), non_negative("least_left", least_left)
    bought = np.minimum(stock, non_negative("amount", amount))
    paid = bought * ask
    reached = paid >= due * (1 - ROUNDING)
    bought = np.where(reached, np.minimum(_ratio(due, ask), stock), bought)
    paid = np.where(reached, due, paid)

    crumbs = ~reached & (bought < stock) & (due - paid < least)
    paid = np.where(crumbs, np.maximum(due - least, 0), paid)
    bought = np.where(crumbs, _ratio(paid, ask), bought)

    sold_out, rest = bought == stock, stock - bought
    over = reached | sold_out
    return Take(
        np.asarray(paid),
        np.asarray(bought),
        np.asarray(np.where(over, 0.0, due - paid)),
        np.asarray(np.where(over, 0.0, rest)),
        np.asarray(np.where(reached, rest, 0.0)),
        np.asarray(np.where(sold_out, due - paid, 0.0)),
    )


def keeper_reward(target: ArrayLike, tip: ArrayLike, chip: ArrayLike) -> FloatArray:
    """Return what is paid to whoever starts an auction [currency].

    Parameters
    ----------
    target : float or array
        What the auction is to raise [currency].
    tip : float
        A fixed sum [currency].
    chip : float
        A part of the target [fraction].

    Source: MakerDAO, Clipper.kick in clip.sol, dss@fa4f6630 (2022-05-18).

    >>> float(keeper_reward(target=110, tip=100, chip=0.02))
    102.2
    """
    return np.asarray(
        non_negative("tip", tip) + fraction("chip", chip) * non_negative("target", target)
    )


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return ``above / below``, and 0 where that divides by zero."""
    return np.asarray(above / np.where(below == 0, np.inf, below))
