"""The search behind every liquidation price that has no closed form.

An account is looked at along a path of steps, from the present outwards. The first step is one per
cent, each next one a tenth longer, the last about a factor of a million away, so that near the
present the search misses nothing wider than one per cent, and far from it nothing wider than a
tenth of the distance, in logarithms. Where the account has changed sides between two steps, the
interval is halved down to the last digit. That finds jumps as well as crossings, and it cannot
fail to settle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray

#: Tells which accounts are safe at each step away from the present, both of shape (...).
IsSafe: TypeAlias = Callable[[FloatArray], NDArray[np.bool_]]

STEPS = 0.01 * (1.1 ** np.arange(1, 53) - 1) / 0.1
# The longest interval between two steps is 1.3, and this often halved it is below 1e-16.
_HALVINGS = 54


def first_change(is_safe: IsSafe, side: float, shape: tuple[int, ...]) -> FloatArray:
    """Return the first step at which ``is_safe`` changes, shape (...); ``nan`` where it never does.

    ``side`` is 1 for steps upward and -1 for steps downward.
    """
    start = is_safe(np.zeros(shape))
    near, far, found = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    for step in STEPS:
        here = np.full(shape, side * step)
        far = np.where(found, far, here)
        found = found | (is_safe(here) != start)
        near = np.where(found, near, here)
        if found.all():
            break
    if not found.any():
        return np.full(shape, np.nan)
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        unchanged = is_safe(middle) == start
        near, far = np.where(unchanged, middle, near), np.where(unchanged, far, middle)
    return np.where(found, far, np.nan)


def nearest(below: FloatArray, above: FloatArray, now: FloatArray) -> FloatArray:
    """Return the price that is fewer per cent away, in logarithms; ``nan`` only where both are."""
    down, up = np.log(now / below), np.log(above / now)
    return np.asarray(np.where(np.isnan(above) | (down <= up), below, above))
