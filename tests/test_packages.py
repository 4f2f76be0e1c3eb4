"""The lock is made from the extras of marginlib, and must cover livefig too."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("extra", ["book", "test"])
def test_an_environment_holds_what_livefig_needs(extra):
    library = project(ROOT)
    held = {*library["dependencies"], *library["optional-dependencies"][extra]}
    assert set(project(ROOT / "livefig")["dependencies"]) <= held
