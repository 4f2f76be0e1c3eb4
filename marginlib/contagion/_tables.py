"""What the models of networks ask of their input, and whether what a table passes on dies out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, non_negative, numbers, refuse


def spectral_radius(table: ArrayLike) -> FloatArray:
    """Return the largest size of an eigenvalue: below 1, what is passed on and on dies out.

    Parameters
    ----------
    table : array of shape (..., N, N)
        What one unit at each of N places makes at each other.

    Returns
    -------
    array of shape (...)

    Two that pass half of it to each other:

    >>> round(float(spectral_radius([[0, 0.5], [0.5, 0]])), 9)
    0.5
    """
    each = numbers("table", table)
    if each.ndim < 2 or each.shape[-1] != each.shape[-2]:
        raise MarginError(f"table must be square on its last two axes; got shape {each.shape}")
    return np.asarray(np.abs(np.linalg.eigvals(each)).max(axis=-1))


def between_banks(name: str, value: ArrayLike) -> FloatArray:
    """Return amounts between each two of N banks, shape (..., N, N), with none on the diagonal."""
    table = non_negative(name, value)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2]:
        raise MarginError(
            f"{name} must be a square table, a row and a column for each bank; "
            f"got shape {table.shape}"
        )
    itself = table * np.eye(table.shape[-1])
    refuse(name, itself, itself > 0, "must be 0 between a bank and itself")
    return table


def fits(name: str, array: FloatArray, count: int, what: str) -> FloatArray:
    """Return ``array`` if its last axis holds one value, or ``count`` of them, one for each."""
    if array.ndim and array.shape[-1] not in (1, count):
        raise MarginError(
            f"{name} must hold one value for each {what}, so its shape must end in {count}; "
            f"got shape {array.shape}"
        )
    return array


def times(table: FloatArray, vector: FloatArray) -> FloatArray:
    """Return a table times a vector, shape (..., N), over any leading axes."""
    return np.asarray((table @ vector[..., None])[..., 0])


def generator(rng: np.random.Generator) -> np.random.Generator:
    """Return ``rng`` if it is a generator; a seed is the usual mistake."""
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    return rng
