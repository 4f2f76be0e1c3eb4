"""Figures that nobody would call ours, recorded unchanged and compared with matplotlib."""

import os
import warnings

import pytest

import livefig

from .menagerie import ZOO

THOROUGH = os.environ.get("LIVEFIG_THOROUGH") == "1"
CHOSEN = list(ZOO) if THOROUGH else list(ZOO)[::6]
STATES = 100 if THOROUGH else 3


@pytest.mark.parametrize("name", CHOSEN)
def test_it_is_recorded_as_matplotlib_draws_it(name):
    entry = ZOO[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", livefig.MissingWords)
        explorer = livefig.figure(name=name, controls=entry.controls, **entry.options)(entry.draw)
    states = 1
    for control in explorer.controls:
        states *= len(control.values)
    assert explorer.check(min(STATES, states) if states > STATES else None).states > 0
    assert len(explorer.packed) < livefig.Budget().bytes
