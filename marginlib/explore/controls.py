"""Controls: what a reader can set, and the stops at which it can stand.

A control is written as an ipywidgets widget or as one of the abbreviations of
``ipywidgets.interact``; here it becomes a finite list of stops. A unit stands in brackets
behind the description, as in ``IntSlider(description="Leverage [times]")``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np

from .errors import ExplorerError

MOST_STOPS = 1001

_widgets: Any = ipywidgets  # it publishes no types


@dataclass(frozen=True)
class Control:
    """One control and its stops.

    Parameters
    ----------
    name
        The keyword of ``update``.
    kind
        ``"slider"``, ``"play"``, ``"dropdown"``, ``"buttons"`` or ``"checkbox"``.
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
    """

    name: str
    kind: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int
    label: str
    step: float | None = None
    interval: int = 0

    def stop(self, value: Any) -> int:
        """Return the number of the stop at a value.

        Raises
        ------
        ExplorerError
            If the control has no such stop.
        """
        for index, known in enumerate(self.values):
            if known is value or (type(known) is type(value) and known == value):
                return index
        if isinstance(value, int | float) and not isinstance(value, bool):
            for index, known in enumerate(self.values):
                if isinstance(known, bool) or not isinstance(known, int | float):
                    continue
                if abs(known - value) <= 1e-9 * max(abs(known), abs(value)):
                    return index
        for index, (known, text) in enumerate(zip(self.values, self.texts, strict=True)):
            if value in (text, str(known)):
                return index
        raise ExplorerError(
            f"control {self.name!r} has no stop at {value!r}; its stops are {self.stops_in_words()}"
        )

    def stops_in_words(self) -> str:
        """List the stops, or the ends of a long list."""
        if len(self.texts) <= 8:
            return ", ".join(self.texts)
        return f"{self.texts[0]}, {self.texts[1]}, ... {self.texts[-1]} ({len(self.texts)} stops)"


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
    return tuple(_read(name, given) for name, given in abbreviations.items())


def _read(name: str, given: Any) -> Control:
    widget = _widgets.interactive.widget_from_abbrev(given)
    if widget is None or isinstance(widget, _widgets.fixed):
        raise ExplorerError(
            f"control {name}={given!r} is neither a widget nor an abbreviation; give a widget such "
            "as IntSlider, a (lowest, highest) pair, a list of choices, or True or False"
        )
    label, unit = _label(name, widget)
    if isinstance(widget, _widgets.Checkbox):
        return Control(name, "checkbox", (False, True), ("no", "yes"), int(widget.value), label)
    if isinstance(widget, _widgets.Dropdown | _widgets.ToggleButtons | _widgets.RadioButtons):
        kind = "dropdown" if isinstance(widget, _widgets.Dropdown) else "buttons"
        return _choice(name, kind, widget, label, unit)
    if isinstance(widget, _widgets.SelectionSlider):
        return _choice(name, "slider", widget, label, unit)
    if isinstance(widget, _widgets.Play | _widgets.IntSlider):
        return _integers(name, widget, label, unit)
    if isinstance(widget, _widgets.FloatSlider | _widgets.FloatLogSlider):
        return _decimals(name, widget, label, unit)
    raise ExplorerError(
        f"control {name!r} is a {type(widget).__name__}, which an explorer does not have; use "
        "IntSlider, FloatSlider, FloatLogSlider, SelectionSlider, Dropdown, ToggleButtons, "
        "RadioButtons, Checkbox or Play"
    )


def _label(name: str, widget: Any) -> tuple[str, str]:
    description = widget.description or name.replace("_", " ").capitalize()
    match = re.fullmatch(r"(.*?)\s*\[(.*)\]", description)
    return (match[1], match[2]) if match else (description, "")


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text


def _choice(name: str, kind: str, widget: Any, label: str, unit: str) -> Control:
    pairs = list(zip(widget._options_labels, widget._options_values, strict=True))
    if len(pairs) < 2:
        raise ExplorerError(f"control {name!r} offers no choice; give it at least two options")
    values = tuple(value for _, value in pairs)
    texts = tuple(_with_unit(text, unit) for text, _ in pairs)
    return Control(name, kind, values, texts, widget.index or 0, label)


def _integers(name: str, widget: Any, label: str, unit: str) -> Control:
    kind = "play" if isinstance(widget, _widgets.Play) else "slider"
    values = tuple(range(widget.min, widget.max + 1, widget.step))
    style = getattr(widget, "readout_format", "d")
    texts = tuple(_with_unit(_format(value, style), unit) for value in values)
    interval = int(getattr(widget, "interval", 0))
    return _ranged(name, kind, values, texts, widget, label, float(widget.step), interval)


def _decimals(name: str, widget: Any, label: str, unit: str) -> Control:
    count = _count(name, widget)
    places = np.arange(count) * widget.step + widget.min
    step: float | None = float(widget.step)
    if isinstance(widget, _widgets.FloatLogSlider):
        places, step = widget.base**places, None
    values = tuple(float(f"{place:.10g}") for place in places)
    texts = tuple(_with_unit(_format(value, widget.readout_format), unit) for value in values)
    if len(set(texts)) < len(texts):
        raise ExplorerError(
            f"control {name!r}: stops look alike when written with readout_format="
            f"{widget.readout_format!r}; give it more digits, such as '.3f'"
        )
    return _ranged(name, "slider", values, texts, widget, label, step, 0)


def _count(name: str, widget: Any) -> int:
    if not widget.step > 0:
        raise ExplorerError(f"control {name!r} needs a step above 0; got {widget.step}")
    return int(np.floor((widget.max - widget.min) / widget.step + 1e-9)) + 1


def _ranged(
    name: str, kind: str, values: tuple[Any, ...], texts: tuple[str, ...], widget: Any,
    label: str, step: float | None, interval: int,
) -> Control:  # fmt: skip
    if len(values) < 2:
        raise ExplorerError(f"control {name!r} has a single stop; widen its range")
    if len(values) > MOST_STOPS:
        raise ExplorerError(
            f"control {name!r} has {len(values):,} stops, more than {MOST_STOPS:,}; "
            "give it a larger step"
        )
    start = int(np.argmin([abs(value - widget.value) for value in values]))
    if abs(values[start] - widget.value) > 1e-6 * max(1e-300, abs(widget.value)):
        raise ExplorerError(
            f"control {name!r} starts at {widget.value}, which is none of its stops "
            f"({texts[0]}, {texts[1]}, ... {texts[-1]}); start it at one of them"
        )
    return Control(name, kind, values, texts, start, label, step, interval)


def _format(value: float, style: str) -> str:
    """Write a number in d3's format, as ipywidgets does, for the formats that Python shares."""
    try:
        return format(value, style.replace("~", ""))
    except ValueError as error:
        raise ExplorerError(
            f"readout_format={style!r} is no format; use '.2f', ',.0f', '.1%'"
        ) from error
