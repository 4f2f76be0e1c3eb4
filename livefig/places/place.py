"""What a place is, and what building a page in it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ALIVE, KERNEL = "yes", "yes, by its kernel"
STILL, NOTHING = "no: its first state", "no: not shown"


class Built(NamedTuple):
    """A page, built.

    Attributes
    ----------
    address
        Where it is.
    tools
        The tools that built it, each with its version.
    note
        What a reader of the table should know.
    expects
        What may become of the figure there.
    dark
        Where a page for the dark is, if that is another; otherwise the reader's wish is followed.
    online
        Whether this machine's files stand for those that the page asks other hosts for.
    styled
        Whether the place leaves a page its style.
    run
        What is to be done once the page is open.
    """

    address: str
    tools: list[str]
    note: str = ""
    expects: tuple[str, ...] = (ALIVE,)
    dark: str | None = None
    online: bool = False
    styled: bool = True
    run: Callable[[Any], None] | None = None


class Place(NamedTuple):
    """A place, what one writes there, and the function that builds a page in a folder."""

    name: str
    writes: str
    build: Callable[[Path], Built]
