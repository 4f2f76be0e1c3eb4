"""Handles: things in a figure that can be dragged, and where each stop of their controls lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .controls import Control
from .errors import ExplorerError
from .scenes import Kept, Whole

POINTLIKE = 0.6
"""An artist that reaches over less than this share of its axes is held where it is."""


def handles_of(scene: Kept | Whole, controls: Sequence[Control], drag: Any) -> list[dict[str, Any]]:
    """Return, for each thing that can be dragged, where each stop of its controls lies.

    Parameters
    ----------
    drag
        A mapping from control to ``(artist, "x" or "y")`` for artists that are kept, or pairs of
        controls that are coordinates in the first axes.
    """
    if not drag:
        return []
    known = {control.name: control for control in controls}
    if isinstance(drag, Mapping):
        return _of_artists(scene, known, drag)
    return _of_points(scene, known, drag)


def _of_artists(
    scene: Kept | Whole, known: Mapping[str, Control], drag: Mapping[str, Any]
) -> list[dict[str, Any]]:
    handles: dict[str, dict[str, Any]] = {}
    for key, what in drag.items():
        named = isinstance(what, tuple | list) and len(what) == 2
        artist: Any
        artist, direction = what if named else (None, None)
        axes = getattr(artist, "axes", None)
        if not _is_numeric(known.get(key)) or axes is None or direction not in ("x", "y"):
            raise ExplorerError(
                f"drag={{{key!r}: ...}} must name a control with numbers, an artist in axes, and "
                '"x" or "y"'
            )
        name = scene.name_of(artist)
        handle = handles.setdefault(name, {"box": box_of(axes, scene.height)})
        if _is_pointlike(artist, axes, direction):
            handle["artist"] = name
        handle[direction] = _places(axes, direction, known[key], scene.height)
    return list(handles.values())


def _of_points(
    scene: Kept | Whole, known: Mapping[str, Control], drag: Sequence[Any]
) -> list[dict[str, Any]]:
    figure = scene.figure
    axes = figure.axes[0] if figure is not None and figure.axes else None
    handles = []
    for pair in drag:
        coordinates = list(pair) if len(pair) == 2 else []
        named = [(way, key) for way, key in zip("xy", coordinates, strict=False) if key is not None]
        numeric = all(_is_numeric(known.get(key)) for _, key in named)
        if not named or not numeric or axes is None:
            raise ExplorerError(
                f"drag=[{pair!r}] must be a pair of controls with numbers, the x and the y of a "
                "point in the axes; None stands where nothing moves"
            )
        handle: dict[str, Any] = {"box": box_of(axes, scene.height)}
        for direction, key in named:
            handle[direction] = _places(axes, direction, known[key], scene.height)
        handles.append(handle)
    return handles


def _is_numeric(control: Control | None) -> bool:
    return control is not None and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in control.values
    )


def _is_pointlike(artist: Any, axes: Any, direction: str) -> bool:
    """Tell whether an artist is small across the direction in which it is dragged."""
    extent, frame = artist.get_window_extent(), axes.bbox
    if direction == "x":
        return bool(extent.height < POINTLIKE * frame.height)
    return bool(extent.width < POINTLIKE * frame.width)


def box_of(axes: Any, height: float) -> list[float]:
    """Return the edges of axes [units]: left, top, right, bottom."""
    left, bottom, right, top = axes.bbox.extents
    return [round(float(edge), 1) for edge in (left, height - top, right, height - bottom)]


def _places(axes: Any, direction: str, control: Control, height: float) -> dict[str, Any]:
    places = [round(float(spot), 1) for spot in place(axes, direction, control.values, height)]
    left, top, right, bottom = box_of(axes, height)
    low, high = (left, right) if direction == "x" else (top, bottom)
    if not any(low <= spot <= high for spot in places):
        raise ExplorerError(
            f"all stops of {control.name!r} lie outside the axes, so that nothing can be dragged "
            f"along {direction}; drag where the numbers of the axis are those of the control"
        )
    return {"control": control.name, "places": places}


def place(axes: Axes, direction: str, values: Any, height: float) -> np.ndarray:
    """Return where values lie along an axis [units], from the left or from the top."""
    values = np.asarray(values, dtype=float)
    if direction == "x":
        points = np.column_stack([values, np.full_like(values, np.mean(axes.get_ylim()))])
        return np.asarray(axes.transData.transform(points)[:, 0])
    points = np.column_stack([np.full_like(values, np.mean(axes.get_xlim())), values])
    return np.asarray(height - axes.transData.transform(points)[:, 1])
