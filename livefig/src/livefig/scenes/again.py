"""Artists read again: a short way to a row where only data, or the numbers in a text, have changed.

Drawing with matplotlib works out everything anew. Where nothing but the data of a line or the
figures in a text were set since it was last drawn, all else is as it was.
"""

from __future__ import annotations

import re
from operator import is_
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.text import Text

from .. import language
from ..drawing.marks import Row
from ..drawing.outlines import LINES
from ..drawing.renderer import Recorder

SHORT = 1000
"""Of longer lines matplotlib draws only what is inside the axes."""

HEAD = 7
"""Count, paint and clip of a path; count, fill, clip, angle and place of a text."""

_DIGIT = re.compile(r"\d")


class Again:
    """Reads an artist the short way, where what was learned of it still holds.

    Parameters
    ----------
    artist, recorder
        What is read, and by whom.
    """

    changing: frozenset[str] = frozenset()
    """Attributes that may change: the others must be the very same objects as before."""

    def __init__(self, artist: Any, recorder: Recorder) -> None:
        self._artist, self._recorder = artist, recorder
        self._keys: list[str] = []
        self._before: list[Any] = []
        self._known: dict[str, Row] = {}

    def learn(self, row: Row) -> None:
        """Remember how the artist was drawn."""
        if not self._same():
            self._known.clear()
            self._keys = [key for key in vars(self._artist) if key not in self.changing]
            self._before = [vars(self._artist)[key] for key in self._keys]
        if len(row.shape) == 1:
            self._known[self._kind()] = row

    def read(self) -> Row | None:
        """Return the row as it is now, or ``None`` where only drawing can tell."""
        row = self._known.get(self._kind())
        return None if row is None or not self._same() else self._read(row)

    def _same(self) -> bool:
        now = vars(self._artist)
        return len(self._keys) + len(self.changing & now.keys()) == len(now) and all(
            map(is_, self._before, map(now.get, self._keys))
        )

    def _kind(self) -> str:
        """Return what must be the same for rows to differ in their numbers only."""
        return ""

    def _read(self, row: Row) -> Row | None:
        return None


class _Line(Again):
    changing = frozenset({"_stale", "_xorig", "_yorig", "_x", "_y", "_xy", "_path",
                          "_transformed_path", "_invalidx", "_invalidy", "_subslice", "_x_filled",
                          "ind_offset"})  # fmt: skip

    def _read(self, row: Row) -> Row | None:
        line = self._artist
        path = line.get_path()
        if row.shape[0][:2] != ("path", LINES) or len(path.vertices) > SHORT:
            return None
        if line.get_path_effects():
            return None
        commands, places = self._recorder.outline(line.get_transform().transform_path(path))
        if commands != LINES or not len(places):
            return None
        return Row(row.shape, _numbers(row.numbers[1:HEAD], places))


class _Text(Again):
    changing = frozenset({"_stale", "_text", "_renderer"})
    _font = 0

    def learn(self, row: Row) -> None:
        super().learn(row)  # which asks first whether all is as it was
        self._font = hash(self._artist.get_fontproperties())

    def _same(self) -> bool:
        # What sets a size, a weight or a family changes the properties that the text has already.
        return hash(self._artist.get_fontproperties()) == self._font and super()._same()

    def _kind(self) -> str:
        # Texts that differ in their figures only are equally wide: they stand at the same place.
        return _DIGIT.sub("0", self._artist.get_text())

    def _read(self, row: Row) -> Row | None:
        said = self._artist.get_text()
        form, _, *rest = row.shape[0]
        if form != "text" or "$" in said:
            return None
        pattern, numbers = language.read(said)
        return Row(((form, pattern, *rest),), _numbers(row.numbers[1:HEAD], numbers))


def _numbers(head: np.ndarray, rest: Any) -> np.ndarray:
    return np.concatenate(([len(head) + len(rest)], head, rest), dtype=np.int32, casting="unsafe")


def again(artist: Artist, recorder: Recorder) -> Again:
    """Return a short way to read an artist."""
    return {Line2D: _Line, Text: _Text}.get(type(artist), Again)(artist, recorder)
