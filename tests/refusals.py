"""Bad input, kept in files, and the test that it is refused in the words that belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import marginlib
from marginlib import MarginError


def refused_in(name: str) -> Callable[..., None]:
    """Return a test of each mistake in a file of ``bad_input/``.

    A line there names something (``TWO = ...``, or an import) or is what a reader may type by
    mistake; then what she is told stands below it, indented, with … for anything.
    """
    text = (Path(__file__).parent / "bad_input" / f"{name}.txt").read_text("utf-8")
    names = {room: getattr(marginlib, room) for room in marginlib.__all__} | {"np": np}
    mistakes, typed = [], ""
    for line in text.splitlines():
        if re.match(r"\w+ = |from ", line):
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
