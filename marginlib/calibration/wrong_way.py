r"""Collateral that falls together with the position it secures.

A position of size 1 may lose m (its margin rate), and collateral may lose h of its value (its
haircut): both are the same multiple of a standard deviation. With correlation :math:`\rho` between
the two losses, collateral c is enough if what may be lost together,
:math:`\sqrt{m^2 + 2 \rho m h c + h^2 c^2}`, is no more than c, so

.. math:: c = m \, \frac{\rho h + \sqrt{1 - (1 - \rho^2) h^2}}{1 - h^2} .

Losses that always come together (1) ask for :math:`m / (1 - h)`, which is what margin over a
haircut is; losses that have nothing to do with each other, for :math:`m / \sqrt{1 - h^2}`; and
collateral that rises when the position loses, for :math:`m / (1 + h)`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, numbers, refuse, together


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
    together(margin_rate=rate.shape, haircut=cut.shape, correlation=rho.shape)
    return np.asarray(rate * (rho * cut + np.sqrt(1 - (1 - rho**2) * cut**2)) / (1 - cut**2))


def wrong_way_add_on(
    margin_rate: ArrayLike, haircut: ArrayLike, correlation: ArrayLike
) -> FloatArray:
    """Return how much more collateral is needed than if the two losses were unrelated.

    Parameters
    ----------
    margin_rate, haircut, correlation : float or array
        As in :func:`collateral_rate`.

    Returns
    -------
    array
        Add-on for a position of size 1 [fraction]; below zero for collateral that rises when the
        position loses.

    >>> float(wrong_way_add_on(0.1, haircut=0.2, correlation=1).round(6))
    0.022938
    """
    related = collateral_rate(margin_rate, haircut, correlation)
    return np.asarray(related - collateral_rate(margin_rate, haircut, 0.0))
