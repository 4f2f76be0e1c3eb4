"""Tables of integers as few bytes, for the page to unpack.

Neighbouring stops look alike, so what is stored are differences of differences. Each track is
differenced along its controls and along its points in the way that packs it best; the page adds
up again. Differences are zigzag-coded, cut into byte planes, and the whole is gzipped, which every
browser can undo by itself.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import ExplorerError
from .recording import Track

MOST_BYTES = 400_000
"""Compressed size that one explorer may have."""

SAMPLE = 300_000
"""Integers on which ways of differencing are compared."""


def pack(header: dict[str, Any], tracks: Sequence[Track]) -> str:
    """Return header and tables as base64 text of gzipped bytes.

    The bytes are: the length of the header (4 bytes, little-endian), the header as JSON, then
    each track's byte planes, lowest first, in the order of ``header["tracks"]``.

    Raises
    ------
    ExplorerError
        If the result is too large for a page.
    """
    entries, bodies = [], []
    for track in tracks:
        entry, body = _pack_track(track)
        entries.append(entry)
        bodies.append(body)
    text = json.dumps({**header, "tracks": entries}, ensure_ascii=False, separators=(",", ":"))
    head = text.encode()
    raw = len(head).to_bytes(4, "little") + head + b"".join(bodies)
    packed = gzip.compress(raw, compresslevel=9, mtime=0)
    if len(packed) > MOST_BYTES:
        _refuse_too_large(header, tracks, bodies, len(packed))
    return base64.b64encode(packed).decode()


def _pack_track(track: Track) -> tuple[dict[str, Any], bytes]:
    table = track.table
    passes = _best_passes(table)
    coded = _zigzag(_difference(table, passes))
    planes = max(1, (int(coded.max(initial=0)).bit_length() + 7) // 8)
    body = b"".join(
        ((coded >> (8 * plane)) & 0xFF).astype(np.uint8).tobytes() for plane in range(planes)
    )
    entry = {
        "name": track.name,
        "axes": track.axes,
        "grid": table.shape[:-1],
        "width": table.shape[-1],
        "planes": planes,
        "passes": passes,
        "shapes": track.shapes,
    }
    return entry, body


def _best_passes(table: np.ndarray) -> list[tuple[int, int]]:
    """Choose along which axes to difference, as ``(axis, stride)`` for each pass."""
    if table.ndim == 1:
        return []
    last = table.ndim - 2
    ways: list[list[tuple[int, int]]] = [[], [(last, 1)], [(last, 1), (last, 1)]]
    if last > 0:
        ways += [[(last, 1), (last, 1), (axis, 1)] for axis in range(last)]
        ways += [[(last, 1), (axis, 1)] for axis in range(last)]
    along = [(table.ndim - 1, 2), (table.ndim - 1, 2)]
    ways += [[*way, *along] for way in ways]
    sample = table
    if table.size > SAMPLE:
        keep = max(3, int(table.shape[0] * SAMPLE / table.size))
        sample = table[:keep]
    return min(ways, key=lambda way: len(zlib.compress(_bytes(_difference(sample, way)), 6)))


def _difference(table: np.ndarray, passes: Sequence[tuple[int, int]]) -> np.ndarray:
    result = table.astype(np.int32)  # differences wrap around, and so do the page's sums
    for axis, stride in passes:
        ahead = np.take(result, range(stride, result.shape[axis]), axis=axis)
        behind = np.take(result, range(0, max(0, result.shape[axis] - stride)), axis=axis)
        head = np.take(result, range(0, min(stride, result.shape[axis])), axis=axis)
        result = np.concatenate([head, ahead - behind], axis=axis)
    return result


def _zigzag(numbers: np.ndarray) -> np.ndarray:
    return ((numbers << 1) ^ (numbers >> 31)).astype(np.uint32)


def _bytes(numbers: np.ndarray) -> bytes:
    coded = _zigzag(numbers)
    return b"".join(((coded >> shift) & 0xFF).astype(np.uint8).tobytes() for shift in (0, 8))


def _refuse_too_large(
    header: dict[str, Any], tracks: Sequence[Track], bodies: Sequence[bytes], size: int
) -> None:
    sizes = [len(zlib.compress(body, 6)) for body in bodies]
    heaviest = tracks[int(np.argmax(sizes))]
    controls = header["controls"]
    widest = max((controls[axis] for axis in heaviest.axes), key=lambda c: len(c["texts"]))
    keep = max(2, int(len(widest["texts"]) * MOST_BYTES / size))
    raise ExplorerError(
        f"the recorded states take {size:,} bytes compressed, more than {MOST_BYTES:,}; coarsen "
        f"{widest['name']!r} to about {keep} stops, or draw {heaviest.name!r} (the largest part, "
        f"{max(sizes):,} bytes) with fewer points"
    )
