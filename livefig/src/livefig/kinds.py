"""Arguments of another kind than is asked for are refused by name."""

from __future__ import annotations

from typing import Any

from .errors import ExplorerError


def refuse_other_kinds(**arguments: tuple[Any, Any, str]) -> None:
    """Refuse what is of another kind: for each argument its value, its kind, and words for it.

    Examples
    --------
    >>> refuse_other_kinds(name=("wave", str, "a text"))
    >>> refuse_other_kinds(name=(3, str, 'a text, such as "wave"'))
    Traceback (most recent call last):
    ...
    livefig.errors.ExplorerError: name must be a text, such as "wave"; got 3
    """
    for argument, (value, kind, words) in arguments.items():
        if not isinstance(value, kind):
            raise ExplorerError(f"{argument} must be {words}; got {value!r}")
