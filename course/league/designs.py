"""A design that a group hands in: one small TOML file, read without trusting it.

Whatever is wrong is said with the key, what stands there, and what would be right. No more of a
file is read than a design needs, and nothing in it is run.
"""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

LARGEST_FILE = 8_000  # bytes
MOST_BRACKETS = 5
LONGEST_NAME = 40
LARGEST_FLOOR = 1e8  # USD
MOST_KEPT = 0.9  # maintenance over initial: room to lose something before an account is due
CLOSING = ("all", "half", "quarter")  # of whoever is due, in every hour
LOSSES = ("deleverage", "share")  # by whom the losses are borne that the fund cannot pay
FRACTIONS = {"fund": (0.0, 0.5), "fee": (0.0, 0.05), "haircut": (0.0, 1.0)}
RATES = {"initial": (0.005, 1.0), "maintenance": (0.0, 1.0)}
KEYS = ("name", *FRACTIONS, "closing", "losses", "brackets")


class BadFile(ValueError):
    """A file that cannot be used; the message says what to change."""


@dataclass(frozen=True)
class Bracket:
    """What is asked of the part of a position above ``floor`` USD, as fractions of that part."""

    floor: float
    initial: float
    maintenance: float


@dataclass(frozen=True)
class Design:
    """The rules of one venue, the same for longs and shorts."""

    name: str
    fund: float  # of all contracts asked for [fraction]
    fee: float  # for closing, of the value closed [fraction]
    haircut: float  # on ether [fraction]
    closing: str
    losses: str
    brackets: tuple[Bracket, ...]


def read_design(path: Path) -> Design:
    """Return the design of a file.

    Raises
    ------
    BadFile
        Where anything is missing, unknown, of the wrong kind or out of bounds.
    """
    return design_of(read_table(path, LARGEST_FILE))


def read_table(path: Path, largest: int) -> dict[str, Any]:
    """Return what a TOML file says, if it is a file of at most so many bytes."""
    if path.is_symlink() or not path.is_file():
        raise BadFile("this is a link or no file: hand in the file itself")
    with path.open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise BadFile(f"the file has more than {largest:,} bytes, and a design needs a few hundred")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadFile("the file is not UTF-8: save it as plain text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BadFile(f"this is no TOML: {error}") from None
    except (RecursionError, ValueError):
        raise BadFile("this is no TOML that a design needs: compare it with starter.toml") from None


def design_of(table: Mapping[str, Any]) -> Design:
    """Return the design that a table describes, or raise :class:`BadFile`."""
    refuse_other_keys("", table, KEYS)
    return Design(
        name=name_of(table["name"]),
        **{key: number(key, table[key], *bounds) for key, bounds in FRACTIONS.items()},
        closing=one_of("closing", table["closing"], CLOSING),
        losses=one_of("losses", table["losses"], LOSSES),
        brackets=_brackets(table["brackets"]),
    )


def _brackets(given: Any) -> tuple[Bracket, ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_BRACKETS:
        raise BadFile(f"brackets must be 1 to {MOST_BRACKETS} tables, each begun by [[brackets]]")
    found: list[Bracket] = []
    for place, table in enumerate(given):
        at = f"bracket {place + 1}: "
        if not isinstance(table, dict):
            raise BadFile(f"{at}must be a table, begun by [[brackets]]; got {shown(table)}")
        refuse_other_keys(at, table, ("floor", *RATES))
        floor = number(f"{at}floor", table["floor"], 0.0, LARGEST_FLOOR, "in USD")
        rates = {key: number(at + key, table[key], *bounds) for key, bounds in RATES.items()}
        if rates["maintenance"] > MOST_KEPT * rates["initial"] * (1 + 1e-9):
            raise BadFile(
                f"{at}maintenance must be at most {MOST_KEPT:g} of initial, or accounts are due "
                f"almost as they open; got {rates['maintenance']:g} of {rates['initial']:g}"
            )
        if not found and floor != 0:
            raise BadFile(f"{at}floor must be 0 in the first bracket; got {floor:g}")
        for key, value in (("floor", floor), *rates.items()) if found else ():
            before = getattr(found[-1], key)
            if value < before or (key == "floor" and value == before):
                raise BadFile(
                    f"{at}{key} must not be below that of the bracket before, {before:g}: larger "
                    f"positions are no safer; got {value:g}"
                )
        found.append(Bracket(floor, **rates))
    return tuple(found)


def refuse_other_keys(at: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Refuse keys that are not known, and ask for those that are missing."""
    for key in table:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(keys)}"
            raise BadFile(f"{at}the key {shown(key)} is not known; {hint}")
    missing = [key for key in keys if key not in table]
    if missing:
        raise BadFile(f"{at}the key {missing[0]!r} is missing; starter.toml has all of them")


def number(
    key: str, value: Any, least: float, most: float, unit: str = "as a fraction, 0.1 for 10 %"
) -> float:
    """Return a number within its bounds, or raise :class:`BadFile`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadFile(f"{key} must be a number, {unit}; got {shown(value)}")
    if not (least <= value <= most) or not math.isfinite(value):
        meant = value / 100 if most <= 1 < value <= 100 else math.nan
        hint = f", did you mean {meant:g}?" if least <= meant <= most else ""
        raise BadFile(f"{key} must be from {least:g} to {most:g}, {unit}; got {shown(value)}{hint}")
    return float(value)


def one_of(key: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return one of the choices, or raise :class:`BadFile`."""
    if not isinstance(value, str) or value not in choices:
        raise BadFile(f"{key} must be one of {', '.join(choices)}; got {shown(value)}")
    return value


def name_of(value: Any) -> str:
    """Return the name of a group in one spelling, or raise :class:`BadFile`."""
    if not isinstance(value, str):
        raise BadFile(f"name must be a text in quotes; got {shown(value)}")
    name = " ".join(unicodedata.normalize("NFKC", value[: 4 * LONGEST_NAME]).split(" "))
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable() and name[0].isalnum()):
        raise BadFile(
            f"name must have 1 to {LONGEST_NAME} characters that print, a letter or a digit first; "
            f"got {shown(value)}"
        )
    return name


def shown(value: Any) -> str:
    """Return a value as an error shows it: short, and on one line."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    text = repr(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"
    return text if len(text) <= 50 else text[:47] + "..."
