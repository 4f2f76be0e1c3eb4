"""Panel, which keeps a picture for each state."""

from __future__ import annotations

from pathlib import Path

from .._clock import processor
from .._figure import Subject, picture
from .checks import Pictures
from .page import NO_UI, Page

DOTS_PER_INCH = 144  # Panel's own choice


def build(path: Path, subject: Subject) -> Page:
    """Build the page with `embed`."""
    import panel as pn
    from bokeh.resources import INLINE

    began = processor()
    sliders = {
        name: pn.widgets.IntSlider(
            name=name, start=stops[0], end=stops[-1], step=stops.step, value=subject.start[name]
        )
        for name, stops in subject.sliders.items()
    }

    def draw(**values: int) -> object:
        return picture(subject, subject.answer(**values))

    shown = pn.pane.Matplotlib(pn.bind(draw, **sliders), dpi=DOTS_PER_INCH)
    most_stops = max(len(stops) for stops in subject.sliders.values())
    pn.Column(*sliders.values(), shown).save(
        str(path),
        embed=True,
        max_states=subject.states,
        max_opts=most_stops,  # by default it keeps three stops of each slider, and says nothing
        resources=INLINE,
        progress=False,
    )
    seconds = processor() - began
    pictures = Pictures(subject, DOTS_PER_INCH)
    return Page("Panel embed", path, seconds, subject, NO_UI, pictures.sign, pictures.check)
