"""Every number of the literature that the library sets out to reproduce."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.reference.targets import Target, agrees, load_targets

TARGETS = load_targets()


def kind(target: Target) -> str:
    """Tell a number that follows from the paper from one computed once and held since."""
    return "regression" if target["verified"].startswith("reference") else "target"


@pytest.mark.parametrize(
    ("target", "answer"),
    TARGETS,
    ids=[f"{kind(target)}-{target['id']}" for target, _ in TARGETS],
)
def test_target(target: Target, answer: Callable[[dict[str, Any]], Any]) -> None:
    found = answer(target["inputs"])
    assert agrees(target, found), f"{target['statement']}: {target['expected']}, found {found}"


def test_the_targets_are_all_different() -> None:
    ids = [target["id"] for target, _ in TARGETS]
    assert len(set(ids)) == len(ids)
    assert all(target["paper"] and target["statement"] for target, _ in TARGETS)


def test_a_target_can_be_missed() -> None:
    target, answer = TARGETS[0]
    missed = {**target, "expected": [value + 1 for value in target["expected"]]}
    assert not agrees(missed, answer(target["inputs"]))
