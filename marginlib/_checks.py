"""Bad input is refused here, in words that say what to type instead.

Every validator returns the value as a read-only array of 64-bit floats that nobody else can write
to, so that the rest of the library can trust what it holds and never checks twice.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from numbers import Real
from reprlib import Repr
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
_Any = TypeVar("_Any", bound=np.generic)


class HasShape(Protocol):
    """An array, accounts, a market: whatever has a shape that can meet another."""

    @property
    def shape(self) -> tuple[int, ...]: ...


_FLOAT = np.dtype(np.float64)
_PLAIN = frozenset({float, int, list, tuple, np.ndarray, np.float64})  # have no labels, no mask
_MOST = 1_000_000_000  # more rounds, paths or steps than that are no plan but a slip
_NOT_NUMBERS = {"c": "complex numbers", "M": "dates", "m": "spans of time", "S": "bytes"}
_repr = Repr()
_repr.maxstring = _repr.maxother = 80


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


def said(value: object) -> str:
    """Return a value as it is told in an error: of a long one, only how it begins."""
    return _repr.repr(value)


def numbers(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as finite numbers of any shape, in memory that nobody else can write to.

    What is read-only already, as all that this library holds, is not copied.
    """
    if type(value) is np.ndarray and value.dtype is _FLOAT:
        array = value if _is_fixed(value) else fixed(value.copy())
    else:
        array = fixed(_converted(name, value))
    if not _is_finite(array):
        refuse(name, array, ~np.isfinite(array), "must be finite")
    return array


def numbers_or_none(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as numbers, with ``nan`` where there is no such number."""
    array = _converted(name, value)
    refuse(name, array, np.isinf(array), "must be finite, or nan where there is none")
    return fixed(array)


def fixed(result: FloatArray) -> FloatArray:
    """Return a fresh result as one that nobody writes to any more; then nothing need copy it."""
    array = np.asarray(result)
    array.flags.writeable = False
    return array


def in_order(name: str, value: ArrayLike | Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Return what has labels (a dict, or anything of pandas) in the order of ``names``.

    Whatever has no labels is returned as it is.
    """
    if type(value) in _PLAIN:
        return value
    labels = list(value) if isinstance(value, Mapping) else _labels(value)
    if labels is None:
        return value
    if sorted(map(str, labels)) != sorted(names):
        raise MarginError(f"{name} must have the labels {', '.join(names)}; got {said(labels)}")
    places = [labels.index(one) for one in names]
    if isinstance(value, Mapping):
        return [value[one] for one in names]
    return np.asarray(value)[..., places]


def _converted(name: str, value: object) -> FloatArray:
    """Return a copy of ``value`` as 64-bit floats, if it is made of real numbers."""
    if type(value) not in _PLAIN:
        _refuse_what_would_be_lost(name, value)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):  # rows of different length
        raise _no_numbers(name, value) from None
    kind = array.dtype.kind
    if kind in "fi":
        return array.astype(np.float64)
    if kind == "O" and not all(isinstance(one, Real | Decimal) for one in array.flat):
        raise _no_numbers(name, value)
    if kind not in "biufO":
        raise _no_numbers(name, value, _NOT_NUMBERS.get(kind, "text"))
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise MarginError(f"{name} must be below 1.8e308, the largest number there is") from None


def _refuse_what_would_be_lost(name: str, value: object) -> None:
    """Refuse labels and masks, which an array of numbers does not have."""
    labels = _labels(value)
    if labels is not None:
        raise MarginError(
            f"{name} has the labels {said(labels)}, which nothing here can check; put it in "
            f"the right order and give {name}.to_numpy()"
        )
    if np.ma.is_masked(value):
        raise MarginError(f"{name} must not be masked; give what is left, {name}.compressed()")


def _no_numbers(name: str, value: object, kind: str = "") -> MarginError:
    are = f", which {'is' if kind == 'text' else 'are'} {kind}" if kind else ""
    return MarginError(f"{name} must be a number or an array of numbers; got {said(value)}{are}")


def _labels(value: object) -> list[Any] | None:
    """Return the names on the last axis of something of pandas; None where there are none."""
    if not (hasattr(value, "to_numpy") and hasattr(value, "axes")):
        return None
    last = value.axes[-1]
    return list(last) if len(last) and isinstance(last[0], str) else None


def _is_fixed(array: object) -> bool:
    """Tell whether nobody can write to an array, nor to what it is a view of."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return array is None


def _is_finite(array: FloatArray) -> bool:
    if array.size > 1_000:  # one number tells, and only of odd ones not for sure
        with np.errstate(over="ignore", invalid="ignore"):
            if math.isfinite(array.sum()):
                return True
    return bool(np.isfinite(array).all())


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


def truths(name: str, value: ArrayLike) -> NDArray[np.bool_]:
    """Return ``value`` as truth values; text is none, whatever it says."""
    array = np.asarray(value)
    if array.dtype.kind == "b" or (array.dtype.kind in "iuf" and np.isin(array, [0, 1]).all()):
        return array.astype(np.bool_)
    raise MarginError(f"{name} must be True or False; got {said(value)}")


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


def one_or_each(name: str, array: NDArray[_Any], count: int) -> NDArray[_Any]:
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


def generator(rng: np.random.Generator) -> np.random.Generator:
    """Return ``rng`` if it is a generator; a seed is the usual mistake."""
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    return rng


def together(**things: HasShape | tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that these things broadcast to; a thing is what has a shape, or a shape."""
    shapes = {name: one if isinstance(one, tuple) else one.shape for name, one in things.items()}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise MarginError(f"these shapes do not fit together: {told}") from None


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
    advice: str = "",
) -> None:
    """Raise a :class:`MarginError` for the first ``bad`` element, if there is one.

    ``array`` is spread over the shape of ``bad`` where that is larger. ``hint`` turns the bad value
    into the one that was probably meant; ``advice`` says what else to type.
    """
    if not bad.any():
        return
    values, where = np.broadcast_arrays(array, bad)
    index = tuple(int(i) for i in np.argwhere(where)[0])
    value = float(values[index])
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    did_you_mean = f", did you mean {hint(value):g}?" if hint else ""
    more = f"; {advice}" if advice else ""
    raise MarginError(f"{place} {rule}; got {value:g}{did_you_mean}{more}")
