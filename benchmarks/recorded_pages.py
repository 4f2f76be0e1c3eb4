"""Job e, without a kernel: one figure at every state of two sliders, as a page that stands alone.

The peers that can move a figure by two sliders without a kernel are Panel, Bokeh and Altair. Pages
of 2,500 states, smooth ones and noise, are measured against limits of our own.
"""

from __future__ import annotations

import statistics
import tempfile
from functools import partial
from pathlib import Path

import playwright.sync_api as pw

import livefig
from tools import browser as finder

from . import _figure, _ours, _rows
from ._browser import Measured, measure
from ._option import NOISE, THREE, TWO
from ._pages import altair, bare, bokeh, ours, panel
from ._pages.page import Page

# Limits of our own: a page of 441 states, of 2,500 smooth ones, and of 2,500 without any order.
RAW_LIMIT, GZIP_LIMIT, SMOOTH_LIMIT, NOISE_LIMIT = 60_000, 35_000, 220_000, 1_300_000
ANSWER_LIMIT = 0.5  # seconds
MOVE_LIMIT = 0.002  # seconds, beyond a page with only sliders

STATES = f"{TWO.states} states, 2 sliders"
MANY = f"{THREE.states:,} states, 3 sliders"
GOALS = {
    "Panel embed": {"build": 100.0, "page": 300.0},
    "Bokeh": {},
    "Altair": {"script of a move": 1.0},
    "only sliders": {},
}


def rows() -> list[_rows.Row]:
    """Return one row for each measure and peer, and for each limit of our own."""
    with tempfile.TemporaryDirectory() as folder, pw.sync_playwright() as playwright:
        groups = build(Path(folder))
        browser = finder.launch(playwright)
        found = {
            name: measured for group in groups for name, measured in measure(browser, group).items()
        }
        browser.close()
    return [*against_peers(found), *against_limits(found)]


def build(folder: Path) -> list[list[Page]]:
    """Build every page; pages of a group are measured in turn."""
    first = TWO.at(TWO.first_stops())
    _figure.picture(TWO, first).savefig(folder / "warm-up.png")
    print("  building pages (Panel takes a minute or two)", flush=True)
    our_page = partial(ours.build, folder / "ours.html", TWO, _ours.kept)
    # Ours is built before, between and after its peers; the middle time counts.
    built, peers = [our_page()], []
    for peer in (panel, bokeh, altair):
        peers.append(peer.build(folder / f"{peer.__name__}.html", TWO))
        built.append(our_page())
    seconds = statistics.median(page.build_seconds for page in built)
    unlimited = partial(_ours.kept, budget=livefig.Budget(bytes=10**9))
    return [
        [built[0]._replace(build_seconds=seconds), *peers, bare.build(folder / "bare.html", TWO)],
        [
            ours.build(folder / "smooth.html", THREE, _ours.kept, "ours, smooth"),
            ours.build(folder / "noise.html", NOISE, unlimited, "ours, noise"),
        ],
    ]


def against_peers(found: dict[str, Measured]) -> list[_rows.Row]:
    return [
        row
        for peer, goals in GOALS.items()
        for row in _rows.against_peer(STATES, peer, found[peer], found["ours"], goals)
        if peer != "only sliders" or row["size"].endswith("main thread of a move")
    ]


def against_limits(found: dict[str, Measured]) -> list[_rows.Row]:
    bare_script = found["only sliders"].move.script
    result = [_rows.against_limit(STATES, "page, gzip", GZIP_LIMIT, found["ours"].packed)]
    for name, states, raw in [
        ("ours", STATES, RAW_LIMIT),
        ("ours, smooth", f"{MANY}, smooth", SMOOTH_LIMIT),
        ("ours, noise", f"{MANY}, noise, size limit lifted", NOISE_LIMIT),
    ]:
        page = found[name]
        limit = partial(_rows.against_limit, states)
        move_limit = partial(limit, limit=MOVE_LIMIT, beyond="only sliders", more=bare_script)
        result += [
            limit("page", raw, page.raw),
            limit("first answer", ANSWER_LIMIT, page.first_answer),
            move_limit("script of a move", ours=page.move.script),
            move_limit("event of a move", ours=page.event),
        ]
    return result


if __name__ == "__main__":
    for entry in rows():
        print(entry)
