"""Numbers that real systems publish, and what the library makes of them.

``cases/`` holds one file for each system: what the source gives (``inputs``), what it prints
(``expected``), and its address. ``adapters/`` holds functions that only translate names: which
instrument, which model, which question. No formula of a system lives here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np

Answer = dict[str, Any]
Case = dict[str, Any]
HERE = Path(__file__).parent
ADAPTERS: dict[str, Callable[..., Answer]] = {}


def adapter(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Register a function under its name, which is what a case calls ``calc``."""
    # The whole test run imports a file of adapters twice, once in search of doctests.
    same = ADAPTERS.get(function.__name__, function)
    twice = same.__code__.co_filename != function.__code__.co_filename
    assert not twice, f"two adapters are called {function.__name__}"
    ADAPTERS[function.__name__] = function
    return function


def load_adapters() -> None:
    """Import every module of ``adapters/``, so that all are registered."""
    for module in iter_modules([str(HERE / "adapters")]):
        import_module(f"tests.reference.adapters.{module.name}")


def load_cases() -> list[Case]:
    """Return all cases, in the order of their files."""
    files = sorted((HERE / "cases").glob("*.json"))
    return [case for file in files for case in json.loads(file.read_text("utf-8"))]


@dataclass(frozen=True)
class Comparison:
    """One printed quantity of a case beside ours."""

    quantity: str
    expected: Any
    found: Any
    agrees: bool


def compare(case: Case) -> Iterator[Comparison]:
    """Yield every quantity that the source of ``case`` prints, beside what the library finds."""
    found = ADAPTERS[case["calc"]](**case["inputs"])
    for quantity, expected in case["expected"].items():
        agrees = close(found[quantity], expected, _tolerance(case, quantity))
        yield Comparison(quantity, expected, found[quantity], agrees)


def compare_with_right(case: Case) -> Iterator[Comparison]:
    """Yield what a case that is wrong in its source should have printed, beside ours."""
    found = ADAPTERS[case["calc"]](**case["inputs"])
    for quantity, right in case["right"].items():
        agrees = close(found[quantity], right, case["right_tolerance"])
        yield Comparison(quantity, right, found[quantity], agrees)


def close(found: Any, expected: Any, tolerance: dict[str, float]) -> bool:
    """Tell whether two answers agree within the tolerance that the source's rounding gives.

    Answers may be numbers, truth values, words, or lists and mappings of them.
    """
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(
            close(found[key], value, tolerance) for key, value in expected.items()
        )
    if isinstance(expected, str):
        return bool(found == expected)
    if isinstance(expected, list):
        each = list(found)
        return len(each) == len(expected) and all(
            close(one, other, tolerance) for one, other in zip(each, expected, strict=True)
        )
    allowed = tolerance.get("abs", 0.0) + tolerance.get("rel", 0.0) * np.abs(expected)
    return bool(np.all(np.abs(np.subtract(found, expected, dtype=float)) <= allowed))


def _tolerance(case: Case, quantity: str) -> dict[str, float]:
    tighter = case.get("tolerance_of", {})
    return {"abs": tighter[quantity]} if quantity in tighter else case["tolerance"]
