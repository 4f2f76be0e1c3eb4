"""The teaching guide says what the chapters say, and names nothing that is not there."""

from __future__ import annotations

import re

import nbformat
import pytest
from contents import pages
from lessons import LEAD, ROOT, glued, lesson, plain_values
from sessions import Session, all_sessions, plan, room, session, short, told

from marginlib import calibration, waterfall

SESSIONS = all_sessions()
MEETING = 90  # minutes
MINUTES = {
    "about half an hour": 30,
    "about an hour": 60,
    "about an hour and a quarter": 75,
    "about an hour and a half": 90,
    "an hour and a half": 90,
    "two hours": 120,
}
TIME = re.compile(rf"It takes ({'|'.join(sorted(MINUTES, key=len, reverse=True))})")
CELL = re.compile(r"\[([^\]]+)\]\(sessions/(\w+)\.md\)")
HOME = "What to take home"
SIDE_ROAD = "contracts"  # may be taken wherever it helps
SYLLABI = (ROOT / "course/syllabi.md").read_text("utf-8")


def syllabus(weeks: str) -> list[str]:
    """Return the sessions of a syllabus, in their order."""
    part = SYLLABI.partition(f"## {weeks} weeks")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if re.match(r"\| \d", line)]
    return [name for row in rows for _, name in CELL.findall(row)]


@pytest.fixture(params=SESSIONS, ids=lambda made: made.name)
def made(request: pytest.FixtureRequest) -> Session:
    return request.param


def test_each_chapter_has_a_session() -> None:
    chapters = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    assert {each.name for each in SESSIONS} == chapters
    contents = pages(ROOT)
    assert all(f"course/sessions/{each.name}" in contents for each in SESSIONS)


def test_each_exercise_tests_one_objective(made: Session) -> None:
    chapter = lesson(made.name)
    labels = [label for outcome in made.outcomes for label in outcome]
    assert len(made.outcomes) == len(chapter.objectives)
    assert sorted(labels) == sorted(chapter.exercises)
    assert all(made.outcomes)


def test_each_prediction_is_asked_in_class(made: Session) -> None:
    chapter = lesson(made.name)
    shown = [step.figure for step in made.steps if step.figure]
    assert set(shown) <= set(chapter.figures)
    assert {each.figure for each in chapter.predictions} <= set(shown)
    assert len(shown) == len(set(shown))


def test_a_state_belongs_to_the_figure_of_its_step(made: Session) -> None:
    states = [(step.figure, state) for step in made.steps for _, state in step.show]
    assert [state for figure, state in states if not state.startswith(f"{figure}:")] == []


def test_a_section_that_is_shown_is_in_the_chapter(made: Session) -> None:
    notebook = nbformat.read(ROOT / f"chapters/{made.name}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#{2,3} (.+)$", text, re.MULTILINE)
    assert {step.section for step in made.steps if step.section} <= set(headings)


def test_minutes_fill_the_meetings(made: Session) -> None:
    meetings = sum(1 for step in made.steps if step.meeting) or 1
    assert made.minutes in (MEETING * meetings, 45)
    rows = [row for row in plan(made) if re.match(r"\| \d", row)]
    assert len(rows) == len(made.steps)


def prose_of(name: str) -> str:
    """Return the words of a chapter, with the values that it computed."""
    notebook = nbformat.read(ROOT / f"chapters/{name}.ipynb", as_version=4)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return " ".join(plain_values(text, glued(notebook)).split())


def test_numbers_on_the_board_are_those_of_the_chapter(made: Session) -> None:
    prose = prose_of(made.name)
    numbers = re.findall(r"\d+(?:[,.]\d+)*", made.numbers)
    assert len(numbers) >= 2
    assert [each for each in numbers if not re.search(rf"(?<![\d,.]){each}(?![\d])", prose)] == []


def test_a_teacher_finds_what_to_draw_and_what_to_drop(made: Session) -> None:
    steps = {step.title: step for step in made.steps}
    saved = sum(steps[title].minutes for title in made.drop)
    assert 10 <= saved <= made.minutes / 4
    assert HOME not in made.drop
    page = "\n".join(room(made))
    assert made.numbers in page
    assert made.board in page
    assert f"{saved} minutes. {made.instead}" in short(made)
    for words in (made.numbers, made.board, made.instead):
        assert re.search(r"\w.*[.?]$", words)


def test_the_sheets_of_the_queue_are_the_figures_queue() -> None:
    sheets = session("liquidation").sheets
    rows = [[int(cell) for cell in re.findall(r"\d+", row)]
            for row in sheets.splitlines() if re.match(r"\| \d", row)]  # fmt: skip
    given, found = rows[:6], rows[6:]
    held, score = [row[1] for row in given], [row[2] for row in given]
    source = (ROOT / "chapters/liquidation.ipynb").read_text("utf-8")
    assert f"held = np.array({held})" in source
    assert f"score = np.array({score})" in source
    rules = [
        waterfall.deleverage_queue(-20, 650, held, score),
        waterfall.deleverage_pro_rata(-20, 650, held),
        waterfall.deleverage_queue(-20, 650, held, score, 0.5),
    ]
    for column, rule in enumerate(rules, start=1):
        assert [row[column] for row in found] == rule.closed.tolist()
        assert waterfall.profit_given_up(rule, -20, 680).sum() == 600


def test_reading_takes_as_long_as_the_chapter_says(made: Session) -> None:
    notebook = nbformat.read(ROOT / f"chapters/{made.name}.ipynb", as_version=4)
    head = " ".join(notebook.cells[0].source.split())
    assert LEAD.search(notebook.cells[0].source)
    assert MINUTES[TIME.search(head)[1]] == made.reading


def test_the_syllabi_hold_what_they_promise() -> None:
    twelve, six = syllabus("Twelve"), syllabus("Six")
    assert set(twelve) == {each.name for each in SESSIONS}
    assert twelve.count("capstone") == six.count("capstone") == 3
    assert len(six) == 12
    by_name = {each.name: each for each in SESSIONS}
    reading = sum(each.reading for each in SESSIONS) / 60
    taught = sum(by_name[name].minutes for name in by_name) / 60
    assert f"{reading:.0f} hours of reading, {taught:.0f} in sessions" in SYLLABI


def test_a_chapter_is_taught_after_those_that_it_builds_on() -> None:
    order = [page.rpartition("/")[2] for page in pages(ROOT) if page.startswith("chapters/")]
    twelve = [name for name in dict.fromkeys(syllabus("Twelve")) if name != SIDE_ROAD]
    assert twelve == sorted(twelve, key=order.index)


def test_numbers_of_the_project_are_those_of_its_chapter() -> None:
    notebook = nbformat.read(ROOT / "chapters/capstone.ipynb", as_version=4)
    chapter = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    guide = " ".join((ROOT / "course/index.md").read_text("utf-8").split())
    assert "two to three weeks" in chapter
    assert "Two to four students" in chapter
    assert "Points make up 12 of 40" in chapter
    assert "That is 28." in chapter
    for words in ("two to three weeks", "groups of two to four", "12 points", "28 for the report"):
        assert words in guide


def test_a_master_with_an_unknown_field_is_refused() -> None:
    master = 'reading = 1\nsentence = "a"\nbefore = "b"\noutcomes = []\n[[step]]\nminute = 3\n'
    with pytest.raises(TypeError, match="minute"):
        told("margin", master)
    with pytest.raises(FileNotFoundError):
        session("no_such_chapter")


def test_each_verb_that_a_teacher_is_told_is_there() -> None:
    told = {
        verb
        for page in (ROOT / "course").rglob("*.md")
        for verb in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    verbs = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"quizzes", "slides", "handouts", "hub", "league", "assignments"} <= told <= set(verbs)


def test_what_a_class_rolls_is_accepted_by_the_rule_that_the_session_tells():
    said = next(step.say for step in session("calibration").steps if step.figure == "power")
    accepted = [n for n in range(251) if calibration.kupiec(n, 250, 0.99).p_value > 0.05]
    assert "accepts one to six breaches" in said
    assert accepted == [1, 2, 3, 4, 5, 6]
    assert "About three in four accept" in said
    assert 0.74 < 1 - calibration.kupiec_power(250, 0.99, 0.98) < 0.77
