"""Every state of an explorer, recorded as tables of integers.

What can differ from state to state are *tracks*: one for each artist and one for each readout.
A track that depends on two of three controls is stored over those two only, so independent
controls add instead of multiply.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .controls import Control
from .errors import ExplorerError

MOST_STATES = 20_000
"""States that are recorded at the most."""

MOST_SECONDS = 60.0
"""Time of the processor that recording may take, estimated from a sample."""

WHOLE_GRID = 5_000
"""Up to this many combinations, all are recorded and dependence is read off, not sampled."""

Row = tuple[Any, tuple[int, ...]]
"""One state of one track: its shape, and its numbers."""

State = Mapping[str, Row]
"""All tracks in one state, by name."""

Look = Callable[[tuple[int, ...]], State]
"""Shows the figure at given stops and returns what is seen."""


@dataclass(frozen=True)
class Track:
    """One artist or readout over the states of the controls that it depends on.

    Parameters
    ----------
    name
        Name of the artist or readout.
    axes
        Numbers of the controls it depends on.
    shapes
        The different shapes it takes.
    table
        Integers of shape (stops of each axis..., 1 + longest row): which shape, then its numbers.
    """

    name: str
    axes: tuple[int, ...]
    shapes: tuple[Any, ...]
    table: np.ndarray

    def row(self, stops: Sequence[int]) -> Row:
        """Return the track at given stops of all controls (numbers are padded with zeros)."""
        numbers = self.table[tuple(stops[axis] for axis in self.axes)]
        return self.shapes[int(numbers[0])], tuple(int(number) for number in numbers[1:])


def record(
    controls: Sequence[Control], look: Look, progress: Callable[[int, int], None] | None = None
) -> tuple[Track, ...]:
    """Record every state.

    Parameters
    ----------
    controls
        The controls, in the order in which a state names their stops.
    look
        Shows a state and returns its tracks.
    progress
        Told now and then how many states of how many are recorded.

    Raises
    ------
    ExplorerError
        If there are too many states, or if what a state looks like depends on what was shown
        before.
    """
    counts = [len(control.values) for control in controls]
    start = tuple(control.start for control in controls)
    rng = np.random.default_rng(0)
    if math.prod(counts) <= WHOLE_GRID:
        groups = {tuple(range(len(controls)))}
    else:
        groups = _independent_groups(controls, look, start, rng)
    _refuse_too_many(controls, groups, _seconds(look, counts, rng))
    total = sum(math.prod(counts[axis] for axis in group) for group in groups)
    done = 0
    tracks: dict[str, Track] = {}
    for group in sorted(groups, key=lambda group: (len(group), group)):
        rows: list[State] = []
        for stops in itertools.product(*(range(counts[axis]) for axis in group)):
            rows.append(look(_at(start, group, stops)))
            done += 1
            if progress and done % 200 == 0:
                progress(done, total)
        grid = tuple(counts[axis] for axis in group)
        for name in rows[0]:
            track = _tabulate(name, group, grid, [state[name] for state in rows])
            if name not in tracks or len(track.axes) > len(tracks[name].axes):
                tracks[name] = track
    moving = tuple(track for track in tracks.values() if track.axes)
    _refuse_idle(controls, moving)
    check(controls, moving, look, rng)
    return moving


def check(
    controls: Sequence[Control], tracks: Sequence[Track], look: Look, rng: np.random.Generator,
    states: int = 24,
) -> None:  # fmt: skip
    """Look at some states again, in a random order, and compare them with the tables.

    Raises
    ------
    ExplorerError
        If a state looks otherwise than when it was recorded.
    """
    for _ in range(states):
        stops = tuple(int(rng.integers(len(control.values))) for control in controls)
        seen = look(stops)
        for track in tracks:
            shape, numbers = seen[track.name]
            kept, padded = track.row(stops)
            if shape != kept or numbers != padded[: len(numbers)]:
                settings = ", ".join(
                    f"{control.name}={control.values[stop]!r}"
                    for control, stop in zip(controls, stops, strict=True)
                )
                raise ExplorerError(
                    f"at {settings} the figure looks different from when it was recorded: "
                    "update() must set every artist on every call, whatever was shown before, "
                    "and must draw no random numbers"
                )


def _at(start: Sequence[int], group: Sequence[int], stops: Sequence[int]) -> tuple[int, ...]:
    place = list(start)
    for axis, stop in zip(group, stops, strict=True):
        place[axis] = stop
    return tuple(place)


def _tabulate(
    name: str, group: tuple[int, ...], grid: tuple[int, ...], rows: Sequence[Row]
) -> Track:
    shapes: dict[Any, int] = {}
    width = max(len(numbers) for _, numbers in rows)
    table = np.zeros((len(rows), 1 + width), dtype=np.int64)
    for index, (shape, numbers) in enumerate(rows):
        table[index, 0] = shapes.setdefault(shape, len(shapes))
        table[index, 1 : 1 + len(numbers)] = numbers
    table = table.reshape(*grid, 1 + width)
    axes = list(group)
    for position in reversed(range(len(group))):
        first = table.take([0], axis=position)
        if np.array_equal(np.broadcast_to(first, table.shape), table):
            table = first.squeeze(position)
            del axes[position]
    return Track(name, tuple(axes), tuple(shapes), table)


def _independent_groups(
    controls: Sequence[Control], look: Look, start: tuple[int, ...], rng: np.random.Generator
) -> set[tuple[int, ...]]:
    """Find, by sampling, sets of controls that must be recorded together."""
    counts = [len(control.values) for control in controls]
    touched: dict[str, set[int]] = {}
    bases = [start, *(tuple(int(rng.integers(count)) for count in counts) for _ in range(8))]
    for base in bases:
        for axis, count in enumerate(counts):
            stops = np.unique(np.linspace(0, count - 1, min(count, 12)).astype(int))
            states = [look(_at(base, (axis,), (int(stop),))) for stop in stops]
            for name, first in states[0].items():
                if any(state[name] != first for state in states[1:]):
                    touched.setdefault(name, set()).add(axis)
    sets = {tuple(sorted(axes)) for axes in touched.values()}
    return {one for one in sets if not any(set(one) < set(other) for other in sets)}


def _seconds(look: Look, counts: Sequence[int], rng: np.random.Generator) -> float:
    """Return the processor's time that one state takes [s]: what else is running does not count."""
    places = [tuple(int(rng.integers(count)) for count in counts) for _ in range(12)]
    began = time.process_time()
    for place in places:
        look(place)
    return (time.process_time() - began) / len(places)


def _refuse_too_many(
    controls: Sequence[Control], groups: set[tuple[int, ...]], seconds: float
) -> None:
    def states(group: tuple[int, ...]) -> int:
        return math.prod(len(controls[axis].values) for axis in group)

    total = sum(states(group) for group in groups)
    allowed = min(MOST_STATES, int(MOST_SECONDS / max(seconds, 1e-9)))
    if total <= allowed:
        return
    largest = max(groups, key=states)
    widest = max((controls[axis] for axis in largest), key=lambda control: len(control.values))
    together = " x ".join(f"{controls[a].name} ({len(controls[a].values)})" for a in largest)
    keep = max(2, int(len(widest.values) * allowed / total))
    raise ExplorerError(
        f"{total:,} states ({together}) at {1000 * seconds:.1f} ms each are more than can be "
        f"recorded ({MOST_STATES:,} states, {MOST_SECONDS:.0f} s); coarsen {widest.name!r} to "
        f"about {keep} stops by giving it a larger step"
    )


def _refuse_idle(controls: Sequence[Control], tracks: Sequence[Track]) -> None:
    moved = {axis for track in tracks for axis in track.axes}
    idle = [control.name for axis, control in enumerate(controls) if axis not in moved]
    if idle:
        raise ExplorerError(
            f"control {idle[0]!r} changes nothing in the figure or its readouts; let update() use "
            "it, or leave it out"
        )
