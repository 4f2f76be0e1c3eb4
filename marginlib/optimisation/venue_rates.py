r"""The venue's own problem: the cheapest margin rates that keep coverage and stability.

A high rate is safe and dear, a rate that follows the market is cheap and strikes at the worst
moment. With :math:`m_t` the rate of day t, the move :math:`y_t` of that day is covered where
:math:`m_t \ge y_t`; rates are stable where none rises by more than the factor :math:`1 + u` in a
day, or falls by more than to :math:`1 - d` of what it was.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    one_number,
    together,
    whole,
)
from marginlib.optimisation._linear import limits


class RateChoice(NamedTuple):
    """Which of several ways to set rates is the cheapest, and how each of them does."""

    best: int  # place of the cheapest that keeps both rules
    average: FloatArray  # mean rate of each, shape (P,) [fraction]
    coverage: FloatArray  # share of days whose move was covered, shape (P,) [fraction]
    largest_rise: FloatArray  # largest relative rise within the days looked at, shape (P,)


def cheapest_rate_path(
    move: ArrayLike, rise: ArrayLike = np.inf, fall: ArrayLike = 1.0, floor: ArrayLike = 0.0
) -> FloatArray:
    r"""Return the lowest rates that cover every move and change no faster than allowed.

    They are the lowest on every day at once, and therefore on average too:

    .. math:: m_t = \max_s y_s \times
        \begin{cases} (1 + u)^{-(s - t)} & s \ge t \\ (1 - d)^{t - s} & s < t \end{cases}

    Parameters
    ----------
    move : array of shape (..., T)
        Loss of each day that the rate of that day must cover [fraction], zero or more.
    rise : float or array of shape (...)
        Largest relative rise of the rate in a day, u [fraction]; any where nothing is said.
    fall : float or array of shape (...)
        Largest relative fall of the rate in a day, d [fraction]; any where nothing is said.
    floor : float or array of shape (...)
        Lowest rate [fraction].

    Returns
    -------
    array of shape (..., T)
        Rates [fraction].

    The path knows the future, which no venue does: it begins to rise before the large move comes.
    It is the bound against which rules without foresight are judged. What a rule costs above it is
    the price of not knowing; no rule that keeps both limits on these days costs less. It sees the
    days it is given, and says nothing of a move that was not among them.

    >>> cheapest_rate_path([0.02, 0.02, 0.08, 0.02, 0.02], rise=1.0, fall=0.5).tolist()
    [0.02, 0.04, 0.08, 0.04, 0.02]
    """
    moves = np.maximum(*np.broadcast_arrays(_days("move", move), _last(floor, "floor")))
    up, down = limits("rise", rise), fraction("fall", fall)
    shape = together(move=moves.shape[:-1], rise=up, fall=down)
    rate = np.array(np.broadcast_to(moves, (*shape, moves.shape[-1])))
    for day in range(rate.shape[-1] - 2, -1, -1):
        rate[..., day] = np.maximum(rate[..., day], rate[..., day + 1] / (1 + up))
    for day in range(1, rate.shape[-1]):
        rate[..., day] = np.maximum(rate[..., day], rate[..., day - 1] * (1 - down))
    return rate


def cheapest_rates(
    rates: ArrayLike, move: ArrayLike, coverage: float, rise: float = np.inf, days: int = 1
) -> RateChoice:
    """Return the cheapest of several ways to set rates that keeps coverage and stability.

    Parameters
    ----------
    rates : array of shape (P, T)
        Rates that each way would have set [fraction]; each row made without a look ahead, such as
        one estimator with buffers, floors and windows of different size.
    move : array of shape (T,)
        Loss of each day that the rate of that day should cover [fraction].
    coverage : float
        Least share of days that must be covered [fraction], such as 0.99.
    rise : float
        Largest relative rise of the rate allowed within ``days`` [fraction].
    days : int
        Over how many days a rise is measured, at least 1.

    Raises
    ------
    MarginError
        If none keeps both rules; it names the best coverage, and the smallest rise.

    The best of many was chosen with these days in sight, so it will do a little worse on others:
    keep some days back and look at them afterwards. The average rate stands for what traders pay;
    it does not see that they trade less where margin is dear.

    Three constant rates, one of which misses two days of five:

    >>> choice = cheapest_rates(
    ...     [[0.02] * 5, [0.05] * 5, [0.09] * 5], [0.01, 0.03, 0.02, 0.04, 0.01], coverage=0.99
    ... )
    >>> choice.best, choice.coverage.tolist()
    (1, [0.6, 1.0, 1.0])
    """
    paths, moves = non_negative("rates", rates), _days("move", move)
    least = one_number("coverage", fraction("coverage", coverage))
    most = one_number("rise", limits("rise", rise))
    if paths.ndim != 2 or moves.ndim != 1 or paths.shape[1] != moves.size or not len(paths):
        raise MarginError(
            "rates must hold one row for each way to set them and one column for each move; got "
            f"shapes {paths.shape} and {moves.shape}"
        )
    gap = whole("days", days)
    if gap >= moves.size:
        raise MarginError(
            f"days must be below the {moves.size} that there are moves for; got {gap}"
        )
    covered, rises = (paths >= moves).mean(axis=1), _largest_rise(paths, gap)
    keeps = (covered >= least) & (rises <= most)
    average = np.asarray(paths.mean(axis=1))
    if not keeps.any():
        raise _none_keeps(covered, rises, least, most)
    best = int(np.where(keeps, average, np.inf).argmin())
    return RateChoice(best, average, np.asarray(covered), rises)


def _largest_rise(rates: FloatArray, days: int) -> FloatArray:
    """Return the largest relative rise of rates within up to ``days``, shape (...) [fraction].

    ``inf`` where a rate rises from zero.

    >>> _largest_rise(np.array([0.05, 0.04, 0.06, 0.08]), days=2).tolist()
    1.0
    """
    most = np.zeros(rates.shape[:-1])
    for gap in range(1, days + 1):
        before, after = rates[..., :-gap], rates[..., gap:]
        with np.errstate(divide="ignore", invalid="ignore"):
            rise = np.where(after > before, after / before - 1, 0.0)
        most = np.maximum(most, rise.max(axis=-1))
    return np.asarray(most)


def _none_keeps(
    covered: FloatArray, rises: FloatArray, coverage: float, rise: float
) -> MarginError:
    enough: NDArray[np.bool_] = covered >= coverage
    if not enough.any():
        return MarginError(
            f"no rates here cover {coverage:.6g} of the days; the best cover {covered.max():.6g}. "
            "Add a buffer or a higher floor"
        )
    return MarginError(
        f"no rates here cover {coverage:.6g} of the days and rise by at most {rise:.6g}; of those "
        f"that cover enough, the steadiest rise by {rises[enough].min():.6g}. Add rates with a "
        "buffer, a floor or a longer window"
    )


def _days(name: str, value: ArrayLike) -> FloatArray:
    array = non_negative(name, value)
    if array.ndim == 0 or not array.shape[-1]:
        raise MarginError(f"{name} must hold one number for each day; got shape {array.shape}")
    return array


def _last(value: ArrayLike, name: str) -> FloatArray:
    return fraction(name, value)[..., None]
