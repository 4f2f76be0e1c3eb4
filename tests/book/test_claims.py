"""No chapter claims more than it shows or cites."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.book.claims import numbers_without_ground, quotes_of_nothing, read, strong_without_ground

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters").glob("*.ipynb"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_strong_sentence_stands_on_an_assertion_a_reason_or_a_source(path: Path) -> None:
    chapter = read(path)
    assert [sentence.text for sentence in strong_without_ground(chapter)] == []
    assert quotes_of_nothing(chapter) == []
    assert chapter.unproved == ()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_number_in_prose_is_computed_given_or_cited(path: Path) -> None:
    assert [(number, told.text) for number, told in numbers_without_ground(read(path))] == []


def written(folder: Path, *cells: tuple[str, str]) -> Path:
    """Write a chapter of the given kinds of cells and their sources."""
    path = folder / "chapter.ipynb"
    parts = [
        {
            "id": f"c{number}",
            "cell_type": "markdown" if kind == "text" else "code",
            "metadata": {"tags": [kind]},
            "source": source,
        }
        for number, (kind, source) in enumerate(cells)
    ]
    path.write_text(json.dumps({"cells": parts}), "utf-8")
    return path


def test_the_check_notices_a_claim_a_number_and_a_stale_quote(tmp_path: Path) -> None:
    bare = read(written(tmp_path, ("text", "It never falls. It costs 4,711 USD.")))
    assert [sentence.text for sentence in strong_without_ground(bare)] == ["It never falls."]
    assert [number for number, _ in numbers_without_ground(bare)] == ["4711"]
    proof = 'claims = {"never falls": lowest > 0, "never rises": True}\ncost = 4_711'
    held = read(
        written(tmp_path, ("text", "It never falls. It costs 4,711 USD."), ("claims", proof))
    )
    assert not strong_without_ground(held)
    assert not numbers_without_ground(held)
    assert quotes_of_nothing(held) == ["never rises"]
    assert held.unproved == ("never rises",)


def test_a_source_or_a_shown_value_is_ground_enough(tmp_path: Path) -> None:
    text = "It never fell below 4,711 {cite:p}`read2020`. It always costs {glue:text}`cost`."
    chapter = read(written(tmp_path, ("text", text)))
    assert not strong_without_ground(chapter)
    assert not numbers_without_ground(chapter)
