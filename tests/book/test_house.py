"""The house is as CONTRIBUTING.md tells it, and livefig lives in no room of it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.test_floors import FLOORS

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "livefig" / "src"


def test_the_floors_are_told_as_they_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^  \| (\d+) \| (.*) \|$", text, flags=re.MULTILINE)
    told = {name: int(floor) for floor, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert told == FLOORS


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
