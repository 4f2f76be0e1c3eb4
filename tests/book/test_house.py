"""The house is as CONTRIBUTING.md tells it, and livefig lives in no room of it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rooms import room_names
from tests.test_floors import FLOORS

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "livefig" / "src"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
GROUND = {"instruments", "market", "accounts", "margin", "colours"}


def test_the_floors_are_told_as_they_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^  \| (\d+) \| (.*) \|$", text, flags=re.MULTILINE)
    told = {name: int(floor) for floor, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert told == FLOORS


def rooms_of_chapter(path: Path) -> set[str]:
    """Return the rooms that the code of a notebook speaks of, as ``ml.room`` or by importing."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    spoken: set[str] = set()
    for source in ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"):
        for node in ast.walk(ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("marginlib"):
                inside = str(node.module).split(".")[1:2]
                spoken |= set(inside or [alias.name for alias in node.names])
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                spoken |= {node.attr} if node.value.id == "ml" else set()
    return spoken & room_names()


def test_the_rooms_of_a_chapter_are_told_as_they_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^  \| `(\w+)` \| (`\w+`(?:, `\w+`)*) \|$", text, flags=re.MULTILINE)
    told = {chapter: set(re.findall(r"`(\w+)`", rooms)) for chapter, rooms in rows}
    here = {path.stem: rooms_of_chapter(path) - GROUND for path in CHAPTERS}
    assert {name: told.get(name) for name in here} == here


@pytest.mark.parametrize("room", sorted(room for room in FLOORS if not room.startswith("_")))
def test_a_room_has_tests_of_its_name(room: str) -> None:
    assert list((ROOT / "tests").glob(f"test_{room}*.py"))


def imported_packages(path: Path) -> set[str]:
    """Return the packages outside its own that a file imports, anywhere in it."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            imported.add(node.module.split(".")[0])
    return imported


def test_no_file_of_livefig_imports_the_library() -> None:
    files = sorted(FIGURES.rglob("*.py"))
    assert any("matplotlib" in imported_packages(path) for path in files)
    for path in files:
        assert "marginlib" not in imported_packages(path), path.name


def test_importing_livefig_loads_nothing_of_the_library() -> None:
    script = "import sys, livefig; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "livefig" in loaded
    assert not loaded & {"marginlib", "scipy"}
