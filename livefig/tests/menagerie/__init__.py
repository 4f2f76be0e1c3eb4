"""A menagerie of plotting functions as people write them for `ipywidgets.interact`."""

from __future__ import annotations

from . import fields, frames, lines, points, shapes, statistics, surfaces
from .entry import Figure

__all__ = ["ZOO", "Figure"]

ZOO: dict[str, Figure] = {
    figure.name: figure
    for module in (lines, statistics, fields, surfaces, shapes, frames, points)
    for figure in module.FIGURES
}
