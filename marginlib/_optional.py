"""What is needed here and there, and is asked for in words if it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def optional(module: str, extra: str) -> Any:
    """Return an imported module that not every reader has installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        package = module.partition(".")[0]
        raise ModuleNotFoundError(
            f"this needs {package}, which is not installed; type: pip install 'marginlib[{extra}]'",
            name=missing.name,
        ) from missing
