"""Tables of bad input, and the test that each of them is refused in the words that belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

import marginlib
from marginlib import MarginError

Refusals = Mapping[str, tuple[Callable[[], object], str]]
"""What is wrong: the call that is refused, and what its message must say."""


def refused(bad: Refusals) -> Callable[..., None]:
    """Return a test of each entry."""

    @pytest.mark.parametrize(("wrong", "message"), bad.values(), ids=bad)
    def test(wrong: Callable[[], object], message: str) -> None:
        with pytest.raises(MarginError, match=message):
            wrong()

    return test


def refused_in(name: str) -> Callable[..., None]:
    """Return a test of each mistake in a file of ``bad_input/``.

    A line there names something (``TWO = ...``) or is what a reader may type by mistake; then what
    she is told stands below it, indented, with … for anything.
    """
    text = (Path(__file__).parent / "bad_input" / f"{name}.txt").read_text("utf-8")
    names = {room: getattr(marginlib, room) for room in marginlib.__all__} | {"np": np}
    mistakes, typed = [], ""
    for line in text.splitlines():
        if re.match(r"\w+ = ", line):
            exec(line, names)
        elif line.startswith("    "):
            mistakes.append((typed, line.strip()))
        else:
            typed = line

    @pytest.mark.parametrize(("mistake", "told"), mistakes)
    def test(mistake: str, told: str) -> None:
        with pytest.raises(MarginError, match=re.escape(told).replace("…", ".*")):
            eval(mistake, names)

    return test
