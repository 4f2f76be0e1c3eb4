"""Numbers from the literature, and what the library makes of them.

Each ``<topic>.json`` holds targets: a paper, what it says, inputs and what is expected. Each
``<topic>.py`` holds one function for each target, named like its id in small letters, which takes
the inputs and returns what is found; no formula lives there. ``verified`` tells how the expected
number is known: ``derived`` ones follow from the paper's own formula, and ``reference`` ones are
regression values, computed once by other means and held since.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

Target = dict[str, Any]
HERE = Path(__file__).parent


def load_targets() -> list[tuple[Target, Callable[[dict[str, Any]], Any]]]:
    """Return all targets, each with the function that answers it."""
    pairs = []
    for file in sorted(HERE.glob("*.json")):
        answers = import_module(f"tests.reference.targets.{file.stem}")
        for target in json.loads(file.read_text("utf-8")):
            pairs.append((target, getattr(answers, target["id"].lower())))
    return pairs


def agrees(target: Target, found: Any) -> bool:
    """Tell whether an answer is within the target's tolerance of what is expected."""
    expected, tolerance = np.asarray(target["expected"], dtype=float), target["tolerance"]
    allowed = tolerance["value"] * (np.abs(expected) if tolerance["kind"] == "rel" else 1.0)
    answer = np.asarray(found, dtype=float)
    return answer.shape == expected.shape and bool(np.all(np.abs(answer - expected) <= allowed))
