"""Bokeh, with all states in the page and JavaScript of one's own to show one of them."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from .._clock import processor
from .._figure import DOTS_PER_INCH, SIZE, Subject
from .checks import curves
from .page import NO_UI, Page, by_label

SHOW = """
const state = sliders.reduce(
    (place, {value, start, end, step}) =>
        place * (Math.round((end - start) / step) + 1) + Math.round((value - start) / step), 0);
shown.forEach((source, line) => {
    const {x, y} = all[line].data;
    const count = source.data.x.length;
    const from = state * count;
    source.data = {x: x.slice(from, from + count), y: y.slice(from, from + count)};
});
label.text = labels[state];
"""


def build(path: Path, subject: Subject) -> Page:
    """Build the page, drawn as SVG: then it can be read back."""
    from bokeh.embed import file_html
    from bokeh.layouts import column
    from bokeh.models import ColumnDataSource, CustomJS, Label, Slider
    from bokeh.plotting import figure
    from bokeh.resources import INLINE

    began = processor()
    states = [
        subject.answer(**dict(zip(subject.sliders, values, strict=True)))
        for values in itertools.product(*subject.sliders.values())
    ]
    first = subject.at(subject.first_stops())
    width, height = (round(side * DOTS_PER_INCH) for side in SIZE)
    (xlabel, ylabel), (xlim, ylim) = subject.titles, subject.limits
    plot = figure(
        width=width, height=height, x_range=xlim, y_range=ylim, x_axis_label=xlabel,
        y_axis_label=ylabel, output_backend="svg",
    )  # fmt: skip
    shown, every = [], []
    for index, colour in enumerate(subject.lines.values()):
        x, y = first.lines[index]
        shown.append(ColumnDataSource({"x": x, "y": y}))
        x, y = (np.concatenate([state.lines[index][way] for state in states]) for way in (0, 1))
        every.append(ColumnDataSource({"x": x, "y": y}))
        plot.line("x", "y", source=shown[-1], color=colour, line_width=2)
    left, top = subject.label_place
    label = Label(x=left, y=top, text=first.label, text_baseline="middle")
    plot.add_layout(label)
    sliders = [
        Slider(title=name, start=stops[0], end=stops[-1], step=stops.step,
               value=subject.start[name])
        for name, stops in subject.sliders.items()
    ]  # fmt: skip
    known = {"sliders": sliders, "shown": shown, "all": every, "label": label,
             "labels": [state.label for state in states]}  # fmt: skip
    for slider in sliders:
        slider.js_on_change("value", CustomJS(args=known, code=SHOW))
    path.write_text(file_html(column(*sliders, plot), INLINE, subject.name), encoding="utf-8")
    seconds = processor() - began
    return Page("Bokeh", path, seconds, subject, NO_UI, by_label, curves)
