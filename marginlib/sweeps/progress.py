"""A bar that shows how far a sweep is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module


@contextmanager
def bar(count: int, shown: bool) -> Iterator[Callable[[], object]]:
    """Give what is to be called after each call of a sweep, with a bar of tqdm if one is shown."""
    if not shown:
        yield lambda: None
        return
    try:
        tqdm = import_module("tqdm.auto").tqdm
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            "this needs tqdm, which is not installed; type: pip install 'marginlib[cluster]'",
            name=missing.name,
        ) from missing
    with tqdm(total=count) as line:
        yield line.update
