"""The events that are told here, one file each in ``data/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from marginlib._checks import known
from marginlib.events.figures import Event, read_event

_HERE = Path(__file__).parent / "data"


def event_names() -> tuple[str, ...]:
    """Return the names of all events, in the order in which they happened.

    >>> event_names()[0], event_names()[-1]
    ('nasdaq_2018', 'october_2025')
    """
    return tuple(_events())


def event(name: str) -> Event:
    """Return an event with its figures and sources.

    Parameters
    ----------
    name : str
        See :func:`event_names`.

    >>> aas = event("nasdaq_2018")
    >>> moved = aas["spread_move"]
    >>> moved.value, moved.unit, moved.status, moved.source.date
    (5.56, 'euro per megawatt-hour', 'secondary', '2018-09-17')
    """
    return _events()[known("event", name, _events())]


@cache
def _events() -> dict[str, Event]:
    told = [read_event(path) for path in _HERE.glob("*.toml")]
    return {one.name: one for one in sorted(told, key=lambda one: one.day)}
