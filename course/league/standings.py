"""Who is ahead of whom, and whether that is more than luck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course.league.designs import BadFile, read_design
from course.league.scoring import Score, score
from course.league.world import World
from marginlib import NotSettled

SURE = 2.0  # standard errors of a difference: below, two designs cannot be told apart


class Entry(NamedTuple):
    """A design that was scored."""

    file: str
    name: str
    score: Score


class Standing(NamedTuple):
    """A row of the leaderboard; the numbers are means over crowds."""

    place: int  # shared by those who cannot be told from the one above
    file: str
    name: str
    points: float
    step: float  # points behind the one above
    noise: float  # standard error of that step over the crowds
    fund: float
    needless: float
    taken: float
    idle: float


def entries_of(files: Sequence[Path], world: World) -> tuple[list[Entry], dict[str, str]]:
    """Return the designs that could be scored, and why the others could not, by file."""
    designs, refused = {}, {}
    for path in files:
        try:
            designs[path.name] = read_design(path)
        except BadFile as error:
            refused[path.name] = str(error)
    count = Counter(design.name.casefold() for design in designs.values())
    entries = []
    for file, design in designs.items():
        # Nobody can take another group's name: both are shown with their files.
        name = design.name if count[design.name.casefold()] == 1 else f"{design.name} ({file})"
        try:
            entries.append(Entry(file, name, score(design, world)))
        except NotSettled:
            refused[file] = "this venue sold more than the market takes at any price above zero"
    return entries, refused


def ranked(entries: Sequence[Entry]) -> list[Standing]:
    """Return the rows of the leaderboard, the best first."""
    order = sorted(entries, key=lambda one: (-one.score.points.mean(), one.file))
    rows: list[Standing] = []
    first = 0  # of those who cannot be told apart
    for index, one in enumerate(order):
        points = one.score.points
        ahead = order[index - 1].score.points - points if index else np.zeros(len(points))
        noise = float(ahead.std(ddof=1) / np.sqrt(len(ahead))) if len(ahead) > 1 else 0.0
        if index and ahead.mean() > SURE * noise:
            first = index
        means = (float(values.mean()) for values in one.score[:4])
        rows.append(
            Standing(
                first + 1,
                one.file,
                one.name,
                float(points.mean()),
                float(ahead.mean()),
                noise,
                *means,
            )
        )
    return rows
