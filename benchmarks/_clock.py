"""The processor's time: what else is running on a busy machine does not count."""

from __future__ import annotations

import resource
import time


def processor() -> float:
    """Return the time that this process and the processes it started have worked [s]."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
