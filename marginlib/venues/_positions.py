"""Where in a TOML file a key stands, so that an error can name its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]  # as one would index into the parsed file: ("margin", 0, "initial")

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([\w.\-]+|\"[^\"]*\")\s*=")


class Positions:
    r"""Line numbers of the sections and keys of a TOML text.

    >>> found = Positions("title = 'mine'\n[[margin]]\npiece = 'fixed_rate'\n")
    >>> found.line(("margin", 0, "piece")), found.line(("margin", 0, "piece", "deeper"))
    (3, 3)
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        section: Path = ()
        for number, line in _outside_long_strings(text):
            if header := _HEADER.match(line):
                section = self._section(header[2], is_item=header[1] == "[[")
                self._lines.setdefault(section, number)
                if header[1] == "[[":
                    self._lines.setdefault(section[:-1], number)
            elif key := _KEY.match(line):
                parts = tuple(part.strip('"') for part in key[1].split("."))
                self._lines.setdefault(section + parts, number)

    def line(self, path: Path) -> int:
        """Return the line of the key at ``path``, or of the nearest thing around it."""
        while path and path not in self._lines:
            unnumbered = tuple(key for key in path if isinstance(key, str))
            if unnumbered in self._lines:  # a list of one may be written as a plain section
                return self._lines[unnumbered]
            path = path[:-1]
        return self._lines.get(path, 1)

    def _section(self, title: str, is_item: bool) -> Path:
        """Return the path of a section; ``[[name]]`` begins the next item of a list."""
        path: Path = ()
        *outer, last = (part.strip().strip('"') for part in title.split("."))
        for part in outer:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        path = (*path, last)
        if not is_item:
            return path
        self._counts[path] = self._counts.get(path, 0) + 1
        return (*path, self._counts[path] - 1)


def _outside_long_strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of the lines that do not begin inside a long string."""
    ending = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if ending:
            ending = "" if ending in line else ending
            continue
        yield number, line
        for quotes in ('"""', "'''"):
            if line.count(quotes) == 1:
                ending = quotes
