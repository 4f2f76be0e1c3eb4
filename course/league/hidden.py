"""The teacher's file: the seeds of the crowds and the days that nobody has seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from course.league.designs import BadFile, number, read_table, refuse_other_keys, shown
from course.league.world import Day, World, world

LARGEST_FILE = 20_000  # bytes
MOST_SEEDS = 50
MOST_DAYS = 12
BOUNDS = {
    "bitcoin": (-0.9, 5.0),
    "ether": (-0.9, 5.0),
    "hour": (1, 24),
    "gap": (0.0, 1.0),
    "back": (0.0, 1.0),
}


def read_hidden(path: Path) -> World:
    """Return the crowds and days of the teacher's file, or raise :class:`BadFile`."""
    table = read_table(path, LARGEST_FILE)
    refuse_other_keys("", table, ("seeds", "days"))
    return world(_seeds(table["seeds"]), _days(table["days"]))


def _seeds(given: Any) -> list[int]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_SEEDS:
        raise BadFile(f"seeds must be a list of 1 to {MOST_SEEDS} whole numbers")
    for seed in given:
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
            raise BadFile(f"seeds must be whole numbers, zero or more; got {shown(seed)}")
    if len(set(given)) < len(given):
        raise BadFile("seeds must differ, or one crowd counts twice")
    return given


def _days(given: Any) -> list[Day]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_DAYS:
        raise BadFile(f"days must be 1 to {MOST_DAYS} tables, each begun by [[days]]")
    days = []
    for place, table in enumerate(given):
        at = f"day {place + 1}: "
        if not isinstance(table, dict):
            raise BadFile(f"{at}must be a table, begun by [[days]]; got {shown(table)}")
        refuse_other_keys(at, table, tuple(BOUNDS))
        values = {key: number(at + key, table[key], *bounds) for key, bounds in BOUNDS.items()}
        if values["hour"] != int(values["hour"]):
            raise BadFile(f"{at}hour must be whole, 1 to 24; got {values['hour']:g}")
        days.append(Day(**{**values, "hour": int(values["hour"])}))
    return days
