"""How much an explorer may cost, and what to do when it costs more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real

from ..controls import Control
from ..errors import ExplorerError


@dataclass(frozen=True)
class Budget:
    """How much an explorer may cost.

    Parameters
    ----------
    states
        States that are recorded at the most.
    seconds
        Time of the processor that recording may take [s], estimated from a sample.
    bytes
        Compressed size of the recorded states [bytes].
    moments
        Moments of a control that plays, at the most.
    """

    states: int = 20_000
    seconds: float = 120.0
    bytes: int = 400_000
    moments: int = 400

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not isinstance(value, Real) or not float(value) >= 0:
                raise ExplorerError(f"{name} of a budget must be 0 or more; got {value!r}")

    def refuse_too_long(self, controls: Sequence[Control]) -> None:
        """Raise if a control plays through more moments than anybody would sit through.

        Raises
        ------
        ExplorerError
            It says how many there are, how long that takes, and what to type instead.
        """
        for control in controls:
            count = len(control.values)
            if control.kind != "play" or count <= self.moments:
                continue
            every = -(-count // self.moments)
            instead = f"Time(moments[::{every}], ...)" if control.time else f"step={every}"
            raise ExplorerError(
                f"control {control.name!r} has {count:,} moments, more than {self.moments:,}, and "
                f"plays for {count * control.interval / 60_000:.1f} minutes; play every "
                f"{ordinal(every)} of them with {instead}, or allow more with "
                "budget=livefig.Budget(moments=...)"
            )

    def refuse_too_many(
        self, controls: Sequence[Control], groups: Iterable[tuple[int, ...]], seconds: float
    ) -> None:
        """Raise if there are more states than may be recorded.

        Parameters
        ----------
        groups
            Controls that must be recorded together, by number.
        seconds
            What one state takes [s].

        Raises
        ------
        ExplorerError
            It says how many stops of which controls would do.
        """
        groups = list(groups)
        counts = [len(control.values) for control in controls]
        total = sum(states(counts, group) for group in groups)
        allowed = min(self.states, int(self.seconds / max(seconds, 1e-9)))
        if total <= allowed:
            return
        largest = max(groups, key=lambda group: states(counts, group))
        together = " x ".join(f"{controls[axis].label} ({counts[axis]})" for axis in largest)
        raise ExplorerError(
            f"{total:,} states ({together}) at {1000 * seconds:.1f} ms each are more than can be "
            f"recorded ({self.states:,} states, {self.seconds:g} s); "
            f"{advice(controls, groups, allowed)}, or allow more with "
            "budget=livefig.Budget(states=..., seconds=...)"
        )


def states(counts: Sequence[int], group: Iterable[int]) -> int:
    """Return the number of combinations of the controls of a group."""
    return math.prod(counts[axis] for axis in group)


def advice(controls: Sequence[Control], groups: Iterable[tuple[int, ...]], allowed: float) -> str:
    """Say to how many stops the controls must be coarsened for a number of states to suffice.

    The control with the most stops gives way first.

    Examples
    --------
    >>> from livefig.controls import read_controls
    >>> advice(read_controls({"price": (0, 999), "depth": (0, 99)}), [(0, 1)], 20_000)
    "give 'Price' about 182 stops instead of 1,000 by a larger step"
    """
    groups = list(groups)
    counts = [len(control.values) for control in controls]
    wanted = list(counts)

    def total() -> int:
        return sum(states(wanted, group) for group in groups)

    while total() > allowed and max(wanted) > 2:
        axis = wanted.index(max(wanted))
        wanted[axis] = max(2, int(wanted[axis] * 0.9) if wanted[axis] > 20 else wanted[axis] - 1)
    told, skipped = [], []
    for control, before, now in zip(controls, counts, wanted, strict=True):
        if now == before:
            continue
        if control.time:
            every = -(-before // now)
            skipped.append(
                f"play every {ordinal(every)} of the {before:,} moments of {control.label!r} with "
                f"Time(moments[::{every}], ...)"
            )
        else:
            told.append(f"{control.label!r} about {now} stops instead of {before:,}")
    larger = [f"give {' and '.join(told)} by a larger step"] if told else []
    return " and ".join([*skipped, *larger]) or "draw less in each state"


def ordinal(number: int) -> str:
    """Return a number as a place in a row.

    Examples
    --------
    >>> ordinal(2), ordinal(3), ordinal(11), ordinal(21)
    ('2nd', '3rd', '11th', '21st')
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"
