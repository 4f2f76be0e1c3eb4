"""Time: moments, what happens on the way, lines that unfold, and what a long play may cost."""

from __future__ import annotations

import datetime
import json
import re

import numpy as np
import pytest
from ipywidgets import Play

import livefig
from livefig import ExplorerError, Time, unfold
from livefig.controls import read_controls
from livefig.widget import ExplorerWidget
from livefig.writing import plain

from .making import WORDS, drawn, small_axes, updated

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]
PATH = np.array([1.0, 3.0, 2.0, 4.0, 0.0])


def only(time):
    return read_controls({"now": time})[0]


def week(**options):
    """Return an explorer of a week whose path and events depend on a second control."""
    figure, axes = small_axes()
    (line,) = axes.plot(range(5), PATH, label="Path")
    axes.set(xlim=(0, 4), ylim=(0, 12), xticks=[0, 4], yticks=[0, 12])

    def events(size):
        return {"Tue": "it rains", int(np.argmax(PATH * size >= 4)): f"above {4 / size:g}"}

    def update(now, size):
        line.set_data(range(5), size * PATH)
        unfold(line, now)
        return {"height": size * PATH[now]}

    given = {"now": Time(DAYS, events=events, description="Day"), "size": [1, 2, 4], **options}
    return livefig.explorer(figure, update, name="week", **WORDS, **given)


# The control.


def test_moments_are_called_by_texts_and_the_function_gets_their_number():
    control = only(Time(DAYS, value=1, interval=90, repeat=True, description="Day"))
    assert (control.kind, control.label, control.values) == ("play", "Day", (0, 1, 2, 3, 4))
    assert (control.texts, control.start) == (tuple(DAYS), 1)
    assert (control.interval, control.loop) == (90, True)
    assert control.stop("Wed") == control.stop(2) == 2


@pytest.mark.parametrize(
    ("moments", "texts"),
    [
        (range(1990, 1993), ("1990 h", "1991 h", "1992 h")),
        (np.array([0.0, 0.5, 1e6]), ("0 h", "0.5 h", "1000000 h")),
        ([datetime.date(2020, 3, day) for day in (9, 10)], ("2020-03-09 h", "2020-03-10 h")),
    ],
)
def test_numbers_and_dates_are_moments_and_have_a_unit(moments, texts):
    assert tuple(map(plain, only(Time(moments, description="Time [h]")).texts)) == texts


def test_time_may_stand_as_a_default_or_an_annotation():
    def by_default(ax, now=Time(DAYS)):  # noqa: B008
        ax.plot(PATH[: now + 1])

    def by_annotation(ax, now):
        ax.plot(PATH[: now + 1])

    by_annotation.__annotations__["now"] = Time(DAYS)
    for draw in (by_default, by_annotation):
        assert drawn(draw).controls[0].texts == tuple(DAYS)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Time("Mon"), r"Time\('Mon'\) is no list of two moments or more; give one"),
        (lambda: Time(5), r"Time\(5\) is no list of two moments"),
        (lambda: Time(["Mon"]), r"is no list of two moments"),
        (lambda: Time(["Mon", "Tue", "Mon"]), "two moments of Time.. are called 'Mon'; give each"),
        (lambda: Time(DAYS, value=5), r"Time\(value=5\) is the number of no moment; .* 0 to 4"),
        (lambda: Time(DAYS, value="Mon"), r"Time\(value='Mon'\) is the number of no moment"),
        (lambda: Time(DAYS, interval=0), r"Time\(interval=0\) is too short.* give 20 ms or more"),
    ],
)
def test_a_time_that_cannot_be_played_says_what_to_give(make, message):
    with pytest.raises(ExplorerError, match=message):
        make()


# What happens on the way.


def test_events_are_in_the_order_of_the_moments():
    control = only(Time(DAYS, events={"Thu": "sold", 1: "called"}))
    assert control.happenings({"now": 0}) == ((1, "called"), (3, "sold"))
    years = only(Time(range(1990, 1999), events={1997: "a crisis"}))
    assert years.happenings({"now": 0}) == ((7, "a crisis"),)


def test_events_that_depend_on_another_control_follow_it():
    explorer = week()
    now = explorer.controls[0]
    assert now.happenings({"now": 0, "size": 1}) == ((1, "it rains"), (3, "above 4"))
    assert now.happenings({"now": 0, "size": 4}) == ((0, "above 1"), (1, "it rains"))
    told = next(track for track in explorer.tracks if track.name == "=now")
    assert told.axes == (1,)  # kept once for each size, not for each moment
    assert explorer.header()["controls"][0]["happenings"] == ((1, "it rains"), (3, "above 4"))


def test_events_that_never_change_are_told_once():
    explorer = week(now=Time(DAYS, events={"Tue": "it rains"}))
    assert "=now" not in [track.name for track in explorer.tracks]
    assert explorer.header()["controls"][0]["happenings"] == ((1, "it rains"),)


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ({"Sun": "rest"}, "event is at 'Sun', which is no moment of control 'now'.*last is Fri"),
        ({5: "rest"}, "event is at 5, which is no moment"),
        ({"Mon": ""}, "event at 'Mon' must be a few words; got ''"),
        ({"Mon": 3}, "event at 'Mon' must be a few words; got 3"),
        (["Mon"], "must be a mapping from a moment to words, such as .'Fri': 'sold'.; got list"),
        (lambda price: {}, "ask for 'price', which is no other control; there are size"),
        (lambda now: {}, "may not depend on 'now' itself"),
    ],
)
def test_events_that_cannot_be_told_say_why_and_where(events, message):
    with pytest.raises(ExplorerError, match="explorer 'week' at now=0, size=1: .*" + message):
        week(now=Time(DAYS, events=events)).to_html()


# What has happened is drawn, the rest is faint.


def test_a_line_unfolds_up_to_now_over_its_faint_whole():
    _, axes = small_axes()
    (line,) = axes.plot(range(5), PATH, color="red", linewidth=3, alpha=0.5)
    for now in (2, 4, 0, 3):
        unfold(line, now)
        _, whole = axes.lines
        assert line.get_ydata().tolist() == PATH[: now + 1].tolist()
        assert whole.get_ydata().tolist() == PATH.tolist()
    assert whole.get_color() == "red"
    assert whole.get_alpha() == 0.5 * 0.28
    assert whole.get_zorder() < line.get_zorder()


def test_other_data_unfold_from_then_on():
    _, axes = small_axes()
    (line,) = axes.plot(range(5), PATH)
    unfold(line, 1)
    line.set_ydata([7, 8])
    unfold(line, 0)
    assert (line.get_ydata().tolist(), axes.lines[1].get_ydata().tolist()) == ([7], [7, 8])


def test_gaps_in_a_line_do_not_look_like_other_data():
    _, axes = small_axes()
    (line,) = axes.plot(range(3), [np.nan, 1, 2])
    for now in (1, 2):
        unfold(line, now)
    assert line.get_ydata().tolist()[1:] == [1, 2]


def test_a_path_is_kept_and_shown_as_matplotlib_draws_it():
    explorer = week()
    assert explorer.way == "kept"
    assert explorer.check().states == 15


def test_a_function_that_draws_anew_unfolds_too():
    def draw(ax, now):
        (line,) = ax.plot(DAYS, PATH)
        unfold(line, now)
        ax.set(xlim=(0, 4), ylim=(0, 4))

    explorer = drawn(draw, now=Time(DAYS))
    assert explorer.way == "whole"
    assert explorer.check().states == 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda line, axes: unfold([line], 1), "got list; plot.. returns a list: line, = ax.plot"),
        (lambda line, axes: unfold(axes.bar([1], [1]), 1), "takes a line.*got BarContainer"),
        (lambda line, axes: unfold(line, 5), "names no point of a line that has 5; .* 0 to 4"),
        (lambda line, axes: unfold(line, -1), "names no point"),
        (lambda line, axes: unfold(line, "Mon"), r"unfold\(line, 'Mon'\) names no point"),
    ],
)
def test_what_cannot_unfold_says_why(call, message):
    _, axes = small_axes()
    (line,) = axes.plot(range(5), PATH)
    with pytest.raises(ExplorerError, match=message):
        call(line, axes)


# What it costs.


def test_a_path_of_one_line_costs_a_few_bytes_a_moment():
    def bytes_of(count):
        figure, axes = small_axes()
        walk = np.random.default_rng(4).normal(size=count).cumsum()
        (line,) = axes.plot(walk)
        axes.set(xlim=(0, 400), ylim=(-40, 40))

        def update(now):
            line.set_ydata(walk)
            line.set_xdata(range(count))
            unfold(line, now)

        time = Time(range(count))
        return len(livefig.explorer(figure, update, name="one", **WORDS, now=time).packed)

    assert bytes_of(400) - bytes_of(200) < 200 * 10


def test_a_play_that_is_too_long_says_what_to_type():
    def rising(count, **budget):
        return updated(
            lambda axes, line, value: line.set_ydata([0, value % 3]),
            value=Time(range(count), interval=100), budget=livefig.Budget(**budget),
        )  # fmt: skip

    message = (
        r"'value' has 1,000 moments, more than 400, and plays for 1.7 minutes; play every 3rd of "
        r"them with Time\(moments\[::3\], ...\), or allow more with budget=livefig.Budget\(moments="
    )
    with pytest.raises(ExplorerError, match=message):
        rising(1000)
    assert len(rising(1000, moments=1000).controls[0].values) == 1000
    with pytest.raises(ExplorerError, match=r"every 2nd of them with step=2"):
        updated(lambda axes, line, value: None, value=Play(min=0, max=500))
    with pytest.raises(ExplorerError, match="play every 2nd of the 9 moments of 'Value' with Time"):
        rising(9, states=5).to_html()


def test_the_cost_is_told_for_each_moment():
    assert re.search(r"\d kB compressed, \d+ bytes a moment$", week().cost())


# What becomes of it.


def test_without_script_the_events_are_there_to_read():
    html = week().to_html()
    (listed,) = re.findall(r'data-events="now".*?</div>', html)
    assert re.sub("<[^>]*>", "", listed.partition(">")[2]) == "Tue: it rainsThu: above 4"
    assert listed.count("disabled") == 2
    assert html.count('class="ml-step"') == 2


def test_a_still_picture_says_which_moment_it_shows_and_what_happens():
    page = week(now=Time(DAYS, value=2, events={"Thu": "it <rains>"}, description="Day"))
    rows = re.findall("<tr><th>(.*?)</th><td>(.*?)</td></tr>", page.to_static_html())
    assert rows == [("Day", "Wed"), ("Thu", "it &lt;rains&gt;"), ("Height", "2")]


def test_an_address_names_a_moment_by_its_text():
    (described, _) = week().header()["controls"]
    assert described["values"] == [None] * 5
    assert described["texts"] == tuple(DAYS)


def test_a_kernel_tells_what_happens_with_each_state():
    widget = ExplorerWidget(week())
    widget.stops = [3, 2]
    length = int.from_bytes(widget.frame[:4], "little")
    rows = {name: shape for name, shape, _ in json.loads(widget.frame[4 : 4 + length])["rows"]}
    assert "=now" in rows
    assert widget.error == ""
    assert widget.header["controls"][0]["happenings"] == ((1, "it rains"), (3, "above 4"))
