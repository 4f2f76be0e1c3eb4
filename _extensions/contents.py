"""The pages that the table of contents names, in its order, each before what it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


def pages(root: Path) -> list[str]:
    """Return the pages of the book in ``root``, without their endings, the home page first."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found = [page for part in contents["parts"] for page in _below(part["chapters"])]
    return [contents["root"], *found]


def _below(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield entry["file"]
        yield from _below(entry.get("sections", []))
