r"""What it costs to close a large position, and the leverage that may be granted to it.

Under the square-root law, selling Q where V is traded in a day costs on average
:math:`\tfrac{2}{3} Y \sigma \sqrt{Q / V}` of its value. A margin that is to suffice must hold that
beside the cover for market moves, so the rate grows with the size, and the leverage falls.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, leverages, non_negative, refuse
from marginlib.calibration._series import one
from marginlib.impact import square_root_law
from marginlib.margin.schedule import Schedule


def close_out_cost(
    notional: ArrayLike, volume: ArrayLike, volatility: ArrayLike, coefficient: ArrayLike = 1.0
) -> FloatArray:
    """Return the average cost of closing positions, as a share of their size.

    Parameters
    ----------
    notional : array of shape (...)
        Sizes of the positions, zero or more [currency].
    volume : float or array
        What is traded in the market in a day [currency].
    volatility : float or array
        Standard deviation of the price over a day [fraction].
    coefficient : float or array
        The factor of the square-root law, of the order of one.

    Returns
    -------
    array of shape (...)
        The add-on to the margin rate [fraction].

    Source: F. Caccioli, J.-P. Bouchaud and J. D. Farmer, "Impact-adjusted valuation and the
    criticality of leverage", arXiv:1204.0922 (2012).

    A quarter of a day's volume, at 3 % a day, moves the price by 1.5 %, and costs two thirds of it:

    >>> round(float(close_out_cost(25e6, volume=100e6, volatility=0.03)), 6)
    0.01
    """
    law = square_root_law(volume, volatility, coefficient)
    return law.average(non_negative("notional", notional))


def concentration_rate(
    rate: ArrayLike,
    notional: ArrayLike,
    volume: ArrayLike,
    volatility: ArrayLike,
    coefficient: ArrayLike = 1.0,
) -> FloatArray:
    """Return the margin rate of a position with its close-out cost added.

    Parameters
    ----------
    rate : float or array
        Rate that covers market moves [fraction].
    notional, volume, volatility, coefficient : float or array
        As in :func:`close_out_cost`.

    >>> round(float(concentration_rate(0.04, 25e6, volume=100e6, volatility=0.03)), 6)
    0.05
    """
    cost = close_out_cost(notional, volume, volatility, coefficient)
    return np.asarray(fraction("rate", rate) + cost)


def largest_size(
    leverage: ArrayLike,
    rate: ArrayLike,
    volume: ArrayLike,
    volatility: ArrayLike,
    coefficient: ArrayLike = 1.0,
) -> FloatArray:
    """Return the largest position that may be opened at each leverage.

    Parameters
    ----------
    leverage : float or array
        Leverage, at least 1 [times].
    rate, volume, volatility, coefficient : float or array
        As in :func:`concentration_rate`.

    Returns
    -------
    array
        Notional [currency]; 0 where the leverage is too high for any size.

    Twenty times leaves 5 %, of which 1 % is for the close-out:

    >>> round(float(largest_size(20, rate=0.04, volume=100e6, volatility=0.03)), 2)
    25000000.0
    """
    law = square_root_law(volume, volatility, coefficient)
    left = np.maximum(1 / leverages("leverage", leverage) - fraction("rate", rate), 0.0)
    return np.asarray(law.size * (left * (1 + law.exponent) / law.scale) ** (1 / law.exponent))


def leverage_tiers(
    leverage: ArrayLike,
    rate: float,
    volume: float,
    volatility: float,
    coefficient: float = 1.0,
) -> Schedule:
    """Return the brackets of notional that the square-root law asks for.

    Each leverage may be had up to its :func:`largest_size`; the lowest one has no end.

    Parameters
    ----------
    leverage : array of shape (K,)
        Leverages of the brackets, falling [times].
    rate : float
        Rate that covers market moves [fraction].
    volume, volatility, coefficient : float
        As in :func:`close_out_cost`.

    Returns
    -------
    Schedule
        Stepped, with rate 1 / leverage.

    Raises
    ------
    MarginError
        If the leverages do not fall, or the highest leaves no room for any size.

    >>> tiers = leverage_tiers([20, 10], rate=0.04, volume=100e6, volatility=0.03)
    >>> tiers.floor.round(2).tolist(), tiers.rate.tolist()
    ([0.0, 25000000.0], [0.05, 0.1])
    """
    offered = leverages("leverage", leverage)
    if offered.ndim != 1 or not offered.size:
        raise MarginError(f"leverage must be a list of leverages; got shape {offered.shape}")
    rising = np.concatenate([[False], np.diff(offered) >= 0])
    refuse("leverage", offered, rising, "must be below the leverage before it")
    base = one("rate", fraction("rate", rate))
    refuse("leverage", offered, offered * base >= 1, f"must be below 1 / rate = {1 / base:g}")
    ends = largest_size(offered, base, volume, volatility, coefficient)
    return Schedule.stepped(np.concatenate([[0.0], ends[:-1]]), 1 / offered)
