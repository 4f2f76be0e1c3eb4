"""Figures that move: a matplotlib figure, an ``update`` function, and a few controls.

An explorer knows figures and controls, and nothing of what they show.
"""

from .errors import ExplorerError
from .explorer import Explorer, explorer
from .readouts import Readout
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
    "Explorer",
    "ExplorerError",
    "Readout",
    "explorer",
    "subplots",
    "use_style",
]
