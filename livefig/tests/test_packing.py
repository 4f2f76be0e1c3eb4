"""Packing: what goes in comes out, in few bytes, and the same bytes each time."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefig import Budget, ExplorerError, packing
from livefig.checking import unpack
from livefig.controls import read_controls
from livefig.recording import Track

MOST = 2**31 - 1


@st.composite
def tables(draw):
    """Tables with columns that never move, columns that are alike, smooth and wild ones."""
    grid = tuple(draw(st.lists(st.integers(1, 5), max_size=3)))
    kinds = draw(st.lists(st.sampled_from(["still", "alike", "smooth", "wild"]), max_size=8))
    size = draw(st.sampled_from([3, 300, 2**20, MOST]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    states = np.indices(grid).sum(axis=0) if grid else np.zeros((), int)
    columns = [np.zeros(grid, int)]  # which shape: here always the first
    for kind in kinds:
        columns.append({
            "still": np.full(grid, rng.integers(-size, size)),
            "alike": columns[-1],
            "smooth": rng.integers(-size, size) // 64 * states,
            "wild": rng.integers(-size, size, grid, endpoint=True),
        }[kind])  # fmt: skip
    return np.stack(columns, axis=-1).astype(np.int32)


def states_of(table):
    return np.ndindex(*table.shape[:-1])


@given(tables())
def test_what_is_packed_is_unpacked_exactly(table):
    axes = tuple(range(table.ndim - 1))
    _, rows, _ = unpack(packing.pack({}, [Track("t", axes, (("s", 1),), table)]))
    for stops in states_of(table):
        row = rows["t"](stops)
        assert row.shape == ("s", 1)
        assert np.array_equal(row.numbers, table[stops][1:])


@given(st.lists(tables(), max_size=4))
def test_several_tables_do_not_get_into_each_others_way(several):
    tracks = [
        Track(f"t{index}", tuple(range(table.ndim - 1)), ("s",), table)
        for index, table in enumerate(several)
    ]
    images = {7: b"seven", 3: b"three"}
    header, rows, pictures = unpack(packing.pack({"kept": "yes"}, tracks, images))
    assert header["kept"] == "yes"
    assert pictures == images
    for track in tracks:
        last = tuple(count - 1 for count in track.table.shape[:-1])
        assert np.array_equal(rows[track.name](last).numbers, track.table[last][1:])


@given(tables())
def test_the_same_states_are_the_same_bytes(table):
    track = Track("t", tuple(range(table.ndim - 1)), ("s",), table)
    assert packing.pack({"k": 1}, [track]) == packing.pack({"k": 1}, [track])


def test_pictures_are_the_same_bytes_in_whatever_order_they_were_found():
    assert packing.pack({}, [], {1: b"a", 2: b"b"}) == packing.pack({}, [], {2: b"b", 1: b"a"})


def test_a_track_depends_on_its_own_axes_only():
    table = np.array([[0, 10], [0, 20], [0, 30]], np.int32)
    _, rows, _ = unpack(packing.pack({}, [Track("t", (1,), ("s",), table)]))
    assert [rows["t"]((9, stop, 9)).numbers.tolist() for stop in range(3)] == [[10], [20], [30]]


def test_shapes_come_back_as_they_were():
    shapes = ((("path", "lines", "", True),), (("text", (("at ", (1, 0)),), "größer ≥ 1"),))
    table = np.array([[0, 5], [1, 6]], np.int32)
    _, rows, _ = unpack(packing.pack({}, [Track("t", (0,), shapes, table)]))
    assert [rows["t"]((stop,)).shape for stop in range(2)] == list(shapes)


def test_neighbouring_stops_that_look_alike_cost_little():
    steps = np.arange(200)[:, None] * np.arange(1, 400) + np.arange(399) ** 2
    smooth = Track("t", (0,), ("s",), np.c_[np.zeros(200), steps].astype(np.int32))
    assert len(packing.pack({}, [smooth])) < 4000


def test_columns_that_are_alike_are_kept_once():
    rng = np.random.default_rng(1)
    column = rng.integers(0, 10**6, (100, 1))
    once, often = (
        packing.pack({}, [Track("t", (0,), ("s",), np.repeat(column, count, axis=1))])
        for count in (1, 200)
    )
    assert len(often) < len(once) + 500


def test_nothing_in_the_bytes_tells_when_they_were_made():
    packed = packing.pack({}, [])
    assert packed[4:8] == bytes(4)
    assert gzip.decompress(packed)


def test_too_large_a_table_names_what_to_coarsen():
    rng = np.random.default_rng(1)
    controls = read_controls({"price": (0, 999)})
    noise = Track("a3", (0,), ("s",), rng.integers(-(10**6), 10**6, (1000, 400)))
    packed = packing.pack({}, [noise])
    with pytest.raises(
        ExplorerError, match=r"give 'Price' about \d+ stops instead of 1,000.*fewer points"
    ):
        packing.refuse_too_large(packed, Budget(bytes=400_000), controls, [noise])
    packing.refuse_too_large(packed, Budget(bytes=len(packed)), controls, [noise])
