"""Every explorer of the book, on its built page, against the same notebook run in Python."""

from __future__ import annotations

import base64
from functools import cache

import nbformat
import numpy as np
import pytest

from livefig import Explorer
from livefig.checking import unpack
from livefig.display import MODE
from livefig.recording.record import Recording
from livefig.recording.tracks import Track
from livefig.tests.comparing import differences, go, random_stops

from .conftest import BUILT, PAGES, ROOT, THOROUGH, parsed

STATES, DRAWN, CORNERS = (20, 4, 12) if THOROUGH else (3, 1, 8)
NOTEBOOKS = [
    page.removesuffix(".html") for page in PAGES if (ROOT / page).with_suffix(".ipynb").is_file()
]


@cache
def explorers_of(name: str) -> dict[str, Explorer]:
    """Run a notebook's cells as plain Python and return the explorers that it made."""
    notebook = nbformat.read(ROOT / f"{name}.ipynb", as_version=4)
    namespace = {"__name__": "__main__", "display": lambda *_: None}  # as in a kernel
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODE, "static")
        patch.chdir((ROOT / name).parent)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{name}:{cell.id}", "exec"), namespace)
    found = [value for value in namespace.values() if isinstance(value, Explorer)]
    figures = on_page(parsed(BUILT / f"{name}.html"))
    for explorer in found:
        if explorer.name in figures and explorer.way == "kept":  # else it learns from all states
            take_states_of_page(explorer, figures[explorer.name])
    return {explorer.name: explorer for explorer in found}


def on_page(soup):
    return {figure["id"]: figure for figure in soup.select("figure.ml-explorer")}


def take_states_of_page(explorer, figure):
    """Let an explorer check the states that its page holds, instead of recording all once more."""
    packed = base64.b64decode(figure.select_one("script.ml-table").string)
    header = unpack(packed)[0]
    tracks = tuple(Track(track["name"], (), (), np.empty(0)) for track in header["tracks"])
    recording = Recording(tracks, tuple(header["layers"]), 0, 0)
    explorer.__dict__ |= {"packed": packed, "recording": recording}


# One process takes all tests of a notebook, so that its cells are run once.
@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in NOTEBOOKS]
)
def notebook(request):
    return request.param


def test_the_page_has_the_explorers_of_the_notebook(site, notebook):
    assert set(on_page(site.soup(f"{notebook}.html"))) == set(explorers_of(notebook))


def test_every_readout_and_artist_equals_python(visit, notebook):
    """Opened as a file and, as that changes little, every fourth from a server."""
    mode = "http" if NOTEBOOKS.index(notebook) % 4 == 0 else "file"
    opened = visit(f"{notebook}.html", mode=mode)
    rng = np.random.default_rng(3)
    for explorer in explorers_of(notebook).values():
        for _ in range(STATES):
            stops = random_stops(explorer, rng)
            go(opened.page, explorer, stops)
            assert differences(opened.page, explorer, stops) == []
    assert opened.troubles == []


def test_both_ways_of_recording_say_the_same(notebook):
    """What is read from kept artists is what the whole drawing holds, and what matplotlib draws."""
    rng = np.random.default_rng(13)
    for explorer in explorers_of(notebook).values():
        assert explorer.way == "kept" or notebook.startswith("livefig/"), explorer.name
        if explorer.way == "kept":
            for _ in range(STATES):
                explorer.look(random_stops(explorer, rng))
                explorer.scene.check_frame()
        assert explorer.check(DRAWN).states == DRAWN


def test_every_control_answers(visit, notebook):
    """At its ends and in the middle, or at one of them that is drawn."""
    page = visit(f"{notebook}.html").page
    rng = np.random.default_rng(7)
    for explorer in explorers_of(notebook).values():
        for axis, control in enumerate(explorer.controls):
            ends = {0, len(control.values) - 1, len(control.values) // 2}
            for stop in ends if THOROUGH else rng.choice(sorted(ends), 1).tolist():
                stops = list(explorer.start)
                stops[axis] = stop
                go(page, explorer, tuple(stops))
                assert differences(page, explorer, tuple(stops)) == []


def test_texts_stay_inside_the_picture_and_off_each_other(visit, notebook):
    """At every corner of the controls, on a phone."""
    page = visit(f"{notebook}.html", size=(360, 780)).page
    for explorer in explorers_of(notebook).values():
        last = [len(control.values) - 1 for control in explorer.controls]
        rng = np.random.default_rng(5)
        corners = {tuple(int(end * rng.integers(2)) for end in last) for _ in range(CORNERS)}
        for stops in [explorer.start, *corners]:
            go(page, explorer, stops)
            found = page.evaluate(CROWDED, explorer.name)
            values = [c.texts[s] for c, s in zip(explorer.controls, stops, strict=True)]
            assert found == [], f"{explorer.name} at {values}"


CROWDED = """name => {
    const svg = document.querySelector(`#${name} svg`), frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim());
    const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
    const found = [];
    boxes.forEach(([text, box], i) => {
        const aside = box.left < frame.left - 3 || box.right > frame.right + 3;
        const beyond = box.top < frame.top - 3 || box.bottom > frame.bottom + 3;
        if (aside || beyond) found.push(`outside: ${text}`);
        for (const [other, there] of boxes.slice(i + 1)) {
            const across = Math.min(box.right, there.right) - Math.max(box.left, there.left);
            const down = Math.min(box.bottom, there.bottom) - Math.max(box.top, there.top);
            const low = Math.min(box.height, there.height); // of which letters take two thirds
            if (across > 2 && down > 0.4 * low) found.push(`overlap: ${text} / ${other}`);
        }
    });
    return found;
}"""


def test_every_explorer_says_what_it_shows(site, notebook):
    for name, figure in on_page(site.soup(f"{notebook}.html")).items():
        picture = figure.select_one("svg[role=img]")
        assert len(picture["aria-label"]) > 20, name
        assert figure.select_one("figcaption").get_text(strip=True), name
        assert figure["aria-labelledby"] == figure.select_one("figcaption")["id"], name
        for control in figure.select("input[name], select[name]"):
            assert figure.select_one(f"label[for={control['id']}]").get_text(strip=True), name


def test_the_page_of_all_figures_leads_to_each_of_the_chapters(site):
    cards = site.soup("figures.html").select(".ml-cards a")
    assert [card["href"] for card in cards] == [
        f"{name}.html#{figure}"
        for name in NOTEBOOKS
        if not name.startswith("livefig/guide/")
        for figure in on_page(site.soup(f"{name}.html"))
    ]
    for card in cards:
        assert (site.folder / card.img["src"]).is_file()
