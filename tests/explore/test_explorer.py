"""The explorer as an author meets it: what works, and what is refused and how."""

import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import marginlib
from marginlib import explore
from marginlib.explore.explorer import MODE

from .zoo import zoo


def make(change, *, prepare=lambda axes: None, **options):
    """Return an explorer around one line and a function of (axes, line, value)."""
    figure, axes = explore.subplots()
    (line,) = axes.plot([0, 1], [0, 1], label="Line")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    prepare(axes)
    given = {"name": "one", "alt": "A line.", "caption": "It moves.", "value": (0, 4)} | options
    return explore.explorer(figure, lambda value: change(axes, line, value), **given)


def rise(axes, line, value):
    line.set_ydata([0, value / 4])


def test_every_artist_and_control_of_the_zoo_is_recorded():
    explorer = zoo()
    moving = {track.name for track in explorer.tracks}
    for name, artist in explorer.scene.artists.items():
        label = type(artist).__name__
        is_label = artist in [axes.xaxis.label for axes in explorer.scene.figure.axes]
        if name not in moving and not is_label:
            assert getattr(artist, "get_text", lambda: "")() == "", f"{label} {name} does not move"
    kinds = {control.kind for control in explorer.controls}
    assert kinds == {"slider", "play", "buttons", "dropdown", "checkbox"}


def test_at_gives_the_readouts_in_words():
    assert zoo().at(size=100, place=9, shown=True) == {
        "height": "400.0 m",
        "mood_now": "calm",
        "gone": "nothing",
    }


def test_two_builds_give_the_same_bytes():
    assert zoo().to_html() == zoo().to_html()


def test_text_form_names_controls_and_readouts():
    text = repr(zoo())
    assert text.startswith("Explorer 'zoo': Everything moves.")
    assert "Speed: 1.00 Hz (stops: 0.50 Hz, 1.00 Hz, 1.50 Hz)" in text
    assert "0x" not in text


@pytest.mark.parametrize("mode", ["live", "record", "static"])
def test_each_mode_shows_the_same_explorer_in_its_own_way(monkeypatch, mode):
    monkeypatch.setenv(MODE, mode)
    bundle = make(rise)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Explorer 'one'")
    assert ("application/vnd.jupyter.widget-view+json" in bundle) == (mode == "live")
    assert ("ml-table" in bundle["text/html"]) == (mode == "record")
    assert ("data:image/png" in bundle["text/html"]) == (mode != "record")


def test_an_unknown_mode_is_refused(monkeypatch):
    monkeypatch.setenv(MODE, "fast")
    with pytest.raises(explore.ExplorerError, match="must be live, record or static; got 'fast'"):
        make(rise)._repr_mimebundle_()


def test_saved_page_needs_no_other_file(tmp_path):
    make(rise).save(tmp_path / "one.html")
    page = (tmp_path / "one.html").read_text()
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "https://" not in page


def test_pyplot_does_not_show_the_figure_again():
    figure, axes = plt.subplots()
    (line,) = axes.plot([0, 1])
    axes.set_ylim(0, 4)
    explore.explorer(
        figure,
        lambda value: line.set_ydata([0, value]),
        name="one",
        alt="a",
        caption="c",
        value=(0, 4),
    )
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda axes, line, value: axes.set_xlim(0, 1 + value) and None, "moved the axes"),
        (lambda axes, line, value: axes.set_title(str(value)) and axes.plot([0]) and None, "added"),
        (lambda axes, line, value: axes.set_xticks([0, value / 10]) and None, "frame"),
        (lambda axes, line, value: axes.spines["left"].set_color(f"C{value}"), "frame"),
        (lambda axes, line, value: line.remove() if value > 2 and line.axes else None, "removed"),
        (lambda axes, line, value: axes.set_position([0, 0, 1 / (1 + value), 1]), "moved"),
        (lambda axes, line, value: np.copyto(line.get_ydata(orig=False), value / 4), "not see"),
        (lambda axes, line, value: {"price": 1.0}, "readouts= does not describe"),
    ],
)  # fmt: skip
def test_what_cannot_stay_alive_is_refused_by_name(change, message):
    with pytest.raises(explore.ExplorerError, match=message):
        make(change)


def test_a_legend_that_would_have_to_move_is_refused():
    def recolour(axes, line, value):
        axes.get_legend().get_texts()[0].set_text(str(value))

    with pytest.raises(explore.ExplorerError, match="label lines directly"):
        make(recolour, prepare=lambda axes: axes.legend())


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda axes: axes.imshow([[0, 1], [1, 0]]), "pcolormesh"),
        (lambda axes: axes.bar([0.5], [0.5], hatch="//"), "hatch"),
    ],
)
def test_what_cannot_be_drawn_as_paths_is_refused(prepare, message):
    with pytest.raises(explore.ExplorerError, match=message):
        make(rise, prepare=prepare)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alt": " "}, "needs alt="),
        ({"caption": ""}, "needs alt="),
        ({"name": "one two"}, "letters, digits and hyphens"),
        ({"presets": {"High": {"value": 9}}}, "no stop at 9"),
        ({"presets": {"High": {"valeu": 4}}}, "no control 'valeu'; it has value"),
        ({"sentence": "Up {high}"}, "must name each readout once"),
        ({"readouts": {"value": explore.Readout("Value")}}, "both a control and a readout"),
        ({"drag": {"valeu": (None, "x")}}, "must name a control"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(options, message):
    with pytest.raises(explore.ExplorerError, match=message):
        make(rise, **options)


def test_an_artist_of_another_figure_is_refused():
    _, other = explore.subplots()
    with pytest.raises(explore.ExplorerError, match="not part of the figure"):
        make(rise, ghosts=[other.axvline(1)])


def test_importing_the_library_needs_no_matplotlib():
    code = "import sys, marginlib; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "marginlib.explore", None)
    with pytest.raises(ModuleNotFoundError, match=r"type: pip install 'marginlib\[explore\]'"):
        marginlib.__getattr__("explore")


def test_every_colour_of_the_palette_is_in_the_style_sheet_for_both_grounds():
    style = Path(explore.__file__).with_name("static").joinpath("explorer.css").read_text()
    for name in explore.theme.PALETTE:
        assert style.count(f"--ml-{name}:") == 3, name
