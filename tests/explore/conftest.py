from __future__ import annotations

import pytest

from marginlib.explore import recording


@pytest.fixture(autouse=True)
def a_patient_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not let a busy machine decide whether a figure is too slow to record."""
    monkeypatch.setattr(recording, "MOST_SECONDS", 1e6)
