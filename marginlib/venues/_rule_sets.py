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
from marginlib.margin import Model
from marginlib.venues._building import Builder
from marginlib.venues._positions import Positions

TEXTS = ("title", "as_of", "source", "status", "currency")
MODELS = ("margin", "haircut")  # sections whose pieces add up to a margin model
BY_NAME = ("fee", "closing", "loss")  # sections whose pieces are asked for by name
SECTIONS = (*MODELS, *BY_NAME)
KEYS = (*TEXTS, *SECTIONS, "equality_is_safe", "notes", "not_covered", "required", "optional")


@dataclass(frozen=True, eq=False, repr=False)
class Rules:
    """The rules of one venue or rulebook on one date, ready for use.

    Parameters
    ----------
    title : str
        The venue and the product in words.
    as_of : str
        Date for which the source vouches, ISO; the day of reading where the source has no date.
    currency : str
        Currency of the account.
    source, status : str
        Where the rules come from, and how well they are vouched for.
    margin : margin model or None
        What positions need; None where the venue asks only for haircuts.
    haircut : margin model or None
        What is taken off the collateral's value, as a requirement.
    fee, closing : mapping of str to piece
        What closing costs, and how much is closed, by the name of the piece.
    loss : mapping of str to piece
        Who pays what the account cannot, first payer first.
    equality_is_safe : bool
        Whether liquidation begins below maintenance only, not where equity is equal to it: pass it
        on as ``strict=`` to :func:`marginlib.liquidation.status`.
    notes : str
        What else to know.
    not_covered : tuple of str
        What the venue does and these rules do not, with the reason.
    """

    title: str
    as_of: str
    currency: str
    source: str
    status: str
    margin: Model | None = None
    haircut: Model | None = None
    fee: Mapping[str, Any] = field(default_factory=dict)
    closing: Mapping[str, Any] = field(default_factory=dict)
    loss: Mapping[str, Any] = field(default_factory=dict)
    equality_is_safe: bool = False
    notes: str = ""
    not_covered: tuple[str, ...] = ()

    @property
    def model(self) -> Model:
        """Margin and haircut in one: what equity must exceed."""
        if self.margin is None and self.haircut is None:
            raise MarginError(f"{self.title} has no margin model: it says only who pays")
        if self.margin is None or self.haircut is None:
            return self.haircut or self.margin  # type: ignore[return-value]
        return self.margin + self.haircut

    def __repr__(self) -> str:
        lines = [f"{self.title}, as of {self.as_of}, in {self.currency}"]
        for section in MODELS:
            if (model := getattr(self, section)) is not None:
                lines.append(f"{section:>8}: {type(model).__name__}")
        for section in BY_NAME:
            if pieces := getattr(self, section):
                lines.append(f"{section:>8}: {', '.join(pieces)}")
        return "\n".join([*lines, self.status, self.source])


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
            known(f"{self.path.name}: parameter", name, asked)
        missing = [f"{name} ({meaning})" for name, meaning in self.required.items()
                   if given.get(name) is None]  # fmt: skip
        if missing:
            raise MarginError(f"{self.path.name} needs {', '.join(missing)}; pass them by name")
        builder = Builder(self, instruments, given)
        pieces = {name: builder.total(name) for name in MODELS if name in self.sections}
        named = {name: builder.by_name(name) for name in BY_NAME if name in self.sections}
        fields: dict[str, Any] = {**self.head, **pieces, **named}
        return Rules(
            **fields,
            equality_is_safe=self.equality_is_safe,
            notes=self.notes,
            not_covered=self.not_covered,
        )

    @contextmanager
    def at(self, *keys: str | int) -> Iterator[None]:
        """Put file and line in front of every MarginError raised inside."""
        try:
            yield
        except MarginError as error:
            where = f"{self.path.name}, line "
            if str(error).startswith(where):
                raise
            raise MarginError(f"{where}{self.positions.line(keys)}: {error}") from None


def read(path: Path) -> RuleSet:
    """Return the rule set of a file; an error names the line that is wrong."""
    text = path.read_text("utf-8")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = place[1] if place else len(text.splitlines())
        raise MarginError(f"{path.name}, line {line}: not TOML: {error}") from None
    head = {key: _text(content.get(key, "")) for key in TEXTS}
    rules = RuleSet(
        path=path,
        head=head,
        equality_is_safe=content.get("equality_is_safe") is True,
        notes=str(content.get("notes", "")).strip(),
        not_covered=tuple(content.get("not_covered", ())),
        required=content.get("required", {}),
        optional=content.get("optional", {}),
        sections={name: _pieces(content[name]) for name in SECTIONS if name in content},
        positions=Positions(text),
    )
    _check(rules, content)
    return rules


def _check(rules: RuleSet, content: dict[str, Any]) -> None:
    for key in content:
        with rules.at(key):
            known("key", key, KEYS)
    for key, value in rules.head.items():
        with rules.at(key):
            if not value:
                raise MarginError(f"{key} must not be empty: say what these rules are, and whose")
            if key == "as_of" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise MarginError(f"as_of must be a date like 2026-11-22; got {value!r}")
    with rules.at("equality_is_safe"):
        equal = content.get("equality_is_safe", False)
        if not isinstance(equal, bool):
            raise MarginError(f"equality_is_safe must be true or false; got {equal!r}")
    for section, pieces in rules.sections.items():
        for place, piece in enumerate(pieces):
            with rules.at(section, place):
                if "piece" not in piece:
                    raise MarginError(f"a table of [{section}] must have a key 'piece'")
                before = [other["piece"] for other in pieces[:place]]
                if section in BY_NAME and piece["piece"] in before:
                    raise MarginError(f"[{section}] must name {piece['piece']!r} only once")


def _pieces(section: Any) -> list[dict[str, Any]]:
    """Return a section's pieces, whether it was written ``[name]`` or ``[[name]]``."""
    return section if isinstance(section, list) else [section]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()
