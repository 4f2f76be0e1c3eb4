"""The kernel's side of the live widget."""

import base64
import json

import numpy as np
import pytest

from livefig.page import html
from livefig.widget import ExplorerWidget, live_frame

from .making import drawn, rise, updated
from .zoo import zoo

FAR = [2, 4, 2, 1, 1, 1, 3]
"""A state of the zoo in which everything is another than at first."""


class Frame:
    """A frame, read as the page's script reads it."""

    def __init__(self, frame):
        length = int.from_bytes(frame[:4], "little")
        self.head = json.loads(frame[4 : 4 + length])
        numbers = np.frombuffer(frame[4 + length :], dtype="<i4")
        self.rows, offset = {}, 0
        for name, shape, count in self.head["rows"]:
            self.rows[name] = shape, numbers[offset : offset + count].tolist()
            offset += count
        assert offset == len(numbers)

    @property
    def layers(self):
        return self.head["layers"]


def plain(row):
    """Return a row as it is after a journey as JSON."""
    return json.loads(json.dumps(row.shape)), row.numbers.tolist()


def crossing(ax, k, turned):
    ax.set_axis_off()
    ax.set(xlim=(0, 4), ylim=(0, 4))
    ax.plot([0, 4], [0, k], zorder=3 if turned else 2)
    ax.text(1, 1, f"at {k}", zorder=2.5)
    if k > 2:
        ax.imshow(np.eye(3) * k, vmax=4, extent=(0, 4, 0, 4), interpolation="nearest")
    return {"height": k}


def whole():
    return drawn(crossing, k=(1, 4), turned=[False, True], figsize=(2.4, 1.8))


@pytest.fixture
def widget():
    return ExplorerWidget(zoo())


def assert_shows(widget, stops):
    """Hold a frame, over the first state, to what is seen."""
    frame = Frame(widget.frame)
    seen = widget._explorer.look(stops)
    first = widget._first
    for name, row in frame.rows.items():
        assert row == plain(seen[name])
    for name in set(seen) - set(frame.rows) - {"~order"}:
        assert plain(seen[name]) == plain(first[name])
    assert frame.layers == list(seen["~order"].shape)


def test_a_move_is_answered_with_what_is_then_seen(widget):
    widget.stops = FAR
    assert_shows(widget, FAR)
    assert widget.error == ""


def test_coming_back_brings_everything_back(widget):
    start = list(widget.stops)
    widget.stops = FAR
    widget.stops = start
    assert_shows(widget, start)
    moved = {name for name in Frame(widget.frame).rows if not name.startswith("=")}
    assert moved  # what has ever moved is told again


def test_a_figure_that_is_drawn_whole_moves_too():
    widget = ExplorerWidget(whole())
    for stops in ([3, 1], [0, 0], [2, 0], [0, 1]):
        widget.stops = stops
        assert_shows(widget, stops)


def test_the_order_of_the_layers_is_the_order_of_drawing():
    widget = ExplorerWidget(whole())
    orders = []
    for stops in ([0, 0], [0, 1]):
        widget.stops = stops
        orders.append(Frame(widget.frame).layers)
    line, text = "figure0/axes0/line2d0", "figure0/axes0/text0"
    assert orders[0].index(line) < orders[0].index(text)
    assert orders[1].index(line) > orders[1].index(text)


def test_a_frame_brings_the_pictures_and_clips_it_shows():
    widget = ExplorerWidget(whole())
    assert Frame(widget.frame).head["pictures"] == {}
    widget.stops = [3, 0]
    head = Frame(widget.frame).head
    ((name, picture),) = head["pictures"].items()
    held = widget._explorer.scene.recorder.pictures
    assert base64.b64decode(picture) == held[int(name)]
    line = Frame(widget.frame).rows["figure0/axes0/line2d0"]
    assert str(line[1][6]) in head["clips"]
    widget.stops = [2, 0]
    assert list(Frame(widget.frame).head["pictures"]) != [name]


def test_the_skeleton_has_a_place_for_every_layer_of_the_first_state():
    explorer = whole()
    widget = ExplorerWidget(explorer)
    for name in explorer.scene.drawing().names():
        assert f'data-artist="{name}"' in widget.html
    assert "<script" not in widget.html
    assert widget.header["layers"] == []


def test_a_frame_that_moves_while_it_lives_is_seen_the_second_way():
    def rarely(axes, line, value):
        line.set_ydata([0, value])
        axes.set_ylim(0, 20 if value == 3 else 4)
        return {"value_now": value}

    explorer = updated(rarely, value=(0, 8))
    widget = ExplorerWidget(explorer)
    assert explorer.way == "kept"
    widget.stops = [3]
    assert explorer.way == "whole"
    assert widget.error == ""
    frame = Frame(widget.frame)
    everything = explorer.scene.drawing().names()
    assert frame.layers == everything
    assert set(everything) <= set(frame.rows)  # nothing of the kept artists is of use any more
    widget.stops = [0]
    assert_shows(widget, [0])


def ask(widget, question):
    """Send the kernel a message and return its answers."""
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    widget._answer(widget, question, [])
    return sent


def test_a_ping_is_answered(widget):
    assert ask(widget, {"ping": True}) == [({"pong": True}, None)]


def test_a_question_about_another_state_leaves_the_shown_one_alone(widget):
    before = widget.frame
    ((answer, buffers),) = ask(widget, {"id": 5, "stops": FAR})
    assert answer == {"id": 5}
    assert "=height" in Frame(buffers[0]).rows
    assert widget.frame == before
    line = next(iter(widget._explorer.scene.artists.values()))
    assert line.axes is not None
    widget.stops = [*FAR[:-1], 2]
    assert_shows(widget, [*FAR[:-1], 2])


def fail_at_two(axes, line, value):
    if value == 1:
        raise ZeroDivisionError("nothing to divide")
    rise(axes, line, value)


FAILURE = "explorer 'one' at value=1: ZeroDivisionError: nothing to divide"


def test_a_failure_is_shown_in_the_figure_until_it_is_over():
    widget = ExplorerWidget(updated(fail_at_two))
    before = widget.frame
    widget.stops = [1]
    assert widget.error == FAILURE
    assert widget.frame == before
    widget.stops = [3]
    assert widget.error == ""
    assert_shows(widget, [3])


def test_a_question_that_fails_is_answered_with_the_failure():
    widget = ExplorerWidget(updated(fail_at_two))
    assert ask(widget, {"id": 7, "stops": [1]}) == [({"id": 7, "error": FAILURE}, None)]


def test_numbers_begin_where_the_script_can_read_them():
    for name in ("a", "ab", "abc", "ä"):
        frame = live_frame({}, [name], {}, {})
        assert int.from_bytes(frame[:4], "little") % 4 == 0


def test_an_explorer_has_one_widget_with_the_script_and_the_style():
    explorer = updated(rise)
    assert explorer.widget is explorer.widget
    assert explorer.widget._css == html.asset("static/livefig.css")
    assert str(explorer.widget._esm).endswith(
        "export default { render: globalThis.livefig.render };\n"
    )
