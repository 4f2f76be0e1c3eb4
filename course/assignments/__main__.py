"""Make the sheets and graders from the masters: ``python -m course.assignments --out FOLDER``."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import otter.assign

HERE = Path(__file__).parent
TOPICS = tuple(sorted(master.stem for master in HERE.glob("*.ipynb")))
CLASS_LINE = re.compile(r'^CLASS = ".*"$', re.MULTILINE)


def make(topics: Sequence[str], word: str, out: Path) -> None:
    """Write ``student/TOPIC`` and ``teacher/TOPIC`` for each topic, with the word of the class.

    ``teacher/TOPIC`` holds the solution and ``TOPIC.zip``, the grader with its hidden tests.
    """
    for topic in topics:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            shutil.copy(HERE / f"{topic}.ipynb", work)
            shutil.copy(HERE / "otter.yml", work)
            (work / "classroom.py").write_text(classroom_of(word), "utf-8")
            otter.assign.main(str(work / f"{topic}.ipynb"), str(work / "made"))
            (grader,) = (work / "made/autograder").glob("*.zip")
            grader.rename(grader.with_name(f"{topic}.zip"))
            for made, kept in (("student", "student"), ("autograder", "teacher")):
                place = out / kept / topic
                shutil.rmtree(place, ignore_errors=True)
                shutil.copytree(work / "made" / made, place)


def classroom_of(word: str) -> str:
    """Return what lies beside each sheet, with the word of a class in it."""
    text = (HERE / "classroom.py").read_text("utf-8")
    return CLASS_LINE.sub(lambda _: f"CLASS = {json.dumps(word)}", text, count=1)


def main(given: list[str] | None = None) -> int:
    """Make what was asked for, and say where it is; return 2 where a topic is unknown."""
    parser = argparse.ArgumentParser(prog="python -m course.assignments", description=__doc__)
    parser.add_argument("topics", nargs="*", help="which assignments (all of them)")
    parser.add_argument(
        "--word", default="example", help="of the class: other words, other numbers"
    )
    parser.add_argument("--out", type=Path, required=True, help="where they are written")
    asked = parser.parse_args(given)
    unknown = sorted(set(asked.topics) - set(TOPICS))
    if unknown:
        print(f"no assignment is called {unknown[0]!r}; there are {', '.join(TOPICS)}")
        return 2
    make(asked.topics or TOPICS, asked.word, asked.out)
    print(f"{asked.out}: give out student/, keep teacher/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
