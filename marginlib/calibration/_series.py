"""What every series of this package has in common: days on the first axis, the oldest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, numbers, refuse


def series(name: str, value: ArrayLike, least: int = 1) -> FloatArray:
    """Return ``value`` as numbers with at least so many days on the first axis."""
    array = numbers(name, value)
    if array.ndim == 0 or len(array) < least:
        days = f"{least} day" + "s" * (least != 1)
        raise MarginError(
            f"{name} must hold at least {days} on its first axis; got shape {array.shape}"
        )
    return array


def confidence(level: float) -> float:
    """Return the confidence level of a margin, from a half up to (but without) 1."""
    chosen = numbers("level", level)
    refuse("level", chosen, chosen > 1, "must be a fraction", hint=lambda bad: bad / 100)
    rule = "must be at least 0.5 and below 1"
    refuse("level", chosen, (chosen < 0.5) | (chosen == 1), rule, hint=lambda bad: 1 - bad)
    return one("level", chosen)


def count(name: str, value: int, least: int = 1) -> int:
    """Return ``value`` as a whole number that is not too small."""
    whole = numbers(name, value)
    rule = f"must be a whole number, at least {least}"
    refuse(name, whole, (whole < least) | (whole % 1 != 0), rule)
    return int(one(name, whole))


def one(name: str, value: ArrayLike) -> float:
    """Return ``value`` as a single number."""
    single = numbers(name, value)
    if single.ndim:
        raise MarginError(f"{name} must be one number; got shape {single.shape}")
    return float(single)


def after(days: int, values: FloatArray) -> FloatArray:
    """Return ``values`` behind ``days`` days without an answer."""
    return np.concatenate([np.full((days, *values.shape[1:]), np.nan), values])


def days_without(name: str, values: FloatArray) -> int:
    """Return how many days there are at the start before every series has a number."""
    missing = np.any(np.isnan(values.reshape(len(values), -1)), axis=1, keepdims=True)[:, 0]
    start = int(np.argmin(missing))
    if missing[start:].any():
        raise MarginError(f"{name} must not be nan after its first number; drop those days")
    return start
