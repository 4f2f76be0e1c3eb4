r"""The worst losses of a rolling window, for many series at once.

The worst K of the last W days are the worst K of two groups: the end of one block of W days and
the beginning of the next. Within a block, the worst K so far are kept in order while days are
added one by one, which takes K comparisons each; and two ordered groups are merged by one
comparison for each place, since the worst K of both are

.. math:: \max(a_i, b_{K-1-i}), \quad i = 0, \dots, K-1 .

Nothing is sorted and nothing is looked at W times, so the cost of a day does not grow with the
window but with K, which is 6 for the worst hundredth of 500 days.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, whole
from marginlib.calibration._series import confidence, series

# Numbers handled at once, about: what is kept of a block then stays in the processor's caches.
WIDTH = 1_024


class Tail(NamedTuple):
    """Two measures of the worst losses; each of the shape of the losses [as the losses]."""

    value_at_risk: FloatArray  # the loss that is exceeded in a share 1 - level of outcomes
    shortfall: FloatArray  # the average loss in that share of outcomes


class _Places(NamedTuple):
    """Where the two measures stand among the losses in falling order."""

    kept: int  # how many of the worst losses are needed
    between: float  # value at risk: share of the way from the last but one to the last of them
    full: int  # shortfall: how many losses count in full
    part: float  # and which share of the one after them
    outcomes: float  # how many outcomes that makes


def tail_risk(losses: ArrayLike, level: float, interpolated: bool = True) -> Tail:
    """Return value at risk and expected shortfall of losses that are equally likely.

    The value at risk is the quantile of the losses at ``level``, straight between two of them,
    as most programs take it; or, not interpolated, the k-th largest loss, with k the whole part
    of (1 - level) (T + 1). One more loss that is drawn like these T is above the k-th largest
    of them with a chance of k / (T + 1), no more than 1 - level; where k would be 0, the largest
    is taken, and the chance is 1 / (T + 1). The interpolated one is smaller and breached more
    often. The expected shortfall is the average of exactly the worst share 1 - level, the last loss
    counted in part where the share asks for it; so it is subadditive, as the value at risk is
    not: see :class:`~marginlib.calibration.HistoricalSimulation`.

    Parameters
    ----------
    losses : array of shape (T, ...)
        Losses, in any order [fraction or currency].
    level : float
        Confidence level, such as 0.99 [fraction].
    interpolated : bool
        Whether the value at risk may lie between two losses; otherwise it is one of them.

    Returns
    -------
    Tail
        Each of shape (...).

    Source: C. Acerbi and D. Tasche, "On the coherence of expected shortfall", Journal of Banking
    and Finance 26 (2002).

    Of ten losses, the worst two are 9 and 10:

    >>> tail_risk([3, 9, 1, 4, 10, 2, 5, 6, 7, 8], level=0.8)
    Tail(value_at_risk=array(8.2), shortfall=array(9.5))
    >>> tail_risk([3, 9, 1, 4, 10, 2, 5, 6, 7, 8], level=0.8, interpolated=False).value_at_risk
    array(9.)
    """
    lost = series("losses", losses)
    places = _places(len(lost), confidence(level), interpolated)
    top = -np.partition(-lost, range(places.kept), axis=0)[: places.kept]
    shortfall = top[: places.full].sum(axis=0)
    if places.part > 0:
        shortfall = shortfall + places.part * top[places.full]
    quantile = top[-2] + places.between * (top[-1] - top[-2]) if places.kept > 1 else top[0]
    return Tail(np.asarray(quantile), np.asarray(shortfall / places.outcomes))


def rolling_tail_risk(
    losses: ArrayLike, window: int, level: float, interpolated: bool = True
) -> Tail:
    """Return :func:`tail_risk` of the last ``window`` days, on each day.

    Parameters
    ----------
    losses : array of shape (T, ...)
        Losses, the oldest first [fraction or currency].
    window : int
        Number of days looked back on, the day itself included [days].
    level : float
        Confidence level [fraction].
    interpolated : bool
        As in :func:`tail_risk`.

    Returns
    -------
    Tail
        Each of shape (T - window + 1, ...): the first window is the first to be full.

    Raises
    ------
    MarginError
        If there are fewer days than the window has.

    >>> rolling_tail_risk([1, 5, 2, 3, 4], window=3, level=0.5).value_at_risk.tolist()
    [2.0, 3.0, 3.0]
    """
    lost, days = series("losses", losses), whole("window", window, least=2)
    places = _places(days, confidence(level), interpolated)
    if days > len(lost):
        raise MarginError(f"window must not be above the {len(lost)} days there are; got {days}")
    columns = lost.reshape(len(lost), -1)
    answers = np.empty((2, len(lost) - days + 1, columns.shape[1]))
    blocks = -(-len(lost) // days)
    wide = max(1, WIDTH // blocks)
    for start in range(0, columns.shape[1], wide):
        part = slice(start, start + wide)
        _answer(columns[:, part], days, places, answers[:, :, part])
    shape = (answers.shape[1], *lost.shape[1:])
    return Tail(answers[0].reshape(shape), answers[1].reshape(shape))


def _places(days: int, level: float, interpolated: bool) -> _Places:
    outcomes = (1 - level) * days
    full = int(outcomes)
    if interpolated:
        position = (1 - level) * (days - 1)
        kept, between = min(int(position) + 2, days), position - int(position)
    else:
        # The k-th largest is the last of those that count in full, or the one after it.
        kept = max(full + 1, 2)
        place = max(int((1 - level) * (days + 1) + 1e-9), 1)
        between = place - (kept - 1.0)
    return _Places(kept, between, full, outcomes % 1, outcomes)


def _answer(columns: FloatArray, days: int, places: _Places, out: FloatArray) -> None:
    """Write both measures of some series, shape (T, S), into ``out``, shape (2, T - W + 1, S)."""
    length, width = columns.shape
    blocks = -(-length // days)
    filled = np.zeros((blocks * days, width))
    filled[:length] = columns
    # Side by side, so that one pass over the days of a block serves all blocks.
    day = filled.reshape(blocks, days, width).swapaxes(0, 1).copy()
    ends = _worst_of_ends(day[:, :-1], places.kept) if blocks > 1 else None
    begun = np.full((places.kept, blocks, width), -np.inf)
    both = np.empty((2, blocks, width))
    for step in range(days):
        _insert(begun, day[step].copy())
        # The window that ends here holds the beginning of this block and the end of the one before.
        if step == days - 1:
            _measure(begun.sum(axis=0), begun[-2], begun[-1], places, both)
            first, last = 0, both
        elif ends is not None:
            merged = np.maximum(begun[:, 1:], ends[step + 1, ::-1])
            _measure_any_order(merged, places, both[:, 1:])
            first, last = 1, both[:, 1:]
        else:
            continue
        times = np.arange(first, blocks) * days + step - days + 1
        inside = times < out.shape[1]
        out[:, times[inside]] = last[:, inside]


def _worst_of_ends(day: FloatArray, kept: int) -> FloatArray:
    """Return the worst ``kept`` losses of each block from each day to its end."""
    days = len(day)
    ends = np.empty((days, kept, *day.shape[1:]))
    now = np.full((kept, *day.shape[1:]), -np.inf)
    for step in reversed(range(days)):
        _insert(now, day[step].copy())
        ends[step] = now
    return ends


def _insert(ordered: FloatArray, value: FloatArray) -> None:
    """Put ``value`` (which is overwritten) into its place in the falling order; drop the last."""
    for place in ordered[:-1]:
        smaller = np.minimum(place, value)
        np.maximum(place, value, out=place)
        value = smaller
    np.maximum(ordered[-1], value, out=ordered[-1])


def _measure_any_order(top: FloatArray, places: _Places, out: FloatArray) -> None:
    """Write both measures of the worst losses, given in any order, into ``out``."""
    last, before_last = np.minimum(top[0], top[1]), np.maximum(top[0], top[1])
    for loss in top[2:]:
        np.minimum(before_last, np.maximum(last, loss), out=before_last)
        np.minimum(last, loss, out=last)
    _measure(top.sum(axis=0), before_last, last, places, out)


def _measure(
    total: FloatArray, before_last: FloatArray, last: FloatArray, places: _Places, out: FloatArray
) -> None:
    """Write both measures, from the sum of the worst losses and the smallest two of them."""
    np.add(before_last, places.between * (last - before_last), out=out[0])
    # All but the last two count in full, those two as far as the share goes.
    counted = places.full + places.part - (places.kept - np.array([2, 1]))
    without = 1 - np.clip(counted, 0, 1)
    np.divide(total - without[0] * before_last - without[1] * last, places.outcomes, out=out[1])
