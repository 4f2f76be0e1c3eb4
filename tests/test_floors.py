"""A module imports only from the floors below its own, and loads little."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import marginlib
from tests.rooms import PACKAGE, imported_modules, module_files, room_names

FLOORS = {
    "_checks": 0,
    "_normal": 0,
    "_time_value": 1,
    "_optional": 0,
    "_bisection": 1,
    "_equal_correlation": 1,
    "_fields": 1,
    "_kinds": 1,
    "black": 2,
    "impact": 2,
    "instruments": 3,
    "market": 4,
    "accounts": 5,
    "scenarios": 5,
    "feedback": 6,
    "margin": 6,
    "waterfall": 6,
    "contagion": 7,
    "liquidation": 7,
    "cascade": 8,
    "calibration": 9,
    "venues": 9,
    "optimisation": 10,
    "events": 11,
}
# The colours stand beside the floors: they know nothing of margin, and no floor imports them.
BESIDE = {"colours"}
LATE = {"matplotlib", "scipy.optimize", "scipy.sparse", "scipy.special"}


def test_every_module_has_a_floor() -> None:
    assert room_names() == set(FLOORS) | BESIDE


@pytest.mark.parametrize("name", FLOORS)
def test_imports_only_downward(name: str) -> None:
    for path in module_files(name):
        for other in imported_modules(path) - {name}:
            assert other in FLOORS, f"{path.name} imports {other}, which is on no floor"
            assert FLOORS[other] < FLOORS[name], f"{path.name} imports {other} from above"


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_what_stands_beside_knows_nothing_of_margin(name: str) -> None:
    for path in module_files(name):
        assert imported_modules(path) <= BESIDE, path.name


@pytest.mark.parametrize(
    ("package", "others"),
    [
        ("marginlib", {"livefig", "matplotlib", "anywidget", "scipy"}),
        ("marginlib.colours", {"livefig", "matplotlib", "anywidget"}),
        # The first cell of a chapter names many rooms, and there a reader waits first.
        *((f"marginlib.{room}", LATE) for room in sorted(FLOORS) if room != "optimisation"),
    ],
)
def test_importing_a_package_loads_no_other(package: str, others: set[str]) -> None:
    script = f"import sys, {package}; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert package in loaded
    assert not loaded & others


def test_every_room_is_there_on_first_use_and_seen_before() -> None:
    rooms = set(FLOORS) - {name for name in FLOORS if name.startswith("_")}
    assert set(marginlib.__all__) == rooms | {"MarginError", "NotSettled"}
    assert set(dir(marginlib)) == {*marginlib.__all__, "__version__"}
    for name in rooms:
        assert getattr(marginlib, name).__name__ == f"marginlib.{name}"
    with pytest.raises(AttributeError, match="no attribute 'venue'"):
        _ = marginlib.venue


def test_type_checkers_see_every_room() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    [checked] = [node for node in tree.body if isinstance(node, ast.If)]
    [imported] = [node for node in checked.body if isinstance(node, ast.ImportFrom)]
    rooms = [name for name in marginlib.__all__ if name.islower()]
    assert [alias.name for alias in imported.names] == rooms
