r"""Branching: each event sets off others, as one liquidation does the next.

An event sets off a Poisson number of others, :math:`n` on average, and each of these does the same.
With a *branching ratio* :math:`n < 1` every cascade ends. The size of one, its first event
included, follows the law of Borel,

.. math:: P(k) = \frac{e^{-n k} (n k)^{k - 1}}{k!} , \qquad
          \text{mean } \frac{1}{1 - n} , \qquad \text{variance } \frac{n}{(1 - n)^3} ,

so the share :math:`n` of all events is set off by others, and the branching ratio is the loop gain
of :mod:`marginlib.feedback.loop_gain` by another name.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    generator,
    numbers,
    refuse,
    together,
    whole_numbers,
)


def borel(size: ArrayLike, ratio: ArrayLike) -> FloatArray:
    """Return the probability that a cascade has a size, shape (...).

    Parameters
    ----------
    size : int or array of shape (...)
        Number of events k, the first one included, at least 1.
    ratio : float or array of shape (...)
        Branching ratio n, from 0 up to but not including 1.

    Source: É. Borel, "Sur l'emploi du théorème de Bernoulli pour faciliter le calcul d'une infinité
    de coefficients", Comptes Rendus 214, 1942, as commonly given.

    One event alone is the chance of setting off none, 1 / sqrt(e) for a ratio of one half:

    >>> borel([1, 2, 3], 0.5).round(4).tolist()
    [0.6065, 0.1839, 0.0837]
    """
    count, each = whole_numbers("size", size), subcritical(ratio)
    together(size=count, ratio=each)
    # 0 where a ratio of 0 is raised to the power of 0
    power = scipy.special.xlogy(count - 1, each * count)
    return np.asarray(np.exp(power - each * count - scipy.special.gammaln(count + 1)))


def mean_size(ratio: ArrayLike) -> FloatArray:
    """Return the mean size of a cascade, shape (...) [events].

    >>> mean_size([0, 0.3, 0.7]).round(3).tolist()
    [1.0, 1.429, 3.333]
    """
    return np.asarray(1 / (1 - subcritical(ratio)))


def simulate_cascade_sizes(ratio: ArrayLike, *, rng: np.random.Generator) -> FloatArray:
    """Return the sizes of simulated cascades, one for each ratio, shape (...) [events].

    Parameters
    ----------
    ratio : array of shape (...)
        Branching ratio of each, from 0 up to but not including 1.
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same sizes.

    >>> sizes = simulate_cascade_sizes(np.full(10_000, 0.5), rng=np.random.default_rng(1))
    >>> bool(abs(sizes.mean() - mean_size(0.5)) < 0.1)
    True
    """
    source, each = generator(rng), subcritical(ratio)
    latest, size = np.ones(each.shape), np.ones(each.shape)
    while latest.any():
        latest = np.asarray(source.poisson(each * latest), dtype=np.float64)
        size = size + latest
    return np.asarray(size)


def branching_ratio_from_counts(count: ArrayLike) -> FloatArray:
    r"""Return the branching ratio that counts of events in equal windows show, shape (...).

    Clusters make counts vary more than chance does: in windows much longer than a cascade their
    variance over their mean is :math:`1 / (1 - n)^2`, so

    .. math:: n = 1 - \sqrt{\frac{\text{mean}}{\text{variance}}} .

    Parameters
    ----------
    count : array of shape (..., K)
        Number of events in each of K windows, two at least.

    Returns
    -------
    array of shape (...)
        Branching ratio; below 0 where counts vary less than chance makes them, ``nan`` where they
        do not vary at all. Anything else that makes activity change, such as the hour of the day,
        is taken for branching too.

    Source: S. J. Hardiman and J.-P. Bouchaud, "Branching-ratio approximation for the self-exciting
    Hawkes process", Physical Review E 90, 2014 (arXiv:1403.5227).

    Mean 4 and variance 16:

    >>> float(branching_ratio_from_counts([0, 8, 0, 8]))
    0.5
    """
    events = whole_numbers("count", count, least=0)
    if events.ndim == 0 or events.shape[-1] < 2:
        raise MarginError(f"count must hold two windows or more; got shape {events.shape}")
    variance = events.var(axis=-1)
    return np.asarray(1 - np.sqrt(events.mean(axis=-1) / np.where(variance > 0, variance, np.nan)))


def subcritical(ratio: ArrayLike) -> FloatArray:
    """Return ``ratio`` as branching ratios with which every cascade ends."""
    each = numbers("ratio", ratio)
    refuse("ratio", each, each < 0, "must not be negative")
    refuse("ratio", each, each >= 1, "must be below 1, or a cascade may never end")
    return each
