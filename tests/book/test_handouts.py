"""Handouts hold every exercise and no solution."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tools import handouts

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters").glob("*.ipynb"))


def text_of(cells: list[nbformat.NotebookNode]) -> str:
    return "\n".join(cell.source for cell in cells)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_handout_holds_every_exercise_and_no_solution(path):
    chapter = nbformat.read(path, as_version=4)
    made = handouts.handout(chapter)
    nbformat.validate(made)
    exercises = text_of(chapter.cells).count("{exercise}")
    assert exercises == text_of(made.cells).count("{exercise}") >= 1
    assert exercises == text_of(made.cells).count(handouts.ANSWER)
    assert "{solution" not in text_of(made.cells)
    assert not any(cell.get("outputs") for cell in made.cells)


def test_code_before_the_exercises_stays():
    new = nbformat.v4
    cells = [new.new_code_cell("a = 1"), new.new_markdown_cell("```{exercise} A\n```\n")]
    made = handouts.handout(new.new_notebook(cells=cells))
    assert [cell.source for cell in made.cells] == ["a = 1", "```{exercise} A\n```"]


def test_copies_are_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(handouts, "FOLDER", tmp_path / "new")
    handouts.main([str(CHAPTERS[0])])
    assert (tmp_path / "new" / CHAPTERS[0].name).is_file()
    assert CHAPTERS[0].name in capsys.readouterr().out
