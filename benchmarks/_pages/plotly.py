"""Plotly, which keeps a frame for each state of one slider."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import playwright.sync_api as pw

from .._clock import processor
from .._figure import DOTS_PER_INCH, SIZE, Answer, Subject
from .checks import curves
from .page import Hand, Page, by_label

AT_ONCE = {"mode": "immediate", "frame": {"duration": 0, "redraw": False},
           "transition": {"duration": 0}}  # fmt: skip
TICKS = """() => [...document.querySelectorAll(".slider-tick-rect")].map(tick => {
    const {left, width} = tick.getBoundingClientRect();
    return left + width / 2;
})"""


def build(path: Path, subject: Subject) -> Page:
    """Build the page, with Plotly's script in it."""
    import plotly.graph_objects as go

    began = processor()
    ((name, stops),) = subject.sliders.items()

    def traces(answer: Answer) -> list[object]:
        lines = [
            # Unless it is told not to, it leaves out points that lie on a straight line.
            go.Scatter(x=x, y=y, name=line, mode="lines",
                       line={"color": colour, "simplify": False})
            for (line, colour), (x, y) in zip(subject.lines.items(), answer.lines, strict=True)
        ]  # fmt: skip
        left, top = subject.label_place
        label = go.Scatter(x=[left], y=[top], mode="text", text=[answer.label],
                           textposition="middle right")  # fmt: skip
        return [*lines, label]

    frames = [
        go.Frame(name=str(stop), data=traces(subject.answer(**{name: stop}))) for stop in stops
    ]
    steps = [
        {"label": str(stop), "method": "animate", "args": [[str(stop)], AT_ONCE]} for stop in stops
    ]
    (xlabel, ylabel), (xlim, ylim) = subject.titles, subject.limits
    width, height = (round(side * DOTS_PER_INCH) for side in SIZE)
    layout = go.Layout(
        width=width, height=height + 150, showlegend=False,
        xaxis={"title": xlabel, "range": xlim}, yaxis={"title": ylabel, "range": ylim},
        sliders=[{"steps": steps, "active": stops.index(subject.start[name])}],
    )  # fmt: skip
    first = traces(subject.at(subject.first_stops()))
    shown = go.Figure(data=first, layout=layout, frames=frames)
    shown.write_html(str(path), include_plotlyjs=True, auto_play=False)
    seconds = processor() - began
    return Page("Plotly", path, seconds, subject, _Rail(), by_label, curves)


class _Rail:
    """A slider that follows the mouse only."""

    def wait(self, view: pw.Page) -> None:
        view.locator(".slider-grip-rect").wait_for()

    def take(self, view: pw.Page, index: int, stop: int) -> Hand:
        box = view.locator(".slider-rail-touch-rect").bounding_box()
        assert box is not None  # it was waited for
        held = _OnRail(view, view.evaluate(TICKS), box["y"] + box["height"] / 2)
        held.move(stop)
        view.mouse.down()
        return held


class _OnRail(NamedTuple):
    view: pw.Page
    places: list[float]
    height: float

    def move(self, stop: int) -> None:
        self.view.mouse.move(self.places[stop], self.height)
