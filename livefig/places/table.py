"""The guide's table: what became of the figure in each place, with the versions of the tools."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HEAD = ("place", "version", "what one writes", "alive?", "styled?", "asks other hosts?", "note")
ALSO = """\
Hosts in the table are asked by the tools' own pages; the figure asks none. Not tried, for want of
them here: Quarto itself, GitHub, Google Colab, VS Code and JupyterLite.
"""


class Row(NamedTuple):
    """What was seen in one place."""

    place: str
    tools: Sequence[str]
    writes: str
    alive: str
    styled: str
    hosts: Sequence[str]
    note: str


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the table as Markdown."""
    lines = [HEAD, ("---",) * len(HEAD)]
    lines += [
        (row.place, ", ".join(row.tools), row.writes, row.alive, row.styled,
         ", ".join(row.hosts) or "no", row.note)
        for row in rows
    ]  # fmt: skip
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    day = datetime.date.today().isoformat()
    path.write_text(f"{table}\n\nTried on {day}. {ALSO}", encoding="utf-8")
