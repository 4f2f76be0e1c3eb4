"""The page that a figure writes of itself."""

from __future__ import annotations

from pathlib import Path

from environment import versions
from example import figure
from place import Built, Place


def build(folder: Path) -> Built:
    """Save the figure."""
    path = folder / "wave.html"
    figure().save(path)
    return Built(path.as_uri(), versions("livefig"))


PLACES = [Place("A page of its own", '`wave.save("wave.html")`', build)]
