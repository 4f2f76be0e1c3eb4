"""Options taken by expiry, and how those of one expiry may be marked after a move."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray
from marginlib.instruments import Instruments
from marginlib.market import Market


class Discount(Protocol):
    """How options are marked after a move, because they may have to be sold."""

    def apply(self, worth: FloatArray, market: Market, option: int) -> FloatArray:
        """Return ``worth``, shape (..., S), marked down as options that expire with ``option``."""


def expiries(instruments: Instruments) -> list[NDArray[np.intp]]:
    """Return the places, among the options, of those with the same underlying and expiry."""
    if not len(instruments.options):
        return []
    terms = instruments.option_terms
    keys = np.stack([terms.underlying, terms.expiry], axis=-1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    return [np.flatnonzero(group == number) for number in range(int(group.max()) + 1)]
