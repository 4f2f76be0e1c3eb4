"""Time every peer and ours in the same run: ``make bench``, or ``python -m benchmarks <module>``.

Each module of this folder has a function ``rows()`` that returns one mapping for each peer:

    job, size, peer     what was done, to how much, by whom
    peer_seconds, our_seconds    (or peer_bytes, our_bytes)
    ratio, goal         theirs over ours, and the ratio aimed at (None for no aim)

The table is printed, and kept in ``_build/bench.json``.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

RESULTS = Path("_build", "bench.json")
HEADINGS = ("job", "size", "peer", "peer's", "ours", "ratio", "goal")
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))

Row = dict[str, object]


def main(names: list[str]) -> None:
    benchmarks = [module for module in modules() if not names or module in names]
    if not benchmarks:
        sys.exit(f"No benchmark of that name; there are: {', '.join(modules())}.")
    rows = [row for name in benchmarks for row in measured(name)]
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.platform()}
    RESULTS.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n")
    print()
    print("\n".join(table(rows)))
    print(f"\nKept in {RESULTS}")


def modules() -> list[str]:
    """Names of the benchmarks in this folder."""
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return [module.name for module in found if not module.name.startswith("_")]


def measured(name: str) -> list[Row]:
    """Run one benchmark, saying what it is."""
    benchmark = importlib.import_module(f"benchmarks.{name}")
    print(f"{name}: {(benchmark.__doc__ or '').strip().splitlines()[0]}", flush=True)
    return benchmark.rows()


def table(rows: Iterable[Row]) -> list[str]:
    """Lines of a table with aligned columns."""
    cells = [HEADINGS, *(as_text(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            text.ljust(width) if column < 3 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]


def as_text(row: Row) -> tuple[str, ...]:
    ratio, goal = float(row["ratio"]), row.get("goal")
    aim = "" if goal is None else f"{goal:g}" + ("" if ratio >= float(goal) else " (missed)")
    named = (str(row[key]) for key in ("job", "size", "peer"))
    return (*named, amount(row, "peer"), amount(row, "our"), f"{ratio:,.1f}", aim)


def amount(row: Row, whose: str) -> str:
    """Seconds or bytes of one side, in a readable unit."""
    if f"{whose}_bytes" in row:
        return f"{float(row[f'{whose}_bytes']) / 1000:,.0f} kB"
    seconds = float(row[f"{whose}_seconds"])
    size, unit = next((entry for entry in UNITS if seconds >= entry[0]), UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


if __name__ == "__main__":
    main(sys.argv[1:])
