"""matplotlib's own page of an animation, which keeps a picture for each state of one slider."""

from __future__ import annotations

from pathlib import Path

from matplotlib.animation import FuncAnimation, adjusted_figsize

from .._clock import processor
from .._figure import DOTS_PER_INCH, SIZE, Subject, changed, drawn, empty
from .checks import Pictures
from .page import NATIVE, Page


def build(path: Path, subject: Subject) -> Page:
    """Build the page with `to_jshtml`; the signs on its buttons, from elsewhere, are missing."""
    began = processor()
    ((keyword, stops),) = subject.sliders.items()
    figure = empty()
    artists = drawn(figure.subplots(), subject, subject.answer(**subject.start))

    def show(value: int) -> list[object]:
        changed(artists, subject.answer(**{keyword: value}))
        return artists

    moving = FuncAnimation(figure, show, frames=stops).to_jshtml()
    path.write_text(f'<!DOCTYPE html><html lang="en"><meta charset="utf-8">{moving}</html>')
    seconds = processor() - began
    even = adjusted_figsize(*SIZE, DOTS_PER_INCH, 2)  # as matplotlib makes frames of films
    pictures = Pictures(subject, DOTS_PER_INCH, even)
    return Page("matplotlib animation", path, seconds, subject, NATIVE, pictures.sign,
                pictures.check)  # fmt: skip
