"""Series: labelled artists whose numbers the page reads back from the picture, as a table."""

from __future__ import annotations

from typing import Any

from .handles import place
from .language import said
from .scenes import Kept, Whole


def series_of(scene: Kept | Whole) -> list[dict[str, Any]]:
    """Return which labelled artists can be read as numbers, and the scales to read them by."""
    if isinstance(scene, Whole):
        return []  # their axes may be others in each state
    entries = []
    for name, artist in scene.artists.items():
        label = str(artist.get_label() or "")
        axes: Any = artist.axes
        if not label or label.startswith("_") or axes is None:
            continue
        scales = [str(axis.get_scale()) for axis in (axes.xaxis, axes.yaxis)]
        if any(scale not in ("linear", "log") for scale in scales):
            continue
        entries.append({
            "name": name, "label": said(label),
            "axes": [
                _scale(axes, "x", axes.get_xlim(), scene.height, axes.get_xlabel(), scales[0]),
                _scale(axes, "y", axes.get_ylim(), scene.height, axes.get_ylabel(), scales[1]),
            ],
        })  # fmt: skip
    return entries


def _scale(
    axes: Any, direction: str, limits: tuple[float, float], height: float, label: str, scale: str
) -> dict[str, Any]:
    ends = place(axes, direction, limits, height)
    return {
        "label": said(label) or direction, "log": scale == "log",
        "limits": [float(limit) for limit in limits],
        "ends": [round(float(end), 2) for end in ends],
    }  # fmt: skip
