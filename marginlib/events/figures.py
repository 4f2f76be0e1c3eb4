"""What is known of an event: figures with units, each with its source and how well it is known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marginlib._checks import MarginError, known

_HERE = Path(__file__).parent / "data"  # one file for each event

#: How well a figure is known, and what the words mean.
STATUSES = {
    "primary": "read in a document of those who know it first-hand",
    "secondary": "read in a report of what such a document says",
    "prices": "taken from a price file of an exchange",
    "disputed": "sources differ, or one of them may have mixed something up: see the note",
}


@dataclass(frozen=True)
class Source:
    """Where a figure was read.

    Parameters
    ----------
    title : str
        Who says it, and where.
    date : str
        When it was published: a day, a month or a year.
    url : str
        Address, if there is one.
    """

    title: str
    date: str
    url: str = ""


@dataclass(frozen=True)
class Figure:
    """One number of an event, or the range from ``low`` to ``high`` that sources give for it.

    Parameters
    ----------
    name, what, unit : str
        Its name, what it is the number of, and its unit.
    low, high : float
        The same where there is one number.
    status : str
        One of :data:`STATUSES`.
    note : str
        What to keep in mind.
    """

    name: str
    what: str
    unit: str
    low: float
    high: float
    source: Source
    status: str
    note: str = ""

    @property
    def value(self) -> float:
        """The number. A range has none."""
        if self.low != self.high:
            raise MarginError(
                f"{self.name} is told as a range from {self.low:g} to {self.high:g}; "
                "take .low or .high, and say which"
            )
        return self.low


@dataclass(frozen=True)
class DayPrices:
    """Prices of one day, from midnight to midnight UTC.

    Parameters
    ----------
    day : date
    name : str
        What was traded.
    open, high, low, close : float
        Prices [dollar].
    """

    day: date
    name: str
    open: float
    high: float
    low: float
    close: float
    source: Source

    @property
    def fall(self) -> float:
        """From the day's high to its low [fraction, below zero].

        Which of the two came first, day prices do not tell.
        """
        return self.low / self.high - 1


@dataclass(frozen=True, eq=False)
class Event:
    """A real event, in figures.

    Parameters
    ----------
    name, title : str
    day : date
        When it began.
    mechanism : str
        What failed.
    figures : mapping of str to Figure
    days : tuple of DayPrices
    sources : mapping of str to Source
    unsettled : tuple of str
        What is not known, or told in different ways.
    """

    name: str
    title: str
    day: date
    mechanism: str
    figures: MappingProxyType[str, Figure] = field(repr=False)
    days: tuple[DayPrices, ...] = field(repr=False)
    sources: MappingProxyType[str, Source] = field(repr=False)
    unsettled: tuple[str, ...] = field(repr=False)

    def __getitem__(self, figure: str) -> Figure:
        """Return the figure of that name."""
        return self.figures[known("figure", figure, self.figures)]

    def prices(self, name: str) -> DayPrices:
        """Return the day prices of what traded under that name."""
        by_name = {one.name: one for one in self.days}
        return by_name[known("name", name, by_name)]


def event_names() -> tuple[str, ...]:
    """Return the names of all events, in the order in which they happened.

    >>> event_names()[0], event_names()[-1]
    ('nasdaq_2018', 'october_2025')
    """
    return tuple(_events())


def event(name: str) -> Event:
    """Return an event with its figures and sources.

    Parameters
    ----------
    name : str
        See :func:`event_names`.

    >>> aas = event("nasdaq_2018")
    >>> moved = aas["spread_move"]
    >>> moved.value, moved.unit, moved.status, moved.source.date
    (5.56, 'euro per megawatt-hour', 'secondary', '2018-09-17')
    """
    return _events()[known("event", name, _events())]


@cache
def _events() -> dict[str, Event]:
    told = [read_event(path) for path in _HERE.glob("*.toml")]
    return {one.name: one for one in sorted(told, key=lambda one: one.day)}


def read_event(path: str | Path) -> Event:
    """Return the event that a TOML file tells; see any file of ``marginlib/events/data``.

    Raises
    ------
    MarginError
        If a figure has no unit, no known source or no known status, or if day prices cannot be
        right; the message names the file.
    """
    file = Path(path)
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        sources = {name: Source(**one) for name, one in told["sources"].items()}
        return Event(
            file.stem,
            told["title"],
            told["day"],
            told["mechanism"],
            MappingProxyType(
                {name: _figure(name, one, sources) for name, one in told["figures"].items()}
            ),
            tuple(_day(one, sources) for one in told.get("days", [])),
            MappingProxyType(sources),
            tuple(told.get("unsettled", [])),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise MarginError(f"{file.name} does not tell an event: {error}") from error
    except MarginError as error:
        raise MarginError(f"{file.name}: {error}") from None


def _figure(name: str, told: dict[str, Any], sources: dict[str, Source]) -> Figure:
    given = dict(told)
    value = given.pop("value")
    low, high = value if isinstance(value, list) else (value, value)
    source = sources[known(f"source of {name}", given.pop("source"), sources)]
    known(f"status of {name}", given["status"], STATUSES)
    if given["status"] == "disputed" and not given.get("note"):
        raise MarginError(f"{name} is disputed, so its note must say by what")
    if not low <= high:
        raise MarginError(f"{name} must be a number, or a range from low to high; got {value}")
    return Figure(name=name, low=float(low), high=float(high), source=source, **given)


def _day(told: dict[str, Any], sources: dict[str, Source]) -> DayPrices:
    given = dict(told)
    source = sources[known("source of day prices", given.pop("source"), sources)]
    one = DayPrices(source=source, **given)
    inside = (one.open, one.close)
    if not 0 < one.low <= min(inside) <= max(inside) <= one.high:
        raise MarginError(f"prices of {one.name} on {one.day} must lie from low to high")
    return one
