"""Recording: exact at every state, adding for independent controls, refusing what it cannot do."""

import base64
import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib.explore import ExplorerError, packing, recording
from marginlib.explore.controls import read_controls
from marginlib.explore.recording import Track


def look_at(**tracks):
    """Make a look from functions of the stops, one for each track."""

    def look(stops):
        return {name: (("shape",), tuple(track(*stops))) for name, track in tracks.items()}

    return look


CONTROLS = read_controls({"a": (0, 4), "b": (0, 3), "c": (0, 2)})


def test_a_track_is_kept_over_just_the_controls_it_depends_on():
    look = look_at(
        one=lambda a, b, c: [a], two=lambda a, b, c: [b * c, 7], none=lambda a, b, c: [1]
    )
    tracks = {track.name: track for track in recording.record(CONTROLS, look)}
    assert {name: track.axes for name, track in tracks.items()} == {"one": (0,), "two": (1, 2)}
    assert tracks["two"].row((4, 3, 2)) == (("shape",), (6, 7))


def test_independent_controls_add_instead_of_multiply():
    controls = read_controls({"a": (0, 99), "b": (0, 99), "c": (0, 99)})
    seen = []

    def look(stops):
        seen.append(stops)
        a, b, c = stops
        return {"p": (("s",), (a,)), "q": (("s",), (b, c // 50))}

    tracks = {track.name: track for track in recording.record(controls, look)}
    assert tracks["p"].axes == (0,)
    assert tracks["q"].axes == (1, 2)
    assert len(seen) < 12_000
    assert tracks["q"].row((0, 42, 99))[1] == (42, 1)


def test_too_many_states_name_the_control_to_coarsen():
    controls = read_controls({"price": (0, 999), "depth": (0, 99)})
    look = look_at(one=lambda a, b: [a * b])
    with pytest.raises(ExplorerError, match=r"100,000 states.*coarsen 'price' to about 200 stops"):
        recording.record(controls, look)


def test_a_control_that_does_nothing_is_refused():
    with pytest.raises(ExplorerError, match="control 'c' changes nothing"):
        recording.record(CONTROLS, look_at(one=lambda a, b, c: [a, b]))


def test_a_figure_that_remembers_is_refused():
    last = [0]

    def look(stops):
        shown = (*stops, last[0])
        last[0] = stops[0]
        return {"one": (("s",), shown)}

    with pytest.raises(ExplorerError, match="must set every artist on every call"):
        recording.record(CONTROLS, look)


def test_a_figure_with_random_numbers_is_refused():
    rng = np.random.default_rng()
    with pytest.raises(ExplorerError, match="no random numbers"):
        recording.record(CONTROLS, look_at(one=lambda *stops: [*stops, rng.integers(10**6)]))


def unpack(text):
    """Unpack as explorer.js does, in Python."""
    raw = gzip.decompress(base64.b64decode(text))
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length])
    offset = 4 + length
    tables = {}
    for track in header["tracks"]:
        shape = (*track["grid"], track["width"])
        size = int(np.prod(shape))
        coded = np.zeros(size, dtype=np.uint32)
        for plane in range(track["planes"]):
            part = np.frombuffer(raw, dtype=np.uint8, count=size, offset=offset)
            coded |= part.astype(np.uint32) << np.uint32(8 * plane)
            offset += size
        table = ((coded >> 1).astype(np.int32) ^ -(coded & 1).astype(np.int32)).reshape(shape)
        for axis, stride in reversed(track["passes"]):
            moved = np.moveaxis(table, axis, 0).copy()
            for index in range(stride, len(moved)):
                moved[index] += moved[index - stride]
            table = np.moveaxis(moved, 0, axis)
        tables[track["name"]] = table
    return tables


@settings(deadline=None, max_examples=60)
@given(
    grid=st.lists(st.integers(1, 5), min_size=0, max_size=3),
    width=st.integers(1, 9),
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from([3, 300, 2**20, 2**30]),
)
def test_what_is_packed_is_unpacked_exactly(grid, width, seed, size):
    rng = np.random.default_rng(seed)
    table = rng.integers(-size, size, (*grid, width), endpoint=True)
    track = Track("t", tuple(range(len(grid))), ("s",), table)
    assert np.array_equal(unpack(packing.pack({}, [track]))["t"], table)


def test_the_same_states_are_the_same_bytes():
    track = Track("t", (0,), ("s",), np.arange(20).reshape(5, 4))
    assert packing.pack({"k": 1}, [track]) == packing.pack({"k": 1}, [track])


def test_too_large_a_table_names_what_to_coarsen():
    rng = np.random.default_rng(1)
    controls = [{"name": "price", "texts": ["x"] * 1000}]
    noise = Track("a3", (0,), ("s",), rng.integers(-(10**6), 10**6, (1000, 400)))
    with pytest.raises(ExplorerError, match=r"coarsen 'price' to about \d+ stops.*fewer points"):
        packing.pack({"controls": controls}, [noise])
