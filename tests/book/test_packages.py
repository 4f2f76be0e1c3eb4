"""What the two packages say of themselves: needs that the lock covers, authors, and an address."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("extra", ["book", "test"])
def test_an_environment_holds_what_livefig_needs(extra):
    library = project(ROOT)
    held = {*library["dependencies"], *library["optional-dependencies"][extra]}
    assert set(project(ROOT / "livefig")["dependencies"]) <= held


@pytest.mark.parametrize("folder", [ROOT, ROOT / "livefig"])
def test_a_package_names_the_authors_and_the_address_of_the_book(folder):
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    told = project(folder)
    assert [author["name"] for author in told["authors"]] == [
        author["name"] for author in cited["authors"]
    ]
    assert told.get("urls", {}).get("Source") == cited.get("repository-code")
