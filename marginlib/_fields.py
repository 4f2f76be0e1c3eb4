"""Frozen classes whose fields say what numbers they hold.

    @checked
    class Ticks:
        price: Positive
        size: Positive = default(1.0)

Whoever makes one may give whatever numpy makes an array of. The check of that name, in
:mod:`marginlib._checks`, refuses what is wrong, and the field holds the read-only array that it
returns. What must hold between fields stands in ``__post_init__``, which sees them checked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, dataclass_transform

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    fraction,
    non_negative,
    numbers,
    one_number,
    positive,
    truths,
)

_Class = TypeVar("_Class")
_Held = TypeVar("_Held")


class Rule(Generic[_Held]):
    """What a field may hold."""

    check: staticmethod[[str, ArrayLike], _Held]

    if TYPE_CHECKING:  # what goes in, and what comes out

        def __set__(self, thing: object, value: ArrayLike) -> None: ...
        def __get__(self, thing: object, kind: type) -> _Held: ...


class Numbers(Rule[FloatArray]):
    """Any numbers."""

    check = staticmethod(numbers)


class Positive(Rule[FloatArray]):
    """Numbers above zero."""

    check = staticmethod(positive)


class NonNegative(Rule[FloatArray]):
    """Numbers that are zero or more."""

    check = staticmethod(non_negative)


class Fraction(Rule[FloatArray]):
    """Fractions from 0 to 1."""

    check = staticmethod(fraction)


class Truths(Rule[NDArray[np.bool_]]):
    """Truth values."""

    check = staticmethod(truths)


def _one(
    check: Callable[[str, ArrayLike], FloatArray],
) -> staticmethod[[str, ArrayLike], float]:
    """Return the check of one number, from that of any shape."""
    return staticmethod(lambda name, value: one_number(name, check(name, value)))


class OneNumber(Rule[float]):
    """One number, whichever."""

    check = _one(numbers)


class OnePositive(Rule[float]):
    """One number above zero."""

    check = _one(positive)


class OneNonNegative(Rule[float]):
    """One number that is zero or more."""

    check = _one(non_negative)


class OneFraction(Rule[float]):
    """One fraction from 0 to 1."""

    check = _one(fraction)


def default(value: float) -> Any:
    """Return what a field holds if nothing is given, as a value that its rule need not be."""
    return value


@dataclass_transform(frozen_default=True, eq_default=False)
def checked(kind: type[_Class]) -> type[_Class]:
    """Make a frozen dataclass of a class, and have the rules of its fields kept."""
    known = vars(sys.modules[kind.__module__])
    rules = {name: known.get(hint) for name, hint in kind.__annotations__.items()}
    checks = {
        name: rule.check
        for name, rule in rules.items()
        if isinstance(rule, type) and issubclass(rule, Rule)
    }
    between_fields: Callable[[Any], None] | None = getattr(kind, "__post_init__", None)

    def __post_init__(self: _Class) -> None:
        fields = vars(self)
        for name, check in checks.items():
            fields[name] = check(name, fields[name])
        if between_fields is not None:
            between_fields(self)

    setattr(kind, "__post_init__", __post_init__)  # noqa: B010
    made = dataclass(frozen=True, eq=False)(kind)
    made.__init__.__annotations__ |= dict.fromkeys(checks, "ArrayLike")
    return made
