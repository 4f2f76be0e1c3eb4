"""Which controls must be recorded together: those that act on the same layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..controls import Control
from ..drawing.marks import ORDER, same_row
from .tracks import State

Look = Callable[[tuple[int, ...]], State]
"""Shows the figure at given stops and returns what is seen."""

Stops = tuple[int, ...]


def independent_groups(
    controls: Sequence[Control], look: Look, rng: np.random.Generator, *, bases: int, stops: int
) -> set[tuple[int, ...]]:
    """Find, by sampling, sets of controls that must be recorded together.

    Parameters
    ----------
    bases
        States from which each control is moved alone.
    stops
        Stops of a control that are tried from each.
    """
    counts = [len(control.values) for control in controls]
    start = tuple(control.start for control in controls)
    touched: dict[str, set[int]] = {}
    for base in [start, *(random_stops(controls, rng) for _ in range(bases - 1))]:
        first = look(base)
        for axis, count in enumerate(counts):
            places = np.unique(np.linspace(0, count - 1, min(count, stops)).astype(int))
            for stop in places.tolist():
                other = look(moved(base, (axis,), (stop,)))
                for name in changed(first, other) | reordered(first, other):
                    touched.setdefault(name, set()).add(axis)
    sets = {tuple(sorted(axes)) for axes in touched.values()}
    return {one for one in sets if not any(set(one) < set(other) for other in sets)}


def changed(one: State, other: State) -> set[str]:
    """Return the names of what looks different in two states."""
    names = (set(one) | set(other)) - {ORDER}
    return {
        name
        for name in names
        if name not in one or name not in other or not same_row(one[name], other[name])
    }


def reordered(one: State, other: State) -> set[str]:
    """Return the order's name if what two states share is drawn in another order in each."""
    if ORDER not in one or one[ORDER].shape == other[ORDER].shape:
        return set()
    shared = set(one[ORDER].shape) & set(other[ORDER].shape)
    first, second = (
        [name for name in state[ORDER].shape if name in shared] for state in (one, other)
    )
    return {ORDER} if first != second else set()


def random_stops(controls: Sequence[Control], rng: np.random.Generator) -> Stops:
    """Return a state drawn at random."""
    return tuple(int(rng.integers(len(control.values))) for control in controls)


def moved(start: Sequence[int], group: Sequence[int], stops: Sequence[int]) -> Stops:
    """Return a state with the controls of a group at other stops."""
    place = list(start)
    for axis, stop in zip(group, stops, strict=True):
        place[axis] = stop
    return tuple(place)
