"""The explorer: one figure, one function that draws or updates it, and a few controls.

In Jupyter an explorer is a widget, and the kernel answers each move with the numbers that changed.
On a page that was built from the notebook every state is there already, and the very same script
reads them from a table. The author writes neither.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

from matplotlib.artist import Artist

from . import checking, display
from .controls import Control, read_controls, shown
from .drawing.marks import ORDER, Drawing, Row
from .errors import ExplorerError, MissingWords
from .guess import Asked, Guess
from .handles import handles_of
from .kinds import refuse_other_kinds
from .language import ENGLISH, language, read, said
from .packing import as_text, pack, refuse_too_large
from .page import html, svg
from .readouts import Readout, read_returned, read_values, write_readouts
from .recording import Budget, Recording, Track, record
from .recording.record import in_words
from .recording.tracks import State, still
from .scenes import Kept, Whole
from .scenes.kept import FrameMoved
from .scenes.whole import WAITS
from .series import series_of
from .theme import PALETTE
from .time import Happening, in_a_row
from .writing import plain, tidied

Scene = Kept | Whole


class Explorer:
    """A matplotlib figure that stays alive without a kernel.

    Made by :func:`livefig.explorer` or by the decorator :func:`livefig.figure`; both say what the
    arguments are.
    """

    def __init__(
        self, scene: Callable[[Mapping[str, Any]], Scene], *, name: str, alt: str | None = None,
        caption: str | None = None, controls: Mapping[str, Any],
        fixed: Mapping[str, Any] | None = None,
        readouts: Mapping[str, Readout] | None = None, sentence: str | None = None,
        presets: Mapping[str, Mapping[str, Any]] | None = None, drag: Any = None,
        ghosts: Sequence[Artist] = (), budget: Budget | None = None, guess: Guess | None = None,
        second_way: Callable[[Any], Scene] | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:  # fmt: skip
        refuse_other_kinds(
            name=(name, str, 'a text, such as "wave"'),
            alt=(alt, str | None, "a text: what the picture shows"),
            caption=(caption, str | None, "a text: what a reader should take away"),
            sentence=(sentence, str | None, "a text with {readouts} in it"),
            readouts=(readouts, Mapping | None, 'a mapping, such as {"top": Readout("Height")}'),
            presets=(presets, Mapping | None, 'a mapping, such as {"High": {"height": 3}}'),
            drag=(drag, Mapping | Sequence | None, 'what can be dragged, such as [("x", "y")]'),
            ghosts=(ghosts, Sequence, "a list of artists"),
            budget=(budget, Budget | None, "a livefig.Budget"),
            guess=(guess, Guess | None, "a GuessNumber, a GuessPoint or a GuessChoice"),
        )
        for artist in ghosts:
            refuse_other_kinds(ghosts=(artist, Artist, "artists of the figure"))
        if not re.fullmatch(r"[^\W\d][\w-]*", name):
            raise ExplorerError(
                f"name must begin with a letter and hold letters, digits, hyphens and underscores, "
                f"so that an address can hold it; got {name!r}"
            )
        self.name, self.sentence = name, None if sentence is None else tidied(sentence)
        self.alt, self.caption = tidied(alt or ""), tidied(caption or "")
        self._announced = None if readouts is None else dict(readouts)
        self.controls = read_controls(controls)
        self._fixed = dict(fixed or {})
        self.budget = budget or Budget()
        self.budget.refuse_too_long(self.controls)
        self._second_way, self._function = second_way, function
        self.why_whole = ""
        self._ask_for_words()
        self.start = tuple(control.start for control in self.controls)
        self._drag, self._ghost_artists = drag, ghosts
        self._guess = guess
        self._asked: Asked | None = None
        self._scene = self._begin(scene)
        self._hold_back()
        returned = self._show_either_way(self.start)
        self.readouts = read_returned(self._announced, returned)
        self._first_texts = self._texts(returned, self.start)
        self._check_names()
        self._first = self._scene.drawing()
        self._ask()
        self._presets = [
            (tidied(label), self._stops_for(values)) for label, values in (presets or {}).items()
        ]
        self._check_a_few_states()
        self._check_artists()

    # What a reader of the figure asks.

    def at(self, **values: Any) -> dict[str, str]:
        """Return the readouts at given values of the controls; others stand where they start.

        They are what a reader sees, but with spaces as they are typed, to be compared.
        """
        stops = self.stops_at(values)
        texts = self._texts(self._show_either_way(stops), stops)
        return {name: plain(text) for name, text in texts.items()}

    def numbers_at(self, **values: Any) -> dict[str, float]:
        """Return the readouts as :meth:`at` does, but unrounded: compute with these.

        A readout that is a text is ``nan``.
        """
        stops = self.stops_at(values)
        return self._numbers(self._show_either_way(stops), stops)

    def look(self, stops: Sequence[int]) -> State:
        """Return what every layer and readout looks like at given stops of the controls."""
        returned, texts = self.told_at(stops)
        rows: dict[str, Row] = dict(self._scene.rows())
        if self._asked is not None:
            with self._telling(stops):
                texts = texts | self._asked.words(returned, texts)
                if isinstance(self._scene, Whole):
                    self._asked.refuse_moved_axis(self._scene)
        for name, text in texts.items():
            rows[f"={name}"] = _row_of_text(text)
        return {**rows, **self._happenings(stops)}

    def check(self, states: int | None = None) -> checking.Report:
        """Compare recorded states, drawn from their tables, with fresh drawings by matplotlib.

        Parameters
        ----------
        states
            How many, drawn at random with a fixed seed; ``None`` for all of them.

        Raises
        ------
        ExplorerError
            If one differs; it names the values of the controls.
        """
        return checking.check(self, states)

    @property
    def way(self) -> str:
        """``"kept"`` (artists are kept, and read when they change) or ``"whole"`` (drawn anew)."""
        return self._scene.way

    @cached_property
    def recording(self) -> Recording:
        """Every state, recorded."""
        while True:
            try:
                return record(
                    self.controls, self.look, self.budget, fetch=self._learned, merge=self._learn
                )
            except FrameMoved as moved:
                self._take_second_way(moved)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """What moves, over all states."""
        return self.recording.tracks

    # What becomes of it.

    def header(self) -> dict[str, Any]:
        """Return what the page's script must know beside the states."""
        if self._drag:
            self._show(self.start)  # handles lie where things are at first
        return {
            "name": self.name,
            "palette": list(PALETTE.items()),
            "controls": [
                _describe_control(control, control.happenings(self.values(self.start)))
                for control in self.controls
            ],
            "readouts": [[key, said(tidied(each.label))] for key, each in self.readouts.items()],
            "presets": [stops for _, stops in self._presets],
            "drags": handles_of(self._scene, self.controls, self._drag),
            "series": series_of(self._scene),
            "guess": None if self._asked is None else self._asked.header(),
        }

    @cached_property
    def packed(self) -> bytes:
        """Every state as gzipped bytes, for the page to unpack."""
        recording, header = self.recording, self.header()
        names = self._names()
        tracks = list(recording.tracks)
        moving = {track.name for track in tracks}
        rows = self._first.rows()
        read = {entry["name"]: rows.get(entry["name"]) for entry in header["series"]}
        tracks += [still(name, row) for name, row in read.items() if row and name not in moving]
        waiting = [] if self._asked is None else self._asked.readouts
        tracks += [
            still(f"={key}", _row_of_text(self._first_texts[key]))
            for key in waiting
            if f"={key}" not in moving
        ]
        used = {ORDER: ORDER, **names}
        named = [
            Track(used.get(track.name, track.name), track.axes, track.shapes, track.table)
            for track in tracks
        ]
        recorder = self._scene.recorder
        layers = [names[name] for name in recording.layers] if ORDER in moving else []
        packed = pack(
            {**header, "layers": layers, "clips": dict(sorted(recorder.clips.items()))},
            named, recorder.pictures,
        )  # fmt: skip
        refuse_too_large(packed, self.budget, self.controls, tracks)
        return packed

    def cost(self) -> str:
        """Say which way the figure is seen, and what recording it costs.

        How long it took differs from time to time: that is ``recording.seconds``.

        Returns
        -------
        str
            Such as ``"whole drawings (...): 36 states, 47 kB compressed"``.
        """
        seen = "kept artists" if self.way == "kept" else "whole drawings"
        why = f" ({self.why_whole})" if self.why_whole else ""
        recording = self.recording
        bytes_each = len(self.packed) / recording.states
        each = f", {bytes_each:,.0f} bytes a moment" if self._plays() else ""
        return (
            f"{seen}{why}: {recording.states:,} states, "
            f"{len(self.packed) / 1000:,.0f} kB compressed{each}"
        )

    def to_html(self) -> str:
        """Return the explorer with every state recorded, as HTML for a page with the script."""
        return self.skeleton(as_text(self.packed))

    def to_fragment(self) -> str:
        """Return the explorer as HTML that brings its own style and script."""
        return html.fragment(self.to_html(), self._image(), said(self.alt))

    def to_page(self) -> str:
        """Return the explorer as a page of its own, which needs no other file."""
        plain_figure = self._asked is None and self._drag is None and not self._plays()
        title = said(self.caption) or self.name
        return html.document([self.to_html()], title, plain=plain_figure)

    def skeleton(self, table: str | None) -> str:
        """Return the explorer as HTML around a packed table, or without one for a kernel."""
        names = self._names() if table is not None else None
        drawing = self._first
        if names is not None and self.recording.layers and self.way == "whole":
            drawing = _in_order(drawing, self.recording.layers)
        recorder = self._scene.recorder
        picture = svg.picture(
            drawing, (self._scene.width, self._scene.height), self.name, said(self.alt),
            clips=recorder.clips, pictures=recorder.pictures, names=names,
            ghosts=[self._scene.name_of(artist) for artist in self._ghost_artists],
            waiting=[name for name in drawing.names() if self._scene.waits(name)],
        )  # fmt: skip
        labels = [said(label) for label, _ in self._presets]
        return html.figure(
            self.name, picture, said(self.caption), [shown(control) for control in self.controls],
            {key: replace(each, label=said(each.label)) for key, each in self.readouts.items()},
            {key: said(text) for key, text in self._first_texts.items()},
            self.sentence and said(self.sentence), labels, table, self._asked,
            has_numbers=bool(self.readouts or series_of(self._scene)),
        )  # fmt: skip

    def save(self, path: str | Path) -> None:
        """Write the explorer as a page of its own, which needs no other file."""
        Path(path).write_text(self.to_page(), encoding="utf-8")

    def save_module(self, path: str | Path) -> None:
        """Write the explorer as an ES module for an ``anywidget`` directive (Jupyter Book 2)."""
        Path(path).write_text(html.module(self.to_html()), encoding="utf-8")

    def to_static_html(self) -> str:
        """Return the first state as a picture and a table, in letters that compare in any tool."""
        return plain(html.fallback(
            self.name, self._image(), self.alt, self.caption, self.controls, self.readouts,
            self._first_texts,
        ))  # fmt: skip

    @cached_property
    def widget(self) -> Any:
        """The explorer as a Jupyter widget."""
        from .widget import ExplorerWidget

        return ExplorerWidget(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return display.bundle(self)

    def _display_(self) -> Any:
        return display.in_marimo(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function that was decorated, as it was."""
        if self._function is None:
            raise TypeError(f"explorer {self.name!r} was not made from a plotting function")
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        lines = [f"Explorer {self.name!r}: {self.caption}".rstrip(": ")]
        for control in self.controls:
            text = control.texts[control.start]
            lines.append(f"  {control.label}: {text} (stops: {control.stops_in_words()})")
        for key, readout in self.readouts.items():
            lines.append(f"  {readout.label} = {self._first_texts[key]}")
        return plain("\n".join(lines))

    def _image(self) -> str:
        """Return the first state as base64 of a PNG."""
        self._show(self.start)
        figure = self._scene.figure
        assert figure is not None  # it was drawn a line above
        return display.small_png(figure)

    # Showing a state.

    def values(self, stops: Sequence[int]) -> dict[str, Any]:
        """Return the values of the controls at given stops."""
        return {
            control.name: control.values[stop]
            for control, stop in zip(self.controls, stops, strict=True)
        }

    @property
    def scene(self) -> Scene:
        """The figure as it is seen, one way or the other."""
        return self._scene

    def _show(self, stops: Sequence[int]) -> Any:
        with self._telling(stops):
            return self._scene.show({**self._fixed, **self.values(stops)})

    def stops_at(self, values: Mapping[str, Any]) -> tuple[int, ...]:
        """Return the stops at given values of the controls; others stand where they start."""
        return self._stops_after(self.start, values)

    def told_at(self, stops: Sequence[int]) -> tuple[Any, dict[str, str]]:
        """Show a state; return what the function returned, and the readouts in words."""
        returned = self._show(stops)
        return returned, self._texts(returned, stops)

    def _begin(self, scene: Callable[[Mapping[str, Any]], Scene]) -> Scene:
        with self._telling(self.start):
            return scene({**self._fixed, **self.values(self.start)})

    def _show_either_way(self, stops: Sequence[int]) -> Any:
        try:
            return self._show(stops)
        except FrameMoved as moved:
            self._take_second_way(moved)
            return self._show(stops)

    @contextlib.contextmanager
    def _telling(self, stops: Sequence[int]) -> Iterator[None]:
        """Tell of any failure at which values of the controls it came."""
        try:
            yield
        except FrameMoved:
            raise
        except Exception as problem:
            where = in_words(self.controls, tuple(stops))
            told = str(problem) if isinstance(problem, ExplorerError) else (
                f"{type(problem).__name__}: {problem}"
            )  # fmt: skip
            raise ExplorerError(f"explorer {self.name!r} at {where}: {told}") from problem

    def _texts(self, returned: Any, stops: Sequence[int]) -> dict[str, str]:
        with self._telling(stops):
            return write_readouts(self.readouts, returned, announced=self._announced is not None)

    def _happenings(self, stops: Sequence[int]) -> dict[str, Row]:
        """Return what happens on the way of controls of time, as texts beside the readouts."""
        with self._telling(stops):
            return {
                f"={control.name}": _row_of_text(in_a_row(control.happenings(self.values(stops))))
                for control in self.controls
                if control.time is not None
            }

    def _hold_back(self) -> None:
        """Let what tells wait for the guess."""
        if self._guess is not None:
            self._scene.hold_back(self._guess.waits)

    def _plays(self) -> bool:
        return any(control.kind == "play" for control in self.controls)

    def _ask(self) -> None:
        """Find the answer to the guess, and come back to the first state."""
        if self._guess is not None:
            self._asked = Asked(self._guess, self)
            returned, texts = self.told_at(self.start)
            self._first_texts = self._first_texts | self._asked.words(returned, texts)

    def _numbers(self, returned: Any, stops: Sequence[int]) -> dict[str, float]:
        with self._telling(stops):
            values = read_values(self.readouts, returned, announced=self._announced is not None)
            return {name: readout.number(values[name]) for name, readout in self.readouts.items()}

    def _check_a_few_states(self) -> None:
        """Try the ends of all controls at once: what is wrong there is told at once."""
        ends = tuple(len(control.values) - 1 for control in self.controls)
        for stops in ((0,) * len(ends), ends, self.start):
            try:
                self.look(stops)
                if isinstance(self._scene, Kept) and stops != self.start:  # where it was drawn
                    self._scene.check_frame()
            except FrameMoved as moved:
                self._take_second_way(moved)
                return self._check_a_few_states()
        return None

    def _check_artists(self) -> None:
        """Tell at once of things that cannot be dragged or leave a ghost."""
        handles_of(self._scene, self.controls, self._drag)
        for name in sorted(self._scene.unseen() - set(self.readouts)):
            raise ExplorerError(
                f"waits of the guess names {name!r}, which is neither a readout nor the gid of an "
                f"artist; where the artist is drawn, give it gid={name!r}"
            )
        for artist in self._ghost_artists:
            self._scene.name_of(artist)

    def _take_second_way(self, moved: FrameMoved) -> None:
        """See the figure by whole drawings from now on, for more moves than its artists' data."""
        if self._second_way is None or self._ghost_artists:
            raise ExplorerError(
                f"{moved}; an explorer with ghosts keeps its artists: let update() set only their "
                "data, colours, texts and visibility"
            ) from moved
        if isinstance(self._scene, Kept):
            self._scene.leave()
        self.why_whole = str(moved)
        for known in ("recording", "packed"):
            self.__dict__.pop(known, None)
        self._scene = self._second_way(self._scene)
        self._hold_back()
        self._show(self.start)
        self._first = self._scene.drawing()

    def _learned(self) -> Any:
        recorder = self._scene.recorder
        return recorder.clips, recorder.pictures

    def _learn(self, learned: Any) -> None:
        clips, pictures = learned
        self._scene.recorder.clips.update(clips)
        self._scene.recorder.pictures.update(pictures)

    def _names(self) -> dict[str, str]:
        """Return the layers that the page's script must find, and what it calls them."""
        recording = self.recording
        moving = {track.name for track in recording.tracks if not track.name.startswith("=")}
        everything = recording.layers if ORDER in moving else ()
        if self.way == "kept":
            named = {entry["name"] for entry in series_of(self._scene)} | moving
            named |= set(everything)
            return {
                name: name
                for name in self._first.names()
                if name is not None and (name in named or self._scene.waits(name))
            }
        layers = recording.layers or tuple(self._first.names())
        kept = [
            name
            for name in layers
            if name in moving or name in everything or self._scene.waits(name)
        ]
        return {
            name: f"m{index}{WAITS if self._scene.waits(name) else ''}"
            for index, name in enumerate(kept)
        }

    # Names and words.

    def _ask_for_words(self) -> None:
        for key, given, what in (
            ("alt", self.alt, "what the picture shows, for those who do not see it"),
            ("caption", self.caption, "what a reader should take away"),
        ):
            if given.strip():
                continue
            message = f"explorer {self.name!r} has no {key}= ({what})"
            if display.words_are_required():
                raise ExplorerError(f"{message}; in this book every figure has it")
            warnings.warn(message, MissingWords, stacklevel=4)

    def _stops_after(self, stops: Sequence[int], values: Mapping[str, Any]) -> tuple[int, ...]:
        chosen = self._stops_for(values)
        return tuple(
            chosen.get(control.name, stop)
            for control, stop in zip(self.controls, stops, strict=True)
        )

    def _stops_for(self, values: Mapping[str, Any]) -> dict[str, int]:
        words = 'settings by label, such as {"High": {"height": 3}}'
        refuse_other_kinds(presets=(values, Mapping, words))
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


def _row_of_text(text: str) -> Row:
    import numpy as np

    pattern, numbers = read(text)
    return Row(pattern, np.array(numbers, dtype=np.int32))


def _in_order(drawing: Drawing, names: Sequence[str]) -> Drawing:
    """Return a drawing with a place for every layer that any state has."""
    from .drawing.marks import Layer

    known = {layer.name: layer for layer in drawing.layers}
    return Drawing([known.get(name, Layer(name)) for name in names])


def _describe_control(control: Control, happenings: Sequence[Happening]) -> dict[str, Any]:
    low, _, step, _ = html.slider_marks(control)
    # Of a choice that may be anything, and of a moment, an address holds the text.
    values = [value if isinstance(value, bool | int | float | str) and not control.time else None
              for value in control.values]  # fmt: skip
    seen = shown(control)
    # An address stays what it is in English: links are the same in every language.
    addressed = {} if language() == ENGLISH else {"addressed": control.texts}
    return {
        **addressed,
        "name": control.name, "kind": control.kind, "label": seen.label,
        "texts": seen.texts, "values": values, "start": control.start,
        "low": float(low), "step": float(step), "interval": control.interval,
        "loop": control.loop, "ends": seen.ends, "happenings": happenings,
    }  # fmt: skip
