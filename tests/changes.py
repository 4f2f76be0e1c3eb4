"""Which tests a change asks for: those of the rooms it touches, and of all that stand on them.

A test file says by its name which room it is about: ``test_margin_orders.py`` about ``margin``.
What is named after no room looks at the house as a whole, and is always asked for.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from tests.rooms import room_names, with_what_stands_on

ROOT = Path(__file__).parents[1]
PACKAGES = ("marginlib", "livefig")
MATTER_TO_ALL = ("requirements.txt", "marginlib/__init__.py", "tests/changes.py", "tests/rooms.py")


def changed_since(commit: str) -> list[str] | None:
    """Return the files that differ from where this branch left ``commit``, or None without git."""

    def git(*words: str) -> list[str]:
        told = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
        )
        return told.stdout.split("\0" if "-z" in words else "\n")

    try:
        base = git("merge-base", commit, "HEAD")[0]
        files = git("diff", "--name-only", "-z", base)
        return [*files, *git("ls-files", "--others", "--exclude-standard", "-z")]
    except (OSError, subprocess.CalledProcessError):
        return None


class Asked:
    """What is asked for, given the files that have changed.

    >>> asked = Asked(["marginlib/cascade/step.py", "CHANGELOG.md"])
    >>> asked.wants("marginlib/margin/rates.py"), asked.wants("tests/test_events_replays.py")
    (False, True)
    """

    def __init__(self, changed: Iterable[str]) -> None:
        changed = [name for name in changed if name]
        paths = [PurePosixPath(name) for name in changed]
        mistakes = (path.stem for path in paths if path.parent.name == "bad_input")
        self.files = {*changed, *(f"tests/test_{room}_bad_input.py" for room in mistakes)}
        library = [path for path in paths if path.parts[0] == "marginlib"]
        self.rooms = with_what_stands_on(filter(None, map(_room_of, library)))
        self.packages = {path.parts[0] for path in paths} & set(PACKAGES)
        self.everything = not changed or any(map(_matters_to_all, paths))

    def wants(self, file: str) -> bool:
        """Whether the tests in this file are asked for."""
        path = PurePosixPath(file)
        if self.everything or file in self.files:
            return True
        if path.parts[0] == "livefig":
            return "livefig" in self.packages
        room = _room_of(path)
        return room is None or room in self.rooms


def _room_of(path: PurePosixPath) -> str | None:
    """The room that a file of the library or a test belongs to, if it belongs to one."""
    if path.parts[0] == "marginlib" and len(path.parts) > 1:
        return path.parts[1].removesuffix(".py")
    topic = f"{path.stem.removeprefix('test_')}_"
    if path.parent.name == "tests" and path.parts[0] == "tests":
        return next((name for name in room_names() if topic.startswith(f"{name}_")), None)
    return None


def _matters_to_all(path: PurePosixPath) -> bool:
    """Whether every test may depend on the file."""
    return str(path) in MATTER_TO_ALL or path.name in ("conftest.py", "pyproject.toml")
