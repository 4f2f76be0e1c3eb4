"""Three things that no margin has at once: few breaches, little idle money, small calls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, numbers
from marginlib.calibration.coverage import breaches
from marginlib.calibration.procyclicality._rates import common_days


class TradeOff(NamedTuple):
    """How one unit held long fared with its margin; each of shape (...)."""

    breaches: FloatArray  # share of days whose loss was above the margin [fraction]
    idle: FloatArray  # margin that the day's loss did not need, on average [fraction]
    largest_call: FloatArray  # largest rise of the margin over some days [fraction]


def trade_off(returns: ArrayLike, margin: ArrayLike, days: int = 5) -> TradeOff:
    """Return how often margin was breached, how much of it lay idle, and its largest call.

    Better in one means worse in another: a higher confidence level is breached less and lies idle
    more, a longer memory or a floor makes calls smaller and lies idle more.

    Parameters
    ----------
    returns : array of shape (T, ...)
        Daily returns, the oldest first [fraction].
    margin : array of shape (T, ...) or (T + 1, ...)
        Rate set for each day [fraction], as in :func:`~marginlib.calibration.breaches`: the first
        days may be ``nan`` and are left out, as is a rate for the day after the last.
    days : int
        Within how many days a call is to be met [days].

    Returns
    -------
    TradeOff
        All as fractions of the position; the call is 0 where the rate never rose.

    A loss of 0.03 breaches 0.02; on the other days 0.04 and then 0.01 of the margin lie idle:

    >>> told = trade_off([-0.03, 0.01, -0.01], margin=[0.02, 0.04, 0.02], days=1)
    >>> [round(float(part), 4) for part in told]
    [0.3333, 0.0167, 0.02]
    """
    breached = breaches(returns, margin)
    lost = np.maximum(0.0, -numbers("returns", returns)[-len(breached) :])
    rates = common_days(margin)[: len(breached)]
    if not 1 <= days < len(rates):
        raise MarginError(f"days must be from 1 to {len(rates) - 1} for these rates; got {days}")
    rises = np.maximum(0.0, rates[days:] - rates[:-days])
    return TradeOff(
        np.asarray(breached.mean(axis=0)),
        np.asarray(np.maximum(0.0, rates - lost).mean(axis=0)),
        np.asarray(rises.max(axis=0)),
    )
