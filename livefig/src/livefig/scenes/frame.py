"""What of a figure is frame, and what stands for data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from ..drawing.colours import FRAME, MAPPED
from ..drawing.renderer import NO_TEX, Recorder
from ..errors import ExplorerError


def frame_parts(figure: Figure) -> Iterator[Artist]:
    """Yield what holds the content: backgrounds, spines, axes, legends."""
    yield figure.patch
    for axes in axes_of(figure):
        yield axes.patch
        yield from axes.spines.values()
        yield from axes._axis_map.values()
        if axes.get_legend() is not None:
            yield axes.get_legend()
    yield from figure.legends


def axes_of(figure: Any) -> Iterator[Any]:
    """Yield the axes of a figure, insets and those of its parts included."""
    seen: set[int] = set()
    waiting = list(figure.axes)
    while waiting:
        axes = waiting.pop(0)
        if id(axes) in seen:
            continue
        seen.add(id(axes))
        yield axes
        waiting += axes.child_axes


def backgrounds(figure: Figure) -> Iterator[Artist]:
    """Yield the patches behind a figure, its parts and its axes, and the spines."""
    waiting: list[Any] = [figure]
    while waiting:
        part = waiting.pop()
        yield part.patch
        waiting += part.subfigs
    for axes in axes_of(figure):
        yield axes.patch
        yield from axes.spines.values()


def assign_roles(figure: Figure, recorder: Recorder) -> None:
    """Tell a recorder which artists are frame, and which have colours that stand for data."""
    for artist in backgrounds(figure):
        _assign(artist, FRAME, recorder)
    for axes in axes_of(figure):
        for artist in (*axes.collections, *axes.images):
            if artist.get_array() is not None:
                _assign(artist, MAPPED, recorder)


def _assign(artist: Artist, role: str, recorder: Recorder) -> None:
    if artist.get_gid() is None:
        stale = artist.stale
        artist.set_gid(f"livefig-{role}")
        artist.stale = stale
    recorder.roles[str(artist.get_gid())] = role


def refuse_tex(figure: Figure) -> None:
    """Refuse texts that TeX sets, before it is asked for their size."""
    texts: list[Any] = figure.findobj(Text)
    if any(text.get_usetex() for text in texts):
        raise ExplorerError(NO_TEX)


def on_light_ground(figure: Figure) -> bool:
    """Tell whether a figure is drawn on light ground, so that it can turn with the page."""
    for patch in (figure.patch, *(axes.patch for axes in axes_of(figure))):
        red, green, blue = to_rgb(patch.get_facecolor()[:3])
        visible = patch.get_visible() and patch.get_facecolor()[3] > 0.5
        if visible and 0.299 * red + 0.587 * green + 0.114 * blue < 0.5:
            return False
    return True


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
