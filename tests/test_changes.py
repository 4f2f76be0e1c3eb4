"""The tests that `make library` chooses, and the examples that it draws."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changes import Asked, changed_since


@pytest.mark.parametrize(
    ("changed", "wanted", "unwanted"),
    [
        (["marginlib/cascade/run.py"], "tests/test_events.py", "tests/test_margin_orders.py"),
        (["marginlib/margin/rates.py"], "marginlib/venues/_rules.py", "tests/test_market.py"),
        (["marginlib/venues/names.csv"], "tests/test_venues_rules.py", "tests/test_waterfall.py"),
        (["marginlib/_checks.py"], "tests/test_impact.py", "livefig/tests/test_words.py"),
        (["tests/test_black.py"], "tests/test_black.py", "tests/test_margin.py"),
        (["livefig/src/livefig/page.py"], "livefig/tests/test_words.py", "tests/test_margin.py"),
        (["tests/bad_input/margin.txt"], "tests/test_margin_bad_input.py", "tests/test_margin.py"),
        (["README.md"], "tests/test_reference.py", "tests/test_waterfall.py"),
    ],
)
def test_a_change_asks_for_its_room_and_those_above(
    changed: list[str], wanted: str, unwanted: str
) -> None:
    asked = Asked(changed)
    assert asked.wants(wanted)
    assert not asked.wants(unwanted)


@pytest.mark.parametrize("changed", [[], ["conftest.py"], ["pyproject.toml"]])
def test_what_matters_to_all_asks_for_all(changed: list[str]) -> None:
    assert Asked(changed).wants("livefig/tests/test_words.py")


def test_files_of_a_branch_are_seen_kept_or_not(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tests.changes.ROOT", tmp_path)
    assert changed_since("main") is None

    def git(*words: str) -> None:
        who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    for name, message in [("old.py", "first"), ("größe.py", "second")]:
        (tmp_path / name).write_text("1\n")
        git("add", ".")
        git("commit", "-m", message)
        if message == "first":
            git("checkout", "-b", "branch")
    (tmp_path / "new.py").write_text("1\n")
    (tmp_path / "old.py").write_text("2\n")
    assert sorted(filter(None, changed_since("main"))) == ["größe.py", "new.py", "old.py"]


def drawn() -> list[list[float]]:
    seen = []

    @given(st.lists(st.floats(), min_size=5))
    def note(numbers: list[float]) -> None:
        seen.append(repr(numbers))

    note()
    return seen


def test_examples_are_the_same_whatever_is_loaded(tmp_path: Path, monkeypatch) -> None:
    alone = drawn()
    file = tmp_path / "others.py"
    file.write_text(f"NUMBERS = {[123.25 + number for number in range(500)]}\n")
    spec = importlib.util.spec_from_file_location("others", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "others", module)
    spec.loader.exec_module(module)
    assert drawn() == alone
