"""Guesses: what may be asked, what waits, and what is refused and how."""

import math
import re

import numpy as np
import pytest

import livefig
from livefig import ExplorerError, GuessChoice, GuessNumber, GuessPoint
from livefig.checking import unpack
from livefig.widget import ExplorerWidget

from .making import WORDS, drawn, small_axes, updated
from .test_widget import Frame

UP = {"readouts": {"top": livefig.Readout("Top", ".1f", "m")}}


def climb(axes, line, value):
    line.set_ydata([0, value])
    return {"top": value}


def asking(guess, **options):
    """Return an explorer with kept artists that asks."""
    return updated(climb, guess=guess, **{**UP, **options})


def curve(ax, k):
    ax.set(xlim=(0, 1), ylim=(0, 20))
    ax.plot([0, 1], [0, 10])
    ax.plot([0, 1], [0, k], gid="told")
    return {"end": float(k), "word": "high" if k > 2 else "low"}


def header(explorer):
    return unpack(explorer.packed)[0]["guess"]


# What the page learns.


def test_the_answer_is_that_of_the_first_state():
    asked = header(asking(GuessNumber("How high?", readout="top")))
    assert (asked["kind"], asked["at"], asked["waits"]) == ("number", [2], ["top"])
    assert (asked["truth"], asked["text"], asked["unit"]) == (2, "2.0\u00a0m", "m")


def test_the_answer_may_be_that_of_another_state_which_is_not_rounded():
    explorer = updated(
        lambda axes, line, value: line.set_ydata([0, value]) or {"top": value / 3},
        guess=GuessNumber("How high?", readout="top", at={"value": 4}, reasons={(1, 1.2): "No."}),
        **UP,
    )
    asked = header(explorer)
    assert (asked["at"], asked["truth"], asked["text"]) == ([4], 4 / 3, "1.3\u00a0m")
    assert asked["reasons"] == [[1, 1.2, "No."]]
    assert explorer.at() == {"top": "0.7 m"}


def test_the_answer_may_be_that_of_whatever_state_is_shown():
    explorer = asking(GuessNumber("How high?", readout="top", at="shown"))
    asked, (_, rows, _) = header(explorer), unpack(explorer.packed)
    assert asked["at"] is asked["truth"] is None
    assert [rows["=?"]((stop,)).numbers[0] for stop in range(5)] == [0, 1, 2, 3, 4]
    assert explorer.check().states == 5


def test_an_answer_that_is_none_in_some_state_is_empty():
    explorer = drawn(
        lambda ax, k: ax.plot([0, k]) and {"end": math.nan if k == 3 else k},
        readouts={"end": livefig.Readout("End", ".0f", none="never")}, k=(1, 3),
        guess=GuessNumber("Where?", readout="end", at="shown"),
    )  # fmt: skip
    assert explorer.look((2,))["=?"].shape == ()
    assert explorer.check().states == 3


def test_a_share_is_guessed_in_hundredths():
    explorer = updated(
        lambda axes, line, value: line.set_ydata([0, value]) or {"share": value / 8},
        readouts={"share": livefig.Readout("Share", ".1%")},
        guess=GuessNumber("Which share?", readout="share"),
    )
    asked = header(explorer)
    assert (asked["percent"], asked["unit"], asked["truth"]) == (True, "%", 0.25)


def test_a_choice_is_named_or_said_by_a_readout():
    named = GuessChoice("Which?", choices=["a", "b"], truth="b", reasons={"a": "It is not."})
    assert header(drawn(curve, k=(1, 4), guess=named))["text"] == "b"
    said = GuessChoice("Which?", choices=["low", "high"], readout="word", at={"k": 4})
    asked = header(drawn(curve, k=(1, 4), guess=said))
    assert (asked["text"], asked["choices"], asked["waits"]) == ("high", ["low", "high"], ["word"])


@pytest.mark.parametrize(
    ("scale", "low", "step", "count"),
    [("linear", -0.5, 0.01, 200), ("log", 0.5, 3 ** (1 / 200), 200)],
)
def test_a_point_is_set_to_places_along_its_axis(scale, low, step, count):
    def level(ax, k):
        ax.plot([0, 1], [k, k])
        ax.set(yscale=scale, ylim=(0.5, 1.5) if scale == "log" else (-0.5, 1.5))
        return {"level": k}

    guess = GuessPoint("Where?", readout="level", axis="y")
    axis = header(drawn(level, k=(0.7, 1.3, 0.1), guess=guess))["axis"]
    assert (axis["low"], axis["step"], axis["count"]) == pytest.approx((low, step, count))
    assert axis["way"] == "y"


# What waits.


def waiting(page):
    return re.findall(r'<g data-artist="([^"]+)" class="ml-waits">', page)


def test_artists_that_are_kept_wait_and_so_do_their_ghosts_and_arrows():
    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])
    (still,) = axes.plot([0, 1], [1, 0], gid="still")
    note = axes.annotate("top", (0.5, 0.5), (0.2, 0.8), arrowprops={"arrowstyle": "->"})

    def change(value):
        line.set_ydata([0, value])
        return {"top": value}

    explorer = livefig.explorer(
        figure, change, name="one", **WORDS, value=(0.0, 1.0, 0.5), ghosts=[line],
        guess=GuessNumber("How high?", readout="top", waits=[line, "still", note]),
    )  # fmt: skip
    page = explorer.to_html()
    names = [explorer.scene.name_of(artist) for artist in (line, still, note)]
    assert sorted(waiting(page)) == sorted([*names, f"{names[2]}-arrow"])
    assert '<g class="ml-ghost ml-waits">' in page
    assert explorer.check().states == 3


def test_artists_drawn_anew_wait_by_their_gid():
    explorer = drawn(
        curve, k=(1, 4), guess=GuessNumber("Where?", readout="end", waits=["told", "word"])
    )
    page = explorer.to_html()
    assert [name[-1] for name in waiting(page)] == ["!"]
    assert '<output name="word" class="ml-waits">low</output>' in page
    assert explorer.check().states == 4


def test_artists_that_are_kept_wait_by_whole_drawings_too():
    def change(axes, line, value):
        axes.set_ylim(0, 5 + value)
        return climb(axes, line, value)

    figure, axes = small_axes()
    (line,) = axes.plot([0, 1], [0, 1])
    guess = GuessNumber("How high?", readout="top", waits=[line])
    explorer = livefig.explorer(
        figure, lambda value: change(axes, line, value), name="one", value=(0, 4), guess=guess,
        **WORDS, **UP,
    )  # fmt: skip
    assert explorer.way == "whole"
    assert len(waiting(explorer.to_html())) == 1


def test_the_question_is_there_and_hidden_and_the_answer_is_not_in_it():
    guess = GuessNumber("How <high>?", readout="top", at={"value": 4}, reasons={1: "A trap."})
    page = asking(guess).to_html()
    form = re.search(r'<form class="ml-guess".*?</form>', page)[0]
    assert "How &lt;high&gt;?" in form
    assert " hidden>" in form
    assert not set(re.findall(r"<(?:input|button)[^>]*>", form)) - set(
        re.findall(r"<(?:input|button)[^>]* disabled[^>]*>", form)
    )
    assert "A trap." not in page
    assert "4.0 m" not in page


def test_without_a_guess_nothing_asks_and_nothing_waits():
    page = updated(climb, **UP).to_html()
    assert not re.search("ml-guess|ml-waits|data-asks", page)


def test_a_picture_without_script_tells_everything():
    static = asking(GuessNumber("How high?", readout="top")).to_static_html()
    assert "2.0 m" in static
    assert "ml-waits" not in static


def test_a_kernel_answers_with_the_truth_of_the_state():
    explorer = asking(GuessNumber("How high?", readout="top", at="shown"))
    widget = ExplorerWidget(explorer)
    widget.stops = [4]
    assert Frame(widget.frame).rows["=?"] == ([[0, 1]], [4])
    assert widget.header["guess"]["waits"] == ["top"]
    assert "ml-question" in widget.html


# What is refused.

BAD = [
    (lambda: GuessNumber(" ", readout="top"), "question of a guess must say"),
    (lambda: GuessNumber("?", readout="hight"), r"must be one of 'top'; got 'hight'"),
    (lambda: GuessNumber("?", readout="top", at="now"), r"at of a guess.*'shown'.*got 'now'"),
    (lambda: GuessNumber("?", readout="top", at={"value": 9}), "9"),
    (lambda: GuessNumber("?", readout="top", at={"nobody": 9}), "no control 'nobody'"),
    (lambda: GuessNumber("?", readout="top", waits="top"), "waits of a guess must be a list"),
    (lambda: GuessNumber("?", readout="top", waits=["line"]), "'line', which is neither"),
    (lambda: GuessNumber("?", readout="top", waits=[3]), r"list of artists and names; got \[3\]"),
    (lambda: GuessNumber("?", readout="top", reasons={"4": "a"}), "reasons.*got '4'"),
    (lambda: GuessNumber("?", readout="top", reasons={(4, 3): "a"}), r"reasons.*got \(4, 3\)"),
    (lambda: GuessNumber("?", readout="top", axis="z"), "axis of a guess must be.*got 'z'"),
    (lambda: GuessNumber("?", readout="top", axis=(1, "x")), r"axis of a guess.*got \(1, 'x'\)"),
    (lambda: GuessNumber("?", readout="top", axis="x"), "must hold the answer, 2; it goes from 0"),
    (lambda: GuessPoint("?", readout="top"), "axis of a GuessPoint must be named"),
    (lambda: GuessChoice("?", choices=["a"], truth="a"), r"choices.*got \['a'\]"),
    (lambda: GuessChoice("?", choices=["a", "a"], truth="a"), "two different answers"),
    (lambda: GuessChoice("?", choices=["a", "b"]), "either readout=.*or truth="),
    (lambda: GuessChoice("?", choices=["a", "b"], truth="c"), "truth.*'a', 'b'; got 'c'"),
    (lambda: GuessChoice("?", choices=["a", "b"], truth="a", reasons={"c": "."}), "got 'c'"),
    (lambda: GuessChoice("?", choices=["a", "b"], readout="top"), "what the readout 'top' says"),
    (lambda: "How high?", "guess must be a GuessNumber.*got 'How high"),
]


@pytest.mark.parametrize(("make", "says"), BAD, ids=[says for _, says in BAD])
def test_a_guess_that_cannot_be_is_refused_with_the_rule(make, says):
    with pytest.raises(ExplorerError, match=says):
        asking(make())


def test_an_answer_must_be_a_number_and_a_choice_one_of_those_in_each_state():
    with pytest.raises(ExplorerError, match="'word', must be a number; got 'low'"):
        drawn(curve, k=(1, 4), guess=GuessNumber("?", readout="word"))
    guess = GuessChoice("?", choices=["low", "middle"], readout="word", at="shown")
    with pytest.raises(ExplorerError, match="k=4: choices of the guess must hold .*'high'"):
        drawn(curve, k=(1, 4), guess=guess)


def test_an_answer_that_is_none_is_refused():
    with pytest.raises(ExplorerError, match="must be a number in the state asked about"):
        drawn(
            lambda ax, k: ax.plot([0, k]) and {"end": math.nan}, k=(1, 3),
            guess=GuessNumber("?", readout="end"),
        )  # fmt: skip


def test_an_axis_that_moves_is_refused():
    def moving(ax, k):
        ax.plot([0, k])
        ax.set(ylim=(0, 5 if k == 2 else 9))
        return {"end": k}

    with pytest.raises(ExplorerError, match="axis of the guess must stay where it is"):
        drawn(moving, k=(1, 2), guess=GuessNumber("?", readout="end", axis="y"))


def test_an_axis_of_dates_or_angles_is_refused():
    def round_about(fig, k):
        fig.add_subplot(projection="polar").plot([0, k], [0, 1])
        return {"end": k}

    def symmetrical(ax, k):
        ax.plot([0, k])
        ax.set_yscale("symlog")
        return {"end": k}

    with pytest.raises(ExplorerError, match="linear or logarithmic; got one that is 'symlog'"):
        drawn(symmetrical, k=(1, 2), guess=GuessNumber("?", readout="end", axis="y"))
    with pytest.raises(ExplorerError, match="linear or logarithmic; got one that is 'polar'"):
        drawn(round_about, k=(1, 2), guess=GuessNumber("?", readout="end", axis="x"))


def test_numbers_of_numpy_are_numbers():
    guess = GuessNumber("?", readout="top", reasons={np.float64(3): "a", (np.int64(1), 2): "b"})
    assert header(asking(guess))["reasons"] == [[3, 3, "a"], [1, 2, "b"]]
