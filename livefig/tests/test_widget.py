"""The kernel's side of the live widget."""

import json

import numpy as np
import pytest

from livefig.drawing.marks import ORDER
from livefig.widget import ExplorerWidget

from .making import drawn, rise, updated
from .zoo import zoo

FAR = [2, 4, 2, 1, 1, 1, 3]


def read_frame(frame):
    length = int.from_bytes(frame[:4], "little")
    head = json.loads(frame[4 : 4 + length])
    numbers = np.frombuffer(frame[4 + length :], dtype="<i4")
    rows, offset = {}, 0
    for name, shape, count in head["rows"]:
        rows[name] = shape, numbers[offset : offset + count].tolist()
        offset += count
    return rows, head


@pytest.fixture
def widget():
    return ExplorerWidget(zoo())


def plain(row):
    return json.loads(json.dumps(row.shape)), row.numbers.tolist()


def test_a_move_is_answered_with_what_is_then_seen(widget):
    widget.stops = FAR
    rows, _ = read_frame(widget.frame)
    seen = widget._explorer.look(FAR)
    assert all(row == plain(seen[name]) for name, row in rows.items())
    first = widget._explorer.look(widget._explorer.start)
    assert all(plain(seen[name]) == plain(first[name]) for name in set(seen) - set(rows) - {ORDER})


def test_coming_back_brings_everything_back(widget):
    start = list(widget.stops)
    widget.stops = FAR
    widget.stops = start
    first = widget._explorer.look(start)
    rows, _ = read_frame(widget.frame)
    assert all(row == plain(first[name]) for name, row in rows.items())


def test_a_question_about_another_state_leaves_the_shown_one_alone(widget):
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    before = widget.frame
    widget._answer(widget, {"ping": True}, [])
    widget._answer(widget, {"id": 5, "stops": FAR}, [])
    assert sent[0] == ({"pong": True}, None)
    assert sent[1][0] == {"id": 5}
    assert "=height" in read_frame(sent[1][1][0])[0]
    assert widget.frame == before


def test_a_failing_update_is_told_with_its_state_and_the_figure_goes_on():
    def change(axes, line, value):
        if value == 3:
            raise ZeroDivisionError("nothing to divide")
        line.set_ydata([0, value])

    widget = ExplorerWidget(updated(change))
    before = widget.frame
    widget.stops = [3]
    assert widget.error == "explorer 'one' at value=3: ZeroDivisionError: nothing to divide"
    sent = []
    widget.send = lambda content, buffers=None: sent.append(content)
    widget._answer(widget, {"id": 1, "stops": [3]}, [])
    assert sent[0]["error"] == widget.error
    widget.stops = [4]
    assert widget.error == ""
    assert widget.frame != before


def test_whole_drawings_send_their_layers_in_order_and_their_pictures():
    def draw(ax, size):
        ax.imshow(np.arange(size * size).reshape(size, size))
        ax.set_title(f"{size} rows")

    widget = ExplorerWidget(drawn(draw, size=(2, 5)))
    widget.stops = [3]
    rows, head = read_frame(widget.frame)
    assert set(rows) - set(head["layers"]) <= {name for name in rows if name.startswith("=")}
    assert len(head["pictures"]) == 1
    assert all(name in head["layers"] for name in rows)


def test_a_frame_that_moves_while_the_widget_is_alive_changes_the_way():
    explorer = updated(rise)
    assert explorer.way == "kept"
    widget = ExplorerWidget(explorer)
    explorer.scene.figure.axes[0].set_xticks([0, 0.25])
    widget.stops = [3]
    assert explorer.way == "whole"
    assert widget.error == ""
