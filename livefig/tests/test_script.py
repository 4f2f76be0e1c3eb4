"""The browser script's sources: short modules that import in one direction."""

import os
import re
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "script"
PACKAGE = Path(__file__).parents[1] / "src" / "livefig"
SOURCES = SCRIPT / "src"
MODULES = {
    path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8")
    for path in SOURCES.rglob("*.js")
}
IMPORT = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "([^"]+)";', re.MULTILINE)
LONGEST = 200
SMALL = {"static/livefig": 36 * 1024, "page/alone": 20_000}


def imports(name: str, parts: str = "parts.js") -> list[str]:
    """Return the modules that a module imports, where `parts` stands for those of a figure."""
    folder = (SOURCES / name).parent
    return [
        parts if path == "#parts"
        else Path(os.path.relpath(folder / path, SOURCES)).as_posix()
        for path in IMPORT.findall(MODULES[name])
    ]  # fmt: skip


def reached(name: str, parts: str) -> set[str]:
    """Return what a bundle holds."""
    found, ahead = set(), [name]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += imports(name, parts)
    return found


def circle(name: str, path: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the first way that leads from a module back to one on the way."""
    if name in path:
        return (*path[path.index(name) :], name)
    return next(filter(None, (circle(other, (*path, name)) for other in imports(name))), ())


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_is_read_in_one_sitting_and_says_what_it_is(name):
    assert len(MODULES[name].splitlines()) <= LONGEST
    assert MODULES[name].startswith("/* ")


def test_imports_form_no_circle():
    assert [found for name in sorted(MODULES) if (found := circle(name))] == []


def test_a_circle_would_be_noticed(monkeypatch):
    monkeypatch.setitem(MODULES, "words.js", 'import { on } from "./elements.js";\n')
    monkeypatch.setitem(MODULES, "elements.js", 'import { join } from "./words.js";\n')
    assert circle("words.js") == ("words.js", "elements.js", "words.js")


def test_every_module_is_needed():
    whole, alone = reached("main.js", "parts.js"), reached("alone/main.js", "alone/parts.js")
    assert whole | alone == set(MODULES)
    assert alone - whole == {"alone/main.js", "alone/parts.js"}


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_built_script_is_small_and_fits_into_a_page(name):
    script = (PACKAGE / f"{name}.js").read_text(encoding="ascii")
    style = (PACKAGE / f"{name}.css").read_text(encoding="ascii")
    assert len(script) <= SMALL[name]
    assert "</script" not in script
    assert "</style" not in style
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", script + style)


def test_the_lock_file_names_no_registry():
    lock = (SCRIPT / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
