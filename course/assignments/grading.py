"""Grade a folder of submissions: ``python -m course.assignments.grading FOLDER --grader ZIP``.

Each submission runs in a process of its own, with a limit on time and on memory (on Linux). It is
still code that runs as you: ``README.md`` says what is promised.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from course.assignments import submission

MEMORY = 1 << 30  # [bytes]


@dataclass(frozen=True)
class Mark:
    """The points of each question, out of how many, and what went wrong, if anything."""

    name: str
    points: dict[str, tuple[float, float]]
    trouble: str = ""

    @property
    def total(self) -> float:
        """All points together."""
        return sum(points for points, _ in self.points.values())


def grade(
    notebooks: Sequence[Path], grader: Path, seconds: int = 30, workers: int | None = None
) -> Iterator[Mark]:
    """Yield the mark of each notebook, in order.

    Parameters
    ----------
    notebooks : sequence of Path
    grader : Path
        The zip file that ``python -m course.assignments`` wrote.
    seconds : int
        The most processor time for each, and half of the most that it may take by the clock.
    workers : int, optional
        How many run at once; as many as there are processors.
    """
    apart = multiprocessing.get_context("forkserver")
    apart.set_forkserver_preload([submission.__name__])
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        yield from pool.map(lambda one: mark(one, grader, seconds, apart), notebooks)


def mark(
    notebook: Path,
    grader: Path,
    seconds: int,
    apart: multiprocessing.context.ForkServerContext,
) -> Mark:
    """Return the mark of one notebook; its process is gone afterwards, whatever it did."""
    ours, theirs = apart.Pipe(duplex=False)
    given = (notebook.resolve(), grader.resolve(), seconds, MEMORY, theirs)
    process = apart.Process(target=submission.run, args=given)
    process.start()
    theirs.close()
    try:
        found = json.loads(ours.recv_bytes(100_000)) if ours.poll(2 * seconds) else "out of time"
    except EOFError:
        process.join(1)
        found = "out of time" if process.exitcode == -signal.SIGKILL else "ended early"
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(found, str):
        return Mark(notebook.stem, {}, found)
    return Mark(notebook.stem, {name: (got, most) for name, (got, most) in found.items()})


def main(given: list[str] | None = None) -> int:
    """Write a table of marks; return 1 where there is nothing to grade."""
    parser = argparse.ArgumentParser(
        prog="python -m course.assignments.grading", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="where the notebooks are, one for each student")
    parser.add_argument("--grader", type=Path, required=True, help="teacher/TOPIC/TOPIC.zip")
    parser.add_argument("--out", type=Path, default=Path("marks.csv"), help="the table (marks.csv)")
    parser.add_argument("--seconds", type=int, default=30, help="the most for each (30)")
    asked = parser.parse_args(given)
    notebooks = sorted(asked.folder.glob("*.ipynb"))
    if not notebooks or not asked.grader.is_file():
        print(f"{asked.folder} must hold notebooks, and {asked.grader} must be a grader")
        return 1
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["name", "points", "trouble", "by question"])
        for one in grade(notebooks, asked.grader, asked.seconds):
            by_question = " ".join(f"{name}={got:g}" for name, (got, _) in one.points.items())
            table.writerow([one.name, f"{one.total:g}", one.trouble, by_question])
    print(f"{len(notebooks)} graded: {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
