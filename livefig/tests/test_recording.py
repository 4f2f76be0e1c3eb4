"""Recording: exact at every state, adding for independent controls, refusing what it cannot do."""

import os
import re
import sys
from collections import Counter

import numpy as np
import pytest

import livefig
from livefig import Budget, ExplorerError
from livefig.controls import read_controls
from livefig.drawing.marks import ORDER, Row
from livefig.recording import record
from livefig.recording.budget import advice
from livefig.recording.parallel import in_parallel, workers_for

from .making import WORDS, drawn, small_axes

recording = sys.modules["livefig.recording.record"]

SMALL = {"figsize": (2.4, 1.8)}
CONTROLS = read_controls({"a": (0, 4), "b": (0, 3), "c": (0, 2)})


def row(*numbers, shape=("shape",)):
    return Row(shape, np.array(numbers, dtype=np.int32))


def look_at(**tracks):
    """Make a look from functions of the stops, one for each track."""

    def look(stops):
        return {name: row(*track(*stops)) for name, track in tracks.items()}

    return look


def tracks_of(*args, **kwargs):
    return {track.name: track for track in record(*args, **kwargs).tracks}


@pytest.fixture
def sampled(monkeypatch):
    """Let every figure be looked at as if it had more combinations than can all be shown."""
    monkeypatch.setattr(recording, "WHOLE_GRID", 0)


def test_a_track_is_kept_over_just_the_controls_it_depends_on():
    look = look_at(
        one=lambda a, b, c: [a], two=lambda a, b, c: [b * c, 7], none=lambda a, b, c: [1]
    )
    tracks = tracks_of(CONTROLS, look)
    assert {name: track.axes for name, track in tracks.items()} == {"one": (0,), "two": (1, 2)}
    assert tracks["two"].row((4, 3, 2)).numbers.tolist() == [6, 7]


def test_rows_of_any_length_and_shape_are_told_apart():
    def look(stops):
        (stop,) = stops
        return {"one": row(*range(stop), shape=("even" if stop % 2 == 0 else "odd",))}

    (track,) = record(read_controls({"a": (0, 6)}), look).tracks
    for stop in range(7):
        assert track.shows(look((stop,))["one"], (stop,))
        assert not track.shows(row(*range(stop), 9, shape=("even",)), (stop,))
        assert not track.shows(row(*range(stop), shape=("other",)), (stop,))


def test_what_is_not_there_in_some_states_is_nothing_in_them():
    def look(stops):
        there = {"extra": row(5)} if stops[0] > 2 else {}
        return {"always": row(stops[0]), **there}

    tracks = tracks_of(read_controls({"a": (0, 4)}), look)
    assert tracks["extra"].row((1,)).shape == ()
    assert tracks["extra"].row((3,)).numbers.tolist() == [5]


def test_independent_controls_add_instead_of_multiply():
    controls = read_controls({"a": (0, 99), "b": (0, 99), "c": (0, 99)})
    seen = []

    def look(stops):
        seen.append(stops)
        a, b, c = stops
        return {"p": row(a), "q": row(b, c // 50)}

    tracks = tracks_of(controls, look)
    assert tracks["p"].axes == (0,)
    assert tracks["q"].axes == (1, 2)
    assert len(seen) < 12_000
    assert tracks["q"].row((0, 42, 99)).numbers.tolist() == [42, 1]


def four_updated(calls):
    """Four sliders of twenty steps on four lines that are kept."""
    figure, axes = small_axes()
    lines = [axes.plot([0, 1], [0, 1])[0] for _ in range(4)]
    axes.set(xlim=(0, 1), ylim=(0, 20), xticks=[], yticks=[])

    def update(**values):
        calls["states"] += 1
        for line, height in zip(lines, values.values(), strict=True):
            line.set_ydata([0, height])

    sliders = dict.fromkeys("abcd", (0, 19))
    return livefig.explorer(figure, update, name="four", **WORDS, **sliders)


def four_drawn(calls):
    """Four sliders of twenty steps on four lines that are drawn anew."""

    def draw(ax, **values):
        calls["states"] += 1
        ax.set_axis_off()
        ax.set(xlim=(0, 1), ylim=(0, 20))
        for height in values.values():
            ax.plot([0, 1], [0, height])

    return drawn(draw, **SMALL, **dict.fromkeys("abcd", (0, 19)))


@pytest.mark.parametrize(("four", "way"), [(four_updated, "kept"), (four_drawn, "whole")])
def test_four_sliders_on_four_artists_add_in_both_ways(four, way):
    calls = Counter()
    explorer = four(calls)
    assert explorer.recording.states == 4 * 20
    assert explorer.way == way
    assert sorted(track.axes for track in explorer.tracks) == [(0,), (1,), (2,), (3,)]
    assert calls["states"] < 700  # of 160,000
    explorer.check(6)


@pytest.mark.usefixtures("sampled")
def test_controls_that_change_what_lies_above_what_are_recorded_together():
    def draw(ax, a, b):
        for index, depth in enumerate((2 + a, 2.5, 3 + b, 3.5)):
            ax.plot([0, 1], [index, 3 - index], lw=12, zorder=depth)
        ax.set(xticks=[], yticks=[], xlabel=f"{b}")
        ax.set_title(f"{a}")  # of depth 3, between them

    explorer = drawn(draw, a=(0, 1), b=(0, 1), **SMALL)
    assert {track.axes for track in explorer.tracks if track.name == ORDER} == {(0, 1)}
    explorer.check()


@pytest.mark.usefixtures("sampled")
def test_what_only_comes_and_goes_couples_no_controls():
    def draw(ax, a, b):
        ax.set_axis_off()
        ax.set(xlim=(0, 9), ylim=(0, 9))
        ax.plot([0, 9], [0, a])
        for height in range(b):
            ax.text(1, height, "x")

    explorer = drawn(draw, a=(0, 5), b=(0, 5), **SMALL)
    assert explorer.recording.states == 12
    explorer.check(6)


@pytest.mark.usefixtures("sampled")
def test_an_order_that_no_sample_showed_is_noticed():
    def look(stops):
        a, b, c = stops
        names = ["one", "two"] if a * b * c < 20 else ["two", "one"]
        return {"one": row(a), "two": row(b), "three": row(c), ORDER: row(shape=tuple(names))}

    with pytest.raises(ExplorerError, match="looks different from when it was recorded"):
        record(CONTROLS, look)


def test_a_small_budget_does_not_keep_independent_controls_from_adding():
    controls = read_controls(dict.fromkeys("abcd", (0, 7)))
    look = look_at(
        p=lambda a, b, c, d: [a], q=lambda a, b, c, d: [b],
        r=lambda a, b, c, d: [c], s=lambda a, b, c, d: [d],
    )  # fmt: skip
    assert record(controls, look, Budget(states=40)).states == 32


def coarsened(controls, message):
    """Apply the advice of an error: fewer stops of the controls that it names."""
    told = {label: int(count.replace(",", "")) for label, count in
            re.findall(r"'(\w+)' about ([\d,]+) stops", message)}  # fmt: skip
    assert told
    return {
        control.name: (0, told.get(control.label, len(control.values)) - 1) for control in controls
    }


def test_the_advice_on_too_many_states_suffices():
    def look(stops):
        return {"one": row(sum(stop * 100**axis for axis, stop in enumerate(stops)))}

    budget = Budget(states=6000)
    controls = read_controls(dict.fromkeys("abcd", (0, 19)))
    with pytest.raises(ExplorerError, match=r"160,000 states \(A \(20\) x B \(20\) x") as error:
        record(controls, look, budget)
    fewer = coarsened(controls, str(error.value))
    found = record(read_controls(fewer), look, budget)
    assert 4500 < found.states <= 6000


def test_the_advice_on_too_many_bytes_suffices():
    rough = np.random.default_rng(3).normal(size=(12, 8, 60))

    def draw(ax, a, b):
        ax.set_axis_off()
        ax.set(xlim=(0, 60), ylim=(-4, 4))
        ax.plot(rough[a, b])

    sliders = {"a": (0, 11), "b": (0, 7)}
    budget = Budget(bytes=8_000)
    explorer = drawn(draw, **sliders, **SMALL, budget=budget)
    with pytest.raises(ExplorerError, match=r"bytes compressed, more than 8,000;") as error:
        explorer.to_html()
    fewer = coarsened(explorer.controls, str(error.value))
    assert len(drawn(draw, **fewer, **SMALL, budget=budget).packed) > 4_000


def test_the_advice_on_four_independent_sliders_suffices_for_bytes_too():
    rough = np.random.default_rng(4).normal(size=(4, 40, 50))
    figure, axes = small_axes()
    lines = [axes.plot(rough[0, 0])[0] for _ in range(4)]
    axes.set(ylim=(-4, 4), xticks=[], yticks=[])

    def update(**values):
        for number, stop in enumerate(values.values()):
            lines[number].set_ydata(rough[number, stop])

    def four(sliders):
        return livefig.explorer(
            figure, update, name="four", budget=Budget(bytes=9_000), **WORDS, **sliders
        )

    explorer = four(dict.fromkeys("abcd", (0, 39)))
    with pytest.raises(ExplorerError, match="bytes compressed") as error:
        explorer.to_html()
    assert len(four(coarsened(explorer.controls, str(error.value))).packed) > 4_000


def test_advice_takes_from_the_control_with_the_most_stops():
    controls = read_controls({"price": (0, 999), "depth": (0, 99)})
    told = re.fullmatch(
        r"give 'Price' about (\d+) stops instead of 1,000 by a larger step",
        advice(controls, [(0, 1)], 20_000),
    )
    assert told
    assert 170 <= int(told[1]) <= 200
    assert advice(controls, [(0, 1)], 1) == (
        "give 'Price' about 2 stops instead of 1,000 and 'Depth' about 2 stops instead of 100 by "
        "a larger step"
    )
    assert advice(read_controls({"on": True}), [(0,)], 1) == "draw less in each state"


def test_time_is_part_of_the_budget():
    with pytest.raises(ExplorerError, match=r"ms each are more than can be recorded"):
        record(CONTROLS, look_at(one=lambda *stops: stops), Budget(seconds=0))


def test_a_control_that_does_nothing_is_refused():
    with pytest.raises(ExplorerError, match=r"control 'c' changes nothing .* or leave it out"):
        record(CONTROLS, look_at(one=lambda a, b, c: [a, b]))


def test_a_figure_that_remembers_is_refused():
    last = [0]

    def look(stops):
        shown = row(*stops, last[0])
        last[0] = stops[0]
        return {"one": shown}

    with pytest.raises(ExplorerError, match=r"at a=\d, b=\d, c=\d .*whatever was shown before"):
        record(CONTROLS, look)


def test_a_figure_with_random_numbers_is_refused():
    rng = np.random.default_rng()
    with pytest.raises(ExplorerError, match="no random numbers without a seed"):
        record(CONTROLS, look_at(one=lambda *stops: [*stops, rng.integers(10**6)]))


def test_parts_of_the_work_come_back_in_order_from_other_processes():
    here = os.getpid()
    found = in_parallel(lambda part: (os.getpid(), list(part)), range(10), workers=3)
    assert [number for _, part in found for number in part] == list(range(10))
    processes = [process for process, _ in found]
    assert len(set(processes)) == 3
    assert processes[-1] == here


def test_a_failure_in_another_process_is_raised_here():
    def job(part):
        if 2 in part:
            raise ExplorerError("at two")
        if 9 in part:
            raise ExplorerError("at nine")
        return part

    with pytest.raises(ExplorerError, match="at two"):
        in_parallel(job, range(10), workers=3)


def test_a_failure_that_cannot_travel_is_told_in_words():
    class Odd(Exception):
        def __reduce__(self):
            raise TypeError("I stay here")

    def job(part):
        if 2 in part:
            raise Odd("odd thing")
        return part

    with pytest.raises(RuntimeError, match="Odd: odd thing"):
        in_parallel(job, range(10), workers=2)


def test_a_process_that_ends_early_is_noticed():
    def job(part):
        if 2 in part:
            os._exit(3)
        return part

    with pytest.raises(RuntimeError, match="ended early"):
        in_parallel(job, range(10), workers=2)


def test_little_work_is_done_alone():
    assert workers_for(2.9) == 1
    assert in_parallel(list, range(3), workers=2) == [[0, 1, 2]]
