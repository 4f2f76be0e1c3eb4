"""The explorer: one figure, one ``update`` function, and a few controls.

In Jupyter an explorer is a widget, and the kernel answers each move with the numbers that changed.
On a page that was built from the notebook every state is there already, and the very same script
reads them from a table. The author writes neither.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from . import page, svg, words
from .controls import Control, read_controls
from .drawing import Marks
from .errors import ExplorerError
from .packing import pack
from .readouts import Readout, write_readouts
from .recording import Row, State, Track, record
from .scene import Scene, place, scale_of
from .theme import PALETTE

Update = Callable[..., Mapping[str, Any] | None]

MODE = "MARGINLIB_EXPLORE"
"""Environment variable: ``live`` (the default), ``record`` for a site, ``static`` for a picture."""

FRAME_CHECKS = 6
"""States at which the whole figure is drawn afresh, to be sure that nothing moved unseen."""


class Explorer:
    """A matplotlib figure that stays alive without a kernel.

    Parameters
    ----------
    figure
        The figure, drawn once with everything in it.
    update
        Called with the value of every control; sets the artists' data, colour, text or
        visibility, and returns the readouts.
    name
        The explorer's id on the page: letters, digits and hyphens.
    alt
        What the picture shows, in words.
    caption
        What a reader should take away, in one sentence.
    controls
        Widgets or abbreviations of ``ipywidgets.interact``, by keyword of ``update``.
    readouts
        How the returned numbers are written, by name.
    sentence
        A sentence with ``{readout}`` in it; without it, readouts are listed.
    presets
        Named situations: label of a button, and the controls that it sets.
    drag
        Things in the figure that move a control: keyword, then ``(artist, "x" or "y")``.
    ghosts
        Artists whose first state stays behind, faintly.

    Raises
    ------
    ExplorerError
        If the figure, a control or ``update`` cannot become an explorer; it says what to change.

    Examples
    --------
    >>> from marginlib import explore
    >>> figure, axes = explore.subplots()
    >>> line, = axes.plot([0, 1], [0, 1])
    >>> def update(slope):
    ...     line.set_ydata([0, slope])
    ...     return {"end": slope}
    >>> explorer = explore.explorer(
    ...     figure, update, name="slope", alt="A line through the origin.",
    ...     caption="The slope is the height at one.", slope=(0, 1, 0.25),
    ...     readouts={"end": explore.Readout("Height at one", ".2f")})
    >>> explorer.at(slope=0.75)
    {'end': '0.75'}
    """

    def __init__(
        self, figure: Figure, update: Update, *, name: str, alt: str, caption: str,
        controls: Mapping[str, Any], readouts: Mapping[str, Readout] | None = None,
        sentence: str | None = None, presets: Mapping[str, Mapping[str, Any]] | None = None,
        drag: Mapping[str, tuple[Artist, str]] | None = None, ghosts: Sequence[Artist] = (),
    ) -> None:  # fmt: skip
        if not re.fullmatch(r"[A-Za-z][\w-]*", name):
            raise ExplorerError(f"name must be letters, digits and hyphens; got {name!r}")
        if not alt.strip() or not caption.strip():
            raise ExplorerError(
                f"explorer {name!r} needs alt= (what the picture shows, for those who do not see "
                "it) and caption= (what to take away); neither may be empty"
            )
        self.name, self.alt, self.caption, self.sentence = name, alt, caption, sentence
        self.controls = read_controls(controls)
        self.readouts = dict(readouts or {})
        self._update = update
        self._check_names()
        _leave_pyplot(figure)
        self.start = tuple(control.start for control in self.controls)
        self._first_texts = self._call(self.start)
        self.scene = Scene(figure)
        self._ghosts = [self.scene.name_of(artist) for artist in ghosts]
        self._presets = [
            (label, self._stops_for(values)) for label, values in (presets or {}).items()
        ]
        self._drags = _drags(self.scene, self.controls, drag or {})
        self.picture = svg.picture(self.scene, name, alt, self._ghosts)
        self._check_corners()

    def at(self, **values: Any) -> dict[str, str]:
        """Return the readouts at given values of the controls; others stand where they start."""
        return self._call(self._stops_after(self.start, values))

    def look(self, stops: Sequence[int]) -> State:
        """Return what every artist and readout looks like at given stops of the controls."""
        texts = self._call(stops)
        rows: dict[str, Row] = {name: _row(marks) for name, marks in self.scene.marks().items()}
        for name, text in texts.items():
            pattern, numbers = words.split(text)
            rows[f"={name}"] = pattern, numbers
        return rows

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """Every state, recorded."""
        return record(self.controls, self.look)

    def header(self) -> dict[str, Any]:
        """Return what the page's script must know beside the states."""
        return {
            "name": self.name,
            "palette": list(PALETTE.items()),
            "controls": [_describe_control(control) for control in self.controls],
            "readouts": [[key, readout.label] for key, readout in self.readouts.items()],
            "presets": [stops for _, stops in self._presets],
            "drags": self._drags,
            "series": _series(self.scene),
        }

    def to_html(self) -> str:
        """Return the explorer with every state recorded, as HTML for a page."""
        header = self.header()
        moving = {track.name for track in self.tracks}
        still = [
            _still(entry["name"], self.scene.drawing.marks(entry["name"]))
            for entry in header["series"]
            if entry["name"] not in moving
        ]
        return self.skeleton(pack(header, [*self.tracks, *still]))

    def skeleton(self, table: str | None) -> str:
        """Return the explorer as HTML around a packed table, or without one."""
        labels = [label for label, _ in self._presets]
        return page.figure(
            self.name, self.picture, self.caption, self.controls, self.readouts,
            self._first_texts, self.sentence, labels, table,
        )  # fmt: skip

    def save(self, path: str | Path) -> None:
        """Write the explorer as a page of its own, which needs no other file."""
        Path(path).write_text(page.document([self.to_html()], self.caption), encoding="utf-8")

    def to_static_html(self) -> str:
        """Return the first state as a picture and a table."""
        self._call(self.start)
        encoded = base64.b64encode(_small_png(self.scene.figure)).decode()
        return page.fallback(
            self.name, encoded, self.alt, self.caption, self.readouts, self._first_texts
        )

    @cached_property
    def widget(self) -> Any:
        """The explorer as a Jupyter widget."""
        from .widget import ExplorerWidget

        return ExplorerWidget(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        mode = os.environ.get(MODE, "live")
        if mode not in ("live", "record", "static"):
            raise ExplorerError(f"{MODE} must be live, record or static; got {mode!r}")
        bundle = {"text/plain": repr(self)}
        if mode == "record":
            return {**bundle, "text/html": self.to_html()}
        bundle["text/html"] = self.to_static_html()
        if mode == "live":
            bundle |= self.widget._repr_mimebundle_()[0]
            bundle["text/plain"] = repr(self)
        return bundle

    def __repr__(self) -> str:
        lines = [f"Explorer {self.name!r}: {self.caption}"]
        for control in self.controls:
            text = control.texts[control.start]
            lines.append(f"  {control.label}: {text} (stops: {control.stops_in_words()})")
        for key, readout in self.readouts.items():
            lines.append(f"  {readout.label} = {self._first_texts[key]}")
        return "\n".join(lines)

    def _call(self, stops: Sequence[int]) -> dict[str, str]:
        values = {
            control.name: control.values[stop]
            for control, stop in zip(self.controls, stops, strict=True)
        }
        return write_readouts(self.readouts, self._update(**values))

    def _stops_after(self, stops: Sequence[int], values: Mapping[str, Any]) -> tuple[int, ...]:
        chosen = self._stops_for(values)
        return tuple(
            chosen.get(control.name, stop)
            for control, stop in zip(self.controls, stops, strict=True)
        )

    def _stops_for(self, values: Mapping[str, Any]) -> dict[str, int]:
        known = {control.name: control for control in self.controls}
        for key in values:
            if key not in known:
                raise ExplorerError(
                    f"explorer {self.name!r} has no control {key!r}; it has {', '.join(known)}"
                )
        return {key: known[key].stop(value) for key, value in values.items()}

    def _check_names(self) -> None:
        shared = {control.name for control in self.controls} & set(self.readouts)
        if shared:
            raise ExplorerError(
                f"{sorted(shared)[0]!r} is both a control and a readout; the control shows its own "
                "value, so leave the readout out or give it another name"
            )
        if self.sentence is None:
            return
        named = [field for _, field, _, _ in Formatter().parse(self.sentence) if field is not None]
        if sorted(named) != sorted(self.readouts):
            raise ExplorerError(
                f"sentence must name each readout once: {sorted(self.readouts)}; got {named}"
            )

    def _check_corners(self) -> None:
        """Draw everything afresh at a few states: no part of the figure may move unseen."""
        rng = np.random.default_rng(0)
        last = tuple(len(control.values) - 1 for control in self.controls)
        places = [self.start, (0,) * len(last), last]
        while len(places) < FRAME_CHECKS:
            places.append(tuple(int(rng.integers(end + 1)) for end in last))
        for stops in places:
            self.look(stops)
            self.scene.check_frame()
        self.look(self.start)


def explorer(
    figure: Figure, update: Update, *, name: str, alt: str, caption: str,
    readouts: Mapping[str, Readout] | None = None, sentence: str | None = None,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    drag: Mapping[str, tuple[Artist, str]] | None = None, ghosts: Sequence[Artist] = (),
    **controls: Any,
) -> Explorer:  # fmt: skip
    """Make a figure movable; see :class:`Explorer`. Controls are given by keyword."""
    return Explorer(
        figure, update, name=name, alt=alt, caption=caption, controls=controls,
        readouts=readouts, sentence=sentence, presets=presets, drag=drag, ghosts=ghosts,
    )  # fmt: skip


def _row(marks: Marks) -> Row:
    """Return the marks of an artist as one shape and one list of numbers."""
    numbers: list[int] = []
    for mark in marks:
        if mark.shape[0] == "text":
            numbers += mark.numbers
        else:
            paint, coordinates = mark.numbers[:5], mark.numbers[5:]
            numbers += [*paint, len(coordinates), *coordinates]
    return tuple(mark.shape for mark in marks), tuple(numbers)


def _still(name: str, marks: Marks) -> Track:
    shape, numbers = _row(marks)
    return Track(name, (), (shape,), np.array([0, *numbers], dtype=np.int64))


def _describe_control(control: Control) -> dict[str, Any]:
    low, _, step, _ = page.slider_marks(control)
    values = [value if isinstance(value, bool | int | float | str) else None
              for value in control.values]  # fmt: skip
    return {
        "name": control.name, "kind": control.kind, "label": control.label,
        "texts": control.texts, "values": values, "start": control.start,
        "low": float(low), "step": float(step), "interval": control.interval,
    }  # fmt: skip


def _drags(
    scene: Scene, controls: Sequence[Control], drag: Mapping[str, tuple[Artist, str]]
) -> list[dict[str, Any]]:
    """Return, for each thing that can be dragged, where each stop of its controls lies."""
    handles: dict[str, dict[str, Any]] = {}
    by_name = {control.name: control for control in controls}
    for key, (artist, direction) in drag.items():
        axes: Any = getattr(artist, "axes", None)
        control = by_name.get(key)
        numbers = control is not None and all(
            isinstance(value, int | float) and not isinstance(value, bool)
            for value in control.values
        )
        if control is None or not numbers or axes is None or direction not in ("x", "y"):
            raise ExplorerError(
                f"drag={{{key!r}: ...}} must name a control with numbers, an artist in axes, and "
                '"x" or "y"'
            )
        left, bottom, right, top = axes.bbox.extents
        box = [left, scene.height - top, right, scene.height - bottom]
        handle = handles.setdefault(
            scene.name_of(artist), {"box": [round(float(edge), 1) for edge in box]}
        )
        places = place(axes, direction, control.values, scene.height)
        handle[direction] = {"control": key, "places": [round(float(spot), 1) for spot in places]}
    return list(handles.values())


def _series(scene: Scene) -> list[dict[str, Any]]:
    """Return which labelled artists can be read as numbers, and the scales to read them by."""
    entries = []
    for name, artist in scene.artists.items():
        label = str(artist.get_label() or "")
        axes = artist.axes
        if not label or label.startswith("_") or axes is None:
            continue
        scales = [scale_of(axes.xaxis), scale_of(axes.yaxis)]
        if any(scale not in ("linear", "log") for scale in scales):
            continue
        entries.append({
            "name": name, "label": label,
            "axes": [
                _scale(axes, "x", axes.get_xlim(), scene.height, axes.get_xlabel()),
                _scale(axes, "y", axes.get_ylim(), scene.height, axes.get_ylabel()),
            ],
        })  # fmt: skip
    return entries


def _scale(
    axes: Any, direction: str, limits: tuple[float, float], height: float, label: str
) -> dict[str, Any]:
    ends = place(axes, direction, limits, height)
    scale = scale_of(axes.xaxis if direction == "x" else axes.yaxis)
    return {
        "label": label or direction, "log": scale == "log",
        "limits": [float(limit) for limit in limits],
        "ends": [round(float(end), 2) for end in ends],
    }  # fmt: skip


def _small_png(figure: Figure) -> bytes:
    """Return a figure as a PNG of few colours: notebooks are kept, and should stay small."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=figure.dpi, facecolor="white")
    Image.open(drawn).convert("RGB").quantize(48).save(small, format="png", optimize=True)
    return small.getvalue()


def _leave_pyplot(figure: Figure) -> None:
    """Keep pyplot from showing the figure a second time."""
    import sys

    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def live_frame(rows: State) -> bytes:
    """Return rows as bytes for the widget: length of the JSON, JSON, then 32-bit integers."""
    head = [[name, shape, len(numbers)] for name, (shape, numbers) in rows.items()]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    flat = [number for _, numbers in rows.values() for number in numbers]
    return len(text).to_bytes(4, "little") + text + np.array(flat, dtype="<i4").tobytes()


__all__ = ["MODE", "Explorer", "explorer", "live_frame"]
