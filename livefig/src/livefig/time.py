"""Time: a control that goes from moment to moment, and what happens on the way."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from .errors import ExplorerError

Happening = tuple[int, str]
"""The number of a moment, and what happens then."""

Events = Mapping[Any, str] | Callable[..., Mapping[Any, str]]

SHORTEST = 20
"""Shortest time between two moments [ms]: about what a screen can show."""


class Time:
    """A control of time: a reader plays, stops, steps, and drags from moment to moment.

    The function gets the number of the moment, from 0, so that ``prices[: now + 1]`` is what has
    happened by then.

    Parameters
    ----------
    moments
        What each moment is called, in order: texts, or numbers.
    events
        What happens on the way: from a moment, as in the list, to a few words. A moment that is
        called by a text may also be named by its number, from 0. Where events depend on other
        controls, a function of these (by their keywords) that returns such a mapping.
    value
        Number of the moment at which it starts.
    interval
        Time from moment to moment when it plays [ms]. It stays three times as long at an event.
    repeat
        Whether it begins again after the last moment.
    description
        What the control is called, with a unit in brackets as in ``"Time [s]"``; without it, the
        keyword.

    Raises
    ------
    ExplorerError
        If something of it cannot be played; it says what to change.

    Examples
    --------
    >>> import livefig
    >>> days = ["Mon", "Tue", "Wed"]
    >>> @livefig.figure(alt="A line.", caption="It grows.",
    ...                 now=livefig.Time(days, events={"Tue": "it rains"}))
    ... def week(ax, now):
    ...     line, = ax.plot(days, [1, 3, 2])
    ...     livefig.unfold(line, now)
    >>> week.controls[0].texts, week.controls[0].happenings({"now": 0})
    (('Mon', 'Tue', 'Wed'), ((1, 'it rains'),))
    """

    def __init__(
        self, moments: Sequence[Any], *, events: Events | None = None, value: int = 0,
        interval: int = 400, repeat: bool = False, description: str = "",
    ) -> None:  # fmt: skip
        listed = isinstance(moments, Iterable) and not isinstance(moments, str | Mapping)
        self.moments = list(moments) if listed else []
        if len(self.moments) < 2:
            raise ExplorerError(
                f"Time({moments!r}) is no list of two moments or more; give one, such as "
                'Time(["Mon", "Tue", "Wed"]) or Time(range(24))'
            )
        self.texts = [_text(moment) for moment in self.moments]
        twice = next((text for text in self.texts if self.texts.count(text) > 1), None)
        if twice is not None:
            raise ExplorerError(
                f"two moments of Time() are called {twice!r}; give each a name of its own, such as "
                "the day and the hour"
            )
        if not (isinstance(value, int) and 0 <= value < len(self.moments)):
            raise ExplorerError(
                f"Time(value={value!r}) is the number of no moment; give one from 0 to "
                f"{len(self.moments) - 1}"
            )
        if not interval >= SHORTEST:
            raise ExplorerError(
                f"Time(interval={interval!r}) is too short to be seen; give {SHORTEST} ms or more"
            )
        self.value, self.interval, self.repeat = value, int(interval), bool(repeat)
        self.description, self._events = description, events

    def happenings(self, name: str, values: Mapping[str, Any]) -> tuple[Happening, ...]:
        """Return what happens on the way, in order.

        Parameters
        ----------
        name
            The keyword of this control.
        values
            Values of all controls.
        """
        told = self._events or {}
        if callable(told):
            told = told(**_asked(told, name, values))
        if not isinstance(told, Mapping):
            raise ExplorerError(
                f"events of control {name!r} must be a mapping from a moment to words, such as "
                f"{{{self.moments[-1]!r}: 'sold'}}; got {type(told).__name__}"
            )
        found = {}
        for moment, words in told.items():
            if not isinstance(words, str) or not words.strip():
                raise ExplorerError(f"the event at {moment!r} must be a few words; got {words!r}")
            found[self._number(name, moment)] = words
        return tuple(sorted(found.items()))

    def _number(self, name: str, moment: Any) -> int:
        if moment in self.moments:
            return self.moments.index(moment)
        numbered = isinstance(moment, int | np.integer) and isinstance(self.moments[0], str)
        if numbered and 0 <= moment < len(self.moments):
            return int(moment)
        raise ExplorerError(
            f"an event is at {moment!r}, which is no moment of control {name!r}; the first are "
            f"{', '.join(self.texts[:3])}, the last is {self.texts[-1]}"
        )


def in_a_row(happenings: Sequence[Happening]) -> str:
    """Return happenings as text that the page's script can read.

    Examples
    --------
    >>> in_a_row([(3, "called"), (5, "sold")])
    '[[3,"called"],[5,"sold"]]'
    """
    return json.dumps(list(happenings), ensure_ascii=False, separators=(",", ":"))


def _text(moment: Any) -> str:
    return f"{moment:.10g}" if isinstance(moment, Real) else str(moment)


def _asked(function: Callable[..., Any], name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the controls that a function of events asks for."""
    parameters = inspect.signature(function).parameters.values()
    if name in [parameter.name for parameter in parameters]:
        raise ExplorerError(
            f"events of control {name!r} may not depend on {name!r} itself: they are marked on the "
            "whole way; let their function take other controls only"
        )
    others = {key: value for key, value in values.items() if key != name}
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return others
    for parameter in parameters:
        if parameter.name not in others and parameter.default is parameter.empty:
            raise ExplorerError(
                f"events of control {name!r} ask for {parameter.name!r}, which is no other "
                f"control; there are {', '.join(others) or 'none'}"
            )
    return {one.name: others[one.name] for one in parameters if one.name in others}
