"""The second way: the whole figure is drawn anew in each state, and every mark of it written down.

It takes any figure. Marks of different states belong together if they stand at the same place in
the figure: the third line of the second axes, the label of the first tick.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from ..drawing.colours import MAPPED
from ..drawing.groups import Group, place_name
from ..drawing.marks import ORDER, Drawing, Layer, Row
from ..drawing.renderer import Recorder
from ..errors import ExplorerError
from .frame import assign_roles, axes_of, describe, on_light_ground, refuse_tex

WAITS = "!"
"""Stands in the name of a layer that waits for a guess."""


def name_of(function: Callable[..., Any]) -> str:
    """Return the name of a function, or of the kind of object that is called like one."""
    return str(getattr(function, "__name__", type(function).__name__))


class Drawer(Protocol):
    """Draws a state."""

    def __call__(self, values: Mapping[str, Any]) -> tuple[Figure, Any]:
        """Return the figure at given values of the controls, and what the function returned."""


class Updated:
    """A figure that is there, and a function that changes it."""

    def __init__(self, figure: Figure, update: Callable[..., Any]) -> None:
        self.figure, self._update = figure, update

    def __call__(self, values: Mapping[str, Any]) -> tuple[Figure, Any]:
        """Change the figure."""
        returned = self._update(**values)
        return self.figure, returned


class Plain:
    """A plotting function as it is given to ``interact``.

    Parameters
    ----------
    function
        Draws into what ``takes`` says.
    takes
        ``"axes"`` or ``"figure"`` as its first argument, or ``"current"``: it draws with pyplot.
    size
        Width and height [inches]; ``None`` for matplotlib's own.
    dpi
        Units to the inch; ``None`` for matplotlib's own.
    """

    def __init__(
        self, function: Callable[..., Any], takes: str, size: tuple[float, float] | None = None,
        dpi: float | None = None,
    ) -> None:  # fmt: skip
        self._function, self._takes, self._size, self._dpi = function, takes, size, dpi

    def __call__(self, values: Mapping[str, Any]) -> tuple[Figure, Any]:
        """Draw a new figure."""
        if self._takes == "current":
            return self._draw_current(values)
        figure = Figure(figsize=self._size, dpi=self._dpi)
        target = figure if self._takes == "figure" else figure.subplots()
        with _settings({}):
            return figure, self._function(target, **values)

    def _draw_current(self, values: Mapping[str, Any]) -> tuple[Figure, Any]:
        sizes: dict[str, Any] = {"figure.figsize": self._size, "figure.dpi": self._dpi}
        given = {key: value for key, value in sizes.items() if value is not None}
        with _no_open_figures() as drawn, _settings(given):
            returned = self._function(**values)
            figures = drawn()
        if not figures:
            raise ExplorerError(
                f"{name_of(self._function)}() drew no figure; draw with pyplot (plt.plot, ...), or "
                "take the axes as its first argument: def draw(ax, ...)"
            )
        return figures[-1], returned


@contextlib.contextmanager
def _settings(given: Mapping[str, Any]) -> Iterator[None]:
    """Set what is given for a while; styles that the function sets itself stay inside too."""
    settings: Any = rcParams
    before = settings.copy()
    settings.update(given)
    try:
        yield
    finally:
        dict.update(settings, before)  # as they were, without another check


@contextlib.contextmanager
def _no_open_figures() -> Iterator[Callable[[], list[Figure]]]:
    """Let pyplot begin with no figure, show nothing, and forget what was drawn."""
    from matplotlib import pyplot
    from matplotlib._pylab_helpers import Gcf

    before, shown = Gcf.figs, pyplot.show
    Gcf.figs = OrderedDict()
    pyplot.show = lambda *_, **__: None
    try:
        yield lambda: [manager.canvas.figure for manager in Gcf.figs.values()]
    finally:
        Gcf.figs, pyplot.show = before, shown


def changed_figures(function: Callable[..., Any], values: Mapping[str, Any]) -> Figure | None:
    """Return the open figure that a function changes, if it changes one and draws none.

    This is how a function is written for a live canvas: ``line.set_ydata(...)`` on a figure that
    was drawn before.
    """
    from matplotlib._pylab_helpers import Gcf

    there = [manager.canvas.figure for manager in Gcf.figs.values()]
    there += [figure for figure in _known_to(function) if figure not in there]
    for figure in there:
        figure.stale = False
    with _no_open_figures() as drawn, _settings({}):
        function(**values)
        if drawn():
            return None
    return next((figure for figure in there if figure.stale), None)


def _known_to(function: Callable[..., Any]) -> list[Figure]:
    """Return the figures of the artists that a function's names stand for."""
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        return []
    known = inspect.getclosurevars(function)
    found: dict[int, Figure] = {}
    for value in (*known.nonlocals.values(), *known.globals.values()):
        for artist in value if isinstance(value, list | tuple) else [value]:
            figure = artist if isinstance(artist, Figure) else getattr(artist, "figure", None)
            if isinstance(figure, Figure):
                found[id(figure)] = figure
    return list(found.values())


class Whole:
    """A figure that is drawn anew in each state.

    Parameters
    ----------
    draw
        Draws a state.
    themed
        Whether frame, texts and named colours follow the theme of the page.
    """

    way = "whole"

    def __init__(self, draw: Drawer, *, themed: bool = True) -> None:
        self._draw, self._themed = draw, themed
        self.figure: Figure | None = None
        self.width = self.height = 0.0
        self.recorder: Recorder = Recorder(1, 1, 1)
        self._drawn = Drawing()
        self._told: dict[str, bool] = {}  # what waits for a guess, and whether it was ever drawn
        self._places: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def show(self, values: Mapping[str, Any]) -> Any:
        """Draw a state and return what the function returned."""
        self.figure, returned = self._draw(values)
        self._record(self.figure)
        return returned

    def rows(self) -> dict[str, Row]:
        """Return the row of every layer as it is now, and their order."""
        rows = self._drawn.rows()
        return {**rows, ORDER: Row(tuple(rows), np.zeros(0, np.int32))}

    def drawing(self) -> Drawing:
        """Return the figure as it is now."""
        return self._drawn

    def name_of(self, artist: Artist) -> str:
        """Return the name by which the scene knows an artist."""
        raise ExplorerError(
            f"{describe(artist)} is drawn anew in each state, so it cannot be named; where "
            "update() only sets data, colours, texts or visibility, artists are kept"
        )

    def hold_back(self, told: Sequence[Any]) -> None:
        """Let artists, named or by their ``gid``, wait for a guess."""
        for index, what in enumerate(told):
            gid = what
            if isinstance(what, Artist):
                gid = what.get_gid() or f"livefig-waits{index}"
                what.set_gid(gid)
            self._told[str(gid)] = False

    def waits(self, name: str) -> bool:
        """Tell whether a layer waits for a guess."""
        return WAITS in name

    def unseen(self) -> set[str]:
        """Return the names that should wait, and that no artist has had so far."""
        return {gid for gid, drawn in self._told.items() if not drawn}

    def _name_of(self, groups: list[Group]) -> str:
        name = place_name(groups)
        for group in groups:
            if group.gid in self._told:
                self._told[group.gid] = True
                return name + WAITS
        return name

    def _record(self, figure: Figure) -> None:
        width, height = (float(side) for side in figure.get_size_inches() * figure.dpi)
        if not self.width:
            refuse_tex(figure)
            self.width, self.height = width, height
            self.recorder = Recorder(width, height, figure.dpi)
            self.recorder.themed = self._themed and on_light_ground(figure)
            self.recorder.name_of = self._name_of
        elif (width, height) != (self.width, self.height):
            raise ExplorerError(
                f"the figure is {width:g} x {height:g} units in one state and {self.width:g} x "
                f"{self.height:g} in another; give it one size"
            )
        self.recorder.roles.clear()
        self.recorder.orders.clear()
        assign_roles(figure, self.recorder)
        for index, artist in enumerate(_depth_sorted(figure)):
            _note_order(artist, f"livefig-depth{index}", self.recorder)
        self._begin_layout(figure)
        restored = [_take_pixels(image) for image in _images(figure)]
        try:
            self._drawn = _named(self.recorder.record(figure))
        finally:
            for image, interpolation in zip(_images(figure), restored, strict=True):
                image.set_interpolation(interpolation)

    def _begin_layout(self, figure: Figure) -> None:
        """Let a layout begin from the same places in each state: it ends by where it begins."""
        if figure.get_layout_engine() is None:
            return
        for axes in axes_of(figure):
            if axes in self._places and axes.get_in_layout():
                axes._set_position(self._places[axes])
            self._places[axes] = axes.get_position(original=True).frozen()


def _named(drawing: Drawing) -> Drawing:
    """Return a drawing in which no name comes twice."""
    seen: dict[str, int] = {}
    layers = []
    for layer in drawing.layers:
        name = layer.name
        seen[name] = seen.get(name, -1) + 1
        unique = f"{name}+{seen[name]}" if seen[name] else name
        layers.append(Layer(unique, layer.marks, layer.ranks))
    return Drawing(layers)


def _images(figure: Figure) -> list[AxesImage]:
    return [
        image
        for axes in axes_of(figure)
        for image in axes.images
        if isinstance(image, AxesImage) and image.get_visible()
    ]


def _take_pixels(image: AxesImage) -> str:
    """Let matplotlib hand over a picture's own pixels where it would only magnify them."""
    interpolation = str(image.get_interpolation())
    array = image.get_array()
    opacity: Any = image.get_alpha()  # of the whole, or of each pixel
    if interpolation not in ("nearest", "none", "antialiased", "auto") or array is None:
        return interpolation
    rows, columns = array.shape[:2]
    transform = image.get_transform()
    if not transform.is_affine or np.ndim(opacity):
        image.set_interpolation("nearest" if interpolation == "none" else interpolation)
        return interpolation
    left, right, bottom, top = image.get_extent()
    corners = transform.transform([(left, bottom), (right, top), (right, bottom)])
    tilt = abs(corners[2, 1] - corners[0, 1]) + abs(corners[2, 0] - corners[1, 0])
    width, height = np.abs(corners[1] - corners[0])
    larger = width > 3 * columns and height > 3 * rows
    same = (width, height) in ((columns, rows), (2 * columns, 2 * rows))
    wanted = interpolation in ("nearest", "none") and width >= columns and height >= rows
    if tilt < 0.01 and (wanted or ((larger or same) and interpolation in ("antialiased", "auto"))):
        image.set_interpolation("none")
    elif interpolation == "none":
        image.set_interpolation("nearest")
    return interpolation


def _depth_sorted(figure: Figure) -> list[Collection]:
    """Return the collections whose members are sorted by their distance from the eye."""
    if "mpl_toolkits.mplot3d" not in sys.modules:
        return []
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    return [
        artist
        for axes in axes_of(figure)
        for artist in axes.collections
        if isinstance(artist, Poly3DCollection)
    ]


def _note_order(artist: Any, gid: str, recorder: Recorder) -> None:
    """Learn in which order the faces of a surface are drawn, from their depths.

    With the order known, a face stays one mark while the surface turns.
    """
    if not hasattr(artist, "_livefig_depths"):
        artist._livefig_depth_of = artist._zsortfunc
        artist._livefig_depths = []
    artist._livefig_depths.clear()

    def noted(*args: Any, **kwargs: Any) -> Any:
        depth = artist._livefig_depth_of(*args, **kwargs)
        if np.ndim(depth):  # newer versions of matplotlib ask for all faces at once
            recorder.orders[gid] = np.argsort(np.asarray(depth), axis=-1)[::-1]
        else:
            depths = artist._livefig_depths
            depths.append(depth)
            order = sorted(range(len(depths)), key=depths.__getitem__, reverse=True)
            recorder.orders[gid] = np.array(order)
        return depth

    artist._zsortfunc = noted
    recorder.roles[gid] = MAPPED
    artist.set_gid(gid)
