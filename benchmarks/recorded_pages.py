"""Job e, without a kernel: one figure at every state of its sliders, as a page that stands alone.

Every page is driven from outside by the keyboard, in a browser that finds no other machine, and
must show the state asked for: ours and Altair's label and curves are read from the page, Panel's
picture is compared with the same picture drawn afresh. Nothing is timed that was not also checked.

Two times are given for a move. *Script* is what the browser counts as script, which leaves out
what runs in promises, as Altair's filtering does. *Main thread* is all of the page's work for the
move: script with promises, style, layout and painting.
"""

from __future__ import annotations

import gzip
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import playwright.sync_api as pw

from tools import browser as finder

from . import _figure, _pages
from ._pages import Grid, Page

TWO = Grid(
    {"volatility": range(10, 51, 2), "days": range(5, 106, 5)}, {"volatility": 30, "days": 55}
)
THREE = Grid(
    {"volatility": range(10, 59, 2), "days": range(10, 101, 10), "strike": range(90, 109, 2)},
    {"volatility": 30, "days": 50, "strike": 100},
)
OPENINGS = 3
CHECKED_STATES = 5
PAUSE = 150  # milliseconds between two moves, for the slowest page to answer
RESOLUTION = 0.15  # by how much a drawn point may be off: ours are kept to a tenth of a unit
PATIENCE = 60_000  # milliseconds

# Limits of our own: a page of 441 states, of 2,500 smooth ones, and of 2,500 without any order.
RAW_LIMIT, GZIP_LIMIT, SMOOTH_LIMIT, NOISE_LIMIT = 60_000, 35_000, 220_000, 1_300_000
ANSWER_LIMIT = 0.5  # seconds
MOVE_LIMIT = 0.002  # seconds, beyond a page with only a slider

PATHS = "() => [...document.querySelectorAll('svg path')].map(path => path.getAttribute('d'))"
DISPATCH = """values => {
    const input = document.querySelector("input[type=range]");
    return values.map(value => {
        const began = performance.now();
        input.value = value;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        return performance.now() - began;
    });
}"""


class Measured(NamedTuple):
    """What was measured of a page: seconds and bytes."""

    build: float
    raw: int
    packed: int
    first_answer: float
    script: float
    main_thread: float
    dispatch: float | None = None


def rows() -> list[dict[str, object]]:
    """Return one row for each measure and peer, and for each limit of our own."""
    with tempfile.TemporaryDirectory() as folder, pw.sync_playwright() as playwright:
        groups = build(Path(folder))
        browser = finder.launch(playwright)
        found = {
            name: measured for group in groups for name, measured in measure(browser, group).items()
        }
        browser.close()
    for name, measured in found.items():
        print(f"  {name}: {in_words(measured)}")
    return [*against_peers(found), *against_limits(found)]


def build(folder: Path) -> list[list[Page]]:
    """Build every page; pages of a group are measured in turn."""
    _figure.picture(_figure.option(**TWO.start)).savefig(folder / "warm-up.png")
    print("  building pages (Panel takes a minute or two)", flush=True)
    # Ours is built before, between and after its peers; the middle time counts.
    ours = [_pages.ours(folder / "ours.html", TWO)]
    panel = _pages.panel(folder / "panel.html", TWO)
    ours.append(_pages.ours(folder / "ours.html", TWO))
    altair = _pages.altair(folder / "altair.html", TWO)
    ours.append(_pages.ours(folder / "ours.html", TWO))
    our_seconds = statistics.median(page.build_seconds for page in ours)
    smooth = _pages.ours(folder / "smooth.html", THREE)
    with _pages.any_size():
        noise = _pages.ours(folder / "noise.html", THREE, _figure.noise)
    bare = _pages.bare(folder / "bare.html", TWO)
    return [
        [ours[0]._replace(build_seconds=our_seconds), panel, altair, bare],
        [smooth._replace(name="ours, smooth"), noise._replace(name="ours, noise")],
    ]


def measure(browser: pw.Browser, pages: Sequence[Page]) -> dict[str, Measured]:
    """Check and measure some pages, opening them in turn."""
    for page in pages:
        if page.name != "only a slider":
            check(browser, page)
    openings = [[first_answer(browser, page) for page in pages] for _ in range(OPENINGS)]
    answers = [statistics.median(times) for times in zip(*openings, strict=True)]
    result = {}
    for page, seconds in zip(pages, answers, strict=True):
        content = page.path.read_bytes()
        dispatched = dispatch(browser, page) if page.name.startswith("ours") else None
        result[page.name] = Measured(
            page.build_seconds, len(content), len(gzip.compress(content)), seconds,
            *work_of_a_move(browser, page), dispatched,
        )  # fmt: skip
    return result


def opened(browser: pw.Browser, page: Page) -> pw.Page:
    """Open a page and wait until its sliders can be moved."""
    view = browser.new_page()
    arrive(view, page)
    return view


def arrive(view: pw.Page, page: Page) -> None:
    view.set_default_timeout(PATIENCE)
    view.goto(page.path.as_uri(), wait_until="commit")
    view.locator(page.control).first.wait_for()


def first_answer(browser: pw.Browser, page: Page) -> float:
    """Return the time from opening a page to the first correct answer [s]."""
    wanted = page.answer(page.curves(**page.grid.start | dict([neighbour(page.grid)])))
    view = browser.new_page()
    began = time.perf_counter()
    arrive(view, page)
    view.locator(page.control).first.press("ArrowRight")
    view.locator(wanted).wait_for()
    seconds = time.perf_counter() - began
    view.close()
    return seconds


def neighbour(grid: Grid) -> tuple[str, int]:
    """Return the first slider's keyword, and its value one stop beyond the start."""
    name, stops = next(iter(grid.sliders.items()))
    return name, grid.start[name] + stops.step


def work_of_a_move(browser: pw.Browser, page: Page) -> tuple[float, float]:
    """Return how long a move keeps the page's scripts and its main thread, on average [s].

    The first slider goes to its last stop, and from there to its first.
    """
    name, stops = next(iter(page.grid.sliders.items()))
    start = stops.index(page.grid.start[name])
    keys = ["ArrowRight"] * (len(stops) - 1 - start) + ["ArrowLeft"] * (len(stops) - 1)
    view = opened(browser, page)
    view.wait_for_load_state()
    view.locator(page.control).first.focus()
    session = view.context.new_cdp_session(view)
    session.send("Performance.enable")
    view.wait_for_timeout(1000)
    before = work_until_now(session)
    for key in keys:
        view.keyboard.press(key)
        view.wait_for_timeout(PAUSE)
    view.wait_for_timeout(1000)
    script, main_thread = (work_until_now(session) - before) / len(keys)
    view.locator(page.answer(page.curves(**page.grid.start | {name: stops[0]}))).wait_for()
    view.close()
    return float(script), float(main_thread)


def work_until_now(session: pw.CDPSession) -> np.ndarray:
    """Return the time spent in scripts, and on the main thread [s]."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    seconds = {entry["name"]: entry["value"] for entry in metrics}
    return np.array([seconds["ScriptDuration"], seconds["TaskDuration"]])


def dispatch(browser: pw.Browser, page: Page) -> float:
    """Return how long the event of a move keeps the page, in the middle of some moves [s]."""
    view = opened(browser, page)
    stops = next(iter(page.grid.sliders.values()))
    times = view.evaluate(DISPATCH, [*stops, *reversed(stops[:-1])])
    view.close()
    return statistics.median(times) / 1000


def check(browser: pw.Browser, page: Page) -> None:
    """Raise if a page does not show the states asked for."""
    rng = np.random.default_rng(3)
    view = opened(browser, page)
    for values in random_states(page.grid, rng):
        for index, (name, stops) in enumerate(page.grid.sliders.items()):
            slider = view.locator(page.control).nth(index)
            slider.press("Home")
            for _ in range(stops.index(values[name])):
                slider.press("ArrowRight")
        answer = page.curves(**values)
        view.locator(page.answer(answer)).wait_for()
        if page.name == "Panel embed":
            check_picture(view, answer)
        else:
            check_curves(view, answer)
    view.close()


def random_states(grid: Grid, rng: np.random.Generator) -> Iterator[dict[str, int]]:
    for _ in range(CHECKED_STATES):
        yield {name: int(rng.choice(stops)) for name, stops in grid.sliders.items()}


def check_picture(view: pw.Page, answer: _figure.Answer) -> None:
    """Raise if the picture is not, to the last byte, the one that matplotlib draws."""
    source = view.locator("img").get_attribute("src") or ""
    if not source.endswith("," + _pages.panel_picture(answer)):
        raise RuntimeError(f"not the picture of {answer.label}")


def check_curves(view: pw.Page, answer: _figure.Answer) -> None:
    """Raise if the two lines on the page do not go through the points of the answer."""
    points = [re.findall(r"[ML]([-\d.]+)[ ,]([-\d.]+)", d or "") for d in view.evaluate(PATHS)]
    curves = [np.array(found, dtype=float) for found in points if len(found) == len(answer.price)]
    if len(curves) != 2:
        raise RuntimeError(f"{len(curves)} lines at {answer.label}")
    for drawn, wanted in [
        (np.concatenate([curve[:, 0] for curve in curves]), np.tile(answer.price, 2)),
        (np.concatenate([curve[:, 1] for curve in curves]), np.append(answer.call, answer.put)),
    ]:
        # Pages have axes of their own: the same straight line must lead from number to place.
        line = np.polynomial.Polynomial.fit(wanted, drawn, 1)
        if np.abs(line(wanted) - drawn).max() > RESOLUTION:
            raise RuntimeError(f"other curves than those of {answer.label}")


def in_words(measured: Measured) -> str:
    text = (
        f"built in {measured.build:.3g} s, {measured.raw / 1000:,.1f} kB "
        f"({measured.packed / 1000:,.1f} kB gzip), first answer {measured.first_answer:.2f} s, "
        f"a move: script {1000 * measured.script:.2f} ms, "
        f"main thread {1000 * measured.main_thread:.1f} ms"
    )
    if measured.dispatch is not None:
        text += f", its event {1000 * measured.dispatch:.1f} ms"
    return text


def against_peers(found: dict[str, Measured]) -> list[dict[str, object]]:
    ours, states = found["ours"], f"{TWO.states} states, 2 sliders"
    goals = {"Panel embed": (100.0, 300.0), "Altair (SVG)": (None, None)}
    result = []
    for peer, (faster, smaller) in goals.items():
        theirs = found[peer]
        result += [
            row(f"{states}: build", peer, theirs.build, ours.build, faster),
            row(f"{states}: page", peer, theirs.raw, ours.raw, smaller, "bytes"),
            row(f"{states}: page, gzip", peer, theirs.packed, ours.packed, None, "bytes"),
            row(f"{states}: first answer", peer, theirs.first_answer, ours.first_answer, None),
            row(f"{states}: script of a move", peer, theirs.script, ours.script, None),
            main_thread(states, peer, found),
        ]
    return [*result, main_thread(states, "only a slider", found)]


def main_thread(states: str, peer: str, found: dict[str, Measured]) -> dict[str, object]:
    theirs, ours = found[peer].main_thread, found["ours"].main_thread
    return row(f"{states}: main thread of a move", peer, theirs, ours, None)


def against_limits(found: dict[str, Measured]) -> list[dict[str, object]]:
    """Return rows in which the peer is a limit of our own: a ratio of one is just within it."""
    moved = found["only a slider"].script + MOVE_LIMIT
    move_limit = f"(our limit: only a slider + {1000 * MOVE_LIMIT:g} ms)"
    result = []
    for name, states, raw in [
        ("ours", f"{TWO.states} states, 2 sliders", RAW_LIMIT),
        ("ours, smooth", f"{THREE.states:,} states, 3 sliders, smooth", SMOOTH_LIMIT),
        (
            "ours, noise",
            f"{THREE.states:,} states, 3 sliders, noise, size limit lifted",
            NOISE_LIMIT,
        ),
    ]:
        ours = found[name]
        page_limit, answer_limit = (
            f"(our limit: {raw / 1000:,.0f} kB)",
            f"(our limit: {ANSWER_LIMIT:g} s)",
        )
        result.append(row(f"{states}: page", page_limit, raw, ours.raw, 1.0, "bytes"))
        if name == "ours":
            gzip_limit = f"(our limit: {GZIP_LIMIT / 1000:.0f} kB)"
            size = f"{states}: page, gzip"
            result.append(row(size, gzip_limit, GZIP_LIMIT, ours.packed, 1.0, "bytes"))
        result += [
            row(f"{states}: first answer", answer_limit, ANSWER_LIMIT, ours.first_answer, 1.0),
            row(f"{states}: script of a move", move_limit, moved, ours.script, 1.0),
            row(f"{states}: event of a move", move_limit, moved, ours.dispatch, 1.0),
        ]
    return result


def row(
    size: str, peer: str, theirs: float, ours: float, goal: float | None, unit: str = "seconds"
) -> dict[str, object]:
    return {
        "job": "e",
        "size": size,
        "peer": peer,
        f"peer_{unit}": theirs,
        f"our_{unit}": ours,
        "ratio": theirs / ours,
        "goal": goal,
    }


if __name__ == "__main__":
    for entry in rows():
        print(entry)
