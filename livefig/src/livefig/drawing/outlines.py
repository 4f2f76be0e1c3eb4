"""Paths of matplotlib as commands and whole numbers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.path import Path

from .marks import GAP

FAR = 10**6
"""Coordinates are held within this many tenths of a unit: far outside any figure."""

UNIT = 1000
"""Outlines of markers are whole thousandths of their scale."""

LINES, RINGS = "lines", "rings"
_GAP = np.array([[GAP, GAP]])


def whole_numbers(points: np.ndarray) -> np.ndarray:
    """Return points as whole numbers; what is no number becomes a gap."""
    whole = np.rint(points)
    if not np.abs(whole).max(initial=0) <= FAR:  # far away, or not a number at all
        missing = np.isnan(whole).any(axis=-1)
        whole = np.clip(whole, -FAR, FAR)
        whole[missing] = GAP
    numbers: np.ndarray = whole.astype(np.int64)
    return numbers


def outline(whole: np.ndarray, codes: np.ndarray | None) -> tuple[str, np.ndarray]:
    """Return the commands of a path and its coordinates.

    A path of straight lines has the command ``"lines"``, or ``"rings"`` if each part is closed,
    whatever its number of points; any other spells its commands, such as ``"MCCZ"``.

    Parameters
    ----------
    whole
        Points, of shape (points, 2), with gaps where there is none.
    codes
        matplotlib's code of each point, or ``None`` for one unbroken line.
    """
    gaps = (whole[:, 0] == GAP) if len(whole) else np.zeros(0, bool)
    if codes is None:
        return LINES, _parted(whole, gaps, np.zeros(len(whole), bool))
    kind, kept, starts = _straight(np.asarray(codes, dtype=np.uint8).tobytes())
    if kind in (LINES, RINGS):
        return kind, _parted(whole[kept], gaps[kept], starts)
    letters, points = _spelled(whole, gaps, codes)
    return letters, points.ravel()


def _parted(points: np.ndarray, gaps: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return points with one gap between parts, and none at the ends."""
    if not (gaps.any() or starts[1:].any()):
        return points.ravel()
    lifted = starts.copy()
    lifted[0] = False
    lifted[1:] |= gaps[:-1]
    points, lifted = points[~gaps], lifted[~gaps]
    if len(lifted):
        lifted[0] = False
    return np.insert(points, np.flatnonzero(lifted), _GAP, axis=0).ravel()


@lru_cache(maxsize=4096)
def _straight(codes: bytes) -> tuple[str, np.ndarray, np.ndarray]:
    """Tell whether a path is made of straight lines: kind, points kept, beginnings of parts."""
    code = np.frombuffer(codes, dtype=np.uint8)
    ends = code == Path.CLOSEPOLY
    begins = code == Path.MOVETO
    nothing = np.zeros(0, bool)
    if ((code == Path.CURVE3) | (code == Path.CURVE4)).any() or not len(code):
        return "", nothing, nothing
    kept = ~ends & (code != Path.STOP)
    after = np.append(begins[1:], True)  # each end must be followed by a new beginning
    if not ends.any():
        return LINES, kept, begins[kept]
    if ends.sum() == begins.sum() and (ends <= after).all():
        return RINGS, kept, begins[kept]
    return "", nothing, nothing


def _spelled(whole: np.ndarray, gaps: np.ndarray, codes: np.ndarray) -> tuple[str, np.ndarray]:
    letters, points, places = _letters(np.asarray(codes, dtype=np.uint8).tobytes())
    if not gaps.any():
        return letters, whole[places]
    found = list(zip(letters, points, strict=True))
    written = [step for part in _rings(found) for step in _unbroken(part, gaps)]
    kept = [place for _, own in written for place in own]
    return "".join(letter for letter, _ in written), whole[kept].reshape(-1, 2)


def _rings(found: list[tuple[str, list[int]]]) -> list[list[tuple[str, list[int]]]]:
    """Return the commands of a path in parts, each from where the pen is put down."""
    begins = [index for index, (letter, _) in enumerate(found) if letter == "M"]
    return [found[begin:end] for begin, end in zip(begins, [*begins[1:], len(found)], strict=True)]


def _unbroken(part: list[tuple[str, list[int]]], gaps: np.ndarray) -> list[tuple[str, list[int]]]:
    """Return the commands of a part without those that touch a gap, as matplotlib draws them."""
    (_, beginning), *others = part
    written = [] if gaps[beginning].any() else [part[0]]
    lifted = cut = broken = not written
    for letter, own in others:
        if letter == "Z":  # what is no longer a ring ends with a line to where it began
            closing = ("L", beginning) if broken else (letter, own)
            written += [] if cut or gaps[beginning].any() else [closing]
        elif gaps[own].any():
            cut = broken = True
            lifted = bool(gaps[own[-1]])
            written += [] if lifted else [("M", own[-1:])]
        else:
            written += [("M", own[:1])] if lifted else []
            written.append((letter, own))
            lifted = cut = False
    return written


@lru_cache(maxsize=1024)
def _letters(codes: bytes) -> tuple[str, list[list[int]], np.ndarray]:
    """Return the commands of a path, the places of the points of each, and all places."""
    found = steps(list(codes))
    points = [[] if letter == "Z" else places for letter, places in found]
    letters = "".join(letter for letter, _ in found)
    return letters, points, np.array(list(itertools.chain.from_iterable(points)), dtype=int)


def steps(codes: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Return each command of a path as its letter and the places of its points."""
    found = []
    index = 0
    while index < len(codes):
        code = codes[index]
        if code == _END:
            found.append(("Z", [index]))
        elif code in _LETTERS:
            letter, count = _LETTERS[code]
            found.append((letter, list(range(index, index + count))))
            index += count - 1
        index += 1
    return found


_END = int(Path.CLOSEPOLY)
_LETTERS = {
    int(Path.MOVETO): ("M", 1), int(Path.LINETO): ("L", 1), int(Path.CURVE3): ("Q", 2),
    int(Path.CURVE4): ("C", 3),
}  # fmt: skip


def codes_of(path: Path) -> list[int]:
    """Return the code of each vertex."""
    if path.codes is not None:
        return [int(code) for code in np.asarray(path.codes)]
    return [int(Path.MOVETO), *[int(Path.LINETO)] * (len(np.asarray(path.vertices)) - 1)]


def ends_of_segments(path: Path) -> np.ndarray:
    """Tell which vertices are ends of segments (control points carry no marker)."""
    if path.codes is None:
        return np.ones(len(np.asarray(path.vertices)), bool)
    ends = [
        [False] * (len(places) - 1) + [letter != "Z"] for letter, places in steps(codes_of(path))
    ]
    return np.array(list(itertools.chain.from_iterable(ends)), bool)


def relative(path: Path) -> tuple[str, tuple[int, ...], float]:
    """Return a marker's outline around the place it is put at.

    Returns
    -------
    letters, points
        SVG commands, and their coordinates in thousandths of the scale.
    scale
        The farthest that the outline reaches [units].

    Examples
    --------
    >>> relative(Path([[-2, 0], [2, 1]]))
    ('ML', (-1000, 0, 1000, -500), 2.0)
    """
    vertices = np.asarray(path.vertices, dtype=float) * [1, -1]
    found = [(letter, places) for letter, places in steps(codes_of(path))]
    letters = "".join(letter for letter, _ in found)
    kept = [place for letter, places in found if letter != "Z" for place in places]
    points = vertices[kept]
    scale = float(np.abs(points).max(initial=0)) or 1.0
    units: Any = np.rint(points / scale * UNIT).astype(int).ravel().tolist()
    return letters, tuple(units), scale
