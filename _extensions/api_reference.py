"""The reference of the library: what Sphinx makes of the docstrings, without what says nothing."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

ALIAS = "Alias for field number"
SECTION = re.compile(r"[A-Z][a-z ]+")
UNDERLINE = re.compile(r"-{3,}")
ENTRY = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)*( : .*)?")
"""The line that names one or several parameters."""


def says_nothing(
    app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out the fields of named tuples: the class tells what they are."""
    return True if (getattr(member, "__doc__", None) or "").startswith(ALIAS) else None


def end_sections(
    app: Sphinx, what: str, name: str, member: Any, options: Any, lines: list[str]
) -> None:
    """Give the text that follows a list of parameters a heading of its own.

    The docstrings of the library close with the source and an example, at the left margin; without
    a heading these would be read as further parameters.
    """
    lines[:] = with_ended_sections(lines)


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
    app.connect("autodoc-process-docstring", end_sections, priority=400)  # before napoleon
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-skip-member", says_nothing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
