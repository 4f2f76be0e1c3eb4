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

    # Three trading days before, at the opening and at the close of 7 March, and at the peak on the
    # 8th, shape (4,) [dollar per tonne]; and variation margin between them, shape (..., 3) [billion
    # dollars].
    price: FloatArray
    calls: FloatArray
    # Part of the whole rise on positions the clearing house does not see [billion dollars].
    unseen: FloatArray
    # Net short that would explain the calls of 7 and of 8 March by variation margin alone, shape
    # (2,) [thousand tonnes].
    implied_short: FloatArray
    disagreement: str  # with the story


def nickel_2022(short: ArrayLike, share_not_cleared: ArrayLike | None = None) -> NickelReplay:
    """Return what a short position has to pay along the prices of March 2022.

    Known: four prices, the calls of 7 March, and the ones of the 8th that were not made. Assumed: a
    size; that it does not change; that all of the calls are variation margin, though part of them
    was initial margin; and that those of 7 March, which ended at 13:00, went with the day's close.

    Parameters
    ----------
    short : float or array of shape (...)
        Position sold, counted positive [thousand tonnes].
    share_not_cleared : float or array of shape (...), optional
        Share of it that is held over the counter [fraction]; that of the market's volume if not
        given.

    Returns
    -------
    NickelReplay

    A short of 100,000 tonnes loses 7.4 billion dollars in three trading days, most of it in the
    last hours:

    >>> result = nickel_2022(short=100)
    >>> result.calls.round(2).tolist(), round(float(result.calls.sum()), 2)
    ([0.29, 1.81, 5.33], 7.43)
    """
    nickel = event("nickel_2022")
    position = non_negative("short", short)
    if share_not_cleared is None:
        share_not_cleared = nickel["share_not_cleared"].value
    hidden = fraction("share_not_cleared", share_not_cleared)
    together(short=position.shape, share_not_cleared=hidden.shape)
    names = ("price_before", "open_7_march", "close_7_march", "price_peak")
    price = np.array([nickel[name].value for name in names])
    rise = np.diff(price)
    calls = position[..., None] * rise * THOUSAND_TONNES_IN_BILLIONS
    called = np.array([nickel["calls_7_march"].value, nickel["calls_8_march"].value])
    implied = called / (rise[1:] * THOUSAND_TONNES_IN_BILLIONS)
    return NickelReplay(
        price,
        np.asarray(calls),
        np.asarray(hidden * calls.sum(axis=-1)),
        implied,
        "The story is of one large short. The calls of both days go with one net position of "
        f"{implied.min():.0f} to {implied.max():.0f} thousand tonnes in the clearing house, all "
        "shorts together, and with less as far as they were initial margin. The second call was "
        "larger because the price moved further; it needs no larger position.",
    )
