"""Figures of job e, which everyone draws from the same numbers: lines, and a label over them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SIZE = (4.6, 3.0)  # inches
DOTS_PER_INCH = 100

Line = tuple[np.ndarray, np.ndarray]
"""The x and the y of a line."""


class Answer(NamedTuple):
    """What a figure shows at one state: each of its lines, a label, and a number to read."""

    lines: tuple[Line, ...]
    label: str
    number: float


class Subject(NamedTuple):
    """A figure, and what moves it.

    Attributes
    ----------
    name
        What it is called.
    answer
        What is seen at given values of the sliders.
    sliders, start
        The values of each slider, and where they stand at first.
    lines
        Name and colour of each line.
    titles, limits
        Of both axes.
    label_place
        Where the label stands.
    reading
        What the number is, and its unit.
    alt, caption
        What the picture shows, and what a reader should take away.
    """

    name: str
    answer: Callable[..., Answer]
    sliders: Mapping[str, range]
    start: Mapping[str, int]
    lines: Mapping[str, str]
    titles: tuple[str, str]
    limits: tuple[tuple[float, float], tuple[float, float]]
    label_place: tuple[float, float]
    reading: tuple[str, str]
    alt: str
    caption: str

    @property
    def states(self) -> int:
        """Number of combinations."""
        return math.prod(len(stops) for stops in self.sliders.values())

    def first_stops(self) -> list[int]:
        """Return at which stop each slider stands at first."""
        return [stops.index(self.start[name]) for name, stops in self.sliders.items()]

    def at(self, stops: list[int]) -> Answer:
        """Return what is seen where each slider stands at a given stop."""
        values = [known[stop] for known, stop in zip(self.sliders.values(), stops, strict=True)]
        return self.answer(**dict(zip(self.sliders, values, strict=True)))


def drawn(axes: Axes, subject: Subject, answer: Answer) -> list[Any]:
    """Draw an answer; return its lines, and the label behind them."""
    artists: list[Any] = []
    for (name, colour), (x, y) in zip(subject.lines.items(), answer.lines, strict=True):
        artists += axes.plot(x, y, color=colour, label=name)
    artists.append(axes.text(*subject.label_place, answer.label))
    (xlabel, ylabel), (xlim, ylim) = subject.titles, subject.limits
    axes.set(xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel)
    return artists


def changed(artists: list[Any], answer: Answer) -> None:
    """Let what was drawn show another answer."""
    *lines, label = artists
    for line, (x, y) in zip(lines, answer.lines, strict=True):
        line.set_data(x, y)
    label.set_text(answer.label)


def empty() -> Figure:
    """Return a new figure without anything in it."""
    return Figure(figsize=SIZE, dpi=DOTS_PER_INCH)


def picture(subject: Subject, answer: Answer) -> Figure:
    """Return a new figure of an answer."""
    figure = empty()
    drawn(figure.subplots(), subject, answer)
    return figure
