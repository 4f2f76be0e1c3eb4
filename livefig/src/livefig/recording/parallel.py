"""States shown by several processes at once, where the system can copy a process."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle
import struct
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

Job = Callable[[Sequence[Any]], Any]


def workers_for(seconds: float) -> int:
    """Return how many processes work of this length is worth [s]."""
    forks = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    if not forks or seconds < 3 or multiprocessing.current_process().daemon:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, int(seconds)))


def in_parallel(job: Job, items: Sequence[Any], workers: int) -> list[Any]:
    """Return ``job(part)`` for contiguous parts of the items, in their order.

    A copy of this process does each part but the last, so that ``job`` may be any function, one
    written in a notebook too; what it returns must be picklable.

    Raises
    ------
    Exception
        The one that ``job`` raised first, in the order of the parts.
    """
    if workers <= 1 or len(items) < 2 * workers:
        return [job(items)]
    edges = [round(index * len(items) / workers) for index in range(workers + 1)]
    parts = [items[low:high] for low, high in itertools.pairwise(edges)]
    children = [_start(job, part) for part in parts[:-1]]
    readers = [threading.Thread(target=child.read) for child in children]
    for reader in readers:
        reader.start()
    try:
        last = _outcome(job, parts[-1])
    finally:
        for reader in readers:
            reader.join()
        for child in children:
            os.waitpid(child.process, 0)
    outcomes = [*(child.outcome() for child in children), last]
    for worked, value in outcomes:
        if not worked:
            raise value
    return [value for _, value in outcomes]


class _Child:
    def __init__(self, process: int, pipe: int) -> None:
        self.process, self._pipe = process, pipe
        self._bytes = b""

    def read(self) -> None:
        with os.fdopen(self._pipe, "rb") as pipe:
            self._bytes = pipe.read()

    def outcome(self) -> tuple[bool, Any]:
        length = struct.unpack("<Q", self._bytes[:8])[0] if len(self._bytes) >= 8 else -1
        if length != len(self._bytes) - 8:
            return False, RuntimeError("a process that was recording states ended early")
        worked, value = pickle.loads(self._bytes[8:])
        return bool(worked), value


def _start(job: Job, part: Sequence[Any]) -> _Child:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns that threads and copies may not mix; a kernel's threads only wait.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process:
        os.close(writing)
        return _Child(process, reading)
    status = 1
    try:
        os.close(reading)
        content = _pickled(_outcome(job, part))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(struct.pack("<Q", len(content)) + content)
        status = 0
    finally:
        os._exit(status)


def _outcome(job: Job, part: Sequence[Any]) -> tuple[bool, Any]:
    try:
        return True, job(part)
    except Exception as problem:
        return False, problem


def _pickled(outcome: tuple[bool, Any]) -> bytes:
    try:
        content = pickle.dumps(outcome, protocol=5)
        pickle.loads(content)
    except Exception:  # an error that cannot travel is told in words
        _, value = outcome
        content = pickle.dumps((False, RuntimeError(f"{type(value).__name__}: {value}")))
    return content
