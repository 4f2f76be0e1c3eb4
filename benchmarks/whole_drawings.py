"""Job e, figures that are drawn anew in each state: bytes, recording, and the script of a move.

Five plotting functions of the menagerie in livefig's tests, as people write them for `interact`.
What recording a state costs is told above what drawing it with Agg costs anyway, and all that a
page shows is compared with what Python draws.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import numpy as np
import playwright.sync_api as pw
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import livefig
from tools import browser as finder

from . import _rows
from ._browser import tour, work
from ._pages.page import NATIVE

sys.path.insert(0, str(Path(__file__).parent.parent / "livefig" / "tests"))

import comparing
from menagerie import ZOO

LARGEST = {"histogram": 100_000, "contour": 100_000, "turning-surface": 250_000,
           "race-of-bars": 100_000, "box-plot": 100_000}  # bytes  # fmt: skip
RECORDING_LIMIT = 0.015  # seconds a state, above drawing it with Agg
SCRIPT_LIMIT = 0.010  # seconds a move
TIMED_STATES, CHECKED_STATES = 25, 5


class Cost(NamedTuple):
    """What a figure costs: bytes of its states; seconds to record one, to draw one, of a move."""

    states: int
    packed: int
    recorded: float
    drawn: float
    script: float


def rows() -> list[_rows.Row]:
    """Return three rows for each figure."""
    result = []
    with tempfile.TemporaryDirectory() as folder, pw.sync_playwright() as playwright:
        browser = finder.launch(playwright)
        for name, largest in LARGEST.items():
            cost = measured(browser, name, Path(folder))
            print(f"  {name}: {cost}", flush=True)
            limit = partial(_rows.against_limit, f"{name}, {cost.states} whole drawings")
            result += [
                limit("states", largest, cost.packed),
                limit("recording a state", RECORDING_LIMIT, cost.recorded, "Agg", cost.drawn),
                limit("script of a move", SCRIPT_LIMIT, cost.script),
            ]
        browser.close()
    return result


def measured(browser: pw.Browser, name: str, folder: Path) -> Cost:
    """Record a figure, check its page and measure it."""
    explorer = explorer_of(name)
    recorded, drawn = seconds_of_a_state(explorer, name)
    explorer.save(folder / f"{name}.html")
    view = browser.new_page()
    view.goto((folder / f"{name}.html").as_uri())
    NATIVE.wait(view)
    check(view, explorer)
    script = script_of_a_move(browser, view, explorer)
    view.close()
    return Cost(explorer.recording.states, len(explorer.packed), recorded, drawn, script)


def explorer_of(name: str) -> livefig.Explorer:
    entry = ZOO[name]
    decorate = livefig.figure(
        name=name, alt=name, caption=name, controls=entry.controls, **entry.options
    )
    return decorate(entry.draw)


def seconds_of_a_state(explorer: livefig.Explorer, name: str) -> tuple[float, float]:
    """Return how long it takes to record a state, and to draw it with Agg [s]."""
    rng = np.random.default_rng(4)
    ours, theirs = [], []
    for _ in range(TIMED_STATES):
        stops = comparing.random_stops(explorer, rng)
        values = explorer.values(stops)
        ours.append(seconds(lambda stops=stops: explorer.look(stops)))
        theirs.append(seconds(lambda values=values: drawn_by_agg(name, values)))
    return statistics.median(ours), statistics.median(theirs)


def drawn_by_agg(name: str, values: dict[str, Any]) -> None:
    entry = ZOO[name]
    figure = Figure(figsize=entry.options.get("figsize"))
    first = entry.draw.__code__.co_varnames[0]
    entry.draw(figure.subplots() if first.startswith("ax") else figure, **values)
    FigureCanvasAgg(figure).draw()


def seconds(job: Callable[[], object]) -> float:
    """Return the processor's time that a job takes [s]."""
    began = process_time()
    job()
    return process_time() - began


def check(view: pw.Page, explorer: livefig.Explorer) -> None:
    """Raise if a page does not show what matplotlib draws, as far as our own renderer can tell."""
    explorer.check(CHECKED_STATES)
    rng = np.random.default_rng(5)
    for _ in range(CHECKED_STATES):
        stops = comparing.random_stops(explorer, rng)
        comparing.go(view, explorer, stops)
        wrong = comparing.differences(view, explorer, stops)
        if wrong:
            raise RuntimeError(f"{explorer.name}: {wrong[0]}")
    comparing.go(view, explorer, explorer.start)


def script_of_a_move(browser: pw.Browser, view: pw.Page, explorer: livefig.Explorer) -> float:
    """Return how long a move of the first slider keeps the page's script [s]."""
    control = explorer.controls[0]
    held = NATIVE.take(view, 0, control.start)
    stops = tour(control.start, len(control.values))
    return work(browser, view, [lambda stop=stop: held.move(stop) for stop in stops]).script


if __name__ == "__main__":
    for entry in rows():
        print(entry)
