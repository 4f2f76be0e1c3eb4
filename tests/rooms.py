"""Which room of the library stands on which, as their files say."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "marginlib"


def room_names() -> set[str]:
    """Every module and package directly in the library, the private ones too."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def module_files(name: str) -> list[Path]:
    single = PACKAGE / f"{name}.py"
    return [single] if single.exists() else sorted((PACKAGE / name).rglob("*.py"))


def imported_modules(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, anywhere in it."""
    package = ["marginlib", *path.relative_to(PACKAGE).parts[:-1]]
    imported: list[list[str]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported += [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            imported += [[*base, alias.name] for alias in node.names]
    return {name[1] for name in imported if name[0] == "marginlib" and len(name) > 1}


@functools.cache
def stands_on(name: str) -> frozenset[str]:
    """Return the rooms that a room imports itself."""
    return frozenset().union(*map(imported_modules, module_files(name))) - {name}


def with_what_stands_on(rooms: Iterable[str]) -> set[str]:
    """Return the rooms and all that stand on them, on whichever floor.

    >>> sorted(with_what_stands_on(["events"]))
    ['events']
    >>> {"black", "market", "margin", "venues"} <= with_what_stands_on(["black"])
    True
    """
    found = set(rooms)
    while above := {name for name in room_names() - found if stands_on(name) & found}:
        found |= above
    return found
