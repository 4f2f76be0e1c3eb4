"""Recording: which states are shown, and what is kept of them.

What can differ from state to state are *tracks*: one for each layer and one for each readout. A
track that depends on two of three controls is stored over those two only, so independent controls
add instead of multiply.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..controls import Control
from ..drawing.marks import ORDER, Row
from ..errors import ExplorerError
from .budget import Budget
from .groups import Look, Stops, changed, independent_groups, moved, random_stops
from .parallel import in_parallel, workers_for
from .tracks import State, Track, tabulate

WHOLE_GRID = 5_000
"""Up to this many combinations, all are recorded and dependence is read off, not sampled."""

CHECKED = 24
"""States that are looked at again after recording, in a random order, if there are as many."""

SAMPLE = 12
"""States from which the time of one is estimated, if there are as many."""

NOTHING = Row((), np.zeros(0, np.int32))

Fetch = Callable[[], Any]
Merge = Callable[[Any], None]


@dataclass(frozen=True)
class Recording:
    """Every state of an explorer.

    Attributes
    ----------
    tracks
        What moves.
    layers
        The names of all layers from the bottom up; empty where no state changes their order and
        the first state has them all.
    states, seconds
        How many states were shown, and how long that took.
    """

    tracks: tuple[Track, ...]
    layers: tuple[str, ...]
    states: int
    seconds: float


def record(
    controls: Sequence[Control], look: Look, budget: Budget | None = None, *,
    fetch: Fetch = lambda: None, merge: Merge = lambda _: None,
) -> Recording:  # fmt: skip
    """Record every state.

    Parameters
    ----------
    controls
        The controls, in the order in which a state names their stops.
    look
        Shows a state and returns its rows.
    budget
        What recording may cost.
    fetch, merge
        What else a process has learned while it recorded (pictures, clips), and how another takes
        it over.

    Raises
    ------
    ExplorerError
        If there are too many states, or if what a state looks like depends on what was shown
        before.
    """
    budget = budget or Budget()
    began = time.perf_counter()
    counts = [len(control.values) for control in controls]
    start = tuple(control.start for control in controls)
    rng = np.random.default_rng(0)
    seconds = _seconds(look, controls, rng)
    everything = tuple(range(len(controls)))
    combinations = _combinations(controls)
    most = min(WHOLE_GRID, budget.states, budget.seconds / max(seconds, 1e-9))
    if combinations <= most:
        groups = {everything}
    else:
        quick = seconds < 2e-3
        groups = independent_groups(
            controls, look, rng, bases=9 if quick else 3, stops=12 if quick else 6
        )
    budget.refuse_too_many(controls, groups, seconds)
    shown: list[tuple[tuple[int, ...], list[State]]] = []
    for group in sorted(groups, key=lambda group: (len(group), group)):
        grid = [range(counts[axis]) for axis in group]
        places = [moved(start, group, stops) for stops in itertools.product(*grid)]
        shown.append((group, _show(look, places, seconds, fetch, merge)))
    layers, ordered = _layers([state for _, rows in shown for state in rows])
    tracks: dict[str, Track] = {}
    for group, rows in shown:
        grid_shape = tuple(counts[axis] for axis in group)
        names = dict.fromkeys(name for state in rows for name in state if name != ORDER)
        for name in names:
            track = tabulate(name, group, grid_shape, [state.get(name, NOTHING) for state in rows])
            if name not in tracks or len(track.axes) > len(tracks[name].axes):
                tracks[name] = track
        if ordered:
            orders = [_order_row(state[ORDER].shape, layers) for state in rows]
            track = tabulate(ORDER, group, grid_shape, orders)
            if ORDER not in tracks or len(track.axes) > len(tracks[ORDER].axes):
                tracks[ORDER] = track
    _refuse_idle(controls, tuple(tracks.values()))
    _check(controls, tracks, layers, look, rng)
    moving = tuple(track for track in tracks.values() if track.axes)
    count = sum(len(rows) for _, rows in shown)
    return Recording(moving, layers, count, time.perf_counter() - began)


def _show(
    look: Look, places: Sequence[Stops], seconds: float, fetch: Fetch, merge: Merge
) -> list[State]:
    """Return the rows of many states."""

    def job(part: Sequence[Stops]) -> Any:
        return [look(stops) for stops in part], fetch()

    found = []
    for rows, learned in in_parallel(job, places, workers_for(seconds * len(places))):
        found += rows
        merge(learned)
    return found


def _layers(shown: Sequence[State]) -> tuple[tuple[str, ...], bool]:
    """Return one order of all layers, and whether some states have another."""
    orders = dict.fromkeys(state[ORDER].shape for state in shown if ORDER in state)
    layers: list[str] = []
    ordered = False
    for order in orders:
        place = -1
        for name in order:
            if name not in layers:
                place += 1
                layers.insert(place, name)
            elif layers.index(name) > place:
                place = layers.index(name)
            else:
                ordered = True
    return tuple(layers), ordered


def _order_row(order: Sequence[str], layers: Sequence[str]) -> Row:
    """Return the order of a state as numbers of layers; absent ones keep their places."""
    present = set(order)
    supply = iter(order)
    numbers = {name: index for index, name in enumerate(layers)}
    drawn = [numbers[next(supply) if name in present else name] for name in layers]
    return Row((), np.array(drawn, dtype=np.int32))


def _check(
    controls: Sequence[Control], tracks: dict[str, Track], layers: Sequence[str], look: Look,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Look at some states again, in a random order, and compare them with the tables."""
    for _ in range(min(CHECKED, _combinations(controls))):
        stops = random_stops(controls, rng)
        seen = look(stops)
        kept = {name: track for name, track in tracks.items() if name != ORDER}
        wrong = [
            name
            for name in {**seen, **kept}
            if name != ORDER
            and not (name in kept and kept[name].shows(seen.get(name, NOTHING), stops))
        ]
        order = seen[ORDER].shape if ORDER in seen else ()
        if wrong or _drawn_order(order, tracks.get(ORDER), layers, stops) != list(order):
            raise ExplorerError(
                f"at {in_words(controls, stops)} the figure looks different from when it was "
                "recorded: the function must draw the same for the same values, whatever was shown "
                "before, and must draw no random numbers without a seed"
            )


def _drawn_order(
    order: Sequence[str], track: Track | None, layers: Sequence[str], stops: Stops
) -> list[str]:
    """Return the layers of a state in the order that was recorded for it."""
    present = set(order)
    places = range(len(layers)) if track is None else track.row(stops).numbers
    return [layers[place] for place in places if layers[place] in present]


def in_words(controls: Sequence[Control], stops: Stops) -> str:
    """Return a state as the values of its controls."""
    return ", ".join(
        f"{control.name}={control.values[stop]!r}"
        for control, stop in zip(controls, stops, strict=True)
    )


def _seconds(look: Look, controls: Sequence[Control], rng: np.random.Generator) -> float:
    """Return the processor's time that one state takes [s]: what else is running does not count."""
    count = min(SAMPLE, _combinations(controls))
    places = [random_stops(controls, rng) for _ in range(count)]
    look(places[0])
    began = time.process_time()
    for place in places:
        look(place)
    return (time.process_time() - began) / len(places)


def _combinations(controls: Sequence[Control]) -> int:
    return math.prod(len(control.values) for control in controls)


def _refuse_idle(controls: Sequence[Control], tracks: Sequence[Track]) -> None:
    acted = {axis for track in tracks for axis in track.axes}
    idle = [control.name for axis, control in enumerate(controls) if axis not in acted]
    if idle:
        raise ExplorerError(
            f"control {idle[0]!r} changes nothing in the figure or its readouts; let the function "
            "use it, or leave it out"
        )


__all__ = ["Recording", "changed", "in_words", "record"]
