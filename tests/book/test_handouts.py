"""Handouts hold every exercise, a place for each answer, and no answer."""

from __future__ import annotations

import builtins
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools import handouts

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SHORT = ROOT / "chapters" / "contracts.ipynb"
SOLVED = re.compile(r"^`{3,}\{solution(-start)?\}", re.MULTILINE)


def text_of(cells: list[nbformat.NotebookNode]) -> str:
    return "\n".join(cell.source for cell in cells)


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def made(chapter: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return handouts.handout(chapter)


def test_each_exercise_has_a_place_for_code_or_for_words(chapter, made) -> None:
    nbformat.validate(made)
    answers = SOLVED.findall(text_of(chapter.cells))
    places = [(cell.cell_type, cell.source) for cell in made.cells]
    assert places.count(("code", handouts.CODE)) == answers.count("-start") >= 1
    assert places.count(("markdown", handouts.WORDS)) == answers.count("") >= 1
    assert text_of(made.cells).count("**Exercise: ") == len(answers)


def test_no_answer_is_left(chapter, made) -> None:
    text = text_of(made.cells)
    assert "{solution" not in text
    assert "Commit first, then open" not in text
    assert not re.search(r"\bGuess(Number|Point|Choice)\b|\b(truth|reasons)=", text)
    assert not any(cell.get("outputs") for cell in made.cells)
    asked = text_of(chapter.cells).count("guess=livefig.")
    assert [cell.source for cell in made.cells].count(handouts.PREDICTION) == asked >= 1


def test_a_handout_is_read_without_the_builder(made) -> None:
    words = [cell.source for cell in made.cells if cell.cell_type == "markdown"]
    assert re.findall(r"\{[a-z:-]+\}`[^`]*`|^`{3,}\{.*|^\([\w-]+\)=$", "\n".join(words), re.M) == []
    assert words[-1].startswith("## Works cited")


def test_code_reads_nothing_that_went(made) -> None:
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    stored, read = handouts.names_in(code)
    assert read - stored - set(dir(builtins)) == set()


def test_a_handout_runs(monkeypatch) -> None:
    monkeypatch.setenv("LIVEFIG", "static")
    made = handouts.handout(nbformat.read(SHORT, as_version=4))
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    assert any(cell.get("outputs") for cell in made.cells)


def test_code_before_the_exercises_stays() -> None:
    new = nbformat.v4
    cells = [
        new.new_code_cell("a = 1"),
        new.new_markdown_cell("```{exercise} A\n:label: ex-a\nHow many?\n```\n"),
    ]
    made = handouts.handout(new.new_notebook(cells=cells))
    assert [cell.source for cell in made.cells] == ["a = 1", "**Exercise: A.** How many?"]


def test_what_a_hidden_cell_makes_for_others_stays_without_what_it_checks() -> None:
    new = nbformat.v4
    out_of_sight = {"tags": ["remove-cell"]}
    cells = [
        new.new_code_cell("a = 2\nb = 3\nassert a == 2", metadata=out_of_sight),
        new.new_code_cell("a + 1"),
    ]
    made = handouts.handout(new.new_notebook(cells=cells))
    assert [cell.source for cell in made.cells] == ["a = 2", "a + 1"]


def test_copies_are_written(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(handouts, "FOLDER", tmp_path / "new")
    handouts.main([str(SHORT)])
    assert (tmp_path / "new" / SHORT.name).is_file()
    assert SHORT.name in capsys.readouterr().out


def test_two_explorers_of_a_cell_both_lose_their_guess() -> None:
    made, guess = (
        "livefig.explorer(\n    name='{}',\n{})\n",
        "    guess=livefig.GuessNumber('?'),\n",
    )
    both, left = (
        "".join(made.format(name, part) for name in ("rise", "fall")) for part in (guess, "")
    )
    assert handouts.without_guess(both) == left


def test_a_whole_copy_keeps_all_but_says_works_and_numbers_in_words(chapter) -> None:
    copy = handouts.whole(chapter)
    nbformat.validate(copy)
    text = text_of(copy.cells)
    assert "{cite" not in text
    assert "{glue" not in text
    code = [[cell.source for cell in each.cells if cell.cell_type == "code"]
            for each in (chapter, copy)]  # fmt: skip
    assert code[0] == code[1]
    assert len(SOLVED.findall(text)) == len(SOLVED.findall(text_of(chapter.cells)))
    assert ("## Works cited" in text) == ("{cite" in text_of(chapter.cells))
