"""Rule sets as files: what one says, and how it is read and built.

The format is described for readers on the page about venues. In short: a TOML file has a head
(title, date, source, status, currency), the parameters that its user must or may give, and
sections of pieces. A piece is a table with a key ``piece``, which names a constructor of
:data:`marginlib.venues._pieces.PIECES`; its other keys are the constructor's arguments, and may be
pieces themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marginlib._checks import MarginError, known
from marginlib.instruments import Instruments
from marginlib.venues._answers import Rules
from marginlib.venues._building import Builder
from marginlib.venues._files import date_like, text_of
from marginlib.venues._positions import Positions

TEXTS = ("title", "as_of", "source", "status", "currency")
MODELS = ("margin", "haircut")  # sections whose pieces add up to a margin model
BY_NAME = ("fee", "closing", "loss")  # sections whose pieces have names
SECTIONS = (*MODELS, *BY_NAME, "ticks")
KEYS = (*TEXTS, *SECTIONS, "equality_is_safe", "notes", "not_covered", "required", "optional")


@dataclass(frozen=True, eq=False, repr=False)
class RuleSet:
    """A file of rules, read and checked, before its user has given what it asks for.

    Parameters
    ----------
    path : Path
        The file.
    head : mapping
        Title, date, source, status and currency.
    equality_is_safe, notes, not_covered
        As in :class:`Rules`.
    required, optional : mapping of str to str
        Parameters that the user must, or may, give, and what each means.
    sections : mapping of str to list of mapping
        The pieces of each section, as the file has them.
    """

    path: Path
    head: Mapping[str, str]
    equality_is_safe: bool
    notes: str
    not_covered: tuple[str, ...]
    required: Mapping[str, str]
    optional: Mapping[str, str]
    sections: Mapping[str, list[dict[str, Any]]]
    positions: Positions = field(repr=False)

    def __repr__(self) -> str:
        lines = [f"{self.head['title']}, as of {self.head['as_of']}, in {self.head['currency']}"]
        for section, pieces in self.sections.items():
            lines += [f"{section:>8}: " + ", ".join(str(piece["piece"]) for piece in pieces)]
        for name, meaning in {**self.required, **self.optional}.items():
            lines += [f"{'must' if name in self.required else 'may'} give {name}: {meaning}"]
        return "\n".join([*lines, self.head["status"], self.head["source"]])

    def build(self, instruments: Instruments | None = None, **given: Any) -> Rules:
        """Return the rules with the parameters filled in.

        Parameters
        ----------
        instruments : Instruments, optional
            Needed where a parameter is given by name, as in ``{"BTC": 0.05, "ETH": 0.10}``.
        **given
            The parameters that :attr:`required` and :attr:`optional` name.
        """
        asked = {**self.required, **self.optional}
        for name in given:
            if not asked:
                raise MarginError(f"{self.path.name} asks for no parameters; got {name!r}")
            known(f"{self.path.name}: parameter", name, asked)
        missing = [f"{name} ({meaning})" for name, meaning in self.required.items()
                   if given.get(name) is None]  # fmt: skip
        if missing:
            raise MarginError(f"{self.path.name} needs {', '.join(missing)}; pass them by name")
        builder = Builder(self, instruments, given)
        pieces = {name: builder.total(name) for name in MODELS if name in self.sections}
        named = {name: builder.by_name(name) for name in BY_NAME if name in self.sections}
        ticks = builder.only("ticks") if "ticks" in self.sections else None
        fields: dict[str, Any] = {**self.head, **pieces, **named, "ticks": ticks}
        return Rules(
            **fields,
            equality_is_safe=self.equality_is_safe,
            notes=self.notes,
            not_covered=self.not_covered,
        )

    @contextmanager
    def at(self, *keys: str | int) -> Iterator[None]:
        """Put file and line in front of every MarginError raised inside."""
        with _at(self.path, self.positions, keys):
            yield


def read(path: Path) -> RuleSet:
    """Return the rule set of a file; an error names the line that is wrong."""
    text = text_of(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = place[1] if place else len(text.splitlines())
        raise MarginError(f"{path.name}, line {line}: not TOML: {error}") from None
    positions = Positions(text)
    for key, value in content.items():
        with _at(path, positions, (key,)):
            _check_kind(known("key", key, KEYS), value)
    rules = RuleSet(
        path=path,
        head={key: _text(content.get(key, "")) for key in TEXTS},
        equality_is_safe=content.get("equality_is_safe", True) is True,
        notes=content.get("notes", "").strip(),
        not_covered=tuple(content.get("not_covered", ())),
        required=content.get("required", {}),
        optional=content.get("optional", {}),
        sections={name: _pieces(content[name]) for name in SECTIONS if name in content},
        positions=positions,
    )
    _check(rules)
    return rules


def _check_kind(key: str, value: Any) -> None:
    """Refuse a value that is not of the kind that its key holds."""
    if key in SECTIONS:
        right = all(isinstance(each, dict) for each in _pieces(value)) and bool(value)
        kind = f"a table [{key}], or tables [[{key}]]"
    elif key in ("required", "optional"):
        right = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
        kind = f'a table [{key}] of names and their meanings, like rate = "initial rate [fraction]"'
    elif key == "not_covered":
        right = isinstance(value, list) and all(isinstance(each, str) for each in value)
        kind = 'a list of sentences, like ["Deleveraging: the order is not known."]'
    elif key == "equality_is_safe":
        right, kind = isinstance(value, bool), "true or false"
    else:
        right = isinstance(value, str) or (key == "as_of" and isinstance(value, date))
        kind = "a text in quotation marks"
    if not right:
        raise MarginError(f"{key} must be {kind}; got {value!r}")


def _check(rules: RuleSet) -> None:
    for key, value in rules.head.items():
        with rules.at(key):
            if not value:
                raise MarginError(f"{key} must not be empty: say what these rules are, and whose")
            if key == "as_of":
                date_like(key, value)
    for section, pieces in rules.sections.items():
        for place, piece in enumerate(pieces):
            with rules.at(section, place):
                if "piece" not in piece:
                    raise MarginError(f"a table of [{section}] must have a key 'piece'")
                before = [other["piece"] for other in pieces[:place]]
                if section in BY_NAME and piece["piece"] in before:
                    raise MarginError(f"[{section}] must name {piece['piece']!r} only once")
                if section == "ticks" and (piece["piece"] != "ticks" or place):
                    raise MarginError("[ticks] must be one table with piece = 'ticks'")


def _pieces(section: Any) -> list[Any]:
    """Return a section's pieces, whether it was written ``[name]`` or ``[[name]]``."""
    return section if isinstance(section, list) else [section]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()


@contextmanager
def _at(path: Path, positions: Positions, keys: tuple[str | int, ...]) -> Iterator[None]:
    """Put file and line in front of every MarginError raised inside."""
    try:
        yield
    except MarginError as error:
        where = f"{path.name}, line "
        if str(error).startswith(where):
            raise
        raise MarginError(f"{where}{positions.line(keys)}: {error}") from None
