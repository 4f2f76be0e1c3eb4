"""What a clearing house does to the exposures of its members: it nets over members, not classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    generator,
    non_negative,
    positive,
    refuse,
    whole,
    whole_numbers,
)
from marginlib._equal_correlation import equal_correlation, variance_of_sum


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
    number, kinds = whole_numbers("members", members), whole_numbers("classes", classes, least=0)
    spread = non_negative("sigma", sigma)
    rho = equal_correlation(np.maximum(kinds, 1), correlation)
    return np.asarray((number - 1) * spread * _mean_positive(variance_of_sum(kinds, rho)))


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
    number, kinds = whole_numbers("members", members), whole_numbers("classes", classes)
    chosen, spread = whole_numbers("cleared", cleared, least=0), non_negative("sigma", sigma)
    refuse("cleared", chosen, chosen > kinds, "must not exceed the classes")
    rho = equal_correlation(kinds, correlation)
    rest = bilateral_exposure(number, kinds - chosen, spread, rho)
    if separate:
        return np.asarray(rest + chosen * spread * _mean_positive(number - 1))
    joint = (number - 1) * variance_of_sum(chosen, rho)
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
    kinds, rho = whole_numbers("classes", classes), equal_correlation(classes, correlation)
    gain = np.sqrt(variance_of_sum(kinds, rho)) - np.sqrt(variance_of_sum(kinds - 1, rho))
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
    number = whole_numbers("members", members)
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
    source, others, kinds = generator(rng), whole("members", members) - 1, whole("classes", classes)
    worlds, spread = whole("draws", draws), float(positive("sigma", sigma))
    rho = float(non_negative("correlation", correlation))
    equal_correlation(kinds, rho)
    shared = np.sqrt(rho) * source.normal(size=(worlds, others)) * kinds
    netted = np.zeros((worlds, others)) + shared
    for _ in range(kinds):
        netted += np.sqrt(1 - rho) * source.normal(size=(worlds, others))
    with_each = np.maximum(netted, 0.0).sum(axis=-1).mean()
    with_all = np.maximum(netted.sum(axis=-1), 0.0).mean()
    return Exposures(np.asarray(spread * with_each), np.asarray(spread * with_all))


def _mean_positive(variance: FloatArray) -> FloatArray:
    """Return the mean of the positive part of a normal variable with mean 0."""
    return np.asarray(np.sqrt(variance / (2 * np.pi)))
