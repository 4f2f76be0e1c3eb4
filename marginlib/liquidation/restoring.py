r"""The size that restores margin after fees, in closed form.

Closing a position of value :math:`x` releases its margin, :math:`m x`, and costs fees,
:math:`f x`. So a shortage is made good by

.. math:: x = \frac{\text{shortage}}{m - f} ,

and by nothing if the fee is not below the margin rate: then all of the position goes.
:class:`marginlib.liquidation.ReduceTo` finds the same size under any model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive, together


def restoring_quantity(
    shortage: ArrayLike,
    price: ArrayLike,
    margin_rate: ArrayLike,
    liquidation_fee: ArrayLike = 0.0,
    fund_fee: ArrayLike = 0.0,
    quote_price: ArrayLike = 1.0,
) -> FloatArray:
    """Return how much of a position must be closed to make good a shortage of margin.

    Parameters
    ----------
    shortage : float or array of shape (...)
        Requirement minus equity [currency].
    price : float or array of shape (...)
        Price of the position [quote currency].
    margin_rate : float or array of shape (...)
        Its rate of maintenance [fraction].
    liquidation_fee, fund_fee : float or array of shape (...)
        What closing costs, paid to the liquidator and to the insurance fund [fraction].
    quote_price : float or array of shape (...)
        Price of the quote currency in the ledger's.

    Returns
    -------
    array of shape (...)
        Quantity [contracts]; infinite where no part of it is enough, so that all is closed.

    Source: Drift, protocol-v2, math/liquidation.rs (read in 2026).

    >>> float(restoring_quantity(10, price=100, margin_rate=0.10))
    1.0
    >>> restoring_quantity(10, 100, 0.10, liquidation_fee=[0.02, 0.10], fund_fee=0.03).tolist()
    [2.0, inf]
    """
    missing, value = non_negative("shortage", shortage), positive("price", price)
    quote = positive("quote_price", quote_price)
    rate = fraction("margin_rate", margin_rate)
    fees = fraction("liquidation_fee", liquidation_fee) + fraction("fund_fee", fund_fee)
    together(shortage=missing, price=value, margin_rate=rate, fees=fees)
    return size_that_restores(missing, value * quote * (rate - fees))


def size_that_restores(missing: FloatArray, released: FloatArray) -> FloatArray:
    """Return what makes good what is missing; infinite where nothing is released."""
    helps = released > 0
    size = missing / np.where(helps, released, 1.0)
    return np.asarray(np.where(helps | (missing == 0), size, np.inf))
