"""Job e, without a kernel: a sine moved by one slider, as a page that stands alone.

With one slider only, matplotlib's own animation and Plotly's frames can do it too. Ours is measured
both ways of recording: artists kept, and whole drawings of a plain plotting function.
"""

from __future__ import annotations

import statistics
import tempfile
from functools import partial
from pathlib import Path

import playwright.sync_api as pw

from tools import browser as finder

from . import _figure, _ours, _rows
from ._browser import measure
from ._pages import altair, animation, bokeh, ours, panel, plotly
from ._pages.page import Page
from ._wave import WAVE

STATES = f"{WAVE.states} states, 1 slider"
PEERS = (panel, animation, bokeh, altair, plotly)
DRAWN_ANEW = "matplotlib animation"
"""The peer of whole drawings: it calls the same function in each state, and keeps pictures."""


def rows() -> list[_rows.Row]:
    """Return one row for each measure and peer."""
    with tempfile.TemporaryDirectory() as folder, pw.sync_playwright() as playwright:
        pages = build(Path(folder))
        browser = finder.launch(playwright)
        found = measure(browser, pages)
        browser.close()
    kept, whole, *peers = (page.name for page in pages)
    result = [
        row for peer in peers for row in _rows.against_peer(STATES, peer, found[peer], found[kept])
    ]
    return result + _rows.against_peer(
        f"{STATES}, whole drawings", DRAWN_ANEW, found[DRAWN_ANEW], found[whole]
    )


def build(folder: Path) -> list[Page]:
    """Build every page, ours first."""
    _figure.picture(WAVE, WAVE.at([0])).savefig(folder / "warm-up.png")
    our_page = partial(ours.build, folder / "kept.html", WAVE, _ours.kept)
    # Ours is built before, between and after its peers; the middle time counts.
    built, peers = [our_page()], []
    for peer in PEERS:
        peers.append(peer.build(folder / f"{peer.__name__}.html", WAVE))
        built.append(our_page())
    seconds = statistics.median(page.build_seconds for page in built)
    whole = ours.build(folder / "whole.html", WAVE, _ours.whole, "ours, whole drawings")
    return [built[0]._replace(build_seconds=seconds), whole, *peers]


if __name__ == "__main__":
    for entry in rows():
        print(entry)
