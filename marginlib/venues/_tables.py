"""Bracket tables as data: what one is, and how it is read from a file and checked."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from marginlib._checks import FloatArray, MarginError, fraction, known
from marginlib.margin.schedule import Schedule
from marginlib.venues._files import date_like, text_of

KINDS: dict[str, Callable[..., Schedule]] = {
    "continuous": Schedule.continuous,
    "stepped": Schedule.stepped,
}
BRACKET_COLUMNS = (
    "venue", "symbol", "as_of", "floor", "ceiling", "max_leverage", "initial_rate",
    "maintenance_rate", "deduction", "status", "source",
)  # fmt: skip
VENUE_COLUMNS = (
    "venue", "title", "contract", "currency", "counted_in", "contract_size", "basis", "initial",
    "maintenance", "closing_fee", "fee_in_initial", "notes", "as_of", "source", "status",
)  # fmt: skip
# Columns that hold one of a few words.
WORDS = {
    "contract": ("linear", "inverse"),
    "counted_in": ("notional", "contracts"),
    "basis": ("mark", "entry"),
    "initial": tuple(KINDS),
    "maintenance": tuple(KINDS),
    "fee_in_initial": ("yes", "no"),
}
# A printed initial rate may be rounded (1.33 % for 75 times), but not differ from 1 / leverage.
ROUNDING = 0.005


@dataclass(frozen=True, eq=False)
class Venue:
    """What holds for all tables of one venue. See :class:`Table` for the meaning of each field."""

    venue: str
    title: str
    contract: str
    currency: str
    counted_in: str
    contract_size: float
    basis: str
    initial: str
    maintenance: str
    closing_fee: float
    fee_in_initial: bool
    notes: str
    as_of: str
    source: str
    status: str


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """The brackets of one contract at one venue on one date.

    Parameters
    ----------
    venue, symbol : str
        Names as in :func:`marginlib.venues.names` and :func:`marginlib.venues.symbols`.
    as_of : str
        Date for which the source vouches, ISO; the day of reading where the source has no date.
    initial, maintenance : Schedule
        Requirements by size, with one bracket for each row. Floors are in :attr:`counted_in`.
    limit : float
        Largest position that the table covers, in the unit of the floors; ``inf`` if open.
    counted_in : str
        ``"notional"`` [currency] or ``"contracts"`` [contracts]: the unit of the floors.
    contract_size : float
        Size of the venue's contract; ``nan`` where brackets are counted in notional.
    contract : str
        ``"linear"`` or ``"inverse"``.
    currency : str
        Currency of the margin.
    basis : str
        ``"mark"`` if margin follows the mark price, ``"entry"`` if it stays at the entry value.
    closing_fee : float
        Taker fee held inside the requirement [fraction]; 0 if none is.
    fee_in_initial : bool
        Whether the initial requirement holds the closing fee too.
    source, status : str
        Where the brackets come from, and how well they are vouched for.
    title, notes : str
        The venue's name in words, and what else to know about its rule, with its own source.
    """

    venue: str
    symbol: str
    as_of: str
    initial: Schedule
    maintenance: Schedule
    limit: float
    counted_in: str
    contract_size: float
    contract: str
    currency: str
    basis: str
    closing_fee: float
    fee_in_initial: bool
    source: str
    status: str
    title: str
    notes: str

    @property
    def floors(self) -> FloatArray:
        """Where each bracket begins, shape (K,), in the unit of :attr:`counted_in`."""
        return self.maintenance.floor

    def __repr__(self) -> str:
        unit = self.currency if self.counted_in == "notional" else "contracts"
        lines = [
            f"{self.title}, {self.symbol}, as of {self.as_of}",
            f"{'above [' + unit + ']':>20} {'leverage':>9} {'initial':>8} {'maintenance':>12}"
            f" {'deduction':>14}",
        ]
        lines += [
            f"{floor:>20,.0f} {1 / opening:>8.4g}x {opening:>8.2%} {staying:>12.2%} {off:>14,.10g}"
            for floor, opening, staying, off in zip(
                self.floors, self.initial.rate, self.maintenance.rate, self.maintenance.deduction,
                strict=True,
            )
        ]  # fmt: skip
        fee = f", closing fee {self.closing_fee:.3%}" if self.closing_fee else ""
        lines += [f"margin at the {self.basis} price{fee}; {self.status}", self.source]
        return "\n".join(lines)


def read_venues(path: Path) -> dict[str, Venue]:
    """Return the venues of a file, by name; an error names the line that is wrong."""
    venues = {}
    for line, row in _rows(path, VENUE_COLUMNS):
        with _at(path, line):
            for column, words in WORDS.items():
                known(column, row[column], words)
            _dated(row)
            told: dict[str, Any] = {**row, "fee_in_initial": row["fee_in_initial"] == "yes"}
            told["contract_size"] = _number(row, "contract_size", np.nan)
            told["closing_fee"] = float(fraction("closing_fee", _number(row, "closing_fee")))
            venues[row["venue"]] = Venue(**told)
    return venues


def read_tables(path: Path, venues: dict[str, Venue]) -> dict[tuple[str, str, str], Table]:
    """Return the tables of a file by (venue, symbol, date); an error names the line."""
    groups: dict[tuple[str, str, str], list[tuple[int, dict[str, str]]]] = {}
    for line, row in _rows(path, BRACKET_COLUMNS):
        with _at(path, line):
            key = known("venue", row["venue"], venues), row["symbol"], _dated(row)
        groups.setdefault(key, []).append((line, row))
    return {key: _table(path, venues[key[0]], rows) for key, rows in groups.items()}


def _table(path: Path, venue: Venue, rows: list[tuple[int, dict[str, str]]]) -> Table:
    """Return the table that the rows of one symbol and date make up."""
    columns: dict[str, list[float]] = {"floor": [], "initial": [], "maintenance": [], "off": []}
    ceiling = 0.0
    for line, row in rows:
        with _at(path, line):
            floor = _number(row, "floor")
            if floor != ceiling:
                raise MarginError(
                    f"floor must be the ceiling of the bracket before it, {ceiling:.10g}; "
                    f"got {floor:.10g}"
                )
            ceiling = _number(row, "ceiling", np.inf)
            columns["floor"].append(floor)
            columns["initial"].append(_initial_rate(row))
            rate = _number(row, "maintenance_rate")
            columns["maintenance"].append(float(fraction("maintenance_rate", rate)))
            columns["off"].append(_number(row, "deduction", np.nan))
    first, head = rows[0]
    with _at(path, first):
        own = {name: head[name] for name in ("symbol", "as_of", "source", "status")}
        schedules = {
            "initial": KINDS[venue.initial](columns["floor"], columns["initial"]),
            "maintenance": _maintenance(venue.maintenance, columns),
        }
        return Table(**{**vars(venue), **own, **schedules}, limit=ceiling)


def _maintenance(kind: str, columns: dict[str, list[float]]) -> Schedule:
    """Return the maintenance schedule; deductions that were printed must leave no jump."""
    floor, rate, off = columns["floor"], columns["maintenance"], columns["off"]
    if kind == "continuous" and not np.isnan(off).any():
        return Schedule.published(floor, rate, off)
    return KINDS[kind](floor, rate)


def _initial_rate(row: dict[str, str]) -> float:
    """Return the printed initial rate, or 1 / maximum leverage where none is printed."""
    leverage = _number(row, "max_leverage", np.nan)
    rate = _number(row, "initial_rate", np.nan)
    if np.isnan(leverage) and np.isnan(rate):
        raise MarginError("give initial_rate (0.02) or max_leverage (50)")
    if np.isnan(rate):
        return 1 / leverage
    if abs(rate * leverage - 1) > ROUNDING:
        raise MarginError(
            f"initial_rate must be 1 / max_leverage = {1 / leverage:.4g}; got {rate:g}"
        )
    return rate


def _number(row: dict[str, str], column: str, empty: float | None = None) -> float:
    text = row[column]
    if not text and empty is not None:
        return empty
    try:
        return float(text)
    except ValueError:
        raise MarginError(f"{column} must be a number like 0.005; got {text!r}") from None


def _dated(row: dict[str, str]) -> str:
    """Return the date of a row that says where it comes from."""
    for column in ("source", "status"):
        if not row[column]:
            raise MarginError(f"{column} must not be empty: say where the numbers come from")
    return date_like("as_of", row["as_of"])


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and these columns of each row of a file, which must have them."""
    reader = csv.DictReader(StringIO(text_of(path), newline=""), restval="")
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise MarginError(f"{path.name} must have a column {missing[0]!r} in its first line")
    for row in reader:
        yield reader.line_num, {column: row[column] for column in columns}


@contextmanager
def _at(path: Path, line: int) -> Iterator[None]:
    """Put file and line in front of every MarginError raised inside."""
    try:
        yield
    except MarginError as error:
        raise MarginError(f"{path.name}, line {line}: {error}") from None
