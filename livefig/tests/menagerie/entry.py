"""What one entry of the menagerie is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A plain plotting function, the controls it takes and where the idea comes from.

    A function whose first parameter is `ax` or `axes` draws into axes, one whose first parameter
    is `fig` or `figure` draws into a figure, and any other draws with pyplot.
    """

    name: str
    draw: Callable[..., None]
    controls: dict[str, Any]
    source: str
    options: dict[str, Any] = field(default_factory=dict)
