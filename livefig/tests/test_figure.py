"""The decorator: any plotting function, as ``interact`` would take it."""

import functools
import warnings
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure

import livefig
from livefig import ExplorerError

from .making import WORDS
from .making import drawn as drawn_large

SIZE = {"figsize": (2.4, 1.8)}


def drawn(draw, **options):
    return drawn_large(draw, **{**SIZE, **options})


def into_ax(ax, k):
    ax.plot([0, k])


def into_axes(axes, k):
    axes.plot([0, k])


def into_fig(fig, k):
    fig.subplots().plot([0, k])


def into_figure(figure, k):
    figure.add_subplot().plot([0, k])


def into_the_current(k):
    plt.plot([0, k])


def into_its_own(k):
    figure, axes = plt.subplots(figsize=SIZE["figsize"])
    axes.plot([0, k])
    return figure


@pytest.mark.parametrize(
    "draw", [into_ax, into_axes, into_fig, into_figure, into_the_current, into_its_own]
)
def test_a_function_draws_into_what_it_takes(draw):
    explorer = drawn(draw, k=(0, 2))
    assert explorer.way == "whole"
    assert (explorer.scene.width, explorer.scene.height) == (240, 180)
    assert explorer.check().states == 3


def test_the_decorator_may_stand_with_arguments_or_be_called():
    @livefig.figure(k=(0, 2), **WORDS)
    def wave(ax, k):
        ax.plot([0, k])

    called = livefig.figure(into_ax, k=(0, 2), **WORDS)
    assert (wave.name, called.name) == ("wave", "into_ax")


def test_the_first_line_of_the_docstring_is_the_caption():
    def wave(ax, k):
        """It waves.

        And more.
        """
        ax.plot([0, k])

    assert drawn(wave, k=(0, 2), caption=None).caption == "It waves."
    assert drawn(wave, k=(0, 2)).caption == WORDS["caption"]


def test_without_controls_defaults_are_controls_as_under_interact():
    kinds = {"a": 1, "b": 2}

    def draw(ax, k=4, share=0.5, kind=kinds, shown=True):
        ax.plot([0, k * share], visible=shown)
        ax.set_title(kind)

    k, share, kind, shown = drawn(draw).controls
    assert (k.values[k.start], k.values[0], k.values[-1]) == (4, -4, 12)
    assert share.values[share.start] == 0.5
    assert (kind.kind, kind.values) == ("dropdown", (1, 2))
    assert (shown.kind, shown.start) == ("checkbox", 1)


def test_without_controls_annotations_are_controls_as_under_interact():
    kinds = {"a": 1, "b": 2}

    def draw(ax: Any, k: (0, 10, 5), kind: kinds = 2, plain: float = 0.5):
        ax.plot([0, k], label=f"{kind} {plain}")

    k, kind, plain = drawn(draw).controls
    assert k.values == (0, 5, 10)
    assert kind.values[kind.start] == 2
    assert plain.values[plain.start] == 0.5


def test_a_control_starts_at_the_functions_own_default():
    def draw(ax, k=3, kind="b"):
        ax.plot([0, k], label=kind)

    k, kind = drawn(draw, k=(0, 8), kind=["a", "b"]).controls
    assert (k.values[k.start], kind.values[kind.start]) == (3, "b")


def test_what_has_a_default_and_no_control_stays_as_it_is():
    def draw(ax, k, colour="red"):
        ax.plot([0, k], color=colour)

    assert [control.name for control in drawn(draw, k=(0, 2)).controls] == ["k"]


def test_what_is_held_fixed_is_no_control():
    seen = []

    def draw(ax, k, data):
        seen.append(data)
        ax.plot([0, k])

    data = np.arange(3)
    explorer = drawn(draw, k=(0, 2), data=ipywidgets.fixed(data))
    assert [control.name for control in explorer.controls] == ["k"]
    assert all(given is data for given in seen)


def test_keywords_of_any_name_are_taken_where_the_function_takes_them():
    def draw(ax, **sizes):
        ax.bar(range(len(sizes)), list(sizes.values()))

    explorer = drawn(draw, one=(0, 2), two=(0, 2))
    assert [control.name for control in explorer.controls] == ["one", "two"]


def test_a_control_whose_keyword_is_taken_stands_in_controls():
    def draw(ax, name, dpi):
        ax.plot([0, name], lw=dpi)

    explorer = drawn(draw, controls={"name": (0, 2), "dpi": (1, 2)})
    assert [control.name for control in explorer.controls] == ["name", "dpi"]


def test_a_first_argument_that_is_a_control_is_no_axes():
    def draw(ax, k):
        plt.plot([0, ax, k])

    assert len(drawn(draw, controls={"ax": (0, 2), "k": (0, 2)}).controls) == 2


@pytest.mark.parametrize(
    ("draw", "options", "message"),
    [
        (into_ax, {"q": (0, 2)}, r"into_ax\(\) has no argument 'q'; it has k"),
        (into_ax, {}, r"into_ax\(\) needs 'k': give it a control, such as k=\(0, 10\)"),
        (lambda ax, k, b: None, {"k": (0, 2)}, "needs 'b'"),
        (lambda ax, n: None, {}, "needs 'n'"),
        (lambda k: None, {"k": (0, 2)}, "drew no figure; draw with pyplot .* as its first"),
    ],
)
def test_what_is_missing_or_too_much_is_told(draw, options, message):
    with pytest.raises(ExplorerError, match=message):
        drawn(draw, **options)


def test_a_type_is_no_control():
    def draw(ax, n: int):
        ax.plot([0, n])

    with pytest.raises(ExplorerError, match=r"draw\(\) needs 'n'"):
        drawn(draw)


def test_what_is_called_like_a_function_is_one():
    class Drawing:
        def __call__(self, k):
            plt.plot([0, k])

        def method(self, ax, k):
            ax.plot([0, k])

    def three(ax, k, power):
        ax.plot([0, k**power])

    for draw in (Drawing(), Drawing().method, functools.partial(three, power=2)):
        explorer = drawn(draw, k=(0, 2))
        assert explorer.recording.states == 3
        assert explorer.caption == WORDS["caption"]


def test_a_partly_applied_function_has_no_docstring_of_its_own():
    draw = functools.partial(into_ax)
    with pytest.warns(livefig.MissingWords, match="no caption"):
        drawn(draw, k=(0, 2), caption=None)


def test_the_function_can_still_be_called():
    explorer = drawn(into_ax, k=(0, 2))
    axes = Figure().subplots()
    assert explorer(axes, 2) is None
    assert axes.lines[0].get_ydata()[1] == 2


def test_numbers_that_are_returned_in_a_mapping_are_readouts():
    def draw(ax, k):
        ax.plot([0, k])
        return {"final_price": k / 3, "state": "up" if k else "down"}

    explorer = drawn(draw, k=(0, 2))
    assert explorer.at(k=2) == {"final_price": "0.6667", "state": "up"}
    assert explorer.readouts["final_price"].label == "Final price"


@pytest.mark.parametrize("returned", [None, [1, 2], "words", 3.0])
def test_whatever_else_is_returned_says_nothing(returned):
    def draw(ax, k):
        ax.plot([0, k])
        return returned

    assert drawn(draw, k=(0, 2)).readouts == {}


def test_size_and_resolution_are_what_was_asked_for():
    for draw in (into_ax, into_the_current):
        scene = drawn(draw, k=(0, 2), figsize=(3, 2), dpi=50).scene
        assert (scene.width, scene.height, scene.recorder.dpi) == (150, 100, 50)


# A figure that is there, and a function that changes it.


def changed(**limits):
    """Return a figure on pyplot's list and a function that changes it through its closure."""
    figure, axes = plt.subplots(**SIZE)
    (line,) = axes.plot([0, 1], [0, 1])
    axes.set_ylim(0, 4)

    def update(k):
        line.set_ydata([0, k])
        if limits:
            axes.set_ylim(0, limits["top"](k))

    return figure, update


def test_a_function_that_changes_a_figure_that_is_there_is_kept():
    figure, update = changed()
    explorer = drawn(update, k=(0, 4))
    assert explorer.way == "kept"
    assert explorer.scene.figure is figure
    assert explorer.check().states == 5
    assert not plt.fignum_exists(figure.number)


def test_a_figure_that_pyplot_knows_nothing_of_is_found_too():
    figure = Figure(**SIZE)
    lines = figure.subplots().plot([0, 1], [0, 1])

    def update(k):
        lines[0].set_ydata([0, k / 9])

    assert drawn(update, k=(0, 4)).scene.figure is figure


@pytest.mark.parametrize("top", [lambda k: 1 + k, lambda k: 9 if k == 3 else 4])
def test_a_figure_that_is_there_and_moves_more_is_seen_whole(top):
    figure, update = changed(top=top)
    explorer = drawn(update, k=(0, 4))
    assert explorer.check().states == 5
    assert explorer.way == "whole"
    assert explorer.why_whole == "update() moved the axes"
    assert explorer.scene.figure is figure


def test_a_function_that_draws_its_own_is_not_taken_for_one_that_changes_another():
    other, _ = plt.subplots()
    explorer = drawn(into_its_own, k=(0, 4))
    assert explorer.way == "whole"
    assert plt.fignum_exists(other.number)


# What a function does stays inside.


@pytest.mark.parametrize("first", ["ax", "nothing"])
def test_settings_that_the_function_changes_stay_inside(first):
    def into(ax, k):
        rcParams["lines.linewidth"] = 7
        plt.style.use("dark_background")
        ax.plot([0, k])

    def current(k):
        rcParams["lines.linewidth"] = 7
        plt.rc("font", size=3)
        plt.plot([0, k])

    before = dict(rcParams)
    explorer = drawn(into if first == "ax" else current, k=(0, 2))
    explorer.check()
    assert dict(rcParams) == before


def test_figures_of_pyplot_are_left_as_they_were():
    first, second = plt.figure(), plt.figure()
    plt.figure(first.number)
    explorer = drawn(into_the_current, k=(0, 2))
    explorer.check()
    assert plt.get_fignums() == [first.number, second.number]
    assert plt.gcf() is first
    assert first.axes == second.axes == []


def test_pyplot_is_left_as_it_was_after_a_failure():
    def fail(k):
        plt.plot([0, k])
        raise ZeroDivisionError

    shown = plt.show
    with pytest.raises(ExplorerError, match="at k=1: ZeroDivisionError"):
        drawn(fail, k=(0, 2))
    assert plt.get_fignums() == []
    assert plt.show is shown


def test_showing_inside_does_nothing():
    def draw(k):
        plt.plot([0, k])
        plt.show()

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # without a screen, matplotlib would warn
        drawn(draw, k=(0, 2))


def test_many_states_leave_no_figures_open():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of matplotlib, on more than 20 figures
        assert drawn(into_its_own, k=(0, 25)).recording.states == 26
    assert plt.get_fignums() == []
