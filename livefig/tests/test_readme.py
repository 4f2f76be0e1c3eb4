"""The program of the README does what the README says."""

from __future__ import annotations

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_program_saves_twenty_states_in_fewer_than_40_kb(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1], names)
    assert (tmp_path / "wave.html").stat().st_size < 40_000
    assert names["wave"].recording.states == 20
    for phrase in ("20\nstates", "less than 40 kB"):
        assert phrase in README
