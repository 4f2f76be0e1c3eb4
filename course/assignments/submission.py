"""Run one submission and its tests in this process, which somebody else limits and may kill.

A student's code can do here whatever this process may: see ``README.md`` for what that means.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import resource
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from otter.nbmeta_config import NBMetadataConfig
from otter.test_files import create_test_file
from traitlets.config import Config

# Loaded once, before processes part, so that no submission waits for them.
from marginlib import accounts, calibration, contagion, feedback, liquidation, waterfall

LOADED = (accounts, calibration, contagion, feedback, liquidation, waterfall)
OF_OTTER = ("grader.check(", "# Initialize Otter")  # cells that only students need


def run(notebook: Path, grader: Path, seconds: int, memory: int, answer: Connection) -> None:
    """Send the points of each question, or what went wrong.

    Parameters
    ----------
    notebook, grader : Path
        The submission, and the zip file that otter made.
    seconds : int
        The most processor time [seconds].
    memory : int
        The most memory beyond what is in use already [bytes].
    answer : Connection
        Where the result goes, as JSON: points by question, or a string that says what went wrong.
    """
    with tempfile.TemporaryDirectory() as folder, quiet():
        place = Path(folder)
        unpack(grader, place / "student")
        os.chdir(place / "student/files")
        sys.path.insert(0, str(place / "student/files"))
        limit(seconds, memory)
        try:
            names = names_after(nbformat.read(notebook, as_version=4))
            # What the tests stand on comes anew, from where the submission could not write before.
            unpack(grader, place / "tests")
            sys.path.insert(0, str(place / "tests/files"))
            sys.modules.pop("classroom", None)
            tests = sorted((place / "tests/tests").glob("*.py"))
            result = {test.stem: points_of(test, names) for test in tests}
            told = json.dumps(result if checks_hold() else "the checks were overwritten")
        except MemoryError:
            told = json.dumps("too much memory")
        except Exception as error:
            told = json.dumps(f"not gradable: {type(error).__name__}: {error}"[:200])
        # Bytes, and not an object: to unpickle what a stranger sends is to run it.
        answer.send_bytes(told.encode())


def unpack(grader: Path, folder: Path) -> None:
    """Unpack a grader's files and tests."""
    with zipfile.ZipFile(grader) as packed:
        packed.extractall(folder)


def checks_hold() -> bool:
    """Return whether a wrong answer is still refused."""
    classroom = importlib.import_module("classroom")
    try:
        classroom.expect(1.0, 2.0)
    except classroom.LookAgain:
        return True
    return False


def names_after(notebook: nbformat.NotebookNode) -> dict[str, object]:
    """Return the names that are known after all cells have run; one that fails stops none."""
    settings = Config(HistoryManager={"enabled": False})
    shell = InteractiveShell.instance(config=settings)
    shell.showtraceback = lambda *_, **__: None  # nobody reads it, and it takes most of the time
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.source.lstrip().startswith(OF_OTTER):
            shell.run_cell(cell.source)
    return shell.user_ns


def points_of(test: Path, names: dict[str, object]) -> tuple[float, float]:
    """Return the points of a question, and the most that there are."""
    question = create_test_file(str(test), NBMetadataConfig())
    question.all_or_nothing = False
    question.run(names)
    return question.score, question.possible


def limit(seconds: int, memory: int) -> None:
    """Set limits that this process cannot raise again."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what a submission prints to itself."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
