"""What a venue counts an asset for, and how much of it may be posted: the tables of a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, known, non_negative
from marginlib.optimisation._linear import limits


class CollateralRules(NamedTuple):
    """What counts for how much, costs how much, and may be posted at most."""

    counted: FloatArray  # shape (A, V)
    price: FloatArray  # shape (A, V)
    share: FloatArray  # shape (A, V)
    groups: tuple[FloatArray, FloatArray]  # who belongs to it (G, A), and its limit (G, V)
    room: FloatArray  # shape (V,), may be infinite


def amounts(name: str, value: ArrayLike) -> FloatArray:
    """Return a list of amounts."""
    column = non_negative(name, value)
    if column.ndim != 1 or not column.size:
        raise MarginError(
            f"{name} must be a list of amounts, at least one; got shape {column.shape}"
        )
    return column


def each_pair(name: str, value: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Return one number for each asset and venue; a list holds one for each asset."""
    if value.shape not in ((), shape[:1], shape):
        raise MarginError(
            f"{name} must be one number, {shape[0]} (one for each asset), or a table of shape "
            f"{shape}; got shape {value.shape}"
        )
    return np.broadcast_to(value[:, None] if value.ndim == 1 else value, shape)


def grouped(
    groups: Sequence[str] | None,
    at_most: Mapping[str, ArrayLike] | None,
    shape: tuple[int, int],
) -> tuple[FloatArray, FloatArray]:
    """Return which asset belongs to which group, shape (G, A), and their limits, shape (G, V)."""
    if not at_most:
        return np.zeros((0, shape[0])), np.zeros((0, shape[1]))
    if groups is None or len(groups) != shape[0]:
        raise MarginError(
            f"groups must name {shape[0]} groups, one for each asset, where group_limit is given; "
            f"got {0 if groups is None else len(groups)}"
        )
    for name in at_most:
        known("group", name, groups)
    member = np.array([[float(one == name) for one in groups] for name in at_most])
    share = [fraction("group_limit", limit) for limit in at_most.values()]
    if any(one.shape not in ((), shape[1:]) for one in share):
        raise MarginError(
            f"group_limit must hold one number, or {shape[1]} (one for each venue), for each group"
        )
    return member, np.stack([np.broadcast_to(one, shape[1:]) for one in share])


def room_at(limit: ArrayLike, need: FloatArray) -> FloatArray:
    """Return what each venue may hold, which may be infinite."""
    room = limits("venue_limit", limit)
    if room.shape not in ((), need.shape):
        raise MarginError(
            f"venue_limit must be one number or {need.size}, one for each venue; "
            f"got shape {room.shape}"
        )
    return np.broadcast_to(room, need.shape)
