"""Change the code in one place at a time, and show the changes that no test of its room notices.

    _build/mutation/bin/python tools/mutants.py marginlib/waterfall marginlib/accounts --every 5

`make mutants` makes that environment, with cosmic-ray. It changes copies of the library in
`_build/mutants`, never the library itself. With `--every 5`, each fifth mutant is tried.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import time
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

ROOT = Path(__file__).parents[1]
PYTHON = next(path for path in (ROOT / ".venv").glob("[bS]*/python*") if path.stem == "python")
COPIES = ROOT / "_build" / "mutants"
COPIED = ("marginlib", "tests", "docs", "conftest.py", "pyproject.toml")
CONFIGURATION = """
[cosmic-ray]
module-path = {module!r}
timeout = {seconds}
excluded-modules = []
test-command = {command!r}
[cosmic-ray.distributor]
name = "local"
"""


def copy_house(copy: Path) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in COPIED:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, copy / name)


def run(copy: Path, *words: str) -> None:
    subprocess.run(
        [str(Path(sys.executable).with_name("cosmic-ray")), *words], cwd=copy, check=True
    )


def mutants(module: str, every: int) -> tuple[int, list[str]]:
    """Try the mutants of a file or a room; return how many, and the changes nobody noticed."""
    copy = COPIES / module.replace("/", ".")
    copy_house(copy)
    room, topic = Path(module).parts[1].removesuffix(".py"), Path(module).stem
    tests = [str(path.relative_to(copy)) for path in copy.glob(f"tests/test_{room}*.py")]
    tests.sort(key=lambda name: (not name.endswith(f"_{topic}.py"), name))  # the nearest first
    words = [str(PYTHON), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests, module]
    began = time.monotonic()
    subprocess.run(words, cwd=copy, check=True)  # the tests pass as long as nothing is changed
    # A mutant that never ends is noticed too, but not one that is slow because the machine is busy.
    seconds = 60 + 5 * (time.monotonic() - began)
    (copy / "mutants.toml").write_text(
        CONFIGURATION.format(module=module, command=" ".join(words), seconds=seconds),
        encoding="utf-8",
    )
    run(copy, "init", "mutants.toml", "mutants.sqlite", "--force")
    with use_db(str(copy / "mutants.sqlite"), WorkDB.Mode.open) as found:
        leave_out(found, every, copy)
        run(copy, "exec", "mutants.toml", "mutants.sqlite")
        tried = [
            (item, result)
            for item, result in found.completed_work_items
            if result.worker_outcome is WorkerOutcome.NORMAL
        ]
    survivors = [
        f"{told(item)}\n{result.diff}"
        for item, result in tried
        if result.test_outcome is TestOutcome.SURVIVED
    ]
    return len(tried), survivors


def leave_out(found: WorkDB, every: int, copy: Path) -> None:
    """Leave out what is only said to type checkers, and all but each so-and-so-many-th."""
    items = sorted(found.work_items, key=told)
    changing = [item for item in items if not is_annotation(item, copy)]
    kept = {item.job_id for item in changing[::every]}
    skipped = WorkResult(worker_outcome=WorkerOutcome.SKIPPED)
    found.set_multiple_results([item.job_id for item in items if item.job_id not in kept], skipped)


def told(item: WorkItem) -> str:
    [change] = item.mutations
    line, column = change.start_pos
    return f"{change.module_path}:{line:04}:{column} {change.operator_name} {change.occurrence}"


def is_annotation(item: WorkItem, copy: Path) -> bool:
    """Whether the change is within what a name is said to be: never run, so never noticed."""
    [change] = item.mutations
    place = tuple(change.start_pos)
    tree = ast.parse((copy / change.module_path).read_text(encoding="utf-8"))
    said = [getattr(node, "annotation", None) or getattr(node, "returns", None)
            for node in ast.walk(tree)]  # fmt: skip
    return any(
        (node.lineno, node.col_offset) <= place < (node.end_lineno, node.end_col_offset)
        for node in said
        if isinstance(node, ast.expr)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", nargs="+", help="a folder or a file of marginlib")
    parser.add_argument("--every", type=int, default=1, help="try only each so-and-so-many-th")
    given = parser.parse_args()
    for module in given.module:
        tried, survivors = mutants(module, given.every)
        killed = tried - len(survivors)
        print(*survivors, sep="\n")
        print(f"{module}: {killed} of {tried} mutants noticed ({killed / max(tried, 1):.1%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
