"""The assignments: the masters, what is made of them, and how submissions are marked."""

from __future__ import annotations

import doctest
import re
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from otter.nbmeta_config import NBMetadataConfig
from otter.run import main as otter_run
from otter.test_files import create_test_file

from course.assignments import classroom
from course.assignments.__main__ import HERE, TOPICS, make
from course.assignments.grading import grade

TOPIC = "maintenance_margin"
STUDENT = "s1234567"
QUESTIONS = ("call", "either_side", "equity_at", "liquidation_price")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder with everything that is made for a class."""
    folder = tmp_path_factory.mktemp("assignments")
    make(TOPICS, "example", folder)
    return folder


def read(path):
    return nbformat.read(path, as_version=4)


def master(topic):
    return read(HERE / f"{topic}.ipynb")


def sheet(made, topic):
    return read(made / "student" / topic / f"{topic}.ipynb")


def solved_names(made, topic, student=STUDENT):
    """Return the names that the solution defines, for a student's numbers."""
    names = {}
    for cell in read(made / "teacher" / topic / f"{topic}.ipynb").cells:
        if cell.cell_type == "code" and "grader" not in cell.source:
            source = cell.source.replace("type your student number here", student)
            exec(source.replace("from classroom", "from course.assignments.classroom"), names)
    return names


def test_there_are_ten_or_more():
    assert len(TOPICS) >= 10
    assert set(TOPICS) == set(classroom.DRAWN)


def test_what_the_classroom_says_of_itself():
    assert doctest.testmod(classroom).failed == 0


def test_solutions_get_all_points_and_empty_sheets_none(made):
    for topic in TOPICS:
        solution = made / "teacher" / topic / f"{topic}.ipynb"
        empty = made / "student" / topic / f"{topic}.ipynb"
        full, none = grade([solution, empty], made / "teacher" / topic / f"{topic}.zip")
        assert full.points, (topic, full.trouble)
        assert all(got == most for got, most in full.points.values()), full
        assert none.points.keys() == full.points.keys(), none
        assert none.total == 0, none


@pytest.mark.parametrize("topic", TOPICS)
def test_sheet_is_the_master_without_answers_and_hidden_tests(made, topic):
    source, given = master(topic), sheet(made, topic)
    text = "\n".join(cell.source for cell in given.cells)
    solving = testing = False
    questions = 0
    for cell in source.cells:
        if cell.cell_type == "raw":
            solving = {"# BEGIN SOLUTION": True, "# END SOLUTION": False}.get(cell.source, solving)
            testing = {"# BEGIN TESTS": True, "# END TESTS": False}.get(cell.source, testing)
            questions += cell.source.startswith("# BEGIN TESTS")
        elif solving and cell.cell_type == "markdown":
            assert cell.source not in text
        elif solving:
            answers = re.findall(r"^.*# SOLUTION$", cell.source, re.MULTILINE)
            answers += re.findall(
                r"# BEGIN SOLUTION\n(.*?) +# END SOLUTION", cell.source, re.DOTALL
            )
            assert answers
            assert not any(answer.split("  # SOLUTION")[0] in text for answer in answers)
            assert cell.source.splitlines()[0] in text
        elif testing:
            assert cell.source not in text
        else:
            assert cell.source in text
    assert 3 <= questions <= 5
    assert text.count("grader.check(") == questions
    checks = given.metadata.otter.tests
    assert len(checks) == questions
    assert not any("hidden=True" in check or "others(" in check for check in checks.values())
    assert not any(cell.get("outputs") for cell in given.cells)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_mistake_is_recognised_and_no_message_tells_the_answer(made, topic, monkeypatch):
    seen, known = set(), set()

    def look(answer, right, unit="", mistakes=None):
        for said, wrong in (mistakes or {}).items():
            known.add(said)
            if classroom.close(wrong, right):
                continue
            with pytest.raises(classroom.LookAgain) as told:
                accept(wrong, right, unit, mistakes)
            if said in str(told.value):
                seen.add(said)
        if right == float("inf"):
            return
        with pytest.raises(classroom.LookAgain) as told:
            accept("neither" if isinstance(right, str) else 1.37 * right + 0.011, right, unit)
        assert re.search(r"is too (large|small)\.$|is not what happens here", str(told.value))

    accept = classroom.expect
    monkeypatch.setitem(sys.modules, "classroom", classroom)
    monkeypatch.setattr(classroom, "expect", look)
    path = made / "student" / topic / f"{topic}.ipynb"
    settings = NBMetadataConfig.from_notebook(sheet(made, topic))
    for student in range(12):
        names = solved_names(made, topic, str(student))
        for question in settings.tests:
            test = create_test_file(str(path), settings, test_name=question)
            test.run(names)
            assert test.passed_all, test.summary()
    assert known
    assert seen == known


@pytest.mark.parametrize("topic", TOPICS)
def test_the_line_that_otter_shows_of_a_check_is_no_formula(made, topic, monkeypatch):
    def refuse(*given):
        raise classroom.LookAgain("no")

    monkeypatch.setitem(sys.modules, "classroom", classroom)
    monkeypatch.setattr(classroom, "expect", refuse)
    path = made / "student" / topic / f"{topic}.ipynb"
    settings = NBMetadataConfig.from_notebook(sheet(made, topic))
    for question in settings.tests:
        test = create_test_file(str(path), settings, test_name=question)
        test.run(solved_names(made, topic))
        (shown,) = re.findall(r"^ +(expect\(.*)", test.summary(), re.MULTILINE)
        assert re.search(r"\), [a-z]+(, '.*)?\)$", shown), shown


def submitted(made, folder, name, **answers):
    """Write a sheet of the topic with other code in the cells of some questions."""
    notebook = sheet(made, TOPIC)
    for cell in notebook.cells:
        cell.source = cell.source.replace("type your student number here", STUDENT)
        for question, answer in answers.items():
            if cell.source.startswith(f"def {question}("):
                cell.source = answer
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


RIGHT = {
    "equity_at": "def equity_at(price, entry, quantity, stake):\n"
    "    return stake * abs(quantity) * entry + quantity * (price - entry)",
    "liquidation_price": "def liquidation_price(entry, quantity, stake, rate):\n"
    "    return entry * (1 - stake) / (1 - rate)",
}
WRONG = {
    "equity_at": "def equity_at(price, entry, quantity, stake):\n"
    "    return quantity * (price - entry)",
    "liquidation_price": "def liquidation_price(entry, quantity, stake, rate):\n"
    "    return entry * (1 - stake + rate)",
}
HOSTILE = {
    "endless": ("while True:\n    pass", "out of time"),
    "sleeping": ("import time\ntime.sleep(1_000)", "out of time"),
    "greedy": ("try:\n    held = bytearray(1 << 34)\nexcept MemoryError:\n    pass", ""),
    "leaving": ("import os\nos._exit(0)", "ended early"),
    "overwriting": ("import classroom\nclassroom.expect = lambda *a, **k: None", ""),
    "rewriting": ("open('classroom.py', 'w').write('def expect(*a): pass')", ""),
    "persuading": (
        "import math\nmath.isclose = lambda *a, **k: True",
        "the checks were overwritten",
    ),
    "redefining": ("class grader:\n    check = print\nexpect = print\nmine = {}", ""),
}


def test_marks_of_right_wrong_and_hard_coded_answers(made, tmp_path):
    names = solved_names(made, TOPIC)
    own = classroom.ask(names["liquidation_price"], names["mine"])
    lazy = {
        "liquidation_price": "def liquidation_price(entry, quantity, stake, rate):\n"
        f"    return {own!r}"
    }
    papers = [
        submitted(made, tmp_path, "right", **RIGHT),
        submitted(made, tmp_path, "wrong", **WRONG),
        submitted(made, tmp_path, "lazy", **lazy),
        submitted(made, tmp_path, "stopped", **(RIGHT | {"equity_at": "1 / 0"})),
    ]
    right, wrong, hard_coded, stopped = grade(papers, made / f"teacher/{TOPIC}/{TOPIC}.zip")
    assert {name: got for name, (got, _) in right.points.items()} == {
        "call": 0, "either_side": 0, "equity_at": 3, "liquidation_price": 3,
    }  # fmt: skip
    assert wrong.total == 0
    assert hard_coded.total == 0
    assert stopped.total == 3
    assert not right.trouble + wrong.trouble + hard_coded.trouble + stopped.trouble


def test_marks_of_hostile_submissions(made, tmp_path):
    papers = [
        submitted(made, tmp_path, name, call=code, equity_at=RIGHT["equity_at"])
        for name, (code, _) in HOSTILE.items()
    ]
    marks = grade(papers, made / f"teacher/{TOPIC}/{TOPIC}.zip", seconds=6)
    for mark, (name, (_, trouble)) in zip(marks, HOSTILE.items(), strict=True):
        assert (mark.name, mark.trouble) == (name, trouble)
        assert mark.total == (0 if trouble else 3), mark


def test_otter_itself_gives_the_same_marks(made, tmp_path):
    """What Gradescope runs is otter's own grading, from the same zip file."""
    paper = submitted(made, tmp_path, "right", **RIGHT)
    grader = made / f"teacher/{TOPIC}/{TOPIC}.zip"
    found = otter_run(str(paper), autograder=str(grader), output_dir=None, no_logo=True)
    (ours,) = grade([paper], grader)
    theirs = {name: (test.score, test.possible) for name, test in found.results.items()}
    assert theirs == ours.points


def test_another_word_of_the_class_draws_other_numbers(tmp_path):
    make([TOPIC], 'autumn "30"', tmp_path)
    with zipfile.ZipFile(tmp_path / f"teacher/{TOPIC}/{TOPIC}.zip") as packed:
        inside = packed.read("files/classroom.py").decode()
    beside = Path(tmp_path, f"student/{TOPIC}/classroom.py").read_text("utf-8")
    assert inside == beside
    other = {}
    exec(compile(beside, "classroom", "exec"), other)
    assert other["CLASS"] == 'autumn "30"'
    assert other["values"](TOPIC, STUDENT) != classroom.values(TOPIC, STUDENT)


@pytest.mark.parametrize("student", ["", " ", "type your student number here"])
def test_a_sheet_without_a_student_number_says_so(student, capsys):
    classroom.values(TOPIC, student)
    assert "type your student number" in capsys.readouterr().out
    assert classroom.values(TOPIC, " 123 ") == classroom.values(TOPIC, 123)
    assert not capsys.readouterr().out


def test_every_sheet_asks_for_the_student_number():
    for topic in TOPICS:
        sheet = nbformat.read(HERE / f"{topic}.ipynb", as_version=4)
        asked = f'STUDENT = "{classroom.UNNAMED}"'
        assert any(asked in cell.source for cell in sheet.cells), topic


def test_two_students_rarely_share_an_answer():
    for topic in TOPICS:
        drawn = {tuple(classroom.values(topic, student).values()) for student in range(300)}
        assert len(drawn) > 290, topic
