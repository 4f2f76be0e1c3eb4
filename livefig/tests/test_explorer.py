"""The explorer as an author meets it: what works, which way, and what is refused and how."""

import re
import sys
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import FloatLogSlider, IntSlider, Play
from matplotlib.patches import Circle

import livefig
from livefig import ExplorerError, MissingWords, Readout

from .making import WORDS, drawn, draws_in_place, rise, small_axes, updated
from .zoo import zoo


def shown_by(explorer, **values):
    """Return the figure of an explorer, moved to given values."""
    explorer.at(**values)
    return explorer.scene.figure


# The zoo: everything at once.

FEW = {
    "speed": (0.5, 1.5, 1.0),
    "place": IntSlider(min=1, max=9, step=8, value=1),
    "size": FloatLogSlider(min=0, max=2, step=2, value=1),
    "step": Play(min=0, max=6, step=6, value=0),
}
"""Stops enough to see everything move."""


def test_every_artist_and_control_of_the_zoo_is_recorded():
    explorer = zoo(**FEW)
    moving = {track.name for track in explorer.tracks}
    assert explorer.way == "kept"
    labels = [axes.xaxis.label for axes in explorer.scene.figure.axes]
    for name, artist in explorer.scene.artists.items():
        kind = type(artist).__name__
        if name not in moving and artist not in labels:
            assert getattr(artist, "get_text", lambda: "")() == "", f"{kind} {name} does not move"
    kinds = {control.kind for control in explorer.controls}
    assert kinds == {"slider", "play", "buttons", "dropdown", "checkbox"}


def test_at_gives_the_readouts_in_words():
    assert zoo().at(size=100, place=9, shown=True) == {
        "height": "400.0 m",
        "mood_now": "calm",
        "gone": "nothing",
    }


def test_text_form_names_controls_and_readouts():
    text = repr(zoo())
    assert text.startswith("Explorer 'zoo': Everything moves.")
    assert "Speed: 1.00 Hz (stops: 0.50 Hz, 1.00 Hz, 1.50 Hz)" in text
    assert "Height = " in text
    assert "0x" not in text


def test_the_cost_tells_the_way_and_why():
    assert re.fullmatch(r"kept artists: 5 states, \d+ kB compressed", updated(rise).cost())
    moved = updated(lambda axes, line, value: axes.set_ylim(0, 1 + value) and None)
    assert moved.cost().startswith("whole drawings (update() moved the axes): 5 states, ")


# The same bytes each time.


def with_pictures(ax, turn):
    ax.set_axis_off()
    ax.imshow(np.random.default_rng(turn).random((4, 5)), interpolation="nearest")
    ax.plot([0, 3], [0, 3], clip_path=Circle((2, 2), 1 + turn / 10, transform=ax.transData))


def pictures(turns):
    return drawn(with_pictures, turn=(0, turns - 1), figsize=(2.4, 1.8))


def test_two_builds_give_the_same_bytes():
    assert updated(rise).to_html() == updated(rise).to_html()
    assert pictures(5).to_html() == pictures(5).to_html()


def test_several_processes_give_the_same_bytes_as_one(monkeypatch):
    alone = pictures(30).packed
    monkeypatch.setattr(sys.modules["livefig.recording.record"], "workers_for", lambda _: 2)
    assert pictures(30).packed == alone


def test_what_was_shown_before_changes_no_bytes():
    looked_at = updated(rise)
    looked_at.at(value=3)
    assert looked_at.to_html() == updated(rise).to_html()


# What is recorded, one way or the other.


def replace_lines(axes, line, value):
    for old in [*axes.lines]:
        old.remove()
    axes.plot([0, 1], [0, value], color="C1")


def start_again(axes, line, value):
    axes.clear()
    axes.plot([0, value], label="again")
    axes.legend()


def relabel(axes, line, value):
    axes.get_legend().get_texts()[0].set_text(f"at {value}")


def other_legend(axes, line, value):
    line.set_label(f"at {value}")
    axes.legend()


def in_place(axes, line, value):
    axes.lines[1].get_ydata(orig=False)[:] = value


@pytest.mark.parametrize(
    ("change", "prepare", "why"),
    [
        (lambda axes, line, value: axes.set_xlim(0, 1 + value) and None, None, "moved the axes"),
        (lambda axes, line, value: axes.set_xticks([0, value / 10]) and None, None, "the frame"),
        (lambda axes, line, value: axes.spines["left"].set_color(f"C{value}"), None, "the frame"),
        (lambda axes, line, value: axes.set_position([0.1, 0.1, 0.8 / (1 + value), 0.8]), None,
         "moved the axes"),
        (lambda axes, line, value: axes.grid(value > 2), None, "the frame"),
        (replace_lines, None, "added, removed or replaced an artist"),
        (start_again, None, "added, removed or replaced an artist"),
        (relabel, lambda axes: axes.legend(), "the frame"),
        (other_legend, lambda axes: axes.legend(), "added, removed or replaced an artist"),
        pytest.param(in_place, lambda axes: axes.plot([0.0, 1.0], [1.0, 0.0]),
                     "unseen by matplotlib", marks=draws_in_place),
    ],
)  # fmt: skip
def test_what_moves_more_than_its_artists_is_drawn_whole_and_says_why(change, prepare, why):
    explorer = updated(change, prepare or (lambda axes: None))
    assert explorer.way == "whole"
    assert why in explorer.why_whole
    assert explorer.check().states == 5


@pytest.mark.parametrize(
    ("change", "prepare"),
    [
        (lambda axes, line, value: line.set_zorder(value), lambda axes: axes.axhline(2, lw=20)),
        (lambda axes, line, value: line.set_visible(value > 2), lambda axes: axes.legend()),
        (lambda axes, line, value: axes.patches[0].set_visible(value > 2),
         lambda axes: axes.bar(0.5, 3, zorder=0.1)),
        (lambda axes, line, value: axes.texts[0].set_text(f"at {value}"),
         lambda axes: axes.text(0.5, 2, "", bbox={"boxstyle": "round"})),
        (lambda axes, line, value: axes.set_title(f"at {value}") and None, lambda axes: None),
        (lambda axes, line, value: axes.tables[0][0, 0].get_text().set_text(f"{value % 3}"),
         lambda axes: axes.table([["a", "b"]], loc="center")),
        (lambda axes, line, value: axes.images[0].set_data(np.eye(3) * value),
         lambda axes: axes.imshow(np.eye(3), extent=(0, 1, 0, 4), aspect="auto", vmax=4)),
        (lambda axes, line, value: axes.lines[1].remove() if len(axes.lines) > 1 else
         line.set_ydata([0, value]), lambda axes: axes.plot([0, 1], [4, 0])),
    ],
)  # fmt: skip
def test_what_only_changes_its_artists_is_kept(change, prepare):
    explorer = updated(change, prepare)
    assert (explorer.way, explorer.why_whole) == ("kept", "")
    assert explorer.check().states == 5


def rarely(axes, line, value):
    """Move the limits in one state only, where nobody looks at first."""
    line.set_ydata([0, value])
    axes.set_ylim(0, 20 if value == 3 else 4)
    return {"value_now": value}


def test_a_frame_that_moves_in_a_rare_state_is_found_while_recording():
    explorer = updated(rarely, value=(0, 8))
    assert explorer.way == "kept"
    assert explorer.check().states == 9
    assert explorer.way == "whole"


def test_a_frame_that_moves_in_a_rare_state_is_no_trouble_to_a_reader_of_numbers():
    explorer = updated(rarely, value=(0, 8))
    assert explorer.at(value=3) == {"value_now": "3"}
    assert explorer.way == "whole"
    explorer.check()


def test_states_recorded_before_the_second_way_are_recorded_again(monkeypatch):
    monkeypatch.setattr(sys.modules["livefig.recording.record"], "CHECKED", 0)
    moved = []

    def later(axes, line, value):
        line.set_ydata([0, value])
        axes.set_ylim(0, 20 if moved and value == 3 else 4)

    explorer = updated(later)
    before = explorer.packed
    moved.append(True)
    explorer.at(value=3)
    assert explorer.way == "whole"
    assert explorer.packed != before


# What is refused says what to do.


@pytest.mark.parametrize(
    ("change", "prepare", "message"),
    [
        (rise, lambda axes: axes.text(0, 0, "x", usetex=True), r"usetex.*\(\$...\$\) can"),
        (rise, lambda axes: axes.lines[0].set_agg_filter(lambda image, dpi: (image, 0, 0)),
         "leave the filter out"),
        (lambda axes, line, value: {"price": 1.0}, None, "left out.*readouts= does not describe"),
        (lambda axes, line, value: [1.0], None, "as a mapping from name to number; got list"),
    ],
)  # fmt: skip
def test_what_cannot_live_is_refused_at_once(change, prepare, message):
    with pytest.raises(ExplorerError, match=message):
        updated(change, prepare or (lambda axes: None), readouts={"cost": Readout("Cost")})


def test_a_figure_of_another_size_in_each_state_is_refused():
    def change(axes, line, value):
        axes.figure.set_size_inches(3 + value, 3)
        axes.set_xlim(0, 1 + value)

    def draw(k):
        plt.figure(figsize=(3 + k, 3))

    for make in (lambda: updated(change), lambda: drawn(draw, k=(0, 4))):
        with pytest.raises(ExplorerError, match="units in one state .* give it one size"):
            make()


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_tex_is_refused_whether_it_is_installed_or_not(layout):
    def draw(k):
        figure, axes = plt.subplots(layout=layout)
        axes.set_title("$x$", usetex=True)

    with pytest.raises(ExplorerError, match="leave usetex out"):
        drawn(draw, k=(0, 3))


def test_a_control_that_does_nothing_is_refused():
    with pytest.raises(ExplorerError, match="'value' changes nothing.* or leave it out"):
        updated(lambda axes, line, value: None).to_html()


def test_random_numbers_are_refused():
    with pytest.raises(ExplorerError, match="no random numbers without a seed"):
        updated(lambda axes, line, value: line.set_ydata(np.random.random(2))).to_html()  # noqa: NPY002


def test_a_function_that_adds_to_what_is_there_is_refused():
    with pytest.raises(ExplorerError, match="whatever was shown before"):
        updated(lambda axes, line, value: axes.plot([0, 1], [value, 0]) and None).to_html()


def test_ghosts_need_artists_that_are_kept():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])

    def update(value):
        line.set_ydata([0, value])
        axes.set_ylim(0, 1 + value)

    with pytest.raises(ExplorerError, match="moved the axes; an explorer with ghosts .* only"):
        livefig.explorer(figure, update, name="one", ghosts=[line], value=(0, 4), **WORDS)


def test_ghosts_stay_behind():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])
    explorer = livefig.explorer(
        figure, lambda value: line.set_ydata([0, value]), name="one", ghosts=[line], value=(0, 4),
        **WORDS,
    )  # fmt: skip
    assert explorer.to_html().count('<g class="ml-ghost"><path') == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"presets": {"High": {"value": 9}}}, "no stop at 9; its stops are 0, 1, 2, 3, 4"),
        ({"presets": {"High": {"valeu": 4}}}, "no control 'valeu'; it has value"),
        ({"sentence": "Up {high}"}, "must name each readout once"),
        ({"readouts": {"value": Readout("Value")}}, "both a control and a readout"),
        ({"drag": {"valeu": (None, "x")}}, r"drag=\{'valeu': ...\} must name a control"),
        ({"drag": {"value": (plt.Line2D([], []), "x")}}, "must name .* an artist in axes"),
        ({"drag": {"value": None}}, "must name a control with numbers, an artist in axes"),
        ({"drag": [("value", "nothing")]}, r"drag=\[\('value', 'nothing'\)\] must be a pair"),
        ({"drag": [("value", "value", "value")]}, "must be a pair of controls with numbers"),
        ({"drag": [(None, None)]}, "must be a pair of controls with numbers"),
        ({"drag": ("value", None)}, r"drag=\['value'\] must be a pair"),
        ({"value": [True, False], "drag": [("value", None)]}, "controls with numbers"),
        ({"value": (100, 104), "drag": [(None, "value")]}, "all stops of 'value' lie outside"),
        ({"name": 3}, 'name must be a text, such as "wave"; got 3'),
        ({"alt": 3}, "alt must be a text: what the picture shows; got 3"),
        ({"caption": 3}, "caption must be a text: .*; got 3"),
        ({"sentence": 3}, "sentence must be a text with {readouts} in it; got 3"),
        ({"presets": 7}, "presets must be a mapping, such as .*; got 7"),
        ({"presets": {"X": 7}}, "presets must be settings by label, such as .*; got 7"),
        ({"drag": 3}, r"drag must be what can be dragged, such as .*; got 3"),
        ({"ghosts": 3}, "ghosts must be a list of artists; got 3"),
        ({"ghosts": [3]}, "ghosts must be artists of the figure; got 3"),
        ({"budget": 3}, "budget must be a livefig.Budget; got 3"),
        ({"theme": "dark"}, "theme must be True or False; got 'dark'"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(options, message):
    def change(axes, line, value):
        line.set_ydata([0, value])
        return dict.fromkeys(options.get("readouts", {}), 1.0)

    with pytest.raises(ExplorerError, match=message):
        updated(change, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: updated(rise, readouts=3), "readouts must be a mapping, such as .*; got 3"),
        (lambda: livefig.explorer(3, print, name="a"), "figure must be a matplotlib Figure; got 3"),
        (lambda: livefig.explorer(plt.figure(), 3, name="a"), "update must be a function"),
        (lambda: Readout(3), 'label must be a text, such as "Height"; got 3'),
        (lambda: Readout("Height", 3), "format must be a format of Python's, .*; got 3"),
        (lambda: livefig.Budget(states=-1), "states of a budget must be 0 or more; got -1"),
        (lambda: livefig.Budget(bytes="1 MB"), "bytes of a budget must be .*; got '1 MB'"),
    ],
)
def test_a_thing_of_another_kind_is_refused_by_name(make, message):
    with pytest.raises(ExplorerError, match=message):
        make()


def test_an_artist_of_another_figure_is_refused():
    _, other = small_axes()
    line = other.axvline(1)
    for options in ({"ghosts": [line]}, {"drag": {"value": (line, "x")}}):
        with pytest.raises(ExplorerError, match="not part of the figure"):
            updated(rise, **options)


def test_an_artist_that_is_drawn_anew_cannot_be_dragged():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1])
    with pytest.raises(ExplorerError, match="a Line2D is drawn anew in each state"):
        livefig.explorer(
            figure, lambda value: axes.set_xlim(0, 1 + value) and None, name="one", value=(0, 4),
            drag={"value": (line, "x")}, **WORDS,
        )  # fmt: skip


@pytest.mark.parametrize("name", ["größe", "имя", "図", "a-b_c1"])
def test_a_name_of_any_script_is_a_name(name):
    explorer = updated(rise, name=name)
    assert f'<figure class="ml-explorer" id="{name}"' in explorer.to_html()


@pytest.mark.parametrize("name", ["one two", "1st", "", "a.b", "-a", 'a"b', "a<b", "<lambda>"])
def test_a_name_that_no_address_can_hold_is_refused(name):
    with pytest.raises(ExplorerError, match="must begin with a letter"):
        updated(rise, name=name)


# Failures name the state.


@pytest.mark.parametrize("value", [0, 4])
def test_a_failure_names_the_values_of_the_controls(value):
    def fail(axes, line, value_now):
        line.set_ydata([0, value_now])
        if value_now == value:
            raise ZeroDivisionError("nothing to divide")

    message = f"explorer 'one' at value={value}: ZeroDivisionError: nothing to divide"
    with pytest.raises(ExplorerError, match=message) as error:
        updated(fail)
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_a_failure_in_a_rare_state_names_it_when_it_is_recorded():
    def fail(axes, line, value):
        line.set_ydata([0, 1 / (value - 3)])

    explorer = updated(fail)
    with pytest.raises(ExplorerError, match="at value=3: ZeroDivisionError"):
        explorer.to_html()


def test_a_readout_that_is_no_number_names_the_state():
    def change(axes, line, value):
        line.set_ydata([0, value])
        return {"high": [value] if value == 4 else value}

    message = "at value=4: readout 'High' must be one number or a text; got"
    with pytest.raises(ExplorerError, match=message):
        updated(change, readouts={"high": Readout("High")})


def test_a_wrong_keyword_names_what_the_function_said():
    figure, _ = small_axes()
    with pytest.raises(ExplorerError, match="unexpected keyword argument 'valeu'"):
        livefig.explorer(figure, lambda value: None, name="one", valeu=(0, 4), **WORDS)


# Words.


@pytest.mark.parametrize("missing", ["alt", "caption"])
def test_missing_words_are_a_warning_at_the_authors_line(missing):
    with pytest.warns(MissingWords, match=f"explorer 'one' has no {missing}=") as caught:
        livefig.explorer(*one_line(), name="one", value=(0, 4), **{**WORDS, missing: " "})
    assert [warning.filename for warning in caught] == [__file__]


def one_line():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])
    return figure, lambda value: line.set_ydata([0, value])


@pytest.mark.parametrize("missing", ["alt", "caption"])
def test_missing_words_are_an_error_where_they_are_required(monkeypatch, missing):
    monkeypatch.setenv("LIVEFIG_REQUIRE_WORDS", "1")
    with pytest.raises(ExplorerError, match=f"'one' has no {missing}= \\(what"):
        updated(rise, **{missing: None})


def test_no_words_are_missing_where_they_are_given():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        updated(rise)


# Controls and readouts.


def test_a_control_whose_keyword_is_taken_stands_in_controls():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])

    def update(name, theme):
        line.set(ydata=[0, name], color=f"C{theme}")
        return {"both": name + theme}

    explorer = livefig.explorer(
        figure, update, name="one", controls={"name": (0, 4), "theme": (0, 2)}, **WORDS
    )
    assert [control.name for control in explorer.controls] == ["name", "theme"]
    assert explorer.at(name=3, theme=2) == {"both": "5"}


def test_presets_are_stops():
    explorer = updated(rise, presets={"High": {"value": 4}, "Low": {"value": 0}})
    assert explorer.header()["presets"] == [{"value": 4}, {"value": 0}]
    assert 'data-preset="1">Low<' in explorer.to_html()


def test_a_sentence_holds_the_readouts():
    def change(axes, line, value):
        line.set_ydata([0, value])
        return {"high": value, "low": -value}

    page = updated(
        change, sentence="From {low} to {high}.",
        readouts={"high": Readout("High", "d"), "low": Readout("Low", "d", "m")},
    ).to_html()  # fmt: skip
    assert (
        '<p class="ml-sentence">From <output name="low">−2\u00a0m</output> to '
        '<output name="high">2</output>.</p>'
    ) in page


def test_handles_lie_where_things_are_at_first_whatever_is_shown():
    def change(axes, line, value):
        axes.set_ylim(0, 4 + value)
        line.set_ydata([0, value])

    explorer = updated(change, drag=[(None, "value")])
    first = explorer.header()["drags"]
    explorer.at(value=4)
    assert explorer.header()["drags"] == first
    assert len(first[0]["y"]["places"]) == 5
    assert "x" not in first[0]


def test_a_dragged_artist_is_held_where_it_is_or_along_its_axes():
    figure, axes = small_axes()
    line = axes.axvline(1)
    (dot,) = axes.plot([1], [1], "o")
    axes.set(xlim=(0, 4), ylim=(0, 4))

    def update(place, height):
        line.set_xdata([place, place])
        dot.set_data([place], [height])

    explorer = livefig.explorer(
        figure, update, name="one", place=(0, 4), height=(0, 4), **WORDS,
        drag={"place": (line, "x"), "height": (dot, "y")},
    )  # fmt: skip
    along, held = explorer.header()["drags"]
    assert "artist" not in along
    assert held["artist"] == explorer.scene.name_of(dot)
    places = along["x"]["places"]
    assert places == sorted(places)
    assert held["y"]["places"] == sorted(held["y"]["places"], reverse=True)


def test_labelled_artists_can_be_read_as_numbers():
    (series,) = updated(rise).header()["series"]
    assert series["label"] == "Line"
    assert [axis["limits"] for axis in series["axes"]] == [[0.0, 1.0], [0.0, 4.0]]
    explorer = updated(rise, lambda axes: axes.set_yscale("symlog"))
    assert explorer.header()["series"] == []


def test_a_series_that_never_moves_is_told_too():
    def change(axes, line, value):
        axes.set_title(f"at {value}")

    explorer = updated(change)
    (series,) = explorer.header()["series"]
    assert f'data-artist="{series["name"]}"' in explorer.to_html()


def test_axes_are_named_as_their_author_would():
    def change(axes, line, value):
        axes.set_ylim(0, 1 + value)

    for prepare, name in (
        (lambda axes: axes.set_title("Prices"), "the axes 'Prices'"),
        (lambda axes: axes.set_ylabel("USD"), "the axes 'USD'"),
        (lambda axes: None, "the axes"),
    ):
        assert updated(change, prepare).why_whole == f"update() moved {name}"


# Where it is shown.


def test_pyplot_does_not_show_the_figure_again():
    figure, axes = plt.subplots()
    (line,) = axes.plot([0, 1])
    axes.set_ylim(0, 4)
    livefig.explorer(
        figure, lambda value: line.set_ydata([0, value]), name="one", value=(0, 4), **WORDS
    )
    assert not plt.fignum_exists(figure.number)


def test_an_updated_figure_is_no_function_to_call():
    with pytest.raises(TypeError, match="was not made from a plotting function"):
        updated(rise)(3)


def test_every_colour_of_the_palette_is_in_the_style_sheet_for_both_grounds():
    style = Path(livefig.__file__).with_name("static").joinpath("livefig.css").read_text()
    for name in livefig.theme.PALETTE:
        assert style.count(f"--ml-{name}:") >= 2, name


def test_an_abbreviation_starts_where_update_has_its_default():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])

    def update(slope=1, shift=0):
        line.set_ydata([shift, shift + slope])

    explorer = livefig.explorer(
        figure, update, name="one", **WORDS, slope=(0, 4), shift=IntSlider(2, min=0, max=2)
    )
    assert explorer.values(explorer.start) == {"slope": 1, "shift": 2}


def test_a_table_of_numbers_is_offered_where_there_are_numbers():
    figure, axes = small_axes()
    axes.plot([0, 1], [0, 1])
    plain = livefig.explorer(
        figure, lambda turn: axes.lines[0].set_ydata([0, turn]), name="one", **WORDS, turn=(0, 1)
    )
    assert "ml-numbers" not in plain.to_html()
    assert "ml-numbers" in updated(rise).to_html()  # its line has a label
