"""What the tests of figures have in common."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch) -> Iterator[None]:
    """Let no test depend on the environment it runs in, nor on what another left open."""
    monkeypatch.delenv("LIVEFIG", raising=False)
    monkeypatch.delenv("LIVEFIG_REQUIRE_WORDS", raising=False)
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def quickly(monkeypatch) -> None:
    """Let nothing be looked at for its time, or again, where it is compared with matplotlib."""
    recording = sys.modules["livefig.recording.record"]
    monkeypatch.setattr(recording, "SAMPLE", 1)
    monkeypatch.setattr(recording, "CHECKED", 0)
