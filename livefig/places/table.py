"""The guide's table: what became of the figure in each place, with the versions of the tools."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HEAD = ("place", "with", "what one writes", "what became of it")


class Row(NamedTuple):
    """What was seen in one place."""

    place: str
    tools: Sequence[str]
    writes: str
    became: str


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the table as Markdown."""
    lines = [HEAD, ("---",) * len(HEAD)]
    lines += [(row.place, ", ".join(row.tools), row.writes, row.became) for row in rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    path.write_text(f"{table}\n\nTried on {datetime.date.today().isoformat()}.\n", encoding="utf-8")
