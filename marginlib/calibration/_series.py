"""What every series of this room has in common: days on the first axis, the oldest first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    numbers,
    one_number,
    positive,
    refuse,
)


def series(name: str, value: ArrayLike, least: int = 1) -> FloatArray:
    """Return ``value`` as numbers with at least so many days on the first axis."""
    array = numbers(name, value)
    if array.ndim == 0 or len(array) < least:
        days = f"{least} day" + "s" * (least != 1)
        raise MarginError(
            f"{name} must hold at least {days} on its first axis; got shape {array.shape}"
        )
    return array


def nan_at_first(
    name: str, value: ArrayLike, check: Callable[[str, ArrayLike], FloatArray]
) -> FloatArray:
    """Return what ``check`` accepts, of which the first days may be nan: no answer yet."""
    given = np.asarray(value)
    is_float = given.ndim > 0 and given.dtype.kind == "f"
    missing = np.isnan(given) if is_float else np.zeros(given.shape, dtype=np.bool_)
    if not missing.any():
        return check(name, value)
    checked = check(name, np.where(missing, 1.0, given))
    if (missing[1:] & ~missing[:-1]).any():
        raise MarginError(f"{name} must not be nan after its first number; drop those days")
    return np.where(missing, np.nan, checked)


def margin_rates(margin: ArrayLike) -> FloatArray:
    """Return rates above zero, of which the first days may be nan."""
    rates = nan_at_first("margin", margin, positive)
    if rates.ndim == 0 or not rates.size:
        raise MarginError(f"margin must hold days on its first axis; got shape {rates.shape}")
    return rates


def common_days(margin: ArrayLike) -> FloatArray:
    """Return the days of :func:`margin_rates` on which every series has a rate."""
    rates = margin_rates(margin)
    start = days_without(rates)
    if start == len(rates):
        raise MarginError("margin must not be nan on every day")
    return rates[start:]


def days_without(values: FloatArray) -> int:
    """Return how many days there are at the start before every series has a number."""
    return int(np.isnan(values).reshape(len(values), -1).any(axis=1).sum())


def date(name: str, value: str) -> np.datetime64:
    """Return ``value`` as a day."""
    try:
        return np.datetime64(value, "D")
    except (TypeError, ValueError):
        raise MarginError(f"{name} must be a date such as 2024-01-31; got {value!r}") from None


def after(days: int, values: FloatArray) -> FloatArray:
    """Return ``values`` behind ``days`` days without an answer."""
    return np.concatenate([np.full((days, *values.shape[1:]), np.nan), values])


def confidence_levels(level: ArrayLike) -> FloatArray:
    """Return confidence levels of a margin, from a half up to (but without) 1."""
    chosen = fraction("level", level)
    rule = "must be at least 0.5 and below 1"
    refuse("level", chosen, (chosen < 0.5) | (chosen == 1), rule, hint=lambda bad: 1 - bad)
    return chosen


def confidence(level: float) -> float:
    """Return the confidence level of a margin, from a half up to (but without) 1."""
    return one_number("level", confidence_levels(level))


def decays(decay: ArrayLike) -> FloatArray:
    """Return the weight of yesterday's variance in today's, between 0 and 1."""
    kept = positive("decay", decay)
    refuse("decay", kept, kept >= 1, "must be below 1", hint=lambda bad: bad / 100)
    return kept


def with_variance(degrees_of_freedom: float) -> float:
    """Return degrees of freedom with which Student's t distribution has a variance."""
    freedom = one_number("degrees_of_freedom", positive("degrees_of_freedom", degrees_of_freedom))
    if freedom <= 2:
        raise MarginError(
            f"degrees_of_freedom must be above 2, for the variance to exist; got {freedom:g}"
        )
    return freedom
