"""Pieces that are functions: a file of rules fixes some arguments, and the user gives the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, Signature, signature
from typing import Any

from marginlib._checks import MarginError, known, numbers
from marginlib.market import Market

WORDS = ("name", "rule", "residue")  # arguments that are not numbers


@dataclass(frozen=True, eq=False)
class Term:
    """A function with some arguments fixed by a file of rules; the others are given by name.

    Where :func:`marginlib.liquidation.liquidate` calls it as a fee or a policy, it answers as one
    if the file says all that is needed, and says what is missing otherwise.
    """

    name: str
    asked: partial[Any]
    bridge: Callable[..., Any] | None = None  # from this term to what it is called as

    def __repr__(self) -> str:
        fixed = [f"{name}={value!r}" for name, value in self.asked.keywords.items()]
        return f"{self.name}({', '.join([*fixed, *(f'{name}=?' for name in self.open)])})"

    @property
    def open(self) -> tuple[str, ...]:
        """The arguments that the file does not fix."""
        names = signature(self.asked.func).parameters
        return tuple(name for name in names if name not in self.asked.keywords)

    def __call__(self, *facing: Any, **given: Any) -> Any:
        """Return the answer to a question asked by name; or stand for a fee or a policy."""
        if len(facing) > 2 and isinstance(facing[1], Market):  # as a fee or a policy is called
            if self.bridge is None:
                raise MarginError(
                    f"{self.name!r} is neither a fee nor a closing policy by itself: ask it by "
                    f"name ({', '.join(self.open)}), and pass what follows from the answer"
                )
            return completed(self.name, self.bridge, self.asked, None)(*facing)
        given = {**dict(zip(self.open, facing, strict=False)), **given}
        for name in given:
            known(f"{self.name}: argument", name, self.open)
        missing = [name for name in needed(self.asked.func)
                   if name not in given and name not in self.asked.keywords]  # fmt: skip
        if missing:
            raise MarginError(f"{self.name} needs {', '.join(missing)}; pass them by name")
        return self.asked(**given)


class Terms:
    """Makes a :class:`Term` of the arguments that a file of rules fixes.

    >>> from marginlib.venues.protocols import fee_rates
    >>> fee = Terms(fee_rates.ramped_fee)(base=0.02, largest=0.05, grace=1_500, slope=1e-6)
    >>> float(fee(elapsed=10_000))
    0.03
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    @property
    def __signature__(self) -> Signature:
        return signature(self.function)

    def __call__(self, **fixed: Any) -> Term:
        """Return the function with these arguments fixed."""
        for name, value in fixed.items():
            words = name in WORDS or isinstance(value, bool)
            if not words:
                numbers(name, value)
        return Term(self.function.__name__, partial(self.function, **fixed))


def needed(function: Callable[..., Any]) -> list[str]:
    """Return the names of the arguments that have no default."""
    return [name for name, each in signature(function).parameters.items()
            if each.default is Parameter.empty]  # fmt: skip


def completed(name: str, make: Callable[..., Any], piece: Any, given: Any) -> Any:
    """Return ``make(piece, ...)`` with what the file leaves open, which is given by name.

    ``given`` is a mapping of arguments, or, where there is only one, its value.
    """
    _, *wanted = signature(make).parameters
    fixed = {each: piece.keywords[each] for each in wanted if each in piece.keywords}
    left = [each for each in wanted if each not in fixed]
    form = "..." if len(left) == 1 else f"{{{', '.join(f'{each!r}: ...' for each in left)}}}"
    if given is not None and not isinstance(given, Mapping):
        if len(left) != 1:
            raise MarginError(f"{name} must be given as {form}; got {given!r}")
        given = {left[0]: given}
    values = dict(given or {})
    for each in values:
        known(f"{name}: argument", each, left)
    if missing := [each for each in left if each not in values]:
        raise MarginError(f"{name} needs {', '.join(missing)}; pass {name}={form}")
    return make(piece, **fixed, **values)
