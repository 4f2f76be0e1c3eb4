r"""From weighted sensitivities to a margin: within buckets, then across them.

Within bucket b, and then across buckets,

.. math::
    K_b = \sqrt{\sum_{k,l} \rho_{kl}\, W_k W_l}, \qquad
    M = \sqrt{\sum_b K_b^2 + \sum_{b \ne c} \gamma_{bc}\, S_b S_c} + K_\text{residual}

with :math:`S_b` the sum of :math:`W_k`, no larger in size than :math:`K_b`. What is in the residual
bucket offsets nothing outside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from marginlib._checks import FloatArray
from marginlib.margin.uncleared.simm.risk_class import RESIDUAL, RiskClass
from marginlib.margin.uncleared.simm.sensitivities import RiskFactor


class Buckets(NamedTuple):
    """Buckets other than the residual one: their margins K and net weighted sensitivities S."""

    names: list[str]
    margin: FloatArray  # (..., B)
    net: FloatArray  # (..., B)


def members(factors: Sequence[RiskFactor], rule: RiskClass) -> dict[str, list[int]]:
    """Return the places of the risk factors of each bucket."""
    places: dict[str, list[int]] = {}
    for place, factor in enumerate(factors):
        places.setdefault(rule.bucket(factor), []).append(place)
    return places


def within_bucket(weighted: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return the margin of one bucket.

    Parameters
    ----------
    weighted : array of shape (..., F)
        Weighted sensitivities [USD].
    correlation : array of shape (F, F) or (..., F, F)
        Correlations, 1 on the diagonal.

    >>> half = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> round(float(within_bucket(np.array([3.0, 5.0]), half)), 10)
    7.0
    """
    squared = np.einsum("...k,...kl,...l->...", weighted, correlation, weighted)
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


def fill_buckets(
    factors: Sequence[RiskFactor],
    weighted: FloatArray,
    rule: RiskClass,
    correlate: Callable[[list[int]], FloatArray],
) -> tuple[Buckets, FloatArray]:
    """Return the buckets, and beside them the margin of the residual one.

    ``correlate`` is asked for the correlations of the risk factors at some places.
    """
    places_of = members(factors, rule)
    names = [bucket for bucket in places_of if bucket != RESIDUAL]
    margin = np.empty((*weighted.shape[:-1], len(names)))
    net = np.empty_like(margin)
    for column, bucket in enumerate(names):
        places = places_of[bucket]
        margin[..., column] = within_bucket(weighted[..., places], correlate(places))
        net[..., column] = weighted[..., places].sum(axis=-1)
    residual = np.zeros(weighted.shape[:-1])
    if RESIDUAL in places_of:
        places = places_of[RESIDUAL]
        residual = within_bucket(weighted[..., places], correlate(places))
    return Buckets(names, margin, net), residual


def across_buckets(buckets: Buckets, correlation: FloatArray) -> FloatArray:
    """Return the margin of several buckets.

    ``correlation`` has shape (B, B) or (..., B, B); its diagonal is not read.

    >>> two = Buckets(["1", "2"], np.array([3.0, 5.0]), np.array([3.0, 9.0]))
    >>> round(float(across_buckets(two, np.full((2, 2), 0.5))), 10)
    7.0
    """
    clipped = np.clip(buckets.net, -buckets.margin, buckets.margin)
    between = correlation * (1 - np.eye(len(buckets.names)))
    crossed = np.einsum("...b,...bc,...c->...", clipped, between, clipped)
    return np.asarray(np.sqrt(np.maximum((buckets.margin**2).sum(axis=-1) + crossed, 0.0)))
