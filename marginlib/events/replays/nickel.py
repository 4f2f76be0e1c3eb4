"""March 2022: what the path of the nickel price called for, and from how large a position."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, together
from marginlib.events.figures import event

THOUSAND_TONNES_IN_BILLIONS = 1e3 / 1e9  # of thousand tonnes x dollar per tonne


class NickelReplay(NamedTuple):
    """What a short in nickel has to pay on the way up."""

    # Three trading days before, at the opening of 7 March, at the end of its calls about 13:00, at
    # its close, and at the peak on the 8th, shape (5,) [dollar per tonne]; and variation margin
    # between them, shape (..., 4) [billion dollars].
    price: FloatArray
    calls: FloatArray
    # Part of the whole rise on positions the clearing house does not see [billion dollars].
    unseen: FloatArray
    # Net short that would explain the calls by variation margin alone, shape (3,): that of 7 March
    # from its opening to 13:00; that of the 8th up to the peak, from 13:00 and from the close of
    # the 7th [thousand tonnes].
    implied_short: FloatArray
    disagreement: str  # with the story


def nickel_2022(short: ArrayLike, share_not_cleared: ArrayLike | None = None) -> NickelReplay:
    """Return what a short position has to pay along the prices of March 2022.

    Known: five prices, the calls of 7 March, which ended at 13:00, and those of the 8th, which were
    not made. Assumed: a size; that it does not change; and that all of the calls are variation
    margin, though part of them was initial margin. Which price those of the 8th would have used is
    not told; here it is the peak.

    Parameters
    ----------
    short : float or array of shape (...)
        Position sold, counted positive [thousand tonnes].
    share_not_cleared : float or array of shape (...), optional
        Share of it that is held over the counter [fraction]. If not given, that of the market's
        volume, which need not be the same: a share of trades is not one of a position.

    A short of 100,000 tonnes loses 7.4 billion dollars in three trading days, most of it after the
    last call was paid:

    >>> result = nickel_2022(short=100)
    >>> result.calls.round(2).tolist(), round(float(result.calls.sum()), 2)
    ([0.29, 1.3, 0.51, 5.33], 7.43)
    """
    nickel = event("nickel_2022")
    position = non_negative("short", short)
    if share_not_cleared is None:
        share_not_cleared = nickel["share_not_cleared"].value
    hidden = fraction("share_not_cleared", share_not_cleared)
    together(short=position, share_not_cleared=hidden)
    names = ("price_before", "open_7_march", "price_at_call", "close_7_march", "price_peak")
    price = np.array([nickel[name].value for name in names])
    rise = np.diff(price)
    calls = position[..., None] * rise * THOUSAND_TONNES_IN_BILLIONS
    first, second = nickel["calls_7_march"].value, nickel["calls_8_march"].value
    moves = np.array([rise[1], rise[2] + rise[3], rise[3]])
    implied = np.array([first, second, second]) / (moves * THOUSAND_TONNES_IN_BILLIONS)
    return NickelReplay(
        price,
        np.asarray(calls),
        np.asarray(hidden * calls.sum(axis=-1)),
        implied,
        "The story is of one large short. By variation margin alone the call of 7 March goes with "
        f"{implied[0]:.0f} thousand tonnes net short in the clearing house, all clients together, "
        f"and that of the 8th with {implied[1]:.0f} or {implied[2]:.0f}: not with one number. The "
        "second call needs no larger position. How much of the first was initial margin, and which "
        "price the second would have used, is not told.",
    )
