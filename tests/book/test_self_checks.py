"""Quick questions: enough for each chapter, a reason for every answer, and right."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

import nbformat
import numpy as np
import pytest
from lessons import explorer_calls, lesson
from self_checks import FOLDER, Question, form, question, questions

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters").glob("*.ipynb"))
FEWEST = 5  # a chapter, predictions counted
KNOWN = {"np": np, "comb": math.comb, "NormalDist": NormalDist}
ASKED = [
    pytest.param(each, id=f"{file.stem}-{number}")
    for file in sorted(FOLDER.glob("*.toml"))
    for number, each in enumerate(questions(file), start=1)
]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_checks_what_was_understood(path: Path) -> None:
    asked = questions(FOLDER / f"{path.stem}.toml")
    assert len(asked) + len(lesson(path.stem).predictions) >= FEWEST
    assert len({each.asks for each in asked}) == len(asked)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_prediction_has_a_reason_for_every_wrong_choice(path: Path) -> None:
    predictions = lesson(path.stem).predictions
    assert [
        (each.figure, wrong.answer)
        for each in predictions
        for wrong in each.wrong
        if not wrong.reason
    ] == []
    assert all(len(each.choices) - len(each.wrong) == 1 for each in predictions if each.choices)
    assert all(each.answer.strip() for each in predictions)


@pytest.mark.parametrize("asked", ASKED)
def test_every_answer_has_a_reason_and_one_is_right(asked: Question) -> None:
    assert len([answer for answer in asked.answers if answer.is_right]) == 1
    assert len({answer.words for answer in asked.answers}) == len(asked.answers) >= 3
    assert all(answer.reason.endswith((".", "?", ".)")) for answer in asked.answers)


@pytest.mark.parametrize("asked", ASKED)
def test_a_right_answer_that_is_a_number_is_computed(asked: Question) -> None:
    if asked.proof is None:
        assert not asked.right.words[0].isdigit(), "say in proof how it is computed"
    else:
        assert eval(asked.proof, dict(KNOWN)), asked.proof


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_place_to_look_again_is_a_figure_of_the_chapter(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    figures = {name for name, _ in explorer_calls(notebook)}
    looks = [each.look for each in questions(FOLDER / f"{path.stem}.toml") if each.look]
    assert {look.partition(":")[0] for look in looks} <= figures


def test_a_question_is_asked_without_a_script() -> None:
    table = {"asks": "Is -1 < 0?", "right": ["yes", "It is."], "wrong": [["no", "It is not."]]}
    made = form(1, question("x.toml", table | {"look": "race:side=one day"}))
    assert "Is −1 &lt; 0?" in made
    assert made.count('<details class="ml-right" name="quick-1">') == 1
    assert '<a class="ml-link" href="#race:side=one%20day">' in made
    assert "<script" not in made
    assert "checked" not in made


def test_a_question_without_wrong_answers_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x.toml: a question must have asks, right and wrong"):
        question("x.toml", {"asks": "Is it?", "right": ["yes", "It is."]})
