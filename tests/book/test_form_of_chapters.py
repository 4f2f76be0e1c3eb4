"""Every chapter has one form: a question, a guess, a figure, the claim, and what follows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters").glob("*.ipynb"))
OUT_OF_SIGHT = {"hide-input", "remove-input", "remove-cell"}
MOST_WORDS = 2_500  # before the exercises: one sitting
MOST_LINES = 120  # of code in sight, before the exercises
CLOSING = ["Summary", "Exercises", "Check", "Compute", "Think", "Further reading"]
WITHOUT_EVENT = {"case_studies"}  # which is nothing but events


class Notebook:
    """A chapter as its cells."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.cells = json.loads(path.read_text("utf-8"))["cells"]
        for cell in self.cells:
            cell["source"] = "".join(cell["source"])
            cell["tags"] = set(cell["metadata"].get("tags", []))

    def of(self, kind: str) -> list[dict]:
        return [cell for cell in self.cells if cell["cell_type"] == kind]

    @property
    def prose(self) -> str:
        return "\n\n".join(cell["source"] for cell in self.of("markdown"))

    @property
    def headings(self) -> list[str]:
        return re.findall(r"^#{2,3} (.*)$", self.prose, flags=re.MULTILINE)

    def before_exercises(self) -> list[dict]:
        """Return the cells before the exercises, the one they begin in cut where they do."""
        kept = []
        for cell in self.cells:
            head, found, _ = cell["source"].partition("\n## Exercises")
            kept.append({**cell, "source": head})
            if found:
                break
        return kept


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request: pytest.FixtureRequest) -> Notebook:
    return Notebook(request.param)


def test_the_lead_asks(chapter: Notebook) -> None:
    lead = re.search(r"^# [^\n]*\n+\*\*(.*?)\*\*", chapter.cells[0]["source"], re.M | re.S)
    assert lead
    assert lead[1].endswith("?")


def test_nothing_to_read_stands_before_the_first_figure_but_words(chapter: Notebook) -> None:
    first = chapter.of("code")[0]
    assert "livefig.explorer(" in first["source"]
    assert "hide-input" in first["tags"]


def test_a_question_belongs_to_a_figure_that_asks_it(chapter: Notebook) -> None:
    asked = False
    for cell in chapter.cells:
        if cell["cell_type"] == "markdown":
            *_, last = re.split(r"^#{2,3} .*$", cell["source"], flags=re.MULTILINE)
            assert not asked
            asked = "**Predict.**" in last
            folds = re.findall(r"^```\{dropdown\} Commit.*\n(.*)$", cell["source"], re.MULTILINE)
            assert all(re.match(r":class-container: ml-after-[\w-]+$", line) for line in folds)
        elif any("<figure id=" in str(each.get("data")) for each in cell["outputs"]):
            assert asked == ("guess=" in cell["source"]), cell["id"]
            asked = False


def test_the_parts_stand_in_one_order(chapter: Notebook) -> None:
    assert chapter.headings[-len(CLOSING) :] == CLOSING
    if chapter.name not in WITHOUT_EVENT:
        parts = [title.split(":")[0] for title in chapter.headings]
        assert "Real systems" in parts
        assert parts.index("Real systems") < parts.index("A real event")


def test_results_are_tables_not_printed_lines(chapter: Notebook) -> None:
    assert [cell["id"] for cell in chapter.of("code") if "print(" in cell["source"]] == []


def test_a_chapter_is_one_sitting(chapter: Notebook) -> None:
    cells = chapter.before_exercises()
    prose = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    bare = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|\{[^}]*\}`[^`]*`|\]\([^)]*\)", " ", prose, flags=re.S)
    lines = [
        line
        for cell in cells
        if cell["cell_type"] == "code" and not cell["tags"] & OUT_OF_SIGHT
        for line in cell["source"].splitlines()
        if line.strip()
    ]
    assert len(re.findall(r"[A-Za-z0-9]\S*", bare)) <= MOST_WORDS
    assert len(lines) <= MOST_LINES


def test_coins_are_spelled_one_way_and_a_minus_is_a_minus(chapter: Notebook) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`|\$[^$]*\$|\([^()\s]*\)", " ", chapter.prose, flags=re.S)
    assert re.findall(r"[a-z,;] (?:Bitcoins?|Ether)\b(?! Cash)[^.]*", prose) == []
    assert re.findall(r".{12}(?<![\w\u2013-])-\d.{8}", prose) == []
