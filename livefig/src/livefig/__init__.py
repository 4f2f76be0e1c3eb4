"""Any matplotlib figure, alive on a page without a kernel.

A function that draws a plot, and a decorator that says what a reader may move:

>>> import numpy as np
>>> import livefig
>>> x = np.linspace(0, 6)
>>> @livefig.figure(freq=(1, 5), amp=(0.5, 2.0, 0.5), alt="A wave.", caption="It waves.")
... def wave(ax, freq, amp):
...     ax.plot(x, amp * np.sin(freq * x))
>>> wave.save("wave.html")  # doctest: +SKIP
"""

from .checking import Report
from .errors import ExplorerError, MissingWords
from .explorer import Explorer
from .gluing import glue
from .guess import GuessChoice, GuessNumber, GuessPoint
from .making import explorer, figure
from .readouts import Readout
from .recording import Budget
from .theme import (
    BLUE,
    BROWN,
    GREEN,
    GREY,
    GROUND,
    INK,
    ORANGE,
    PALE,
    PURPLE,
    RED,
    subplots,
    use_style,
)
from .time import Time
from .unfolding import unfold
from .writing import tidied, written

__all__ = [
    "BLUE",
    "BROWN",
    "GREEN",
    "GREY",
    "GROUND",
    "INK",
    "ORANGE",
    "PALE",
    "PURPLE",
    "RED",
    "Budget",
    "Explorer",
    "ExplorerError",
    "GuessChoice",
    "GuessNumber",
    "GuessPoint",
    "MissingWords",
    "Readout",
    "Report",
    "Time",
    "explorer",
    "figure",
    "glue",
    "subplots",
    "tidied",
    "unfold",
    "use_style",
    "written",
]
