"""Altair, which keeps all data and filters them in the browser."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from .._clock import processor
from .._figure import Subject
from .checks import curves
from .page import NATIVE, Page, by_label


def build(path: Path, subject: Subject) -> Page:
    """Build the page, drawn as SVG, as ours is: then both can be read back."""
    import altair as alt

    began = processor()
    alt.data_transformers.disable_max_rows()
    points, labels = _long_frames(subject)
    chosen = [
        alt.param(
            name=name,
            value=subject.start[name],
            bind=alt.binding_range(min=stops[0], max=stops[-1], step=stops.step),
        )
        for name, stops in subject.sliders.items()
    ]
    state = alt.datum[chosen[0].name] == chosen[0]
    for parameter in chosen[1:]:
        state &= alt.datum[parameter.name] == parameter
    x, y = (
        axis(column, title=title, scale=alt.Scale(domain=limits))
        for axis, column, title, limits in zip(
            (alt.X, alt.Y), ("x", "y"), subject.titles, subject.limits, strict=True
        )
    )
    colours = alt.Scale(domain=list(subject.lines), range=list(subject.lines.values()))
    lines = alt.Chart(points).mark_line().encode(x, y, color=alt.Color("line", scale=colours))
    left, top = map(alt.datum, subject.label_place)
    label = alt.Chart(labels).mark_text(align="left").encode(x=left, y=top, text="label")
    layers = [layer.transform_filter(state) for layer in (lines, label)]
    chart = alt.layer(*layers).add_params(*chosen).properties(width=400, height=250)
    chart.save(str(path), inline=True, embed_options={"renderer": "svg"})
    seconds = processor() - began
    return Page("Altair", path, seconds, subject, NATIVE, by_label, curves)


def _long_frames(subject: Subject) -> tuple[Any, Any]:
    """Return a row for each point of each line at each state, and a row for each state."""
    import pandas as pd

    points, labels = [], []
    for values in itertools.product(*subject.sliders.values()):
        settings = dict(zip(subject.sliders, values, strict=True))
        answer = subject.answer(**settings)
        for line, (x, y) in zip(subject.lines, answer.lines, strict=True):
            points.append(pd.DataFrame({**settings, "line": line, "x": x, "y": y}))
        labels.append({**settings, "label": answer.label})
    return pd.concat(points), pd.DataFrame(labels)
