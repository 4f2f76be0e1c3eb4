"""Pages of ours, both ways of recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import livefig

from .._clock import processor
from .._figure import Subject
from .checks import curves
from .page import NATIVE, Page, by_label


def build(
    path: Path, subject: Subject, make: Callable[[Subject], livefig.Explorer], name: str = "ours"
) -> Page:
    """Build the page with an explorer."""
    began = processor()
    make(subject).save(path)
    seconds = processor() - began
    return Page(name, path, seconds, subject, NATIVE, by_label, curves)
