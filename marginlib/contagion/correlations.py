r"""Why correlations rise when a large fund sells: they are made by the sales.

A fund holds :math:`\alpha_i` of each asset. As its value V falls, it keeps only a share
:math:`f(V)` of them, and what it sells moves the price of each by what it is over the depth
:math:`D_i` of the market:

.. math:: r_i = \varepsilon_i
          + \frac{\alpha_i}{D_i} \left( f\Bigl(\frac{V_1}{V_0}\Bigr) - f(1) \right).

For small moves that is :math:`r = (I + K) \varepsilon`, with
:math:`K_{ij} = f' \alpha_i \alpha_j S_j / (D_i V_0)`: assets that had nothing to do with each other
now move together, by as much as the fund holds of them. Where the fund answers to the fall that
its own sales make, at once and again, :math:`r = (I - K)^{-1} \varepsilon`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    NotSettled,
    non_negative,
    numbers,
    positive,
    refuse,
    together,
)
from marginlib.contagion._networks import fits, spectral_radius, square


def sales_feedback(
    holdings: ArrayLike, price: ArrayLike, depth: ArrayLike, intensity: ArrayLike
) -> FloatArray:
    """Return how far each asset moves when another (column) has moved by 1, shape (..., K, K).

    Parameters
    ----------
    holdings : array of shape (..., K)
        What the fund holds of each asset, all of it bought [units].
    price : array of shape (..., K)
        [currency]
    depth : float or array of shape (..., K)
        What must be sold of an asset to take all of its price, at the rate of small sales [units].
    intensity : float or array of shape (...)
        Share of its holdings that the fund sells for each unit of its value that is lost.

    Source: R. Cont and L. Wagalath, "Running for the exit: distressed selling and endogenous
    correlation in financial markets", Mathematical Finance 23(4), 2013, of which the abstract was
    read; the table is derived here, for one period and small moves.

    Half of its value in each asset; a tenth of the depth held of each; it sells 5 % for each 1 %:

    >>> sales_feedback([10, 10], [1, 1], depth=100, intensity=5).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    held, worth = non_negative("holdings", holdings), positive("price", price)
    deep, rate = positive("depth", depth), non_negative("intensity", intensity)
    if not held.ndim:
        raise MarginError("holdings must hold one value for each asset; got one number")
    kinds = held.shape[-1]
    fits("price", worth, kinds, "asset"), fits("depth", deep, kinds, "asset")
    together(holdings=held, price=worth, depth=deep, intensity=(*rate.shape, 1))
    value = held * worth
    total = value.sum(axis=-1, keepdims=True)
    refuse("the value of the holdings", total, total <= 0, "must be positive")
    weight = value / total
    return np.asarray(rate[..., None, None] * (held / deep)[..., None] * weight[..., None, :])


def realised_covariance(covariance: ArrayLike, table: ArrayLike) -> FloatArray:
    """Return the covariance of returns while the fund sells in answer to outside news only.

    Parameters
    ----------
    covariance : array of shape (..., K, K)
        Of returns without the fund [fraction squared].
    table : array of shape (..., K, K)
        From :func:`sales_feedback`.

    Source: as in :func:`sales_feedback`, and R. Cont and L. Wagalath, "Fire sales forensics:
    measuring endogenous risk", Mathematical Finance 26(4), 2016; one period, for small moves.

    Two assets of 20 % each, without correlation:

    >>> found = realised_covariance([[0.04, 0], [0, 0.04]], [[0.25, 0.25], [0.25, 0.25]])
    >>> volatilities_of(found).round(4).tolist(), round(float(correlations_of(found)[0, 1]), 4)
    ([0.255, 0.255], 0.3846)
    """
    each = square("table", table, "asset")
    return _carried(covariance, each, np.asarray(np.eye(each.shape[-1]) + each))


def simultaneous_covariance(covariance: ArrayLike, table: ArrayLike) -> FloatArray:
    """Return the covariance of returns while the fund answers to its own sales, too.

    Parameters are those of :func:`realised_covariance`.

    Raises
    ------
    NotSettled
        If sales make as many sales again, so that returns have no covariance; its ``last`` is the
        covariance of the first round.

    >>> found = simultaneous_covariance([[0.04, 0], [0, 0.04]], [[0.25, 0.25], [0.25, 0.25]])
    >>> volatilities_of(found).round(4).tolist(), round(float(correlations_of(found)[0, 1]), 4)
    ([0.3162, 0.3162], 0.6)
    """
    first, each = realised_covariance(covariance, table), numbers("table", table)
    radius = spectral_radius(each)
    if np.any(radius >= 1):
        raise NotSettled(
            f"sales make ever more sales: the spectral radius is {radius.max():.3g}, and must be "
            "below 1 for returns to have a covariance",
            first,
        )
    through = np.asarray(np.linalg.inv(np.eye(each.shape[-1]) - each), dtype=np.float64)
    return _carried(covariance, each, through)


def volatilities_of(covariance: ArrayLike) -> FloatArray:
    """Return the standard deviation of each asset, shape (..., K) [fraction]."""
    each = np.diagonal(square("covariance", covariance, "asset"), axis1=-2, axis2=-1)
    refuse("the variance", each, each < 0, "must not be negative")
    return np.sqrt(each)


def correlations_of(covariance: ArrayLike) -> FloatArray:
    """Return the correlations, shape (..., K, K); ``nan`` for an asset that does not move."""
    each, size = square("covariance", covariance, "asset"), volatilities_of(covariance)
    both = size[..., None] * size[..., None, :]
    return np.asarray(np.where(both > 0, each / np.where(both > 0, both, 1.0), np.nan))


def _carried(covariance: ArrayLike, table: ArrayLike, through: FloatArray) -> FloatArray:
    """Return the covariance of news that reaches returns through a table."""
    spread = square("covariance", covariance, "asset")
    together(covariance=spread, table=square("table", table, "asset"))
    return np.asarray(through @ spread @ np.swapaxes(through, -1, -2))
