"""What is needed here and there, and is asked for in words if it is missing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def optional(module: str, extra: str) -> Any:
    """Return an imported module that not every reader has installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        raise _missing(module.partition(".")[0], extra) from missing


def folder_of(package: str, extra: str) -> Path:
    """Return where a package lies that not every reader has installed, without loading it."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise _missing(package, extra)
    return Path(found.origin).parent


def _missing(package: str, extra: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(
        f"this needs {package}, which is not installed; type: pip install 'marginlib[{extra}]'",
        name=package,
    )
