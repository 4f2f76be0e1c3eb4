r"""How a financed position is sold through its own impact, and whether that ends solvent.

Selling the share x of a position moves the marked price by :math:`I x^k`, where I is the move that
selling all of it makes and k is the exponent of the impact: 1/2 under the square-root law. Each
sale is done at the price of its moment, and what is left is marked there, so equity as a share of
the position at the start falls to

.. math:: e(x) = \frac{1}{\lambda_0} - I x^k \left(1 - \frac{k x}{1 + k}\right) ,

where :math:`\lambda_0` is the leverage at the start. Leverage on the way is
:math:`(1 - x)(1 - I x^k) / e(x)`, and it may rise before it falls.

Source: F. Caccioli, J.-P. Bouchaud and J. D. Farmer, "Impact-adjusted valuation and the criticality
of leverage", arXiv:1204.0922 (2012).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, fraction, leverages, positive, refuse, together


class PeakLeverage(NamedTuple):
    """The highest leverage on the way, shape (...) [times], and the share sold by then."""

    leverage: FloatArray
    sold: FloatArray


def critical_leverage(impact: ArrayLike, exponent: ArrayLike = 0.5) -> FloatArray:
    r"""Return the leverage from which on a sale of everything ends with a loss to the lender.

    .. math:: \lambda_c = \frac{1 + k}{I}

    Parameters
    ----------
    impact : float or array of shape (...)
        How far selling the whole position moves the price [fraction].
    exponent : float or array of shape (...)
        Power of the size: 1/2 under the square-root law, 1 in a linear book.

    Returns
    -------
    array of shape (...)
        Leverage [times].

    >>> critical_leverage([0.05, 0.10, 0.15]).round(9).tolist()
    [30.0, 15.0, 10.0]
    """
    move, power = _impact(impact, exponent)
    return np.asarray((1 + power) / move)


def leverage_while_selling(
    leverage: ArrayLike, impact: ArrayLike, sold: ArrayLike, exponent: ArrayLike = 0.5
) -> FloatArray:
    """Return the marked leverage when a share of the position is sold, shape (...) [times].

    Parameters
    ----------
    leverage : float or array of shape (...)
        Leverage before the sale [times].
    impact, exponent : float or array of shape (...)
        As in :func:`critical_leverage`.
    sold : float or array of shape (...)
        Share of the position that has been sold [fraction].

    Returns
    -------
    array of shape (...)
        Leverage [times]; ``nan`` where no equity is left.

    >>> leverage_while_selling(9, 0.10, [0, 0.183, 1]).round(2).tolist()
    [9.0, 11.02, 0.0]
    """
    start, (move, power) = leverages("leverage", leverage), _impact(impact, exponent)
    share = fraction("sold", sold)
    together(leverage=start, impact=move, sold=share, exponent=power)
    own = _equity(start, move, power, share)
    held = (1 - share) * (1 - move * share**power)
    return np.asarray(held / np.where(own > 0, own, np.nan))


def peak_leverage(
    leverage: ArrayLike, impact: ArrayLike, exponent: ArrayLike = 0.5
) -> PeakLeverage:
    """Return the highest leverage while everything is sold, and where on the way it is reached.

    The first sales mark down all that is left, so the leverage rises although the position shrinks.

    Parameters are those of :func:`leverage_while_selling`.

    Returns
    -------
    PeakLeverage
        ``nan`` at or above the critical leverage, where the sale ends without equity.

    >>> peak = peak_leverage(9, 0.10)
    >>> float(peak.leverage.round(2)), float(peak.sold.round(3))
    (11.02, 0.183)
    """
    start, (move, power) = leverages("leverage", leverage), _impact(impact, exponent)
    shape = together(leverage=start, impact=move, exponent=power)
    low, high = np.zeros(shape), np.ones(shape)
    low, high = bisection(lambda sold: _slope(start, move, power, sold) > 0, low, high)
    # Below this width there is nothing between the start and the peak.
    sold = np.where(start * move < 1 + power, np.where(low > 0, (low + high) / 2, 0.0), np.nan)
    top = leverage_while_selling(start, move, np.nan_to_num(sold), power)
    return PeakLeverage(np.asarray(np.where(np.isnan(sold), np.nan, top)), sold)


def _equity(start: FloatArray, move: FloatArray, power: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(1 / start - move * x**power * (1 - power * x / (1 + power)))


def _slope(start: FloatArray, move: FloatArray, power: FloatArray, x: FloatArray) -> FloatArray:
    """Return a number with the sign of the derivative of leverage, where equity is left."""
    own = _equity(start, move, power, x)
    price, fall = 1 - move * x**power, move * power * x ** (power - 1)
    return np.asarray(((1 - x) ** 2 * price - (1 - x) * own) * fall - price * own)


def _impact(impact: ArrayLike, exponent: ArrayLike) -> tuple[FloatArray, FloatArray]:
    move, power = positive("impact", fraction("impact", impact)), positive("exponent", exponent)
    refuse("exponent", power, power > 1, "must be at most 1")
    together(impact=move, exponent=power)
    return move, power
