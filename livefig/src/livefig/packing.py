"""Tables of integers as few bytes, for the page to unpack.

Columns of a table that are alike are kept once, and columns that never change are kept as one row.
Of what moves, neighbouring stops look alike, so differences are kept, or differences of
differences, in the way that packs best; the page adds up again. Differences are zigzag-coded, small
ones lie side by side in a byte, large ones in byte planes, and the whole is gzipped, which every
browser can undo by itself.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .controls import Control
from .errors import ExplorerError
from .recording.budget import Budget, advice
from .recording.tracks import Track

SAMPLE = 300_000
"""Integers on which ways of differencing are compared."""

FIELDS = (0, 2, 4)
"""Bits of a field for small numbers that are tried; 0 for none."""

MOST_PASSES = 4

Passes = list[tuple[int, int]]
"""Along which axis to take differences, and over how many places, for each pass."""

Code = tuple[int, Passes, int]
"""How an array is written: byte planes, passes, and bits of a field for small numbers."""


def pack(
    header: Mapping[str, Any], tracks: Sequence[Track], pictures: Mapping[int, bytes] | None = None
) -> bytes:
    """Return header, tables and pictures as gzipped bytes.

    The bytes are: the length of the header (4 bytes, little-endian), the header as JSON, then the
    arrays of each track in the order of ``header["tracks"]``, then the pictures in the order of
    ``header["pictures"]``.
    """
    entries, bodies = [], []
    for track in tracks:
        entry, body = _pack_track(track)
        entries.append(entry)
        bodies.append(body)
    images = dict(sorted((pictures or {}).items()))  # however many processes found them
    listed = [[name, len(image)] for name, image in images.items()]
    content = {**header, "tracks": entries, "pictures": listed}
    head = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    raw = len(head).to_bytes(4, "little") + head + b"".join([*bodies, *images.values()])
    return gzip.compress(raw, compresslevel=9, mtime=0)


def as_text(packed: bytes) -> str:
    """Return packed bytes as text for a page."""
    return base64.b64encode(packed).decode()


def refuse_too_large(
    packed: bytes, budget: Budget, controls: Sequence[Control], tracks: Sequence[Track]
) -> None:
    """Raise if the packed states are larger than may be.

    Raises
    ------
    ExplorerError
        It says to how many stops the controls must be coarsened.
    """
    if len(packed) <= budget.bytes:
        return
    groups = {track.axes for track in tracks}
    share = 0.9 * budget.bytes / len(packed)
    counts = [len(control.values) for control in controls]
    most = sum(int(np.prod([counts[axis] for axis in group])) for group in groups)
    raise ExplorerError(
        f"the recorded states take {len(packed):,} bytes compressed, more than {budget.bytes:,}; "
        f"{advice(controls, groups, most * share)}, draw fewer points, or allow more with "
        "budget=livefig.Budget(bytes=...)"
    )


def _pack_track(track: Track) -> tuple[dict[str, Any], bytes]:
    table = np.asarray(track.table, dtype=np.int32)
    width = table.shape[-1]
    flat = table.reshape(-1, width)
    still, moving, places = _columns(flat)
    parts = [
        _encode(flat[0, still]),
        _encode(flat[:, moving].reshape(*table.shape[:-1], len(moving))),
    ]
    entry = {
        "name": track.name,
        "axes": track.axes,
        "grid": table.shape[:-1],
        "width": width,
        "still": [len(still), *parts[0][0]],
        "moving": [len(moving), *parts[1][0]],
        "shapes": track.shapes,
    }
    if not np.array_equal(places, np.arange(width)):
        parts.append(_encode(places))
        entry["places"] = list(parts[2][0])
    return entry, b"".join(body for _, body in parts)


def _columns(flat: np.ndarray) -> tuple[list[int], list[int], np.ndarray]:
    """Sort the columns of a table: those that never change, those that do, and where each stands.

    Examples
    --------
    >>> still, moving, places = _columns(np.array([[7, 0, 7, 1, 0], [7, 5, 7, 2, 5]]))
    >>> still, moving, places.tolist()
    ([0], [1, 3], [0, 1, 0, 2, 1])
    """
    same = (flat == flat[0]).all(axis=0)
    columns = np.ascontiguousarray(flat.T)
    still: dict[bytes, tuple[int, int]] = {}
    moving: dict[bytes, tuple[int, int]] = {}
    sources = []
    for index, column in enumerate(columns):
        known = still if same[index] else moving
        key = column[:1].tobytes() if same[index] else column.tobytes()
        sources.append((bool(same[index]), known.setdefault(key, (len(known), index))[0]))
    places = [place if fixed else len(still) + place for fixed, place in sources]
    return (
        [index for _, index in still.values()],
        [index for _, index in moving.values()],
        np.array(places, dtype=np.int32),
    )


def _encode(table: np.ndarray) -> tuple[Code, bytes]:
    """Return how an array is written, and its bytes: of the ways to write it, the shortest."""
    passes = _best_passes(table)
    coded = _zigzag(_difference(table, passes)).ravel()
    written = {bits: _write(coded, bits) for bits in FIELDS}
    bits = min(written, key=lambda bits: len(zlib.compress(written[bits][1], 6)))
    planes, body = written[bits]
    return (planes, passes, bits), body


def _write(coded: np.ndarray, bits: int) -> tuple[int, bytes]:
    """Return how many byte planes there are, and small numbers in fields of some bits before them.

    Fields stand side by side in a byte, the first in its lowest bits. A field with all its bits set
    says that the number is as large or larger; what is beyond stands in the planes.
    """
    body = b""
    if bits:
        most = 2**bits - 1
        fields = np.zeros((-(-coded.size * bits // 8), 8 // bits), dtype=np.uint8)
        fields.ravel()[: coded.size] = np.minimum(coded, most)
        body = np.bitwise_or.reduce(
            fields << np.arange(0, 8, bits, dtype=np.uint8), axis=1
        ).tobytes()
        coded = coded[coded >= most] - np.uint32(most)
    planes = max(1, (int(coded.max(initial=0)).bit_length() + 7) // 8)
    return planes, body + b"".join(
        ((coded >> np.uint32(8 * plane)) & np.uint32(0xFF)).astype(np.uint8).tobytes()
        for plane in range(planes)
    )


def _best_passes(table: np.ndarray) -> Passes:
    """Choose along which axes to difference: one after the other, as long as it packs better."""
    if table.size < 8:
        return []
    last = table.ndim - 1
    ways = [*((axis, 1) for axis in range(table.ndim)), (last, 2)]
    sample = table
    if table.size > SAMPLE:
        sample = table[: max(3, int(table.shape[0] * SAMPLE / table.size))]

    def size(numbers: np.ndarray) -> int:
        return len(zlib.compress(_write(_zigzag(numbers).ravel(), FIELDS[1])[1], 1))

    passes: Passes = []
    best = size(sample)
    while len(passes) < MOST_PASSES:
        tried = [_difference(sample, [way]) for way in ways]
        sizes = [size(numbers) for numbers in tried]
        least = min(sizes)
        if least >= best:
            break
        best, chosen = least, sizes.index(least)
        sample = tried[chosen]
        passes.append(ways[chosen])
    return passes


def _difference(table: np.ndarray, passes: Passes) -> np.ndarray:
    result = table.astype(np.int32)  # differences wrap around, and so do the page's sums
    for axis, stride in passes:
        if result.shape[axis] <= stride:
            continue
        ahead = np.take(result, range(stride, result.shape[axis]), axis=axis)
        behind = np.take(result, range(result.shape[axis] - stride), axis=axis)
        head = np.take(result, range(stride), axis=axis)
        result = np.concatenate([head, ahead - behind], axis=axis)
    return result


def _zigzag(numbers: np.ndarray) -> np.ndarray:
    return ((numbers << 1) ^ (numbers >> 31)).astype(np.uint32)
