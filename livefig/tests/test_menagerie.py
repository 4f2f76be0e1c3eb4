"""Figures that nobody would call ours, recorded as they are and compared with matplotlib.

By default every sixth, in a few states each; ``THOROUGH=1`` takes all of them, in every
state up to a hundred.
"""

import os

import pytest

from .making import drawn
from .menagerie import ZOO

THOROUGH = os.environ.get("THOROUGH") == "1"
NAMES = list(ZOO) if THOROUGH else list(ZOO)[::6]
STATES = 100 if THOROUGH else 4


@pytest.mark.usefixtures(*[] if THOROUGH else ["quickly"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_looks_as_matplotlib_draws_it(name):
    entry = ZOO[name]
    explorer = drawn(entry.draw, name=name, controls=entry.controls, **entry.options)
    report = explorer.check(STATES)
    assert report.states >= min(STATES, explorer.recording.states)
    assert len(explorer.packed) < explorer.budget.bytes
