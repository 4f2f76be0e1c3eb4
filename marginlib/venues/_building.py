"""Turning the tables of a rule set into the pieces that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from marginlib._checks import MarginError, known
from marginlib.instruments import Instruments
from marginlib.venues._bridges import FEES, POLICIES
from marginlib.venues._pieces import PIECES
from marginlib.venues._positions import Path as Keys
from marginlib.venues._terms import Term, Terms

if TYPE_CHECKING:
    from marginlib.venues._rule_sets import RuleSet


@dataclass(frozen=True)
class Builder:
    """Turns the tables of a rule set into pieces."""

    rules: RuleSet
    instruments: Instruments | None
    given: Mapping[str, Any]

    def total(self, section: str) -> Any:
        """Return the sum of the models of a section."""
        first, *rest = self._pieces(section)
        return sum(rest, start=first)

    def by_name(self, section: str) -> dict[str, Any]:
        """Return the pieces of a section by name."""
        names = [piece["piece"] for piece in self.rules.sections[section]]
        pieces = [
            replace(piece, name=name, bridge=_bridge(name)) if isinstance(piece, Term) else piece
            for name, piece in zip(names, self._pieces(section), strict=True)
        ]
        return dict(zip(names, pieces, strict=True))

    def only(self, section: str) -> Any:
        """Return the piece of a section that has one."""
        return self._pieces(section)[0]

    def _pieces(self, section: str) -> list[Any]:
        pieces = self.rules.sections[section]
        return [self.piece(piece, (section, place)) for place, piece in enumerate(pieces)]

    def piece(self, table: dict[str, Any], keys: Keys) -> Any:
        with self.rules.at(*keys, "piece"):
            maker = PIECES[known("piece", table["piece"], PIECES)]
        arguments = {}
        for name, value in table.items():
            if name != "piece" and (built := self.value(value, (*keys, name))) is not None:
                arguments[name] = built
        self._check_names(maker, arguments, keys)
        try:
            return maker(**arguments)
        except MarginError as error:
            # The message begins with the argument that is wrong, and so does the line to look at.
            subject = re.match(r"\w+", str(error))
            with self.rules.at(*keys, subject[0] if subject else ""):
                raise

    def value(self, value: Any, keys: Keys) -> Any:
        """Return the argument that a value of the file stands for; None where none was given."""
        if isinstance(value, str) and value.startswith("$"):
            with self.rules.at(*keys):
                asked = {**self.rules.required, **self.rules.optional}
                own = self.given.get(known("parameter", value[1:], asked))
                return self._by_name(own, keys, is_complete=True)
        if isinstance(value, str) and value.endswith(".csv"):
            return self.rules.path.parent / value
        if isinstance(value, list):
            return [self.value(each, (*keys, place)) for place, each in enumerate(value)]
        if isinstance(value, dict) and "piece" in value:
            return self.piece(value, keys)
        return self._by_name(value, keys, is_complete=False)

    def _by_name(self, value: Any, keys: Keys, is_complete: bool) -> Any:
        """Return values given by instrument as a list in the instruments' order.

        What a user gives is complete: a name that no instrument has is a slip. A file may know more
        instruments than its user holds.
        """
        if not isinstance(value, Mapping):
            return value
        with self.rules.at(*keys):
            if self.instruments is None:
                raise MarginError(
                    f"{keys[-1]} is given by name ({', '.join(map(str, value))}); "
                    "pass instruments=..., whose order it shall follow"
                )
            for name in value if is_complete else ():
                known(f"{keys[-1]}: instrument", name, (*self.instruments.names, "default"))
            missing = [name for name in self.instruments.names if name not in value]
            if missing and "default" not in value:
                raise MarginError(f"{keys[-1]} must have a value for {missing[0]!r} or a 'default'")
            each = [value.get(name, value.get("default")) for name in self.instruments.names]
            return [self.value(one, keys) for one in each]

    def _check_names(self, maker: Any, arguments: dict[str, Any], keys: Keys) -> None:
        """Refuse arguments that the constructor does not have, or lacks."""
        parameters = signature(maker).parameters
        for name in arguments:
            with self.rules.at(*keys, name):
                known("key", name, parameters)
        if isinstance(maker, Terms):
            return  # the rest is given when the question is asked
        missing = [name for name, parameter in parameters.items()
                   if parameter.default is Parameter.empty and name not in arguments]  # fmt: skip
        if missing:
            with self.rules.at(*keys):
                raise MarginError(f"this piece must have a key {missing[0]!r}")


def _bridge(name: str) -> Callable[..., Any] | None:
    """Return how a piece stands for a fee or a closing policy; None where it cannot."""
    if name in POLICIES:
        return _policy_of(POLICIES[name])
    return FEES.get(name)


def _policy_of(make: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(make)
    def policy(*args: Any, **given: Any) -> Any:
        return make(*args, **given).policy

    return policy
