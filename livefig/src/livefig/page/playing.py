"""A control that plays, as HTML: its buttons, and what happens on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ..controls import Control
from ..language import say
from ..time import Happening

SPEEDS = (("0.5", "½ ×"), ("1", "1 ×"), ("2", "2 ×"), ("4", "4 ×"))


def playing(control: Control, happenings: Sequence[Happening]) -> str:
    """Return what stands below the slider of a control that plays.

    Parameters
    ----------
    control
        The control.
    happenings
        What happens on the way in the first state. The script marks them on the slider, and
        writes them anew where another control changes them.
    """
    name, what = control.name, {"what": escape(control.label)}
    speeds = "".join(
        f'<option value="{value}"{" selected" if value == "1" else ""}>{word}</option>'
        for value, word in SPEEDS
    )
    checked = " checked" if control.loop else ""
    return (
        f"{_way(control, happenings) if control.time else ''}"
        f'<div class="ml-playing">'
        f'<button type="button" class="ml-step" data-step="-1" data-of="{name}" '
        f'aria-label="{say("{what}: one step back", **what)}">‹</button>'
        f'<button type="button" class="ml-play" data-play="{name}" '
        f'aria-label="{say("Play {what}", **what)}">{say("Play")}</button>'
        f'<button type="button" class="ml-step" data-step="1" data-of="{name}" '
        f'aria-label="{say("{what}: one step on", **what)}">›</button>'
        f'<select class="ml-speed" data-speed="{name}" '
        f'aria-label="{say("Speed of {what}", **what)}">'
        f'{speeds}</select><label class="ml-repeat"><input type="checkbox" class="ml-loop" '
        f'data-loop="{name}"{checked}> {say("Loop")}</label></div>'
    )


def moments_in_words(control: Control, start: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return which moment a still picture shows, and what happens on the way, as rows."""
    if control.time is None:
        return []
    happenings = control.happenings(start)
    return [
        (control.label, control.texts[control.start]),
        *((control.texts[moment], what) for moment, what in happenings),
    ]


def _way(control: Control, happenings: Sequence[Happening]) -> str:
    """Return a place for marks below the slider, and the events as buttons that go there."""
    buttons = "".join(
        f'<button type="button" data-moment="{moment}">'
        f'<span class="ml-hidden">{escape(control.texts[moment])}: </span>{escape(what)}</button>'
        for moment, what in happenings
    )
    return (
        f'<svg class="ml-marks" data-marks="{control.name}" aria-hidden="true"></svg>'
        f'<div class="ml-events" data-events="{control.name}" role="group" '
        f'aria-label="{say("What happens on the way")}">{buttons}</div>'
    )
