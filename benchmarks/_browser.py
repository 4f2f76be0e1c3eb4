"""Pages in a browser that finds no other machine: opened, checked, moved and measured.

Every page is driven from outside, by keys or the mouse, and must show the states asked for: nothing
is timed that was not also checked. For a move are given

* its *script*: all that runs in JavaScript, from the browser's trace;
* its *counted script*: what the browser itself counts as script, which leaves out what waits in
  promises, where Altair does its filtering;
* its *main thread*: all of the page's work, with style, layout and painting.
"""

from __future__ import annotations

import gzip
import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import playwright.sync_api as pw

from ._pages.page import Page

OPENINGS = 5  # the fastest counts: the others were held up by what else is running
CHECKED_STATES = 5
PAUSE = 150  # milliseconds between two moves, for the slowest page to answer
MOST_UP, MOST_DOWN = 15, 20  # moves
PATIENCE = 60_000  # milliseconds

SCRIPT = {"FunctionCall", "EvaluateScript", "RunMicrotasks"}
"""Names of what a browser traces of scripts; one may lie inside another."""

DISPATCH = """values => {
    const input = document.querySelector("input[type=range]");
    return values.map(value => {
        const began = performance.now();
        input.value = value;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        return performance.now() - began;
    });
}"""


class Move(NamedTuple):
    """How long a move keeps the processor [s]: what else is running does not count."""

    script: float
    counted: float
    main_thread: float


class Measured(NamedTuple):
    """What was measured of a page: seconds and bytes."""

    build: float
    raw: int
    packed: int
    first_answer: float
    move: Move
    event: float | None

    def __str__(self) -> str:
        text = (
            f"built in {self.build:.3g} s, {self.raw / 1000:,.1f} kB "
            f"({self.packed / 1000:,.1f} kB gzip), first answer {self.first_answer:.2f} s, "
            f"a move: script {1000 * self.move.script:.2f} ms "
            f"({1000 * self.move.counted:.2f} counted), "
            f"main thread {1000 * self.move.main_thread:.1f} ms"
        )
        return text if self.event is None else text + f", its event {1000 * self.event:.2f} ms"


def measure(browser: pw.Browser, pages: Sequence[Page]) -> dict[str, Measured]:
    """Check and measure some pages, opening them in turn."""
    for page in pages:
        check(browser, page)
    openings = [[first_answer(browser, page) for page in pages] for _ in range(OPENINGS)]
    answers = [min(times) for times in zip(*openings, strict=True)]
    result = {}
    for page, seconds in zip(pages, answers, strict=True):
        content = page.path.read_bytes()
        event = dispatch(browser, page) if page.name.startswith("ours") else None
        result[page.name] = Measured(
            page.build_seconds, len(content), len(gzip.compress(content)), seconds,
            work_of_a_move(browser, page), event,
        )  # fmt: skip
        print(f"  {page.name}: {result[page.name]}", flush=True)
    return result


def opened(browser: pw.Browser, page: Page) -> pw.Page:
    """Open a page and wait until its sliders can be moved."""
    view = browser.new_page()
    arrive(view, page)
    return view


def arrive(view: pw.Page, page: Page) -> None:
    view.set_default_timeout(PATIENCE)
    view.goto(page.path.as_uri(), wait_until="commit")
    page.sliders.wait(view)


def check(browser: pw.Browser, page: Page) -> None:
    """Raise if a page does not show the states asked for."""
    view = opened(browser, page)
    stands = page.subject.first_stops()
    for stops in random_stops(page):
        for index, stop in enumerate(stops):
            page.sliders.take(view, index, stands[index]).move(stop)
        stands = stops
        answer = page.subject.at(stops)
        view.locator(page.sign(answer)).first.wait_for()
        page.check(view, answer)
    view.close()


def random_stops(page: Page) -> Iterator[list[int]]:
    rng = np.random.default_rng(3)
    for _ in range(CHECKED_STATES):
        yield [int(rng.integers(len(stops))) for stops in page.subject.sliders.values()]


def first_answer(browser: pw.Browser, page: Page) -> float:
    """Return the time from opening a page to the first correct answer [s]."""
    first, *others = page.subject.first_stops()
    wanted = page.sign(page.subject.at([first + 1, *others]))
    view = browser.new_page()
    began = perf_counter()
    arrive(view, page)
    page.sliders.take(view, 0, first).move(first + 1)
    view.locator(wanted).first.wait_for()
    seconds = perf_counter() - began
    view.close()
    return seconds


def work_of_a_move(browser: pw.Browser, page: Page) -> Move:
    """Return how long a move of the first slider keeps a page, on average [s]."""
    first, *others = page.subject.first_stops()
    view = opened(browser, page)
    view.wait_for_load_state()
    held = page.sliders.take(view, 0, first)
    stops = tour(first, len(next(iter(page.subject.sliders.values()))))
    result = work(browser, view, [lambda stop=stop: held.move(stop) for stop in stops])
    last = page.subject.at([stops[-1], *others])
    view.locator(page.sign(last)).first.wait_for()
    view.close()
    return result


def tour(first: int, count: int) -> list[int]:
    """Return stops one by one, up from where a slider stands and down again.

    Examples
    --------
    >>> tour(2, 5)
    [3, 4, 3, 2, 1, 0]
    """
    top = min(count - 1, first + MOST_UP)
    return [*range(first + 1, top + 1), *range(top - 1, max(-1, top - 1 - MOST_DOWN), -1)]


def work(browser: pw.Browser, view: pw.Page, moves: Sequence[Callable[[], Any]]) -> Move:
    """Return how long a move keeps a page that is open, on average [s]."""
    session = view.context.new_cdp_session(view)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    view.wait_for_timeout(1000)
    browser.start_tracing(page=view, categories=["devtools.timeline", "v8.execute"])
    before = until_now(session)
    for move in moves:
        move()
        view.wait_for_timeout(PAUSE)
    view.wait_for_timeout(1000)
    counted, main_thread = until_now(session) - before
    events = json.loads(browser.stop_tracing())["traceEvents"]
    script = script_of(events)
    return Move(*(float(seconds) / len(moves) for seconds in (script, counted, main_thread)))


def until_now(session: pw.CDPSession) -> np.ndarray:
    """Return the time spent in what counts as script, and on the main thread [s]."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    seconds = {entry["name"]: entry["value"] for entry in metrics}
    return np.array([seconds["ScriptDuration"], seconds["TaskDuration"]])


def script_of(events: Sequence[dict[str, Any]]) -> float:
    """Return the processor's time of the outermost scripts in a trace [s]."""
    ran = [event for event in events if event.get("name") in SCRIPT and event.get("ph") == "X"]
    total, ends = 0.0, {}
    for event in sorted(ran, key=lambda event: (event["ts"], -event["dur"])):
        thread = event["pid"], event["tid"]
        if event["ts"] >= ends.get(thread, 0):
            total += event["tdur"]
            ends[thread] = event["ts"] + event["dur"]
    return total / 1e6


def dispatch(browser: pw.Browser, page: Page) -> float:
    """Return how long the event of a move keeps the page, in the middle of some moves [s]."""
    view = opened(browser, page)
    stops = next(iter(page.subject.sliders.values()))
    times = view.evaluate(DISPATCH, [*stops, *reversed(stops[:-1])])
    view.close()
    return statistics.median(times) / 1000
