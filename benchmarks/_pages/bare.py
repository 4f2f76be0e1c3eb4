"""A page with only sliders, which answers nothing: what a browser alone needs for a move."""

from __future__ import annotations

from pathlib import Path

from .._figure import Subject
from .page import NATIVE, Page


def build(path: Path, subject: Subject) -> Page:
    """Write the page."""
    sliders = "".join(
        f'<label>{name} <input type="range" min="{stops[0]}" max="{stops[-1]}" '
        f'step="{stops.step}" value="{subject.start[name]}"></label>'
        for name, stops in subject.sliders.items()
    )
    path.write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Sliders</title>'
        f"{sliders}</html>"
    )
    there = "input[type=range]"
    return Page("only sliders", path, 0.0, subject, NATIVE, lambda _: there, lambda *_: None)
