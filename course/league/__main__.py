"""Score a folder of designs: ``python -m course.league FOLDER --hidden FILE --out FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course.league.designs import BadFile
from course.league.hidden import read_hidden
from course.league.standings import entries_of, ranked
from course.league.tables import leaderboard, table

MOST_FILES = 200


def main(given: list[str] | None = None) -> int:
    """Write ``league.html`` and ``league.csv``; return 1 where the hidden file is no use."""
    parser = argparse.ArgumentParser(prog="python -m course.league", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the designs are, one .toml for each group")
    parser.add_argument("--hidden", type=Path, required=True, help="seeds and days of the teacher")
    parser.add_argument("--out", type=Path, required=True, help="where the results are written")
    asked = parser.parse_args(given)
    files = sorted(set(asked.folder.glob("*.toml")) - {asked.hidden})
    if not 1 <= len(files) <= MOST_FILES:
        print(
            f"{asked.folder}: found {len(files)} designs (*.toml), 1 to {MOST_FILES} can be scored"
        )
        return 1
    try:
        world = read_hidden(asked.hidden)
    except BadFile as error:
        print(f"{asked.hidden}: {error}")
        return 1
    entries, refused = entries_of(files, world)
    standings = ranked(entries)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "league.csv").write_text(table(standings, refused), "utf-8", newline="")
    (asked.out / "league.html").write_text(leaderboard(standings, refused), "utf-8")
    for one in standings:
        print(f"{one.place:>3}  {one.points:5.1f}  {one.name}")
    for file, why in refused.items():
        print(f"  -         {file}: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
