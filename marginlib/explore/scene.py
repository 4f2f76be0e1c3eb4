"""A matplotlib figure seen as artists whose marks can be read again and again.

The frame (axes, ticks, spines, legend) is read once. The *content* (lines, bars, fills, scatter,
texts, titles) is read anew whenever matplotlib calls it stale, that is, whenever ``update`` has
touched it. What cannot move without the frame moving too is refused, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from .drawing import Drawing, Marks, Recorder
from .errors import ExplorerError


class Scene:
    """A figure whose frame is fixed and whose content may move.

    Parameters
    ----------
    figure
        The drawn figure. Its layout is worked out once, here, and then frozen.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        width, height = figure.get_size_inches() * figure.dpi
        self.width, self.height = float(width), float(height)
        self.recorder = Recorder(self.width, self.height, figure.dpi)
        self.artists = {f"a{index}": artist for index, artist in enumerate(_content(figure))}
        for name, artist in self.artists.items():
            artist.set_gid(name)
            if isinstance(artist, Annotation) and artist.arrow_patch is not None:
                artist.arrow_patch.set_gid(f"{name}-arrow")
        self._limits = self._current_limits()
        self.drawing = self.draw()
        self._keep_places()
        self._marks = {
            name: self.drawing.marks(name) for name, _ in self.drawing.layers if name is not None
        }

    def draw(self) -> Drawing:
        """Draw the whole figure afresh, frame included."""
        drawing = self.recorder.record(self.figure)
        for artist in self.artists.values():
            artist.stale = False
        return drawing

    def marks(self) -> dict[str, Marks]:
        """Return the marks of every artist as they are now, reading only those that changed."""
        self._refuse_moved_frame()
        for artist in self.artists.values():
            if _stale(artist):
                self._read(artist)
        return dict(self._marks)

    def name_of(self, artist: Artist) -> str:
        """Return the name by which the scene knows an artist."""
        for name, known in self.artists.items():
            if known is artist:
                return name
        raise ExplorerError(f"{describe(artist)} is not part of the figure")

    def check_frame(self) -> None:
        """Draw everything afresh and compare: nothing may have moved unseen.

        Raises
        ------
        ExplorerError
            If the frame changed, or a part of the content that matplotlib did not call stale.
        """
        fresh = self.draw()
        if fresh.marks(None) != self.drawing.marks(None):
            raise ExplorerError(
                "update() changed the frame of the figure (ticks, spines, grid or legend), which "
                "an explorer keeps fixed; set limits and ticks before, and label lines directly "
                "with ax.text instead of in a legend"
            )
        for name, known in self._marks.items():
            if fresh.marks(name) != known:
                artist = self.artists[name.partition("-")[0]]
                raise ExplorerError(
                    f"update() changed {describe(artist)} in a way that matplotlib does not see; "
                    "use the artist's set_... methods instead of writing into its arrays"
                )

    def _keep_places(self) -> None:
        """Give artists that draw nothing yet (hidden, or without text) their place in the order."""
        for axes in self.figure.axes:
            last = -1
            own = [artist for artist in self.artists.values() if artist.axes is axes]
            for artist in sorted(own, key=lambda artist: artist.get_zorder()):
                for name in _parts(artist):
                    known = [known for known, _ in self.drawing.layers]
                    if name not in known:
                        self.drawing.layers.insert(last + 1, (name, []))
                    last = max(last, [known for known, _ in self.drawing.layers].index(name))
        for artist in self.artists.values():
            for name in _parts(artist):
                self.drawing.start(name)

    def _read(self, artist: Artist) -> None:
        drawing = self.recorder.record(artist)
        for part in _parts(artist):
            self._marks[part] = drawing.marks(part)
        artist.stale = False
        if isinstance(artist, Annotation) and artist.arrow_patch is not None:
            artist.arrow_patch.stale = False

    def _current_limits(self) -> list[tuple[float, ...]]:
        limits: list[tuple[float, ...]] = [
            (*axes.get_xlim(), *axes.get_ylim(), *axes.get_position().bounds)
            for axes in self.figure.axes
        ]
        return [*limits, (sum(1 for _ in _content(self.figure)),)]

    def _refuse_moved_frame(self) -> None:
        now = self._current_limits()
        if now == self._limits:
            return
        if now[-1] != self._limits[-1]:
            raise ExplorerError(
                "update() added or removed an artist; draw every artist once, before, and let "
                "update() only set its data, colour, text or visibility"
            )
        for axes, old, new in zip(self.figure.axes, self._limits, now, strict=False):
            if old != new:
                raise ExplorerError(
                    f"update() moved {describe(axes)}; an explorer's axes stay fixed, so that "
                    "movement means change: call set_xlim and set_ylim before (and autoscale "
                    "nothing in update)"
                )
        raise ExplorerError("update() added or removed axes; draw all axes before")


def _content(figure: Figure) -> Iterator[Artist]:
    """Yield what may move, in a fixed order."""
    yield from (*figure.patches, *figure.lines, *figure.texts)
    for axes in figure.axes:
        yield from (*axes.lines, *axes.patches, *axes.collections, *axes.texts)
        yield from (axes.title, axes._left_title, axes._right_title)  # type: ignore[attr-defined]
        yield from (axes.xaxis.label, axes.yaxis.label)


def _parts(artist: Artist) -> list[str]:
    """Return the names under which an artist draws: an annotation has an arrow of its own."""
    name = str(artist.get_gid())
    if isinstance(artist, Annotation) and artist.arrow_patch is not None:
        return [f"{name}-arrow", name]
    return [name]


def _stale(artist: Artist) -> bool:
    """Tell whether an artist may look different from when it was last read."""
    if artist.stale:
        return True
    if isinstance(artist, ScalarMappable) and artist.get_array() is not None:
        return True  # matplotlib does not call it stale when its array is set
    arrow = artist.arrow_patch if isinstance(artist, Annotation) else None
    return arrow is not None and bool(arrow.stale)


def describe(artist: Artist) -> str:
    """Name an artist the way its author would."""
    kind = type(artist).__name__
    if isinstance(artist, Axes):
        title = artist.get_title() or artist.get_title(loc="left") or artist.get_ylabel()
        return f"the axes {title!r}" if title else "the axes"
    label = str(artist.get_label() or "")
    if label and not label.startswith("_"):
        return f"{kind} {label!r}"
    text = getattr(artist, "get_text", lambda: "")()
    return f"{kind} {text!r}" if text else f"a {kind}"


def scale_of(axis: Any) -> str:
    """Return ``"linear"``, ``"log"`` or the name of another scale of an axis."""
    return str(axis.get_scale())


def place(axes: Axes, direction: str, values: Any, height: float) -> np.ndarray:
    """Return where values lie along an axis [units], from the left or from the top."""
    values = np.asarray(values, dtype=float)
    if direction == "x":
        points = np.column_stack([values, np.full_like(values, np.mean(axes.get_ylim()))])
        return np.asarray(axes.transData.transform(points)[:, 0])
    points = np.column_stack([np.full_like(values, np.mean(axes.get_xlim())), values])
    return np.asarray(height - axes.transData.transform(points)[:, 1])
