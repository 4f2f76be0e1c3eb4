"""What every series of margin rates has in common: days first, and a start without an answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, numbers_or_none, positive


def with_start(margin: ArrayLike) -> FloatArray:
    """Return rates above zero, of which the first days may be nan."""
    rates = numbers_or_none("margin", margin)
    if rates.ndim == 0 or not rates.size:
        raise MarginError(f"margin must hold days on its first axis; got shape {rates.shape}")
    missing = np.isnan(rates)
    positive("margin", np.where(missing, 1.0, rates))
    if (missing[1:] & ~missing[:-1]).any():
        raise MarginError("margin must not be nan after its first number; drop those days")
    return rates


def common_days(margin: ArrayLike) -> FloatArray:
    """Return the days of :func:`with_start` on which every series has a rate."""
    rates = with_start(margin)
    missing = np.isnan(rates).reshape(len(rates), -1).sum(axis=1) > 0
    if missing.all():
        raise MarginError("margin must not be nan on every day")
    return np.asarray(rates[~missing])
