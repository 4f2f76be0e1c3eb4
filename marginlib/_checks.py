"""Bad input is refused here, in words that say what to type instead.

Every validator returns the value as a read-only array of 64-bit floats, so that the rest of the
library can trust what it holds and never checks twice.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
_MOST = 1_000_000_000  # more rounds, paths or steps than that are no plan but a slip


class MarginError(ValueError):
    """Input that cannot be right. The message names the argument, the value and the rule."""

    __module__ = "marginlib"  # where readers find it, and what a traceback shows


class NotSettled(MarginError):
    """A search or a sequence of steps that came to no end.

    Attributes
    ----------
    last : object
        The state that was reached, so that it can be looked at.
    """

    __module__ = "marginlib"

    def __init__(self, message: str, last: object) -> None:
        super().__init__(message)
        self.last = last

    def __reduce__(self) -> tuple[type[NotSettled], tuple[str, object]]:
        return NotSettled, (str(self), self.last)  # for the way back from another process


def numbers(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as finite numbers of any shape."""
    try:
        array = np.asarray(value, dtype=np.float64).view()
    except (TypeError, ValueError):
        raise MarginError(
            f"{name} must be a number or an array of numbers; got {value!r}"
        ) from None
    array.flags.writeable = False
    refuse(name, array, ~np.isfinite(array), "must be finite")
    return array


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as numbers above zero."""
    array = numbers(name, value)
    refuse(name, array, array <= 0, "must be positive")
    return array


def non_negative(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as numbers that are zero or more."""
    array = numbers(name, value)
    refuse(name, array, array < 0, "must not be negative")
    return array


def fraction(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as fractions from 0 to 1; percentages are the usual mistake."""
    array = numbers(name, value)
    refuse(name, array, array > 1, "must be a fraction", hint=lambda bad: bad / 100)
    refuse(name, array, array < 0, "must not be negative")
    return array


def leverages(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as leverages of 1 or more; the margin rate itself is the usual mistake."""
    array = positive(name, value)
    refuse(name, array, array < 1, "must be at least 1", hint=lambda bad: 1 / bad)
    return array


def multiples(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as multiples of 1 or more; the part above 1 is the usual mistake."""
    array = numbers(name, value)
    refuse(name, array, array < 1, "must be at least 1", hint=lambda bad: 1 + abs(bad))
    return array


def last_axis(name: str, array: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Return ``array`` if its last axis holds one value for each of ``names``."""
    if array.ndim == 0 or array.shape[-1] != len(names):
        raise MarginError(
            f"{name} must hold one value for each instrument ({', '.join(names)}) "
            f"on its last axis, so its shape must end in {len(names)}; got shape {array.shape}"
        )
    return array


def one_for_each(what: str, name: str, array: FloatArray) -> FloatArray:
    """Return ``array`` if it has a last axis, which holds one value for each ``what``."""
    if array.ndim == 0:
        raise MarginError(
            f"{name} must hold one value for each {what} on its last axis; "
            f"got one number, did you mean [{float(array):g}]?"
        )
    return array


def one_or_each(name: str, array: FloatArray, count: int) -> FloatArray:
    """Return one value for each of ``count`` things, shape (count,); one number is for all."""
    if array.shape not in [(), (count,)]:
        raise MarginError(f"{name} must be one number or {count}; got shape {array.shape}")
    return np.broadcast_to(array, (count,))


def one_number(name: str, array: FloatArray) -> float:
    """Return ``array`` if it is one number."""
    if array.ndim:
        raise MarginError(f"{name} must be one number; got shape {array.shape}")
    return float(array)


def whole(name: str, value: float, least: int = 1) -> int:
    """Return ``value`` if it is a whole number, at least so large."""
    number = one_number(name, numbers(name, value))
    if number != int(number) or number < least:
        raise MarginError(f"{name} must be a whole number, at least {least}; got {number:g}")
    if number > _MOST:
        raise MarginError(f"{name} must be at most {_MOST:,}; got {number:g}")
    return int(number)


def whole_numbers(name: str, value: ArrayLike, least: int = 1) -> FloatArray:
    """Return ``value`` as whole numbers, each at least so large."""
    count = numbers(name, value)
    bad = (count < least) | (count % 1 != 0)
    refuse(name, count, bad, f"must be a whole number, at least {least}")
    refuse(name, count, count > _MOST, f"must be at most {_MOST:,}")
    return count


_Kind = TypeVar("_Kind")


def of_kind(name: str, value: _Kind, kind: type[Any], made_by: str) -> _Kind:
    """Return ``value`` if it is of a kind; otherwise say what makes one."""
    if not isinstance(value, kind):
        raise MarginError(f"{name} must be made by {made_by}; got {type(value).__name__}")
    return value


def generator(rng: np.random.Generator) -> np.random.Generator:
    """Return ``rng`` if it is a generator; a seed is the usual mistake."""
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    return rng


def together(**arrays: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that the named shapes broadcast to."""
    try:
        return np.broadcast_shapes(*arrays.values())
    except ValueError:
        said = ", ".join(f"{name} {shape}" for name, shape in arrays.items())
        raise MarginError(f"these shapes do not fit together: {said}") from None


def known(name: str, value: str, options: Iterable[str]) -> str:
    """Return ``value`` if it is one of ``options``; otherwise name the nearest ones."""
    listed = list(options)
    if value in listed:
        return value
    lowered = {option.lower(): option for option in listed}
    near = difflib.get_close_matches(str(value).lower(), lowered, n=3, cutoff=0.6)
    hint = ", ".join(repr(lowered[key]) for key in near)
    if hint:
        raise MarginError(f"{name} {value!r} is not known; did you mean {hint}?")
    nearest = sorted(listed, key=lambda option: -_likeness(str(value), option))
    all_of_them = ", ".join(repr(option) for option in nearest)
    raise MarginError(f"{name} {value!r} is not known; choose from {all_of_them or 'nothing'}")


def _likeness(asked: str, option: str) -> float:
    return difflib.SequenceMatcher(None, asked.lower(), option.lower()).ratio()


def hold(thing: object, **fields: object) -> None:
    """Set the fields of a frozen dataclass whose ``__init__`` has checked them."""
    for name, value in fields.items():
        object.__setattr__(thing, name, value)


def refuse(
    name: str,
    array: FloatArray,
    bad: NDArray[np.bool_],
    rule: str,
    hint: Callable[[float], float] | None = None,
) -> None:
    """Raise a :class:`MarginError` for the first ``bad`` element, if there is one.

    ``hint`` turns the bad value into the one that was probably meant.
    """
    if not bad.any():
        return
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    value = float(array[index])
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    did_you_mean = f", did you mean {hint(value):g}?" if hint else ""
    raise MarginError(f"{place} {rule}; got {value:g}{did_you_mean}")
