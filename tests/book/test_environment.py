"""The environment is made when it is needed, and only then."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "environment.sh"
# A Python that makes environments of itself, and installs whatever is asked for.
PYTHON = """#!/bin/sh
if [ "$2" = venv ]; then rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; fi
if [ "$1" = - ]; then exec python3 "$@"; fi
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder named as in France, with the script and its needs."""
    folder = tmp_path / "clé"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "tools")
    (folder / "requirements.txt").write_text("numpy\n")
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return folder


def is_made(house: Path) -> bool:
    told = subprocess.run(
        ["sh", house / "tools/environment.sh", ".venv", "requirements.txt"],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHON": str(house.parent / "python")},
        capture_output=True,
        check=True,
    )
    return b"Setting up" in told.stdout


def test_an_environment_is_made_once(house: Path) -> None:
    assert is_made(house)
    assert not is_made(house)


def test_an_environment_is_made_anew_for_other_needs(house: Path) -> None:
    is_made(house)
    (house / "requirements.txt").write_text("scipy\n")
    assert is_made(house)


def test_a_folder_that_moved_does_not_use_the_library_of_the_old_one(house: Path) -> None:
    is_made(house)
    assert is_made(house.rename(house.with_name("moved")))


def test_an_environment_whose_python_is_gone_is_made_anew(house: Path) -> None:
    is_made(house)
    python = house / ".venv/bin/python"
    python.unlink()
    python.symlink_to("gone")
    assert is_made(house)


def test_the_way_to_the_library_has_no_letters_of_its_own(house: Path) -> None:
    python = house.parent / "python"
    made = "mkdir -p .venv/lib/python && pwd > .venv/lib/python/_editable_impl_ours.pth"
    python.write_text(PYTHON.replace("; fi\n", f" && {made}; fi\n", 1))
    is_made(house)
    way = (house / ".venv/lib/python/_editable_impl_ours.pth").read_bytes()
    assert way == b"../../..\n"
