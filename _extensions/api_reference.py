"""The reference of the library: what Sphinx makes of the docstrings, as one looks things up.

A page begins with a table of its names, with one line each; every entry is one line too, and the
rest of it is folded. What says nothing is left out, and each entry leads to its source.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

ALIAS = "Alias for field number"
MORE = "Details"
SECTION = re.compile(r"[A-Z][a-z ]+")
UNDERLINE = re.compile(r"-{3,}")
ENTRY = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)*( : .*)?")
"""The line that names one or several parameters."""


def says_nothing(
    app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out the fields of named tuples: the class tells what they are."""
    return True if (getattr(member, "__doc__", None) or "").startswith(ALIAS) else None


def list_names(
    app: Sphinx, what: str, name: str, member: Any, options: Any, lines: list[str]
) -> None:
    """Let what a room says of itself end with a table of its names."""
    if what == "module" and getattr(member, "__all__", ()):
        lines += ["", *table_of_names(member)]


def table_of_names(room: ModuleType) -> Iterator[str]:
    """Yield the lines of a table: each public name of a room, and what it is in a line.

    >>> from marginlib import market
    >>> [line for line in table_of_names(market) if "market.at" in line]
    ['   * - :py:obj:`~marginlib.market.at`']
    """
    yield from (".. list-table::", "   :class: ml-names", "   :widths: auto", "")
    for name in sorted(room.__all__, key=lambda name: (name.lower(), name)):
        yield f"   * - :py:obj:`~{room.__name__}.{name}`"
        yield f"     - {first_line(getattr(room, name))}"


def first_line(value: Any) -> str:
    """Return the first line of the docstring of a thing that has its own, or nothing."""
    has_its_own = inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value)
    return (inspect.getdoc(value) or "").partition("\n")[0] if has_its_own else ""


def fold_entries(app: Sphinx, document: nodes.document) -> None:
    """Show of every entry its line, and fold what comes after it."""
    for entry in list(document.findall(addnodes.desc_content)):
        within = entry.parent.parent
        first, rest = entry.children[:1], entry.children[1:]
        if rest and not isinstance(within, addnodes.desc_content):
            opened = nodes.raw(
                "", f"<details class='ml-entry'><summary>{MORE}</summary>", format="html"
            )
            entry.children = []
            entry += [*first, opened, *rest, nodes.raw("", "</details>", format="html")]


def free_lists(app: Sphinx, document: nodes.document) -> None:
    """Let a list stand by itself where Sphinx wraps it into a paragraph: HTML allows none there."""
    for paragraph in list(document.findall(nodes.paragraph)):
        listed = paragraph.next_node(nodes.bullet_list)
        if listed is not None and listed.astext() == paragraph.astext():
            paragraph.replace_self(listed)


def end_sections(
    app: Sphinx, what: str, name: str, member: Any, options: Any, lines: list[str]
) -> None:
    """Give the text that follows a list of parameters a heading of its own.

    The docstrings of the library close with the source and an example, at the left margin; without
    a heading these would be read as further parameters.
    """
    lines[:] = with_ended_sections(lines)
    if what in ("attribute", "property"):
        lines.insert(0, "")  # or napoleon takes what its first line says before a colon for a type


def with_ended_sections(lines: list[str]) -> list[str]:
    """Return the lines with a heading before what is no parameter.

    >>> docstring = ["Parameters", "----------", "price : float", "    Its unit.", "", "Source: X."]
    >>> with_ended_sections(docstring)[-4:]
    ['Notes', '-----', '', 'Source: X.']
    """
    ended: list[str] = []
    listing = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if UNDERLINE.fullmatch(following) and SECTION.fullmatch(line):
            listing = True
        elif listing and line.strip() and not line.startswith(" ") and not _belongs(line):
            title = "Examples" if line.startswith(">>>") else "Notes"
            ended += [title, "-" * len(title), ""]
            listing = False
        ended.append(line)
    return ended


def _belongs(line: str) -> bool:
    """Whether the line may stand at the left margin of a list of parameters."""
    return bool(ENTRY.fullmatch(line) or UNDERLINE.fullmatch(line))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add autodoc, for docstrings in NumPy style, and the rules above."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.connect("autodoc-process-docstring", end_sections, priority=400)  # before napoleon
    app.connect("autodoc-process-docstring", list_names, priority=900)  # after it
    app.connect("doctree-read", fold_entries)
    app.connect("doctree-read", free_lists)
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-skip-member", says_nothing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
