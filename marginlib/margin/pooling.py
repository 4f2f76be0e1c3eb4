"""What is saved by margining positions together, as the rules say it or as correlations do."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    numbers,
    refuse,
    together,
    whole,
    whole_numbers,
)
from marginlib._equal_correlation import equal_correlation, variance_of_sum
from marginlib.accounts import Accounts
from marginlib.margin.asking import by_position
from marginlib.margin.requirement import MarginModel
from marginlib.market import Market


def pooling_saving(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    standalone: MarginModel | None = None,
    maintenance: bool = False,
) -> FloatArray:
    """Return the share of the standalone requirements that an account does not need.

    Parameters
    ----------
    model : margin model
        What the whole account needs.
    standalone : margin model
        What each position needs alone; by the same model where nothing is said.
    maintenance : bool
        Whether to compare maintenance requirements; otherwise the initial ones.

    Returns
    -------
    array of shape (...)
        Saving [fraction]; 0 where requirements add up, ``nan`` where nothing is required.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin.scan import ScenarioScan, equidistant
    >>> months = instruments.linear(["BTC-JUN", "BTC-SEP"], underlying="BTC")
    >>> now = market.at(months, [20_000, 20_000])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[2, -1], market=now)
    >>> float(pooling_saving(ana, now, ScenarioScan(equidistant(0.15, 0.15))).round(6))
    0.666667
    """
    alone = by_position(model if standalone is None else standalone, accounts, market)
    pooled = model(accounts, market)
    if maintenance:
        return _share_saved(pooled.maintenance, alone.maintenance.sum(axis=-1))
    return _share_saved(pooled.initial, alone.initial.sum(axis=-1))


def correlated_saving(exposure: ArrayLike, correlation: ArrayLike) -> FloatArray:
    r"""Return the saving where margin is a multiple of the standard deviation.

    .. math:: 1 - \frac{\sqrt{e' C e}}{\sum_k |e_k|}

    Parameters
    ----------
    exposure : array of shape (..., K)
        Standard deviation of each position's profit, negative for a short [currency].
    correlation : array of shape (..., K, K)
        Correlations of what they are on.

    Source: H. Markowitz, "Portfolio selection", Journal of Finance 7(1), 1952.

    A hedge at a correlation of 0.9 saves 77.6 % of the margin, two longs only 2.5 %:

    >>> pair = equicorrelation(2, 0.9)
    >>> correlated_saving([[1, -1], [1, 1]], pair).round(3).tolist()
    [0.776, 0.025]
    """
    each, matrix = numbers("exposure", exposure), numbers("correlation", correlation)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or not each.ndim:
        raise MarginError(
            "correlation must be a square table, and exposure hold one value for each row; "
            f"got shapes {matrix.shape} and {each.shape}"
        )
    refuse("correlation", matrix, np.abs(matrix) > 1, "must be from -1 to 1")
    together(exposure=each, correlation=matrix.shape[:-1])
    variance = (each * (matrix @ each[..., None])[..., 0]).sum(axis=-1)
    return _share_saved(np.sqrt(np.maximum(0.0, variance)), np.abs(each).sum(axis=-1))


def equicorrelated_saving(count: ArrayLike, correlation: ArrayLike) -> FloatArray:
    r"""Return the saving of equal positions, any two of which have the same correlation.

    .. math:: 1 - \sqrt{\frac{1 + (K - 1) \rho}{K}}

    Parameters
    ----------
    count : int or array
        Number of positions K, at least 1.
    correlation : float or array
        Correlation between any two, at least -1 / (K - 1); at that value nothing is left.

    >>> equicorrelated_saving([2, 4, 10, 10], [0, 0, 0, 0.5]).round(5).tolist()
    [0.29289, 0.5, 0.68377, 0.25838]
    """
    number, rho = whole_numbers("count", count), equal_correlation(count, correlation)
    return np.asarray(1 - np.sqrt(variance_of_sum(number, rho)) / number)


def equicorrelation(count: int, correlation: float) -> FloatArray:
    """Return the table of correlations, shape (K, K), where any two are the same.

    >>> equicorrelation(2, 0.5).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    number, rho = whole("count", count), float(equal_correlation(count, correlation))
    return np.full((number, number), rho) + (1 - rho) * np.eye(number)


def _share_saved(pooled: FloatArray, alone: FloatArray) -> FloatArray:
    return np.asarray(1 - pooled / np.where(alone > 0, alone, np.nan))
