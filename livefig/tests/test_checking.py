"""Checking: what is recorded well passes, and whatever is lost or wrong is found and named."""

import dataclasses
import re

import numpy as np
import pytest
from matplotlib.patches import Rectangle

import livefig
from livefig import Explorer, ExplorerError, checking
from livefig.drawing import pictures
from livefig.drawing.marks import ORDER
from livefig.scenes import Kept, Updated, Whole

from .making import WORDS, drawn, draws_in_place, rise, small_axes, updated
from .zoo import parts

pytestmark = pytest.mark.usefixtures("quickly")


def crossing(ax, k, turned):
    """Draw two broad lines, of which either may be on top, and some text."""
    ax.set_axis_off()
    ax.set(xlim=(0, 4), ylim=(0, 4))
    ax.plot([0, 4], [0, k], lw=12, color="#cc0000", zorder=3 if turned else 2)
    ax.plot([0, 4], [4, 0], lw=12, color="#00cc00", zorder=2.5)
    ax.text(1, 1, f"at {k}", zorder=2.2)
    return {"height": k}


def whole():
    return drawn(crossing, k=(1, 4), turned=[False, True], figsize=(2.4, 1.8))


def kept():
    figure, axes = small_axes()
    axes.set_axis_off()
    axes.set(xlim=(0, 4), ylim=(0, 4))
    (line,) = axes.plot([0, 4], [0, 1], lw=12, color="#cc0000")
    axes.plot([0, 4], [4, 0], lw=12, color="#00cc00", zorder=2.5)
    text = axes.text(1, 1, "", zorder=2.2)

    def update(k, turned):
        line.set_ydata([0, k])
        line.set_zorder(3 if turned else 2)
        text.set_text(f"at {k}")
        return {"height": k}

    return livefig.explorer(figure, update, name="one", k=(1, 4), turned=[False, True], **WORDS)


def broken(explorer, change):
    """Let a change of (name, table) into what an explorer has recorded; a table of None is lost."""
    tracks = []
    for track in explorer.recording.tracks:
        table = change(track.name, track.table.copy())
        if table is not None:
            tracks.append(dataclasses.replace(track, table=table))
    assert len(tracks) < len(explorer.recording.tracks) or any(
        not np.array_equal(one.table, other.table)
        for one, other in zip(tracks, explorer.recording.tracks, strict=True)
    )
    explorer.__dict__["recording"] = dataclasses.replace(explorer.recording, tracks=tuple(tracks))
    return explorer


def is_line(name):
    return name == "a0" or name.endswith("line2d0")


COLOUR, COORDINATES = 4, slice(8, None)
"""Where in the table of a path stand its stroke and its coordinates."""


def shift(name, table):
    if is_line(name):
        table[2:, ..., COORDINATES] += 20
    return table


def recolour(name, table):
    if is_line(name):
        table[3, ..., COLOUR] = 0x0000CC
    return table


def drop(name, table):
    return None if is_line(name) else table


def swap(name, table):
    return table[::-1].copy() if name == ORDER else table


def miscount(name, table):
    if name == "=height":
        table[3, ..., 1] += 1
    return table


def reword(name, table):
    if name == "a2" or name.endswith("text0"):
        table[3, ..., -1] += 1
    return table


@pytest.mark.parametrize("make", [kept, whole])
def test_what_is_recorded_well_passes(make):
    explorer = make()
    report = explorer.check()
    assert explorer.way == make.__name__
    assert report.states == 8
    assert report.worst < 0.001
    assert re.fullmatch(r"k=\d, turned=(True|False)", report.at)
    assert explorer.check(3).states == 3


@pytest.mark.parametrize("make", [kept, whole])
@pytest.mark.parametrize(
    ("change", "at"),
    [
        (shift, "k=3"),
        (recolour, "k=4"),
        (drop, "k="),
        (swap, "k=1, turned=False"),
        (miscount, "k=4"),
        (reword, "k=4"),
    ],
)
def test_whatever_is_wrong_is_found_and_the_state_is_named(make, change, at):
    with pytest.raises(ExplorerError, match=f"explorer 'one' at {at}.*recorded"):
        broken(make(), change).check()


def test_a_wrong_picture_is_found_by_its_pixels():
    def draw(ax, k):
        ax.set_axis_off()
        ax.imshow(np.eye(5) * k, vmin=0, vmax=4, interpolation="nearest")

    explorer = drawn(draw, k=(1, 4), figsize=(2.4, 1.8))
    held = explorer.scene.recorder.pictures
    explorer.at(k=3)
    number = int(next(iter(explorer.scene.drawing().layers[-1].marks)).numbers[0])
    assert len(explorer.recording.tracks) == 1
    held[number] = pictures.encoded(np.full((5, 5, 4), 255, np.uint8))
    message = r"at k=3: \d+\.\d% of the recorded picture differs from what matplotlib draws"
    with pytest.raises(ExplorerError, match=message):
        explorer.check()


def test_a_wrong_clip_is_found_by_its_pixels():
    def draw(ax, k):
        ax.set_axis_off()
        ax.set(xlim=(0, 4), ylim=(0, 4))
        ax.add_patch(Rectangle((-1, -1), k, 9))

    explorer = drawn(draw, k=(2, 4), figsize=(2.4, 1.8))
    explorer.recording  # noqa: B018
    for content in explorer.scene.recorder.clips.values():
        content[0] = (0, 0, *content[0][2:])
    with pytest.raises(ExplorerError, match="of the recorded picture differs"):
        explorer.check()


@draws_in_place
def test_what_moves_unseen_in_a_rare_state_is_found_when_it_is_checked():
    def change(axes, line, value):
        line.set_ydata([0, value])
        axes.lines[1].get_ydata(orig=False)[:] = 3 if value == 2 else 1

    explorer = updated(change, lambda axes: axes.plot([0.0, 1.0], [1.0, 1.0], lw=9), value=(0, 8))
    assert explorer.way == "kept"
    with pytest.raises(ExplorerError, match="at value=2"):
        explorer.check()


def test_a_frame_that_moves_unseen_in_a_rare_state_is_found_when_it_is_checked():
    def change(axes, line, value):
        line.set_ydata([0, value])
        axes.xaxis.majorTicks[0].label1.set_color("red" if value == 2 else "black")

    explorer = updated(change, value=(0, 8))
    assert explorer.way == "kept"
    with pytest.raises(ExplorerError, match=r"at value=2: update\(\) changed the frame"):
        explorer.check()


# The two ways agree.


def both_ways(make, fixed=None, **controls):
    """Return a figure seen both ways: kept, and forced to be drawn whole in the same layout."""

    def seen_whole(start):
        figure, update = make()
        Kept(figure, update, start)  # its layout is worked out once
        return Whole(Updated(figure, update))

    return [
        Explorer(scene, name="one", controls=controls, fixed=fixed, **WORDS)
        for scene in (lambda start: Kept(*make(), start), seen_whole)
    ]


def agree(one, other, count=8):
    assert (one.way, other.way) == ("kept", "whole")
    tables = [checking.Tables(explorer) for explorer in (one, other)]
    rng = np.random.default_rng(5)
    for _ in range(count):
        stops = tuple(int(rng.integers(len(control.values))) for control in one.controls)
        off = checking.difference(*(table.picture(stops) for table in tables))
        assert off < checking.SPECKLES, f"{one.values(stops)}: {off:.2%}"
        fresh = checking.fresh_picture(one, stops)
        assert checking.difference(tables[0].picture(stops), fresh) < checking.SPECKLES


@pytest.mark.parametrize(
    ("moving", "still"),
    [
        ({"place": [3, 9], "shown": True, "step": [0, 6]},
         {"speed": 1.5, "size": 10.0, "shape": "down", "mood": "wild"}),
        ({"size": [1.0, 100.0], "shape": ["up", "down"], "mood": ["calm", "wild"]},
         {"speed": 0.5, "place": 5, "shown": True, "step": 2}),
    ],
)  # fmt: skip
def test_the_zoo_looks_the_same_both_ways(moving, still):
    agree(*both_ways(lambda: parts()[:2], fixed=still, **moving), count=4)


def test_a_figure_of_the_book_looks_the_same_both_ways():
    def make():
        figure, axes = livefig.subplots()
        x = np.linspace(0, 10, 50)
        (line,) = axes.plot(x, x, color=livefig.BLUE, label="price")
        fill = axes.fill_between(x, 0, x, color=livefig.BLUE, alpha=0.2)
        level = axes.axhline(2, color=livefig.RED, ls="--")
        note = axes.annotate("", (1, 1), (3, 8), arrowprops={"arrowstyle": "->"})
        axes.set(xlim=(0, 10), ylim=(0, 10), xlabel="time", ylabel="price")
        axes.legend(frameon=False)

        def update(leverage, crash):
            y = 8 - x * leverage / 10 + (np.nan if crash else 0) * (x > 6)
            line.set_ydata(y)
            fill.set_data(x, 0 * x, y)
            level.set_ydata([leverage] * 2)
            note.xy = (leverage, 2)
            note.set_text(f"liquidated at {1000 * leverage:,}" if crash else "")

        return figure, update

    agree(*both_ways(make, leverage=(1, 5, 2), crash=True), count=4)


# What it is made of.


def test_pictures_differ_by_what_is_seen():
    ground = np.full((60, 80, 3), 255, np.uint8)
    line = ground.copy()
    line[30] = 0
    moved = np.roll(line, 1, axis=0)
    far = np.roll(line, 6, axis=0)
    assert checking.difference(line, line) == 0
    assert checking.difference(line, moved) == 0  # an edge may fall on either side of a pixel
    assert checking.difference(line, far) > 0.01
    assert checking.difference(line, ground) == checking.difference(ground, line) > 0.01
    assert checking.difference(np.pad(line, ((0, 3), (0, 3), (0, 0))), line) == 0


def test_a_picture_lies_on_its_ground():
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, :, 0] = 200
    pixels[0, :, 3] = [0, 128, 255]
    found = checking.on_ground(pixels, "#ffffff")
    assert found[0].tolist() == [[255, 255, 255], [227, 127, 127], [200, 0, 0]]


def test_a_picture_in_the_colours_of_another_ground():
    dark = {**livefig.theme.PALETTE, "ground": "#101010", "black": "#f0f0f0"}
    tables = checking.Tables(updated(rise))
    light, night = tables.picture((2,)), tables.picture((2,), dark)
    assert light.mean() > 200
    assert night.mean() < 60


@pytest.mark.parametrize("states", [0, -1, 1.5, "all"])
def test_a_check_of_no_states_is_no_check(states):
    with pytest.raises(ExplorerError, match="states must be a whole number above 0"):
        kept().check(states)
