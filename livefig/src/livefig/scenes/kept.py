"""The first way: a figure drawn once, whose artists are kept and read again when they change.

The frame (axes, ticks, spines, legend) is read once. The *content* (lines, bars, fills, scatter,
pictures, texts, titles) is read anew whenever matplotlib calls it stale, that is, whenever
``update`` has touched it. Where more moves than that, :class:`FrameMoved` says so, and the figure
is seen the second way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.table import Table
from matplotlib.text import Annotation

from ..drawing.groups import Group
from ..drawing.marks import ORDER, Drawing, Layer, Row, row_of, same_row
from ..drawing.renderer import Recorder
from ..errors import ExplorerError
from .again import again
from .frame import assign_roles, axes_of, describe, frame_parts, on_light_ground, refuse_tex

Update = Callable[..., Any]

FRAME_NAME = "frame"
"""How the names of the parts of the frame begin."""

HOLDERS = ("", "figure", "subfigure", "axes")
"""Groups of matplotlib's that hold artists of the frame and others."""


class FrameMoved(Exception):
    """More than the kept artists changed; the message says what."""


class Kept:
    """A figure whose frame is fixed and whose content may move.

    Parameters
    ----------
    figure
        The drawn figure. Its layout is worked out once, here, and then frozen.
    update
        Called with the value of every control; sets the artists' data, colour, text or visibility.
    start
        The values of the first state.
    themed
        Whether frame, texts and named colours follow the theme of the page.
    """

    way = "kept"

    def __init__(
        self, figure: Figure, update: Update, start: Mapping[str, Any], *, themed: bool = True
    ) -> None:
        self.figure, self._update = figure, update
        update(**start)
        refuse_tex(figure)
        if figure.get_layout_engine() is not None:
            figure.draw_without_rendering()
        self._layout = figure.get_layout_engine()
        figure.set_layout_engine("none")
        width, height = figure.get_size_inches() * figure.dpi
        self.width, self.height = float(width), float(height)
        self.recorder = Recorder(self.width, self.height, figure.dpi)
        self.recorder.themed = themed and on_light_ground(figure)
        self.artists = {f"a{index}": artist for index, artist in enumerate(_content(figure))}
        self.recorder.name_of = self._name_of
        self._gids = {name: artist.get_gid() for name, artist in self.artists.items()}
        self._waiting: set[str] = set()
        self._unknown: set[str] = set()
        for name, artist in self.artists.items():
            artist.set_gid(name)
            if isinstance(artist, Annotation) and artist.arrow_patch is not None:
                artist.arrow_patch.set_gid(f"{name}-arrow")
        assign_roles(figure, self.recorder)
        self._parts = list(frame_parts(figure))
        self._identities = self._present()
        self._limits = self._present_limits()
        self._frozen = self._draw()
        self._keep_places(self._frozen)
        self._rows = self._frozen.rows()
        self._again = {name: again(artist, self.recorder) for name, artist in self.artists.items()}
        self._depths = self._present_depths()
        self._order = self._frozen.names()
        self._orders = {self._depths: self._order}

    def show(self, values: Mapping[str, Any]) -> Any:
        """Call ``update`` and return what it returned."""
        returned = self._update(**values)
        self._refuse_moved_frame()
        for artist in self.artists.values():
            if _stale(artist):
                self._read(artist)
        if any(part.stale for part in self._parts):
            self.check_frame()
        depths = self._present_depths()
        if depths not in self._orders:
            self._orders[depths] = self.check_frame()
        self._order = self._orders[depths]
        return returned

    def rows(self) -> dict[str, Row]:
        """Return the row of every artist and part of the frame as it is now, and their order."""
        return {**self._rows, ORDER: Row(tuple(self._order), np.zeros(0, np.int32))}

    def drawing(self) -> Drawing:
        """Return the figure as it is now: its frame, and the rows of its artists."""
        return self._frozen

    def name_of(self, artist: Artist) -> str:
        """Return the name by which the scene knows an artist."""
        for name, known in self.artists.items():
            if known is artist:
                return name
        raise ExplorerError(f"{describe(artist)} is not part of the figure")

    def hold_back(self, told: Sequence[Any]) -> None:
        """Let artists, named or by their ``gid``, wait for a guess."""
        for what in told:
            by_gid = isinstance(what, str)
            named = [name for name, gid in self._gids.items() if gid == what] if by_gid else [
                self.name_of(what)
            ]  # fmt: skip
            self._unknown |= {what} if not named else set()
            for name in named:
                self._waiting.update(_parts(self.artists[name]))

    def unseen(self) -> set[str]:
        """Return the names that should wait, and that no artist has."""
        return self._unknown

    def waits(self, name: str) -> bool:
        """Tell whether a layer waits for a guess."""
        return name in self._waiting

    def leave(self) -> None:
        """Give the figure its layout back, for the second way."""
        self.figure.set_layout_engine(self._layout)
        for name, artist in self.artists.items():
            artist.set_gid(self._gids[name])

    def check_frame(self) -> list[str]:
        """Draw everything afresh and compare: nothing may have moved unseen.

        Returns
        -------
        list of str
            The names of the layers in the order in which they are drawn.

        Raises
        ------
        FrameMoved
            If the frame changed, or a part of the content that matplotlib did not call stale.
        """
        fresh = self._draw()
        rows = fresh.rows()
        for name, row in rows.items():
            if name in self._rows and same_row(row, self._rows[name]):
                continue
            artist = self.artists.get(name.partition("-")[0])
            if artist is None:
                raise FrameMoved("update() changed the frame (ticks, spines, grid or legend)")
            raise FrameMoved(f"update() changed {describe(artist)} unseen by matplotlib")
        if any(name.startswith(FRAME_NAME) and name not in rows for name in self._rows):
            raise FrameMoved("update() changed the frame (ticks, spines, grid or legend)")
        return fresh.names()

    def _draw(self) -> Drawing:
        self._frame: dict[Group, str] = {}
        drawing = self.recorder.record(self.figure)
        for artist in self.artists.values():
            artist.stale = False
        return drawing

    def _name_of(self, groups: list[Group]) -> str:
        for group in reversed(groups):
            if group.gid is not None and group.gid.partition("-arrow")[0] in self.artists:
                return group.gid
        part = next((group for group in groups if group.kind not in HOLDERS), groups[-1])
        return self._frame.setdefault(part, f"{FRAME_NAME}{len(self._frame)}")

    def _keep_places(self, drawing: Drawing) -> None:
        """Give artists that draw nothing yet (hidden, or without text) their place in the order."""
        for axes in axes_of(self.figure):
            last = -1
            own = [artist for artist in self.artists.values() if artist.axes is axes]
            for artist in sorted(own, key=lambda artist: artist.get_zorder()):
                for name in _parts(artist):
                    known = drawing.names()
                    if name not in known:
                        drawing.layers.insert(last + 1, Layer(name))
                    last = max(last, drawing.names().index(name))
        for artist in self.artists.values():
            for name in _parts(artist):
                if name not in drawing.names():
                    drawing.layers.append(Layer(name))

    def _read(self, artist: Artist) -> None:
        name = str(artist.get_gid())
        row = self._again[name].read()
        if row is not None:
            self._rows[name] = row
            artist.stale = False
            return
        drawn = self.recorder.record(artist, None if _has_arrow(artist) else artist.get_gid())
        rows = drawn.rows()
        for part in _parts(artist):
            self._rows[part] = rows.get(part, row_of([]))
        self._again[name].learn(self._rows[name])
        artist.stale = False
        if isinstance(artist, Annotation) and artist.arrow_patch is not None:
            artist.arrow_patch.stale = False

    def _present(self) -> list[int]:
        parts = (self.figure, *axes_of(self.figure))
        return [id(artist) for part in parts for artist in part.get_children()]

    def _present_limits(self) -> list[bytes]:
        return [
            box.get_points().tobytes()
            for axes in axes_of(self.figure)
            for box in (axes.viewLim, axes.bbox)
        ]

    def _refuse_moved_frame(self) -> None:
        if self._present() != self._identities:
            raise FrameMoved("update() added, removed or replaced an artist")
        for index, (old, new) in enumerate(zip(self._limits, self._present_limits(), strict=True)):
            if old != new:
                axes = list(axes_of(self.figure))[index // 2]
                raise FrameMoved(f"update() moved {describe(axes)}")

    def _present_depths(self) -> tuple[Any, ...]:
        return tuple(
            (artist.get_zorder(), artist.get_visible()) for artist in self.artists.values()
        )


def _content(figure: Figure) -> Iterator[Artist]:
    """Yield what may move, in a fixed order."""
    yield from (*figure.patches, *figure.lines, *figure.texts, *figure.images, *figure.artists)
    for axes in axes_of(figure):
        yield from (*axes.lines, *axes.patches, *axes.collections, *axes.images, *axes.texts)
        yield from axes.tables
        yield from (axes.title, axes._left_title, axes._right_title)
        yield from (axes.xaxis.label, axes.yaxis.label)


def _has_arrow(artist: Artist) -> bool:
    return isinstance(artist, Annotation) and artist.arrow_patch is not None


def _parts(artist: Artist) -> list[str]:
    """Return the names under which an artist draws: an annotation has an arrow of its own."""
    name = str(artist.get_gid())
    return [f"{name}-arrow", name] if _has_arrow(artist) else [name]


def _stale(artist: Artist) -> bool:
    """Tell whether an artist may look different from when it was last read."""
    if artist.stale:
        return True
    if isinstance(artist, ScalarMappable) and artist.get_array() is not None:
        return True  # matplotlib does not call it stale when its array is set
    if isinstance(artist, Table):
        return True  # nor a table when one of its cells is
    arrow = artist.arrow_patch if isinstance(artist, Annotation) else None
    return arrow is not None and bool(arrow.stale)
