"""Guesses: what a reader is asked before a figure tells.

The author says what is asked; an :class:`Asked` knows the answer, and what must wait until a reader
has committed. The page's script does the asking: without it, nothing waits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from .errors import ExplorerError
from .handles import box_of, place
from .language import said
from .writing import plain, tidied

if TYPE_CHECKING:
    from .explorer import Explorer
    from .scenes import Kept, Whole

SHOWN = "shown"
"""Stands as ``at`` of a guess about whatever state the reader has chosen."""

TRUTH = "?"
"""Name under which the answer is recorded among the readouts, where each state has its own."""

PLACES = 200
"""A point is set to no more places than this along its axis."""

Span = float | tuple[float, float]


@dataclass(frozen=True)
class GuessNumber:
    """Ask for a number before the figure tells it.

    Parameters
    ----------
    question
        What the reader is asked.
    readout
        Name of the readout that is the answer. It waits; its format and unit are those of the
        guess.
    at
        The state that is asked about, as values of controls; those left out stand where they
        start. ``None`` is the first state, and ``"shown"`` the one that the reader has chosen.
    waits
        What else tells: artists, the ``gid`` of artists in a figure that is drawn anew in each
        state, and names of readouts.
    axis
        Where guess and answer are drawn beside each other: ``"x"`` or ``"y"`` of the first axes,
        or a pair of axes (or their number in the figure) and ``"x"`` or ``"y"``.
    reasons
        For natural wrong answers, what misleads: a number, or the ends of a span, and a sentence.

    Examples
    --------
    >>> GuessNumber("How high is it at one?", readout="end", at={"slope": 2}).readout
    'end'
    """

    question: str
    _: KW_ONLY
    readout: str
    at: Mapping[str, Any] | str | None = None
    waits: Sequence[Any] = ()
    axis: Any = None
    reasons: Mapping[Span, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no reader could answer."""
        _check_words(self)
        for span in self.reasons:
            ends = span if isinstance(span, tuple) else (span, span)
            if len(ends) != 2 or not all(_is_finite(end) for end in ends) or ends[0] > ends[1]:
                raise ExplorerError(
                    f"reasons of a guess must be told by a number or by two, the lower first, such "
                    f"as {{16: ...}} or {{(15, 17): ...}}; got {span!r}"
                )


@dataclass(frozen=True)
class GuessPoint(GuessNumber):
    """Ask for a point on an axis, set by dragging a line or with a slider.

    Parameters
    ----------
    question, readout, at, waits, reasons
        As for :class:`GuessNumber`; the readout has the unit of the axis.
    axis
        The axis: as for :class:`GuessNumber`, but it must be named.
    """

    def __post_init__(self) -> None:
        """Refuse a point on no axis."""
        super().__post_init__()
        if self.axis is None:
            raise ExplorerError(
                'axis of a GuessPoint must be named: "x", "y", or a pair such as (axes, "x")'
            )


@dataclass(frozen=True)
class GuessChoice:
    """Ask for one of several answers.

    Parameters
    ----------
    question, at, waits
        As for :class:`GuessNumber`.
    choices
        The answers, in the order in which they stand.
    readout
        Name of the readout that says in words which is right.
    truth
        The right one, instead of a readout.
    reasons
        What is said of a choice when it was made: why it misleads, or why it is right.

    Examples
    --------
    >>> GuessChoice("Does it rise?", choices=["yes", "no"], truth="yes").truth
    'yes'
    """

    question: str
    _: KW_ONLY
    choices: Sequence[str]
    readout: str | None = None
    truth: str | None = None
    at: Mapping[str, Any] | str | None = None
    waits: Sequence[Any] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no choice."""
        _check_words(self)
        if len(set(self.choices)) < 2 or len(set(self.choices)) < len(self.choices):
            raise ExplorerError(
                f"choices of a guess must be two different answers or more; got {self.choices!r}"
            )
        if (self.readout is None) == (self.truth is None):
            raise ExplorerError(
                "a GuessChoice must have either readout= (the name of the readout that says which "
                f"is right) or truth= (the right choice); got readout={self.readout!r}, "
                f"truth={self.truth!r}"
            )
        named = [("truth", self.truth)] if self.truth is not None else []
        for what, choice in [*named, *(("reasons", choice) for choice in self.reasons)]:
            if choice not in self.choices:
                raise ExplorerError(
                    f"{what} of a guess must name one of its choices, {_listed(self.choices)}; "
                    f"got {choice!r}"
                )


Guess = GuessNumber | GuessPoint | GuessChoice


class Asked:
    """A guess about a figure that is there.

    Parameters
    ----------
    guess
        What the author asks.
    explorer
        The figure, in its first state.

    Raises
    ------
    ExplorerError
        If the guess names what the figure does not have; it says what to change.
    """

    def __init__(self, guess: Guess, explorer: Explorer) -> None:
        self.guess = guess
        readout = guess.readout
        if readout is not None and readout not in explorer.readouts:
            raise ExplorerError(
                f"readout of the guess must be one of {_listed(explorer.readouts)}; got {readout!r}"
            )
        told = [name for name in guess.waits if isinstance(name, str)]
        self.readouts = [key for key in explorer.readouts if key == readout or key in told]
        self.readout = None if readout is None else explorer.readouts[readout]
        self.stops: tuple[int, ...] | None = None
        if guess.at != SHOWN:
            self.stops = explorer.stops_at(_values(guess.at))
        self.scale = self._axis(explorer.scene)
        self._answer(explorer)

    def _answer(self, explorer: Explorer) -> None:
        """Find the answer in the state that is asked about."""
        returned, texts = explorer.told_at(self.stops or explorer.start)
        self.truth = self._number(returned)
        self.text = self._text(texts)
        if self.stops is None or self.readout is None or isinstance(self.guess, GuessChoice):
            return
        if math.isnan(self.truth):
            raise ExplorerError(
                f"readout of the guess, {self.guess.readout!r}, must be a number in the state "
                f"asked about; it is {self.text!r}. Ask about another one with at={{...}}"
            )
        low, high = sorted(self.scale["limits"]) if self.scale else (-math.inf, math.inf)
        if not low <= self.truth <= high:
            raise ExplorerError(
                f"axis of the guess must hold the answer, {self.truth:g}; it goes from {low:g} to "
                f"{high:g}. Name the axis on which the readout is measured, or leave axis= out"
            )

    def words(self, returned: Any, texts: Mapping[str, str]) -> dict[str, str]:
        """Return the answer in the state shown, as a readout, where each state has its own."""
        if self.stops is not None:
            return {}
        self._text(texts)
        if isinstance(self.guess, GuessChoice):
            return {}
        truth = self._number(returned)
        return {TRUTH: "" if math.isnan(truth) else f"{truth:.9g}"}

    def refuse_moved_axis(self, scene: Kept | Whole) -> None:
        """Refuse an axis that lies elsewhere than in the first state."""
        if self.scale is not None and self._axis(scene) != self.scale:
            raise ExplorerError(
                "axis of the guess must stay where it is in every state; set its limits and the "
                "place of its axes, or leave axis= out"
            )

    def header(self) -> dict[str, Any]:
        """Return what the page's script must know."""
        guess = self.guess
        asked: dict[str, Any] = {
            "at": self.stops, "readout": guess.readout, "waits": self.readouts,
            "text": said(self.text),
            "axis": self.scale,
        }  # fmt: skip
        if isinstance(guess, GuessChoice):
            return {
                **asked, "kind": "choice", "choices": [_shown(choice) for choice in guess.choices],
                "reasons": [
                    [_shown(choice), _shown(choice), said(text)]
                    for choice, text in guess.reasons.items()
                ],
            }  # fmt: skip
        spans = [(span if isinstance(span, tuple) else (span, span), text)
                 for span, text in guess.reasons.items()]  # fmt: skip
        return {
            **asked, "kind": "point" if isinstance(guess, GuessPoint) else "number",
            "truth": self.truth if self.stops is not None else None,
            "unit": self.unit, "percent": self.percent,
            "reasons": [[float(low), float(high), said(text)] for (low, high), text in spans],
        }  # fmt: skip

    @property
    def unit(self) -> str:
        """What is written behind a guess."""
        return "%" if self.percent else self.readout.unit if self.readout else ""

    @property
    def percent(self) -> bool:
        """Whether a share is written in hundredths, so that readers guess it in hundredths."""
        return self.readout is not None and self.readout.format.endswith("%")

    def _number(self, returned: Any) -> float:
        if isinstance(self.guess, GuessChoice):
            return math.nan
        value = returned[self.guess.readout]
        try:
            return float(value) if math.isfinite(float(value)) else math.nan
        except (TypeError, ValueError) as problem:
            if self.stops is None and isinstance(value, str):
                return math.nan
            raise ExplorerError(
                f"readout of the guess, {self.guess.readout!r}, must be a number; got {value!r}. "
                "Ask for words with a GuessChoice"
            ) from problem

    def _text(self, texts: Mapping[str, str]) -> str:
        """Return the answer in words."""
        guess = self.guess
        if isinstance(guess, GuessChoice) and guess.truth is not None:
            return tidied(guess.truth)
        text = texts[str(guess.readout)]
        if isinstance(guess, GuessChoice) and plain(text) not in map(plain, guess.choices):
            raise ExplorerError(
                f"choices of the guess must hold what the readout {guess.readout!r} says, "
                f"{plain(text)!r}; they are {_listed(guess.choices)}"
            )
        return text

    def _axis(self, scene: Kept | Whole) -> dict[str, Any] | None:
        """Return where the values of the axis lie, and the values a point can be set to."""
        if isinstance(self.guess, GuessChoice) or self.guess.axis is None:
            return None
        axes, way = _named_axis(scene, self.guess.axis)
        limits = axes.get_xlim() if way == "x" else axes.get_ylim()
        kind = str((axes.xaxis if way == "x" else axes.yaxis).get_scale())
        kind = kind if axes.name == "rectilinear" else axes.name
        if kind not in ("linear", "log"):
            raise ExplorerError(
                f"axis of the guess must be linear or logarithmic; got one that is {kind!r}"
            )
        ends = [round(float(end), 1) for end in place(axes, way, limits, scene.height)]
        low, step, count = _places(*sorted(map(float, limits)), log=kind == "log")
        return {
            "way": way, "log": kind == "log", "limits": [float(limit) for limit in limits],
            "ends": ends, "box": box_of(axes, scene.height), "low": low, "step": step,
            "count": count,
        }  # fmt: skip


def _shown(choice: str) -> str:
    return said(tidied(choice))


def _check_words(guess: Any) -> None:
    if not isinstance(guess.question, str) or not guess.question.strip():
        raise ExplorerError(
            f"question of a guess must say what the reader is asked; got {guess.question!r}"
        )
    if not (guess.at is None or guess.at == SHOWN or isinstance(guess.at, Mapping)):
        raise ExplorerError(
            f"at of a guess must be values of controls, such as {{'size': 3}}, or {SHOWN!r}, or "
            f"None for the first state; got {guess.at!r}"
        )
    listed = isinstance(guess.waits, list | tuple)
    if not listed or not all(isinstance(what, str | Artist) for what in guess.waits):
        raise ExplorerError(
            f"waits of a guess must be a list of artists and names; got {guess.waits!r}"
        )


def _named_axis(scene: Kept | Whole, named: Any) -> tuple[Axes, str]:
    """Return the axes that a guess names, and which of its directions."""
    which: Any
    which, way = (0, named) if isinstance(named, str) else _pair(named)
    there = scene.figure.axes if scene.figure is not None else []
    if isinstance(which, int) and not isinstance(which, bool) and 0 <= which < len(there):
        which = there[which]
    if way not in ("x", "y") or not any(axes is which for axes in there):
        raise ExplorerError(
            'axis of a guess must be "x" or "y", or a pair of axes of the figure (or their number, '
            f'from 0 to {len(there) - 1}) and "x" or "y"; got {named!r}'
        )
    return which, way


def _pair(named: Any) -> tuple[Any, Any]:
    return tuple(named) if isinstance(named, tuple | list) and len(named) == 2 else (None, None)


def _places(low: float, high: float, *, log: bool) -> tuple[float, float, int]:
    """Return the lowest of the values that a point can be set to, their step and their count.

    Examples
    --------
    >>> _places(-3, 103, log=False)
    (-3.0, 1.0, 106)
    """
    if log:
        return low, (high / low) ** (1 / PLACES), PLACES
    step = 10.0 ** math.floor(math.log10((high - low) / PLACES))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= PLACES)
    first = math.ceil(low / step - 1e-9)
    return float(f"{first * step:.10g}"), step, math.floor(high / step + 1e-9) - first


def _values(at: Mapping[str, Any] | str | None) -> Mapping[str, Any]:
    return at if isinstance(at, Mapping) else {}


def _is_finite(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in names) or "none"


__all__ = ["Asked", "Guess", "GuessChoice", "GuessNumber", "GuessPoint"]
