r"""Dutch auctions of whole accounts: a bidder takes a share of everything in it, for cash.

An account below its maintenance margin is not closed position by position. Whoever bids takes the
same fraction of every position and of the cash, at a discount on its equity that grows with time,
and only as much as brings the account back to safety. With equity :math:`E`, headroom
:math:`H = E - \text{maintenance}`, buffer :math:`b` and price fraction :math:`d`, the account is
sold down until :math:`H - b (E - H)`, its *buffer margin*, is zero.

An account without equity is sold the other way round: the bidder is paid to take it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers
from marginlib.accounts import Accounts
from marginlib.venues.protocols.falling_prices import linear_phases


def buffer_margin(equity: ArrayLike, headroom: ArrayLike, buffer: ArrayLike) -> FloatArray:
    """Return the headroom over a requirement raised by ``buffer``, shape (...) [currency].

    Parameters
    ----------
    equity : float or array of shape (...)
        Mark-to-market value of the account [currency].
    headroom : float or array of shape (...)
        Equity less maintenance [currency]; negative in an auction.
    buffer : float
        By how much the requirement is raised [fraction].

    An account sold down only to its maintenance would be back at the next tick. Source: Derive,
    DutchAuction.sol, v2-core@7736900d (2026-01-21).

    >>> float(buffer_margin(equity=300, headroom=-100, buffer=0.1))
    -140.0
    """
    own, spare = numbers("equity", equity), numbers("headroom", headroom)
    return np.asarray(spare - non_negative("buffer", buffer) * (own - spare))


def largest_share(
    equity: ArrayLike,
    headroom: ArrayLike,
    buffer: ArrayLike,
    price_fraction: ArrayLike,
    reserved: ArrayLike = 0.0,
) -> FloatArray:
    r"""Return the share of an account whose sale makes its buffer margin zero [fraction].

    Parameters
    ----------
    equity, headroom, buffer : float or array of shape (...)
        As in :func:`buffer_margin`.
    price_fraction : float or array of shape (...)
        What a bidder pays for a unit of equity [fraction].
    reserved : float or array of shape (...)
        Cash from earlier bids, which is in the equity but no longer for sale [currency].

    Returns
    -------
    array of shape (...)
        0 where the account is safe already; ``nan`` where it has no equity above the reserve.

    With buffer margin :math:`B` and reserve :math:`R`, selling a share :math:`f` leaves
    :math:`(B - R)(1 - f) + R + f d (E - R)`, which is zero at

    .. math:: f = \frac{B}{B - d E - (1 - d) R} .

    Source: Derive, DutchAuction.sol, v2-core@7736900d (2026-01-21).

    >>> float(largest_share(300, -100, 0.1, price_fraction=0.9).round(6))
    0.341463
    """
    own, kept = numbers("equity", equity), non_negative("reserved", reserved)
    discount = fraction("price_fraction", price_fraction)
    missing = np.minimum(buffer_margin(own, headroom, buffer), 0)
    rest = missing - own * discount - kept * (1 - discount)
    share = np.where(missing == 0, 0.0, missing / np.where(rest == 0, np.nan, rest))
    return np.asarray(np.where(own > kept, share, np.nan))


class Bid(NamedTuple):
    """What a bidder gets, each of shape (...)."""

    price: FloatArray  # of the whole account now [currency]
    share: FloatArray  # of the account that is bought [fraction]
    paid: FloatArray  # cash from the bidder [currency]


def bid(
    equity: ArrayLike,
    headroom: ArrayLike,
    buffer: ArrayLike,
    price_fraction: ArrayLike,
    share: ArrayLike = 1.0,
    reserved: ArrayLike = 0.0,
) -> Bid:
    """Return what a bidder buys of an account with equity, and pays.

    Parameters
    ----------
    equity, headroom, buffer, price_fraction, reserved : float or array of shape (...)
        As in :func:`largest_share`, which limits what can be bought.
    share : float or array of shape (...)
        What the bidder wants [fraction].

    >>> offer = bid(equity=300, headroom=-100, buffer=0.1, price_fraction=0.9, share=0.1)
    >>> float(offer.price), float(offer.share), float(offer.paid)
    (270.0, 0.1, 27.0)
    """
    most = largest_share(equity, headroom, buffer, price_fraction, reserved)
    bought = np.minimum(fraction("share", share), most)
    for_sale = numbers("equity", equity) - numbers("reserved", reserved)
    price = np.where(np.isnan(most), np.nan, for_sale * numbers("price_fraction", price_fraction))
    return Bid(np.asarray(price), np.asarray(bought), np.asarray(bought * price))


def insolvent_price(
    equity: ArrayLike, headroom: ArrayLike, elapsed: ArrayLike, duration: ArrayLike
) -> FloatArray:
    """Return the price of an account without equity, shape (...) [currency]: zero or less.

    It falls from the equity to the headroom, so that the bidder is paid the loss at first and the
    whole maintenance on top of it in the end.

    Parameters
    ----------
    equity, headroom : float or array of shape (...)
        As in :func:`buffer_margin`; equity above zero counts as zero.
    elapsed : float or array of shape (...)
        Time since the start [s].
    duration : float
        Length of the auction [s].

    Source: Derive, DutchAuction.sol, v2-core@7736900d (2026-01-21).

    >>> insolvent_price(-100, -300, [0, 300, 900], duration=600).tolist()
    [-100.0, -200.0, -300.0]
    """
    first = np.minimum(numbers("equity", equity), 0)
    last = np.minimum(numbers("headroom", headroom), 0)
    done = linear_phases(elapsed, [0, 1], [float(numbers("duration", duration))])
    return np.asarray(np.where(last == 0, 0.0, first + done * (last - first)))


def sell_share(
    seller: Accounts, bidder: Accounts, share: ArrayLike, paid: ArrayLike, reserved: ArrayLike = 0.0
) -> tuple[Accounts, Accounts]:
    """Return seller and bidder after a share of the whole account changed hands for cash.

    Parameters
    ----------
    share : float or array of shape (...)
        Part of every position and of the cash, less what is reserved [fraction].
    paid : float or array of shape (...)
        Cash from the bidder [currency]; negative where the bidder is paid.
    reserved : float or array of shape (...)
        Cash that is not for sale [currency].

    >>> seller, bidder = sell_share(Accounts(100, [8]), Accounts(50, [0]), share=0.25, paid=10)
    >>> float(seller.cash), seller.quantity.tolist()
    (85.0, [6.0])
    >>> float(bidder.cash), bidder.quantity.tolist()
    (65.0, [2.0])
    """
    part, price = fraction("share", share), numbers("paid", paid)
    cash = part * (seller.cash - non_negative("reserved", reserved)) - price
    held = part[..., None] * seller.quantity
    return (
        Accounts(seller.cash - cash, seller.quantity - held),
        Accounts(bidder.cash + cash, bidder.quantity + held),
    )
