"""A page, and how to use it from outside: how its sliders move, and how to tell what it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import playwright.sync_api as pw

from .._figure import Answer, Subject


class Hand(Protocol):
    """Holds a slider."""

    def move(self, stop: int) -> None:
        """Bring the slider to a stop, over all between."""


class Sliders(Protocol):
    """The sliders of a page."""

    def wait(self, view: pw.Page) -> None:
        """Wait until they can be moved."""

    def take(self, view: pw.Page, index: int, stop: int) -> Hand:
        """Take hold of a slider, which stands at a stop."""


class Page(NamedTuple):
    """A page.

    Attributes
    ----------
    name, path, build_seconds
        Who built it, where it is, and the processor's time that it took.
    subject
        What it shows.
    sliders
        How it is moved.
    sign
        Returns a selector that matches when the page shows an answer.
    check
        Raises if the page shows anything else than an answer.
    """

    name: str
    path: Path
    build_seconds: float
    subject: Subject
    sliders: Sliders
    sign: Callable[[Answer], str]
    check: Callable[[pw.Page, Answer], None]


class Arrows(NamedTuple):
    """Sliders that follow the arrow keys.

    Attributes
    ----------
    selector
        Matches the sliders in their order, once they can be moved.
    """

    selector: str

    def wait(self, view: pw.Page) -> None:
        """Wait until they can be moved."""
        view.locator(self.selector).first.wait_for()

    def take(self, view: pw.Page, index: int, stop: int) -> Hand:
        """Focus a slider."""
        view.locator(self.selector).nth(index).focus()
        return _OnKeys(view, stop)


class _OnKeys:
    def __init__(self, view: pw.Page, stop: int) -> None:
        self._view, self._stop = view, stop

    def move(self, stop: int) -> None:
        key = "ArrowRight" if stop > self._stop else "ArrowLeft"
        for _ in range(abs(stop - self._stop)):
            self._view.keyboard.press(key)
        self._stop = stop


NATIVE = Arrows("input[type=range]:enabled")
NO_UI = Arrows(".noUi-handle")
"""The sliders of Bokeh and Panel."""


def by_label(answer: Answer) -> str:
    """Match the label of an answer, drawn as SVG."""
    return f'svg text:text-is("{answer.label}")'
