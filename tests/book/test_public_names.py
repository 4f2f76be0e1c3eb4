"""The doors of the library: how many names it shows, and that a reader meets each of them.

A *room* is a package, or a module that the `__all__` around it names; a *name* is anything else in
the `__all__` of a room. `PYTHONPATH=_extensions python tests/book/test_public_names.py` prints
all of them, and where a reader meets each: on a page, in a file of a venue, or in the signature
of something that she meets.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from contents import pages

import marginlib

# What the library may show: `venues`, which speaks for those who run a venue, is counted apart.
MOST_NAMES = 303
MOST_NAMES_OF_ROOM = 40
APART = "venues"
# Rooms that say by nothing but underscores what they show.
WITHOUT_ALL = {
    "cascade.surprises",
    "margin.uncleared.exchange",
    "margin.uncleared.standard_schedule",
}
# A name in two rooms means one thing: for each that stands in two, which thing.
ONE_THING = {"initial_margin": "what uncleared trades need, by one or the other permitted method"}
# Names that differ by nothing but case.
MOST_ALIKE = 3

PACKAGE = Path(marginlib.__file__).parent
ROOT = Path(__file__).parents[2]
NO_GUIDE = {"CHANGELOG"}  # what moved is told with its old names


def rooms() -> dict[str, ModuleType]:
    """Every public room by its dotted name without the package's."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        package = parts[-1] == "__init__"
        inside = parts[:-1] if package else parts
        if inside and not any(part.startswith("_") for part in inside):
            module = importlib.import_module(".".join(["marginlib", *inside]))
            parent = sys.modules[module.__name__.rpartition(".")[0]]
            shown = inside[-1] in getattr(parent, "__all__", ())
            if package or (shown and getattr(parent, inside[-1]) is module):
                found[".".join(inside)] = module
    return found


def own_names(room: ModuleType) -> list[str]:
    """The public names of a room: those of its ``__all__`` that are no rooms themselves."""
    listed = getattr(room, "__all__", None) or [
        name
        for name, value in vars(room).items()
        if name[0] != "_" and str(getattr(value, "__module__", "")).startswith(room.__name__)
    ]
    return sorted(name for name in listed if not isinstance(getattr(room, name), ModuleType))


ROOMS = rooms()
NAMES = {
    room: names
    for room, module in ROOMS.items()
    if room.split(".")[0] != APART and (names := own_names(module))
}


def objects() -> dict[str, dict[int, list[str]]]:
    """For each name the things that it means, and the rooms that show it so."""
    meanings: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for room, names in NAMES.items():
        for name in names:
            meanings[name][id(getattr(ROOMS[room], name))].append(room)
    return meanings


# What readers meet


def code_of_notebook(path: Path) -> Iterator[str]:
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            yield re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE)
        else:
            yield from code_of_page(source)


def code_of_page(text: str) -> Iterator[str]:
    """The blocks of code of a page, and what it sets like code within its lines."""
    blocks = re.findall(
        r"^```\{?(?:python|code-cell)?.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    for block in blocks:
        yield re.sub(r"^(>>>|\.\.\.) ?", "", block, flags=re.MULTILINE)
    yield from re.findall(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?`", text)


def guides() -> list[Path]:
    """The pages of the book that are written: its chapters, its back matter, its guides."""
    written = [name for name in pages(ROOT) if name not in NO_GUIDE and not name.startswith("api/")]
    stems = [ROOT / name for name in ["README", *written]]
    return [path for stem in stems for path in stem.parent.glob(f"{stem.name}.*")
            if path.suffix in (".md", ".ipynb")]  # fmt: skip


def spoken(code: str) -> set[tuple[str, str]]:
    """The pairs of a room's last name and a name that is taken from it, as code has them.

    >>> sorted(spoken("from marginlib.margin import scan as s; s.Grid(ml.market.at)"))
    [('marginlib.margin', 'scan'), ('market', 'at'), ('ml', 'market'), ('scan', 'Grid')]
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    called: dict[str, str] = {}  # what the code calls a room
    pairs: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("marginlib"):
            for alias in node.names:
                called[alias.asname or alias.name] = alias.name
                pairs.add((str(node.module), alias.name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = node.value
            name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
            pairs.add((called.get(name, name), node.attr))
    if isinstance(tree.body[0] if tree.body else None, ast.Expr) and code.isidentifier():
        pairs.add(("", code))  # a word of a page
    return pairs


def met(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """The public names that these pairs are."""
    shown = {(room.split(".")[-1], name) for room, names in NAMES.items() for name in names}
    return {name for room, name in pairs
            if (room.split(".")[-1], name) in shown or not room}  # fmt: skip


def met_by_readers() -> dict[str, set[str]]:
    """For each name where a reader meets it: a page, the words of venue files, or a signature."""
    where: dict[str, set[str]] = defaultdict(set)
    for path in guides():
        text = path.read_text("utf-8")
        pieces = code_of_notebook(path) if path.suffix == ".ipynb" else code_of_page(text)
        for name in met(pair for piece in pieces for pair in spoken(piece)):
            where[name].add(path.stem)
    pieces_file = ROOT / "marginlib" / "venues" / "_pieces.py"
    for name in met(spoken(pieces_file.read_text("utf-8"))):
        where[name].add("venue files")
    for name in in_signatures(set(where)):
        where[name].add("signatures")
    return where


def in_signatures(known: set[str]) -> set[str]:
    """Names that say what a function takes or returns that a reader meets: she holds one."""
    shown = {name for names in NAMES.values() for name in names}
    found: set[str] = set()
    for room, names in NAMES.items():
        for name in set(names) & known:
            for function in callables(getattr(ROOMS[room], name)):
                found |= set(re.findall(r"\w+", " ".join(annotations(function)))) & shown
    return found - known


def callables(value: Any) -> Iterator[Any]:
    """The thing itself, and the public methods of a class."""
    yield value
    if inspect.isclass(value):
        for name, member in vars(value).items():
            if not name.startswith("_") or name in ("__init__", "__call__"):
                yield getattr(member, "fget", getattr(member, "__func__", member))


def annotations(function: Any) -> Iterator[str]:
    for annotation in getattr(function, "__annotations__", {}).values():
        yield annotation if isinstance(annotation, str) else repr(annotation)


# The tests


def test_the_library_shows_no_more_names_than_this() -> None:
    assert len({name for names in NAMES.values() for name in names}) <= MOST_NAMES


@pytest.mark.parametrize("room", NAMES)
def test_a_room_fits_on_a_page_of_the_reference(room: str) -> None:
    assert len(NAMES[room]) <= MOST_NAMES_OF_ROOM


@pytest.mark.parametrize("room", sorted(set(NAMES) - WITHOUT_ALL))
def test_a_room_says_what_it_shows(room: str) -> None:
    listed = ROOMS[room].__all__
    assert len(listed) == len(set(listed))
    assert all(hasattr(ROOMS[room], name) for name in listed)


def test_a_reader_meets_each_name() -> None:
    where = met_by_readers()
    unmet = [f"{room}.{name}" for room, names in NAMES.items()
             for name in names if name not in where]  # fmt: skip
    assert unmet == [], "a chapter or a guide uses what the library shows, or it goes"


def test_no_name_means_two_things() -> None:
    double = {name: sorted(map(tuple, means.values()))
              for name, means in objects().items() if len(means) > 1}  # fmt: skip
    assert set(double) == set(ONE_THING), double


def test_no_name_differs_from_another_by_case_alone() -> None:
    assert len(alike()) <= MOST_ALIKE, alike()


def alike() -> list[list[str]]:
    """Names that are one when underscores and capitals are left out."""
    groups = defaultdict(list)
    for name in objects():
        groups[name.replace("_", "").lower()].append(name)
    return [sorted(names) for names in groups.values() if len(names) > 1]


def main() -> None:
    """Print every room with its names, and of each name where a reader meets it."""
    where = met_by_readers()
    for room, names in NAMES.items():
        print(f"{room}: {len(names)}")
        for name in names:
            print(f"    {name:32} {', '.join(sorted(where.get(name, {'-'})))}")
    print(f"names: {len(objects())}, in all rooms: {sum(map(len, NAMES.values()))}, met by no")
    print(f"reader: {sum(name not in where for name in objects())}, alike: {alike()}")
    print("with two meanings:", [name for name, means in objects().items() if len(means) > 1])


if __name__ == "__main__":
    sys.exit(main())
