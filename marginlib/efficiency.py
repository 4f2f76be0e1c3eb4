r"""How much pooling saves, and when the saving is gone.

Positions that are margined together need less than each by itself, for two reasons: a loss on one
is met by spare cash of another, and moves that partly cancel are known to cancel. The saving is

.. math:: 1 - \frac{\text{requirement of the portfolio}}
                   {\text{sum of the requirements of its positions alone}} .

Where margin is a multiple of the standard deviation, it follows from the correlations alone. The
same algebra tells whether a clearing house lowers the exposure of its members (Duffie and Zhu):
clearing one class of contracts nets it over all members, and takes it out of the netting with each
of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    non_negative,
    numbers,
    positive,
    refuse,
    together,
)
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel, by_position
from marginlib.market import Market


def saving(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    standalone: MarginModel | None = None,
    maintenance: bool = False,
) -> FloatArray:
    """Return the share of the standalone requirements that an account does not need.

    Parameters
    ----------
    accounts : Accounts
    market : Market
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
    >>> from marginlib.portfolio_margin import ScenarioScan, equidistant
    >>> months = instruments.linear(["BTC-JUN", "BTC-SEP"], underlying="BTC")
    >>> now = market.at(months, [20_000, 20_000])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[2, -1], market=now)
    >>> float(saving(ana, now, ScenarioScan(equidistant(0.15, 0.15))).round(6))
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
    together(exposure=each.shape, correlation=matrix.shape[:-1])
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
    number, rho = _count("count", count), _equal_correlation(count, correlation)
    return np.asarray(1 - np.sqrt(_variance_of_sum(number, rho)) / number)


def equicorrelation(count: int, correlation: float) -> FloatArray:
    """Return the table of correlations, shape (K, K), where any two are the same.

    >>> equicorrelation(2, 0.5).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    number, rho = int(_count("count", count)), float(_equal_correlation(count, correlation))
    return np.full((number, number), rho) + (1 - rho) * np.eye(number)


def bilateral_exposure(
    members: ArrayLike, classes: ArrayLike, sigma: ArrayLike = 1.0, correlation: ArrayLike = 0.0
) -> FloatArray:
    r"""Return a member's expected exposure where it nets all classes with each other member.

    With each of N - 1 others, the values of K classes add up to a normal variable, whose positive
    part is expected to be its standard deviation over :math:`\sqrt{2\pi}`:

    .. math:: (N - 1) \, \sigma \sqrt{\frac{K (1 + (K - 1) \rho)}{2 \pi}}

    Parameters
    ----------
    members, classes : int or array
        Number of members N and of classes K; no class gives 0.
    sigma : float or array
        Standard deviation of the value of one class with one member [currency].
    correlation : float or array
        Correlation between classes.

    Source: D. Duffie and H. Zhu, "Does a central clearing counterparty reduce counterparty risk?",
    Review of Asset Pricing Studies 1(1), 2011.

    >>> float(bilateral_exposure(12, 6).round(3))
    10.749
    """
    number, kinds = _count("members", members), _count("classes", classes, least=0)
    spread = non_negative("sigma", sigma)
    rho = _equal_correlation(np.maximum(kinds, 1), correlation)
    return np.asarray((number - 1) * spread * _mean_positive(_variance_of_sum(kinds, rho)))


def cleared_exposure(
    members: ArrayLike,
    classes: ArrayLike,
    cleared: ArrayLike = 1,
    sigma: ArrayLike = 1.0,
    correlation: ArrayLike = 0.0,
    separate: bool = False,
) -> FloatArray:
    """Return a member's expected exposure where some classes are cleared.

    A cleared class nets over all N - 1 other members. The rest is netted with each as before.

    Parameters
    ----------
    members, classes : int or array
        Number of members N and of classes K.
    cleared : int or array
        How many of the classes are cleared.
    sigma, correlation : float or array
        As in :func:`bilateral_exposure`.
    separate : bool
        Whether each cleared class has a clearing house of its own; otherwise one clears them all.

    Source: as in :func:`bilateral_exposure`.

    >>> float(cleared_exposure(12, 6).round(3))
    11.136
    >>> float(cleared_exposure(12, 6, cleared=6).round(3))
    3.241
    >>> float(cleared_exposure(12, 6, cleared=6, separate=True).round(3))
    7.939
    """
    number, kinds = _count("members", members), _count("classes", classes)
    chosen, spread = _count("cleared", cleared, least=0), non_negative("sigma", sigma)
    refuse("cleared", chosen + 0 * kinds, chosen > kinds, "must not exceed the classes")
    rho = _equal_correlation(kinds, correlation)
    rest = bilateral_exposure(number, kinds - chosen, spread, rho)
    if separate:
        return np.asarray(rest + chosen * spread * _mean_positive(number - 1))
    joint = (number - 1) * _variance_of_sum(chosen, rho)
    return np.asarray(rest + spread * _mean_positive(joint))


def fewest_members(classes: ArrayLike, correlation: ArrayLike = 0.0) -> FloatArray:
    r"""Return the smallest number of members for which clearing one class lowers exposures.

    It is the first N above :math:`1 + (\sqrt{V_K} - \sqrt{V_{K-1}})^{-2}`, with
    :math:`V_K = K (1 + (K - 1) \rho)`. For uncorrelated classes that says
    :math:`K < N^2 / (4 (N - 1))`.

    Parameters
    ----------
    classes : int or array
        Number of classes K, at least 1.
    correlation : float or array
        Correlation between classes. At 0 or above there always is such a number; ``nan`` where
        a class lowers the risk of the others so much that none exists.

    Source: as in :func:`bilateral_exposure`; the correlation is an extension.

    >>> fewest_members([2, 3, 4, 5, 6]).tolist()
    [7.0, 11.0, 15.0, 19.0, 23.0]
    """
    kinds, rho = _count("classes", classes), _equal_correlation(classes, correlation)
    gain = np.sqrt(_variance_of_sum(kinds, rho)) - np.sqrt(_variance_of_sum(kinds - 1, rho))
    gain = np.where(gain > 0, gain, np.nan)
    return np.asarray(np.floor(1 + gain**-2.0) + 1)


def smallest_cleared_share(members: ArrayLike) -> FloatArray:
    r"""Return how risky a class must be, against all others, for clearing it to lower exposures.

    Its standard deviation must exceed :math:`2 \sqrt{N - 1} / (N - 2)` times that of the others
    together.

    Parameters
    ----------
    members : int or array
        Number of members N; with two or fewer no class is risky enough, and the answer is infinite.

    Source: as in :func:`bilateral_exposure`.

    >>> float(smallest_cleared_share(12).round(3))
    0.663
    """
    number = _count("members", members)
    others = np.where(number > 2, number - 2, np.nan)
    return np.asarray(np.where(number > 2, 2 * np.sqrt(number - 1) / others, np.inf))


class Exposures(NamedTuple):
    """Average exposures of one member over simulated values."""

    bilateral: FloatArray  # all classes netted with each other member [currency]
    cleared: FloatArray  # all classes netted over all members [currency]


def simulated_exposures(
    *,
    members: int,
    classes: int,
    draws: int,
    sigma: float = 1.0,
    correlation: float = 0.0,
    rng: np.random.Generator,
) -> Exposures:
    """Return a member's exposures on average over simulated worlds, to check the closed forms.

    Parameters
    ----------
    members, classes, draws : int
        Number of members, of classes, and of simulated worlds.
    sigma, correlation : float
        As in :func:`bilateral_exposure`; the correlation must not be negative.
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same answer.

    Close to the 10.749 and 3.241 that :func:`cleared_exposure` gives:

    >>> found = simulated_exposures(
    ...     members=12, classes=6, draws=20_000, rng=np.random.default_rng(1))
    >>> round(float(found.bilateral), 1), round(float(found.cleared), 1)
    (10.8, 3.3)
    """
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    others, kinds = int(_count("members", members)) - 1, int(_count("classes", classes))
    worlds, spread = int(_count("draws", draws)), float(positive("sigma", sigma))
    rho = float(non_negative("correlation", correlation))
    _equal_correlation(kinds, rho)
    shared = np.sqrt(rho) * rng.normal(size=(worlds, others)) * kinds
    netted = np.zeros((worlds, others)) + shared
    for _ in range(kinds):
        netted += np.sqrt(1 - rho) * rng.normal(size=(worlds, others))
    with_each = np.maximum(netted, 0.0).sum(axis=-1).mean()
    with_all = np.maximum(netted.sum(axis=-1), 0.0).mean()
    return Exposures(np.asarray(spread * with_each), np.asarray(spread * with_all))


def _share_saved(pooled: FloatArray, alone: FloatArray) -> FloatArray:
    return np.asarray(1 - pooled / np.where(alone > 0, alone, np.nan))


def _variance_of_sum(count: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return the variance of a sum of unit variables with equal correlation; 0 for none."""
    return np.maximum(0.0, count * (1 + (count - 1) * correlation))


def _mean_positive(variance: FloatArray) -> FloatArray:
    """Return the mean of the positive part of a normal variable with mean 0."""
    return np.asarray(np.sqrt(variance / (2 * np.pi)))


def _count(name: str, value: ArrayLike, least: int = 1) -> FloatArray:
    number = numbers(name, value)
    bad = (number < least) | (number % 1 != 0)
    refuse(name, number, bad, f"must be a whole number, at least {least}")
    return number


def _equal_correlation(count: ArrayLike, correlation: ArrayLike) -> FloatArray:
    """Return a correlation that so many variables can have in pairs."""
    number, rho = numbers("count", count), numbers("correlation", correlation)
    together(count=number.shape, correlation=rho.shape)
    refuse("correlation", rho, np.abs(rho) > 1, "must be from -1 to 1")
    least = -1 / np.maximum(number - 1, 1)
    low = rho + 0 * number
    refuse("correlation", low, low < least - 1e-12, "must be at least -1 / (count - 1)")
    return rho
