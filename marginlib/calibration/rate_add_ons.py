r"""What a margin rate must hold beside market moves: close-out costs, and wrong-way collateral.

Under the square-root law, selling Q where V is traded in a day costs on average
:math:`\tfrac{2}{3} Y \sigma \sqrt{Q / V}` of its value. A margin that is to suffice must hold that
beside the cover for market moves, so the rate grows with the size, and the leverage falls.

*Wrong-way collateral* falls together with the position that it secures. A position of size 1 may
lose m (its margin rate), and collateral may lose h of its value (its haircut): both are the same
multiple of a standard deviation. With correlation :math:`\rho` between the two losses, collateral c
is enough if what may be lost together, :math:`\sqrt{m^2 + 2 \rho m h c + h^2 c^2}`, is no more than
c, so

.. math:: c = m \, \frac{\rho h + \sqrt{1 - (1 - \rho^2) h^2}}{1 - h^2} .

Losses that always come together (1) ask for :math:`m / (1 - h)`, which is what margin over a
haircut is; losses that have nothing to do with each other, for :math:`m / \sqrt{1 - h^2}`; and
collateral that rises when the position loses, for :math:`m / (1 + h)`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    leverages,
    non_negative,
    numbers,
    one_number,
    refuse,
    together,
)
from marginlib.impact import square_root_law
from marginlib.margin.schedule import Schedule


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
    notional : array of shape (...)
        Sizes of the positions, zero or more [currency].
    volume : float or array
        What is traded in the market in a day [currency].
    volatility : float or array
        Standard deviation of the price over a day [fraction].
    coefficient : float or array
        The factor of the square-root law, of the order of one.

    Source: F. Caccioli, J.-P. Bouchaud and J. D. Farmer, "Impact-adjusted valuation and the
    criticality of leverage", arXiv:1204.0922 (2012).

    A quarter of a day's volume, at 3 % a day, moves the price by 1.5 %, and costs two thirds of it:

    >>> round(float(concentration_rate(0.04, 25e6, volume=100e6, volatility=0.03)), 6)
    0.05
    """
    law = square_root_law(volume, volatility, coefficient)
    return np.asarray(fraction("rate", rate) + law.average(non_negative("notional", notional)))


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
        As in :func:`concentration_rate`.

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
    base = one_number("rate", fraction("rate", rate))
    refuse("leverage", offered, offered * base >= 1, f"must be below 1 / rate = {1 / base:g}")
    terms = {"volume": volume, "volatility": volatility, "coefficient": coefficient}
    law = (one_number(name, numbers(name, value)) for name, value in terms.items())
    ends = largest_size(offered, base, *law)
    return Schedule.stepped(np.concatenate([[0.0], ends[:-1]]), 1 / offered)


def collateral_rate(
    margin_rate: ArrayLike, haircut: ArrayLike, correlation: ArrayLike
) -> FloatArray:
    """Return the collateral that a position needs, at its market value, per unit of size.

    Parameters
    ----------
    margin_rate : float or array
        What the position may lose, at the confidence level of the margin [fraction].
    haircut : float or array
        What the collateral may lose, at the same level; below 1 [fraction].
    correlation : float or array
        Of the two losses, from -1 to 1 [fraction].

    Returns
    -------
    array
        Collateral for a position of size 1 [fraction].

    Losses that come together: a fifth of the 0.125 is lost, and 0.1 is left for the position.

    >>> collateral_rate(0.1, haircut=0.2, correlation=[0, 1]).round(6).tolist()
    [0.102062, 0.125]
    """
    rate, cut = fraction("margin_rate", margin_rate), fraction("haircut", haircut)
    refuse("haircut", cut, cut == 1, "must be below 1, or nothing is left of the collateral")
    rho = numbers("correlation", correlation)
    refuse("correlation", rho, np.abs(rho) > 1, "must be from -1 to 1")
    together(margin_rate=rate, haircut=cut, correlation=rho)
    return np.asarray(rate * (rho * cut + np.sqrt(1 - (1 - rho**2) * cut**2)) / (1 - cut**2))
