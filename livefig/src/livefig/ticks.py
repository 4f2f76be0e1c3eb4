"""Numbers at the ticks of an axis, with commas between thousands."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

MAY_BE_YEARS = 10_000
"""The ticks of an axis that ends below are left as they are."""


class Thousands(ScalarFormatter):
    """Matplotlib's own formatter of plain numbers, with commas where a tick is no year."""

    def __call__(self, x: Any, pos: Any = None) -> str:
        """Write the number at a tick."""
        text = str(super().__call__(x, pos))
        if self.axis is None or np.abs(self.axis.get_view_interval()).max() < MAY_BE_YEARS:
            return text
        return re.sub(r"\d+", lambda digits: f"{int(digits[0]):,}", text, count=1)


def divide_thousands(figure: Figure) -> None:
    """Let axes divide thousands, until a scale or units bring ticks of their own."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(Thousands())
                axis.isDefault_majfmt = True
