"""Checking: recorded states, drawn again from their tables, against fresh drawings by matplotlib.

The picture that is compared with matplotlib's own is drawn from the very bytes that the page gets,
so whatever was lost, reordered or frozen on the way is seen.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image, ImageFilter

from . import words
from .drawing.marks import ORDER, Drawing, Layer, Row, marks_of, row_of, same_marks
from .drawing.replay import Agg
from .errors import ExplorerError
from .recording.record import in_words
from .scenes import Kept
from .scenes.kept import FrameMoved
from .theme import PALETTE

if TYPE_CHECKING:
    from .explorer import Explorer

TOLERANCE = 0.16
"""How far a pixel may be off from all its neighbours, as a share of black to white."""

SPECKLES = 0.005
"""Share of pixels that may be farther off: ends of hairlines, corners of letters.

Agg moves the members of a collection to whole pixels if it draws them together, and not if it draws
each as a path: overlapping ridges differ from themselves in 0.35 % then.
"""

BLUR = 0.7
"""Radius over which pictures are blurred before they are compared [pixels]."""


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes
    ----------
    states
        How many states were compared.
    worst
        The largest share of pixels that were off by more than :data:`TOLERANCE`.
    at
        Where that was.
    """

    states: int
    worst: float
    at: str


def check(explorer: Explorer, states: int | None = None) -> Report:
    """Compare states with fresh drawings; see :meth:`livefig.Explorer.check`."""
    if states is not None and not (isinstance(states, int) and states > 0):
        raise ExplorerError(f"states must be a whole number above 0, or None; got {states!r}")
    counts = [len(control.values) for control in explorer.controls]
    if states is None or states >= math.prod(counts):
        places = list(itertools.product(*(range(count) for count in counts)))
    else:
        rng = np.random.default_rng(1)
        places = [tuple(int(rng.integers(count)) for count in counts) for _ in range(states)]
    tables = Tables(explorer)
    worst, where = 0.0, ""
    for stops in places:
        at = in_words(explorer.controls, stops)
        wrong = _wrong(explorer, tables, stops)
        off = 0.0 if wrong else difference(tables.picture(stops), _present_picture(explorer))
        if off > SPECKLES:
            wrong = f"{off:.1%} of the recorded picture differs from what matplotlib draws"
        if wrong:
            raise ExplorerError(f"explorer {explorer.name!r} at {at}: {wrong}")
        if off >= worst:
            worst, where = off, at
    return Report(len(places), worst, where)


def _wrong(explorer: Explorer, tables: Tables, stops: tuple[int, ...]) -> str:
    """Say in what the tables differ from what is recorded now, or nothing."""
    try:
        seen = explorer.look(stops)
        if isinstance(explorer.scene, Kept):
            explorer.scene.check_frame()
    except FrameMoved as moved:
        return str(moved)
    fresh = Drawing([Layer(name, marks_of(seen[name])) for name in seen[ORDER].shape])
    if not _same(tables.drawing(stops), fresh):
        return "what was recorded is not what is drawn"
    recorded: Any = tables.texts(stops)
    told: Any = texts_of(seen)
    return "" if recorded == told else f"the readouts were recorded as {recorded}, and are {told}"


def texts_of(rows: Mapping[str, Row]) -> dict[str, str]:
    """Return the readouts among some rows, in words."""
    return {
        name[1:]: words.join(row.shape, row.numbers.tolist())
        for name, row in rows.items()
        if name.startswith("=")
    }


def _same(recorded: Drawing, fresh: Drawing) -> bool:
    """Tell whether two drawings have the same marks in the same order."""
    some, others = (
        [mark for layer in drawing.layers for mark in marks_of(row_of(layer.marks, layer.ranks))]
        for drawing in (recorded, fresh)
    )
    return same_marks(some, others)


def fresh_picture(explorer: Explorer, stops: tuple[int, ...]) -> np.ndarray:
    """Return what matplotlib draws at given stops, as pixels on white."""
    explorer.look(stops)
    return _present_picture(explorer)


def _present_picture(explorer: Explorer) -> np.ndarray:
    figure = explorer.scene.figure
    assert figure is not None  # a state was shown before
    canvas = figure.canvas
    agg: Any = FigureCanvasAgg(figure)
    try:
        agg.draw()
        pixels = np.array(agg.buffer_rgba())
    finally:
        figure.set_canvas(canvas)
    if isinstance(explorer.scene, Kept):  # drawing has told matplotlib that nothing is stale
        for artist in explorer.scene.artists.values():
            artist.stale = True
    return on_ground(pixels)


def on_ground(pixels: np.ndarray, ground: str = "#ffffff") -> np.ndarray:
    """Return pixels of shape (rows, columns, 4) over a colour, of shape (rows, columns, 3)."""
    if (pixels[..., 3] == 255).all():
        return pixels[..., :3]
    opacity = pixels[..., 3:] / 255
    below = 255 * np.array(to_rgb(ground)) * (1 - opacity)
    flat: np.ndarray = np.rint(pixels[..., :3] * opacity + below).astype(np.uint8)
    return flat


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pixels in which two pictures differ visibly.

    A pixel is right if its colour lies between those around the same place in the other picture:
    an edge may fall on either side of a pixel.
    """
    height, width = (min(one.shape[side], other.shape[side]) for side in (0, 1))
    some, others = (_blurred(picture[:height, :width]) for picture in (one, other))
    unlike = (np.abs(some - others) > 255 * TOLERANCE).any(axis=2)  # no other can be off
    places = np.argwhere(unlike)
    off = np.maximum(_beyond(some, others, places), _beyond(others, some, places))
    return float((off > 255 * TOLERANCE).sum() / unlike.size)


def _blurred(picture: np.ndarray) -> np.ndarray:
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), dtype=np.int16)


def _beyond(one: np.ndarray, other: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return how far pixels lie outside what is seen around their places in another picture."""
    last = np.array(one.shape[:2]) - 1
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    around = np.stack([other[tuple(np.clip(places + step, 0, last).T)] for step in steps])
    pixels = one[tuple(places.T)]
    beyond: np.ndarray = np.maximum(around.min(axis=0) - pixels, pixels - around.max(axis=0))
    farthest: np.ndarray = beyond.max(axis=1, initial=0)
    return farthest


class Tables:
    """The packed states of an explorer, unpacked as the page's script does.

    Parameters
    ----------
    explorer
        What to unpack.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.header, self.rows_of, self.pictures = unpack(explorer.packed)
        self._explorer = explorer
        self._names = explorer._names()
        self._first, self._first_texts = explorer._first, texts_of(explorer.look(explorer.start))

    def rows(self, stops: tuple[int, ...]) -> dict[str, Row]:
        """Return every track at given stops."""
        return {name: row(stops) for name, row in self.rows_of.items()}

    def texts(self, stops: tuple[int, ...]) -> dict[str, str]:
        """Return the readouts at given stops, in words."""
        return {**self._first_texts, **texts_of(self.rows(stops))}

    def drawing(self, stops: tuple[int, ...]) -> Drawing:
        """Return the figure at given stops."""
        rows = self.rows(stops)
        first = {layer.name: layer for layer in self._first.layers}
        layers: list[Any] = list(self._first.layers)
        recorded = self._explorer.recording.layers
        if ORDER in rows or (recorded and self._explorer.way == "whole"):
            layers = [first.get(name, Layer(name)) for name in recorded]
        if ORDER in rows:
            layers = [layers[int(index)] for index in rows[ORDER].numbers]
        return Drawing([self._filled(layer, rows) for layer in layers])

    def _filled(self, layer: Layer, rows: dict[str, Row]) -> Layer:
        row = rows.get(self._names.get(layer.name, ""))
        if row is None:
            return layer
        return Layer(layer.name, marks_of(row))

    def picture(self, stops: tuple[int, ...], palette: Mapping[str, str] = PALETTE) -> np.ndarray:
        """Return the figure at given stops as pixels on the ground of a palette."""
        scene = self._explorer.scene
        clips = {int(name): content for name, content in self.header["clips"].items()}
        pictures = {**scene.recorder.pictures, **self.pictures}
        agg = Agg(scene.width, scene.height, clips, pictures, palette)
        return on_ground(agg.pixels(self.drawing(stops)), palette["ground"])


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, Any], dict[int, bytes]]:
    """Return header, tracks as functions from stops to rows, and pictures."""
    raw = gzip.decompress(packed)
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length])
    offset = 4 + length
    tracks = {}

    def array(
        shape: tuple[int, ...], planes: int, passes: list[tuple[int, int]], bits: int
    ) -> np.ndarray:
        nonlocal offset
        size, full = math.prod(shape), 2**bits - 1
        coded = np.zeros(size, dtype=np.uint32)
        if bits:
            count = -(-size * bits // 8)
            part = np.frombuffer(raw, dtype=np.uint8, count=count, offset=offset)
            coded += ((part[:, None] >> np.arange(0, 8, bits)) & full).ravel()[:size].astype("u4")
            offset += count
        large = np.flatnonzero(coded == full)
        for plane in range(planes):
            part = np.frombuffer(raw, dtype=np.uint8, count=len(large), offset=offset)
            coded[large] += part.astype(np.uint32) << np.uint32(8 * plane)
            offset += len(large)
        table = ((coded >> 1).astype(np.int32) ^ -(coded & 1).astype(np.int32)).reshape(shape)
        for axis, stride in reversed(passes):
            moved = np.moveaxis(table, axis, 0).copy()
            with np.errstate(over="ignore"):  # sums wrap around, as the differences did
                for index in range(stride, len(moved)):
                    moved[index] += moved[index - stride]
            table = np.moveaxis(moved, 0, axis)
        return table

    for entry in header["tracks"]:
        count, *way = entry["still"]
        fixed = array((count,), *way)
        count, *way = entry["moving"]
        moving = array((*entry["grid"], count), *way)
        places = np.arange(entry["width"])
        if "places" in entry:
            places = array((entry["width"],), *entry["places"])
        tracks[entry["name"]] = _reader(entry, fixed, moving, places)
    pictures = {}
    for name, size in header["pictures"]:
        pictures[int(name)] = raw[offset : offset + size]
        offset += size
    return header, tracks, pictures


def _reader(
    entry: dict[str, Any], fixed: np.ndarray, moving: np.ndarray, places: np.ndarray
) -> Any:
    shapes = [_tupled(shape) for shape in entry["shapes"]]

    def row(stops: tuple[int, ...]) -> Row:
        state = moving[tuple(stops[axis] for axis in entry["axes"])]
        numbers = np.concatenate([fixed, state])[places]
        return Row(shapes[int(numbers[0])], numbers[1:])

    return row


def _tupled(shape: Any) -> Any:
    return tuple(_tupled(part) for part in shape) if isinstance(shape, list) else shape
