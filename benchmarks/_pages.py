"""Pages that show the figure of job e at every state, built by us, by Panel and by Altair.

Each builder writes one page that needs no other file and no network.
"""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from marginlib.explore import packing

from . import _figure
from ._figure import Curves

POINTS = 121
PANEL_DOTS_PER_INCH = 144  # Panel's own choice


class Grid(NamedTuple):
    """Values of each slider, and where they stand at first."""

    sliders: Mapping[str, range]
    start: Mapping[str, int]

    @property
    def states(self) -> int:
        """Number of combinations."""
        return int(np.prod([len(stops) for stops in self.sliders.values()]))


class Page(NamedTuple):
    """A page, and how to use it from outside.

    Attributes
    ----------
    path, build_seconds
        Where it is, and how long it took to make.
    grid, curves
        What it shows.
    control
        CSS selector of the sliders, in order, once they can be moved.
    answer
        Returns a selector that matches when the page shows the given answer.
    """

    name: str
    path: Path
    build_seconds: float
    grid: Grid
    curves: Curves
    control: str
    answer: Callable[[_figure.Answer], str]


def ours(path: Path, grid: Grid, curves: Curves = _figure.option) -> Page:
    """Build the page with an explorer."""
    began = time.perf_counter()
    explorer = _figure.our_explorer(curves, grid.sliders, grid.start, POINTS)
    explorer.save(path)
    seconds = time.perf_counter() - began
    return Page("ours", path, seconds, grid, curves, "input[type=range]:enabled", _by_label)


@contextlib.contextmanager
def any_size() -> Iterator[None]:
    """Lift the limit that refuses large explorers, to see how large the worst one would be."""
    limit = packing.MOST_BYTES
    packing.MOST_BYTES = 10**9
    try:
        yield
    finally:
        packing.MOST_BYTES = limit


def panel(path: Path, grid: Grid) -> Page:
    """Build the page with Panel, which keeps a picture for each state."""
    import panel as pn
    from bokeh.resources import INLINE

    began = time.perf_counter()
    sliders = {
        name: pn.widgets.IntSlider(
            name=name, start=stops[0], end=stops[-1], step=stops.step, value=grid.start[name]
        )
        for name, stops in grid.sliders.items()
    }

    def picture(**values: int) -> object:
        return _figure.picture(_figure.option(**values))

    shown = pn.pane.Matplotlib(pn.bind(picture, **sliders), dpi=PANEL_DOTS_PER_INCH)
    most_stops = max(len(stops) for stops in grid.sliders.values())
    pn.Column(*sliders.values(), shown).save(
        str(path),
        embed=True,
        max_states=grid.states,
        max_opts=most_stops,  # by default it keeps three stops of each slider, and says nothing
        resources=INLINE,
        progress=False,
    )
    seconds = time.perf_counter() - began
    return Page("Panel embed", path, seconds, grid, _figure.option, ".noUi-handle", _by_picture)


def altair(path: Path, grid: Grid) -> Page:
    """Build the page with Altair, which keeps all data and filters them in the browser."""
    import altair as alt

    began = time.perf_counter()
    alt.data_transformers.disable_max_rows()
    curves, marks = _long_frames(grid)
    chosen = [
        alt.param(
            name=name,
            value=grid.start[name],
            bind=alt.binding_range(min=stops[0], max=stops[-1], step=stops.step),
        )
        for name, stops in grid.sliders.items()
    ]
    state = alt.datum[chosen[0].name] == chosen[0]
    for parameter in chosen[1:]:
        state &= alt.datum[parameter.name] == parameter
    x = alt.X("price", title="Price [USD]", scale=alt.Scale(domain=_figure.PRICES))
    y = alt.Y("value", title="Value [USD]", scale=alt.Scale(domain=_figure.VALUES))
    left, top = map(alt.datum, _figure.LABEL_PLACE)
    lines = alt.Chart(curves).mark_line().encode(x, y, color="line")
    marker = alt.Chart(marks).mark_rule().encode(x)
    label = alt.Chart(marks).mark_text(align="left").encode(x=left, y=top, text="label")
    layers = [layer.transform_filter(state) for layer in (lines, marker, label)]
    chart = alt.layer(*layers).add_params(*chosen).properties(width=400, height=250)
    # Drawn as SVG, as ours is: then both can be read back.
    chart.save(str(path), inline=True, embed_options={"renderer": "svg"})
    seconds = time.perf_counter() - began
    ready = "input[type=range]:enabled"
    return Page("Altair (SVG)", path, seconds, grid, _figure.option, ready, _by_label)


def bare(path: Path, grid: Grid) -> Page:
    """Build a page with only a slider, which answers nothing."""
    began = time.perf_counter()
    name, stops = next(iter(grid.sliders.items()))
    path.write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A slider</title>'
        f'<label>{name} <input type="range" min="{stops[0]}" max="{stops[-1]}" '
        f'step="{stops.step}" value="{grid.start[name]}"></label></html>'
    )
    seconds = time.perf_counter() - began
    ready = "input[type=range]:enabled"
    return Page("only a slider", path, seconds, grid, _figure.option, ready, lambda _: ready)


def _long_frames(grid: Grid) -> tuple[Any, Any]:
    """Return a row for each point of each line at each state, and a row for each state."""
    import pandas as pd

    curves, marks = [], []
    for values in itertools.product(*grid.sliders.values()):
        settings = dict(zip(grid.sliders, values, strict=True))
        answer = _figure.option(**settings)
        for line, value in (("call", answer.call), ("put", answer.put)):
            points = {"price": answer.price, "value": value}
            curves.append(pd.DataFrame({**settings, "line": line, **points}))
        marks.append({**settings, "price": answer.marker, "label": answer.label})
    return pd.concat(curves), pd.DataFrame(marks)


def _by_label(answer: _figure.Answer) -> str:
    return f'svg text:text-is("{answer.label}")'


def _by_picture(answer: _figure.Answer) -> str:
    """Match the picture by its last bytes, which hold its checksum."""
    return f'img[src$="{panel_picture(answer)[-64:]}"]'


def panel_picture(answer: _figure.Answer) -> str:
    """Return the picture that Panel should show, as base64."""
    image = io.BytesIO()
    _figure.picture(answer).savefig(image, format="png", dpi=PANEL_DOTS_PER_INCH)
    return base64.b64encode(image.getvalue()).decode()
