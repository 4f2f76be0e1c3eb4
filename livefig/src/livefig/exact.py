"""Unrounded numbers of readouts, which the page gets where something is compared with them.

They are kept bit by bit, as two integers in a row of their own beside the words: what is computed
from them is computed from what ``update`` returned, not from what a reader sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .drawing.marks import Row
from .readouts import Readout

EXACT = "#"
"""Begins the name of a row that holds the unrounded number of a readout."""


def exact_rows(readouts: Mapping[str, Readout], numbers: Mapping[str, float]) -> dict[str, Row]:
    """Return the rows of those readouts that hand on their unrounded number.

    Examples
    --------
    >>> rows = exact_rows({"share": Readout("Share", ".1f", exact=True)}, {"share": 1 / 3})
    >>> numbers_of(rows)
    {'share': 0.3333333333333333}
    """
    return {
        EXACT + name: Row((), np.array([numbers[name]], dtype="<f8").view("<i4"))
        for name, readout in readouts.items()
        if readout.exact
    }


def numbers_of(rows: Mapping[str, Any]) -> dict[str, float]:
    """Return the unrounded numbers among some rows, by the name of the readout."""
    return {
        name[1:]: float(row.numbers[:2].astype("<i4").view("<f8")[0])
        for name, row in rows.items()
        if name.startswith(EXACT)
    }
