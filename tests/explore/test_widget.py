"""The kernel's side of the live widget."""

import json

import numpy as np
import pytest

from marginlib.explore.widget import ExplorerWidget

from .zoo import zoo


def read_frame(frame):
    length = int.from_bytes(frame[:4], "little")
    numbers = np.frombuffer(frame[4 + length :], dtype="<i4")
    rows, offset = {}, 0
    for name, shape, count in json.loads(frame[4 : 4 + length]):
        rows[name] = shape, tuple(numbers[offset : offset + count].tolist())
        offset += count
    return rows


@pytest.fixture
def widget():
    return ExplorerWidget(zoo())


def plain(shape):
    return json.loads(json.dumps(shape))


def test_a_move_is_answered_with_what_is_then_seen(widget):
    stops = [2, 4, 2, 1, 1, 1, 3]
    widget.stops = stops
    rows = read_frame(widget.frame)
    seen = widget._explorer.look(stops)
    for name, (shape, numbers) in rows.items():
        assert (shape, numbers) == (plain(seen[name][0]), seen[name][1])
    missing = set(seen) - set(rows)
    first = widget._explorer.look(widget._explorer.start)
    assert all(seen[name] == first[name] for name in missing)


def test_coming_back_brings_everything_back(widget):
    start = list(widget.stops)
    widget.stops = [2, 4, 2, 1, 1, 1, 3]
    widget.stops = start
    first = widget._explorer.look(start)
    for name, (shape, numbers) in read_frame(widget.frame).items():
        assert (shape, numbers) == (plain(first[name][0]), first[name][1])


def test_a_question_about_another_state_leaves_the_shown_one_alone(widget):
    sent = []
    widget.send = lambda content, buffers: sent.append((content, buffers))
    before = widget.frame
    widget._answer(widget, {"id": 5, "stops": [2, 4, 2, 1, 1, 1, 3]}, [])
    assert sent[0][0] == {"id": 5}
    assert "=height" in read_frame(sent[0][1][0])
    assert widget.frame == before


def test_a_failing_update_is_shown_in_the_figure(widget):
    def fail(**_):
        raise ZeroDivisionError("nothing to divide")

    widget._explorer._update = fail
    with pytest.raises(ZeroDivisionError):
        widget.stops = [2, 4, 2, 1, 1, 1, 3]
    assert widget.error == "ZeroDivisionError: nothing to divide"
