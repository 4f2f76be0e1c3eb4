"""Controls: what a reader can set, and the stops at which it can stand.

A control is written as an ipywidgets widget or as one of the abbreviations of
``ipywidgets.interact``; here it becomes a finite list of stops. A unit stands in brackets
behind the description, as in ``IntSlider(description="Leverage [times]")``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import comm
import ipywidgets
import numpy as np

from .errors import ExplorerError
from .language import said
from .time import Happening, Time
from .writing import NO_BREAK, plain, tidied, written

MOST_STOPS = 1001

_EMPTY = inspect.Parameter.empty

_widgets: Any = ipywidgets  # it publishes no types


@dataclass(frozen=True)
class Control:
    """One control and its stops.

    Parameters
    ----------
    name
        The keyword of ``update``.
    kind
        ``"slider"``, ``"range"``, ``"play"``, ``"dropdown"``, ``"buttons"`` or ``"checkbox"``.
    values
        What ``update`` is given at each stop.
    texts
        What the reader sees and hears at each stop, unit included.
    start
        The number of the first stop shown.
    label
        What the control is called.
    step
        Distance between stops, if they are evenly spaced numbers; else ``None``.
    interval
        Time between stops when it plays [ms].
    loop
        Whether it plays again from the first stop after the last.
    ends
        Of a range: what the reader sees at each place of its two ends. Its stops are all pairs of
        places, the lower end first: (0, 0), (0, 1), ..., (1, 1), ...
    time
        What a control of time was made of.
    """

    name: str
    kind: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int
    label: str
    step: float | None = None
    interval: int = 0
    loop: bool = False
    ends: tuple[str, ...] = ()
    time: Time | None = None

    def happenings(self, values: Mapping[str, Any]) -> tuple[Happening, ...]:
        """Return what happens on the way, in order, where the controls have given values."""
        told = self.time.happenings(self.name, values) if self.time else ()
        return tuple((moment, said(what)) for moment, what in told)

    def stop(self, value: Any) -> int:
        """Return the number of the stop at a value.

        Raises
        ------
        ExplorerError
            If the control has no such stop.
        """
        if isinstance(value, np.generic):
            value = value.item()
        for index, known in enumerate(self.values):
            if known is value or (type(known) is type(value) and known == value):
                return index
        if isinstance(value, int | float) and not isinstance(value, bool):
            for index, known in enumerate(self.values):
                if isinstance(known, bool) or not isinstance(known, int | float):
                    continue
                if abs(known - value) <= 1e-9 * max(abs(known), abs(value)):
                    return index
        if isinstance(value, list | tuple) and tuple(value) in self.values:
            return self.values.index(tuple(value))
        for index, (known, text) in enumerate(zip(self.values, self.texts, strict=True)):
            if isinstance(value, str) and (value == str(known) or tidied(value) == text):
                return index
        raise ExplorerError(
            f"control {self.name!r} has no stop at {value!r}; its stops are {self.stops_in_words()}"
        )

    def stops_in_words(self) -> str:
        """List the stops, or the ends of a long list."""
        texts = [plain(text) for text in self.texts]
        if len(texts) <= 8:
            return ", ".join(texts)
        return f"{texts[0]}, {texts[1]}, ... {texts[-1]} ({len(texts)} stops)"


def shown(control: Control) -> Control:
    """Return a control with its texts in the language of figures."""
    return replace(
        control,
        label=said(control.label),
        texts=tuple(map(said, control.texts)),
        ends=tuple(map(said, control.ends)),
    )


def read_controls(abbreviations: Mapping[str, Any]) -> tuple[Control, ...]:
    """Turn widgets and abbreviations into controls.

    Examples
    --------
    >>> leverage, hedged = read_controls({"leverage": (1, 5), "hedged": False})
    >>> leverage.values, leverage.start, hedged.kind
    ((1, 2, 3, 4, 5), 2, 'checkbox')
    """
    if not abbreviations:
        raise ExplorerError("an explorer needs a control; add one, such as leverage=(1, 50)")
    for name in abbreviations:
        if not name.isidentifier():
            raise ExplorerError(f"control {name!r} is no keyword of a function; give it a name")
    return tuple(_read(name, given) for name, given in abbreviations.items())


def is_fixed(given: Any) -> bool:
    """Tell whether an argument is held fixed, as ``interact`` lets it be."""
    return isinstance(given, _widgets.fixed)


def is_widget(given: Any) -> bool:
    """Tell whether a control is given as a widget, not as an abbreviation."""
    return isinstance(given, _widgets.Widget)


def widget_of(name: str, given: Any, *default: Any) -> Any:
    """Return the widget that an abbreviation means to ``interact``; ``None`` if it means none.

    It is only read, so no front end hears of it: a notebook would keep its state, and a page made
    of that notebook would ask another host for the script that shows widgets.
    """
    announced = comm.create_comm
    comm.create_comm = comm.DummyComm
    try:
        return _widgets.interactive.widget_from_abbrev(given, *default)
    except ValueError as error:
        raise ExplorerError(
            f"control {name}={given!r} is no range of a slider; give (lowest, highest) or "
            "(lowest, highest, step), with a step above 0"
        ) from error
    finally:
        comm.create_comm = announced


def starting_where(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Let abbreviations start where a function has its own defaults, as ``interact`` does."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # some functions do not tell
        return dict(given)
    defaults = {key: parameters[key].default for key in given if key in parameters}
    return {key: starting_at(key, value, defaults.get(key, _EMPTY)) for key, value in given.items()}


def starting_at(name: str, given: Any, default: Any) -> Any:
    """Return a control that starts at a default, where it is given as an abbreviation."""
    if default is _EMPTY or is_widget(given) or isinstance(given, Time):
        return given
    widget = widget_of(name, given, default)
    return given if widget is None else widget


def _read(name: str, given: Any) -> Control:
    if isinstance(given, Time):
        return _moments(name, given)
    widget = widget_of(name, given)
    if widget is None:
        raise ExplorerError(
            f"control {name}={given!r} is neither a widget nor an abbreviation; give a widget such "
            "as IntSlider, a (lowest, highest) pair, a list of choices, or True or False"
        )
    label, unit = _label(name, widget.description)
    for kinds, read in _READERS:
        if isinstance(widget, kinds):
            return read(name, widget, label, unit)
    raise ExplorerError(
        f"control {name!r} is a {type(widget).__name__}, which has no finite list of stops to "
        "record; use IntSlider, FloatSlider, FloatLogSlider, SelectionSlider, IntRangeSlider, "
        "FloatRangeSlider, SelectionRangeSlider, BoundedIntText, BoundedFloatText, Dropdown, "
        "Select, ToggleButtons, RadioButtons, Checkbox, ToggleButton, Play or livefig.Time"
    )


def _label(name: str, description: str) -> tuple[str, str]:
    """Return what a control is called, and the unit that stands in brackets behind it."""
    description = description or name.replace("_", " ").capitalize()
    match = re.fullmatch(r"(.*?)\s*\[(.*)\]", description)
    label, unit = (match[1], match[2]) if match else (description, "")
    return tidied(label), unit


def _options(widget: Any, unit: str) -> list[str]:
    """Return the words of a choice; a number among numbers is written as one."""
    labels, values = widget._options_labels, widget._options_values
    options = list(zip(labels, values, strict=True))
    if all(_is_number(value) and text == str(value) for text, value in options):
        whole = all(isinstance(value, int) for value in values)
        return _numbers(values, "d" if whole else "", unit)
    return [_with_unit(text, unit) for text in labels]


def _with_unit(text: str, unit: str) -> str:
    return tidied(f"{text}{NO_BREAK}{unit}" if unit else text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moments(name: str, time: Time) -> Control:
    label, unit = _label(name, time.description)
    texts = tuple(_with_unit(text, unit) for text in time.texts)
    return Control(
        name, "play", tuple(range(len(texts))), texts, time.value, label, 1.0, time.interval,
        time.repeat, time=time,
    )  # fmt: skip


def _switch(name: str, widget: Any, label: str, unit: str) -> Control:
    return Control(name, "checkbox", (False, True), ("no", "yes"), int(widget.value), label)


def _choice(name: str, widget: Any, label: str, unit: str) -> Control:
    values = tuple(widget._options_values)
    if len(values) < 2:
        raise ExplorerError(f"control {name!r} offers no choice; give it at least two options")
    kind = "buttons" if isinstance(widget, _widgets.ToggleButtons | _widgets.RadioButtons) else (
        "slider" if isinstance(widget, _widgets.SelectionSlider) else "dropdown"
    )  # fmt: skip
    return Control(name, kind, values, tuple(_options(widget, unit)), widget.index or 0, label)


def _span(name: str, widget: Any, label: str, unit: str) -> Control:
    """Read a control with two ends."""
    if isinstance(widget, _widgets.SelectionRangeSlider):
        places = list(widget._options_values)
        ends = _options(widget, unit)
        start = tuple(widget.index)
    else:
        whole = isinstance(widget, _widgets.IntRangeSlider)
        places = [widget.min + index * widget.step for index in range(_count(name, widget))]
        places = [int(place) if whole else float(f"{place:.10g}") for place in places]
        for end in widget.value:
            places, _ = _with_start(places, end, None)
        ends = _numbers(places, widget.readout_format, unit)
        start = tuple(_nearest(places, end) for end in widget.value)
    pairs = [(low, high) for low in range(len(places)) for high in range(low, len(places))]
    if len(places) < 2:
        raise ExplorerError(_SINGLE.format(name))
    if len(pairs) > MOST_STOPS:
        most = int((2 * MOST_STOPS) ** 0.5)
        raise ExplorerError(
            f"control {name!r} has {len(places)} places, hence {len(pairs):,} ranges, more than "
            f"{MOST_STOPS:,}; give it at most {most} places by a larger step"
        )
    values = tuple((places[low], places[high]) for low, high in pairs)
    texts = tuple(f"{ends[low]} to {ends[high]}" for low, high in pairs)
    return Control(name, "range", values, texts, pairs.index(start), label, ends=tuple(ends))


def _integers(name: str, widget: Any, label: str, unit: str) -> Control:
    plays = isinstance(widget, _widgets.Play)
    step: float | None = float(widget.step)
    every = [widget.min + index * widget.step for index in range(_count(name, widget))]
    every, step = _with_start(every, widget.value, step)
    values = tuple(every)
    style = getattr(widget, "readout_format", "d")
    texts = tuple(_numbers(values, style, unit))
    start = _nearest(values, widget.value)
    if not plays:
        return Control(name, "slider", values, texts, start, label, step)
    return Control(
        name, "play", values, texts, start, label, step, int(widget.interval), bool(widget.repeat)
    )


def _decimals(name: str, widget: Any, label: str, unit: str) -> Control:
    count = _count(name, widget)
    places = np.arange(count) * widget.step + widget.min
    step: float | None = float(widget.step)
    if isinstance(widget, _widgets.FloatLogSlider):
        places, step = widget.base**places, None
    every = [float(f"{place:.10g}") for place in places]
    every, step = _with_start(every, float(widget.value), step)
    values = tuple(every)
    style = getattr(widget, "readout_format", "")
    texts = tuple(_numbers(values, style, unit))
    if len(set(texts)) < len(texts):
        raise ExplorerError(
            f"control {name!r}: stops look alike when written with readout_format={style!r}; give "
            "it more digits, such as '.3f'"
        )
    return Control(name, "slider", values, texts, _nearest(values, widget.value), label, step)


def _count(name: str, widget: Any) -> int:
    if not (widget.step or 0) > 0:
        raise ExplorerError(f"control {name!r} needs a step above 0; got {widget.step}")
    count = int(np.floor((widget.max - widget.min) / widget.step + 1e-9)) + 1
    if count < 2:
        raise ExplorerError(_SINGLE.format(name))
    if count > MOST_STOPS:
        raise ExplorerError(
            f"control {name!r} has {count:,} stops, more than {MOST_STOPS:,}; give it a larger step"
        )
    return count


_SINGLE = "control {!r} has a single stop; widen its range"


def _with_start(
    values: list[Any], start: Any, step: float | None
) -> tuple[list[Any], float | None]:
    """Return stops with the one at which a control starts, though it lies between two others."""
    if any(abs(value - start) <= 1e-6 * max(1e-300, abs(start)) for value in values):
        return values, step
    return sorted([*values, start]), None


def _nearest(values: Sequence[Any], wanted: Any) -> int:
    return int(np.argmin([abs(value - wanted) for value in values]))


def _numbers(values: Sequence[Any], style: str, unit: str) -> list[str]:
    """Write numbers in d3's format, as ipywidgets does, for the formats that Python shares."""
    if style == "d" and not unit and all(1000 <= value < 3000 for value in values):
        return [str(value) for value in values]  # these are years
    try:
        return [written(value, style.replace("~", ""), unit) for value in values]
    except ValueError as error:
        raise ExplorerError(
            f"readout_format={style!r} is no format; use '.2f', ',.0f', '.1%'"
        ) from error


_READERS: tuple[tuple[Any, Callable[[str, Any, str, str], Control]], ...] = (
    ((_widgets.Checkbox, _widgets.ToggleButton), _switch),
    (
        (
            _widgets.IntRangeSlider,
            _widgets.FloatRangeSlider,
            _widgets.SelectionRangeSlider,
        ),
        _span,
    ),
    (
        (
            _widgets.Dropdown,
            _widgets.Select,
            _widgets.ToggleButtons,
            _widgets.RadioButtons,
            _widgets.SelectionSlider,
        ),
        _choice,
    ),
    ((_widgets.Play, _widgets.IntSlider, _widgets.BoundedIntText), _integers),
    ((_widgets.FloatSlider, _widgets.FloatLogSlider, _widgets.BoundedFloatText), _decimals),
)
"""Kinds of widgets, and what makes a control of each."""
