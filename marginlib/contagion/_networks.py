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

    Two that pass half of it to each other:

    >>> round(float(spectral_radius([[0, 0.5], [0.5, 0]])), 9)
    0.5
    """
    return np.asarray(np.abs(np.linalg.eigvals(square("table", table))).max(axis=-1))


def square(name: str, value: ArrayLike, what: str = "place") -> FloatArray:
    """Return a table with a row and a column for each of N things, shape (..., N, N)."""
    table = numbers(name, value)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2]:
        raise MarginError(
            f"{name} must be a square table, a row and a column for each {what}; "
            f"got shape {table.shape}"
        )
    return table


def between_banks(name: str, value: ArrayLike) -> FloatArray:
    """Return amounts between each two of N banks, shape (..., N, N), with none on the diagonal."""
    table = non_negative(name, square(name, value, "bank"))
    itself = table * np.eye(table.shape[-1])
    refuse(name, itself, itself > 0, "must be 0 between a bank and itself")
    return table


def held_by(name: str, value: ArrayLike, holder: str = "bank") -> FloatArray:
    """Return what N holders have of each of K assets, shape (..., N, K)."""
    table = non_negative(name, value)
    if table.ndim < 2:
        raise MarginError(
            f"{name} must be a table, a row for each {holder} and a column for each asset; "
            f"got shape {table.shape}"
        )
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
