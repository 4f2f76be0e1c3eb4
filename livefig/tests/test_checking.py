"""check() passes on what is right, and on nothing else."""

import sys

import numpy as np
import pytest

import livefig
from livefig import ExplorerError, checking
from livefig.drawing.marks import ORDER
from livefig.recording import Recording, Track
from livefig.scenes import Updated, Whole

from .making import drawn, updated
from .zoo import zoo


def picture(ax, n):
    ax.bar(range(n), range(n), color="red")
    ax.plot([0, n], [n, 0], lw=8)
    ax.set_title(f"{n} bars")


def broken(change):
    """Return an explorer whose recorded tracks were changed."""
    explorer = drawn(picture, n=(3, 8))
    kept = explorer.recording
    tracks = tuple(change(track) for track in kept.tracks)
    explorer.recording = Recording(
        tuple(track for track in tracks if track is not None),
        kept.layers, kept.states, kept.seconds,
    )  # fmt: skip
    return explorer


def shifted(track):
    if track.name == ORDER:
        return track
    table = track.table.copy()
    table[-1, 7:] += 40
    return Track(track.name, track.axes, track.shapes, table)


def late(track):
    return Track(track.name, track.axes, track.shapes, np.roll(track.table, 1, axis=0))


def dropped(track):
    return None if "text" in track.name else track


def test_what_is_right_passes():
    report = drawn(picture, n=(3, 8)).check()
    assert (report.states, report.worst < checking.SPECKLES) == (6, True)
    assert zoo().check(6).states == 6


@pytest.mark.parametrize("change", [shifted, late, dropped])
def test_what_was_recorded_wrong_is_found_with_its_state(change):
    with pytest.raises(ExplorerError, match="at n="):
        broken(change).check()


def test_a_picture_that_differs_is_found(monkeypatch):
    monkeypatch.setattr(checking, "_same", lambda one, other: True)
    with pytest.raises(ExplorerError, match=r"of the recorded picture differs"):
        broken(late).check()


def test_both_ways_draw_the_same_pictures():
    kept = zoo()
    scene = kept.scene
    other = zoo("other")
    whole = Whole(Updated(other.scene.figure, other.scene._update))
    rng = np.random.default_rng(2)
    for _ in range(6):
        stops = tuple(int(rng.integers(len(control.values))) for control in kept.controls)
        kept.look(stops)
        scene.check_frame()
        whole.show(other.values(stops))
        agg = sys.modules["livefig.drawing.replay"].Agg(
            whole.width, whole.height, whole.recorder.clips, whole.recorder.pictures
        )
        drawn_whole = checking.on_ground(agg.pixels(whole.drawing()))
        recorded = checking.Tables(kept).picture(stops)
        assert checking.difference(recorded, drawn_whole) < checking.SPECKLES


def test_pictures_differ_by_what_is_seen_and_not_by_a_pixel():
    one = np.full((60, 60, 3), 255, np.uint8)
    other, third = one.copy(), one.copy()
    one[20:22], other[21:23], third[40:50] = 0, 0, 0
    assert checking.difference(one, other) == 0
    assert checking.difference(one, third) > 0.1


def test_updates_that_move_the_frame_pass_too():
    def change(axes, line, value):
        axes.set_ylim(0, 1 + value)
        line.set_ydata([0, value])

    assert updated(change).check().states == 5
    assert isinstance(updated(change).check(2), livefig.Report)
