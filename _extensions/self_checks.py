"""Quick questions, first among the exercises of a chapter, with a reason for every answer.

The questions of ``chapters/NAME`` are kept in ``course/checks/NAME.toml``. Each answer is a summary
that unfolds its reason: it needs no script, answers to the keyboard, and asks no host.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from zlib import crc32

from docutils import nodes
from page_words import of_page as _
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from livefig import tidied
from livefig.language import said
from livefig.sphinx.links import LINK_CLASS, escaped

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "course" / "checks"
NAME = "quick-questions"


@dataclass(frozen=True)
class Answer:
    """One answer and its reason."""

    words: str
    reason: str
    is_right: bool


@dataclass(frozen=True)
class Question:
    """A question with one right answer, and where to look again: a state of a figure, or none."""

    asks: str
    answers: tuple[Answer, ...]
    look: str | None
    proof: str | None  # an expression that is true if the numbers are

    @property
    def right(self) -> Answer:
        """The right answer."""
        return next(answer for answer in self.answers if answer.is_right)


def questions(file: Path) -> list[Question]:
    """Return the questions of a file, the answers of each in an order that no author chose.

    Raises
    ------
    ValueError
        If a question has a field that is not known, or lacks one.
    """
    told = tomllib.loads(file.read_text("utf-8"))["question"]
    return [question(file.name, each) for each in told]


def question(file: str, told: dict) -> Question:
    """Return a question as its table in the file tells it."""
    known = {"asks", "right", "wrong", "look", "proof"}
    if not {"asks", "right", "wrong"} <= set(told) <= known:
        raise ValueError(
            f"{file}: a question must have asks, right and wrong, and may have look and proof; got "
            f"{', '.join(told)}"
        )
    answers = [Answer(*told["right"], True), *(Answer(*each, False) for each in told["wrong"])]
    shuffled = sorted(answers, key=lambda answer: crc32(answer.words.encode()))
    return Question(told["asks"], tuple(shuffled), told.get("look"), told.get("proof"))


class AskBeforeExercises(SphinxTransform):
    """Put the questions of a chapter before its exercises."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Insert a section of questions, if there are any."""
        folder, chapter = Path(self.env.docname).parent.as_posix(), Path(self.env.docname).name
        file = FOLDER / f"{chapter}.toml"
        if folder != "chapters" or not file.is_file():
            return
        self.env.note_dependency(str(file))
        for title in list(self.document.findall(nodes.title)):
            if title.astext() in ("Exercises", _("Exercises")):
                title.parent.insert(1, asking(questions(file)))


def asking(asked: list[Question]) -> nodes.section:
    """Return a section that asks the questions."""
    section = nodes.section(ids=[NAME], names=[NAME])
    section += nodes.title("", _("Quick questions"))
    lead = _("Choose an answer, and read what speaks for it or against it.")
    section += nodes.paragraph("", lead)
    section += nodes.raw("", "".join(map(form, range(1, len(asked) + 1), asked)), format="html")
    return section


def form(number: int, asked: Question) -> str:
    """Return a question as HTML."""
    name = f"quick-{number}"
    answers = "".join(answer_of(name, each, asked.look) for each in asked.answers)
    return (
        f'<div class="ml-quick" role="group" aria-labelledby="{name}"><p id="{name}">'
        f"<strong>{number}.</strong> {shown(asked.asks)}</p>{answers}</div>"
    )


def answer_of(name: str, answer: Answer, look: str | None) -> str:
    """Return an answer that unfolds its reason; opening another one of the question closes it."""
    kind, verdict = ("ml-right", _("Yes.")) if answer.is_right else ("ml-wrong", _("No."))
    again = " " + linked(look, _("Look again")) if look else ""
    return (
        f'<details class="{kind}" name="{name}"><summary>{shown(answer.words)}</summary>'
        f"<p><strong>{verdict}</strong> {shown(answer.reason)}{again}</p></details>"
    )


def linked(state: str, words: str) -> str:
    """Return a link to a state of a figure of the page."""
    return f'<a class="{LINK_CLASS}" href="#{escape(escaped(state))}">{shown(words)}</a>'


def shown(text: str) -> str:
    """Return a text as the page writes it, with true minus signs and units that hold."""
    return escape(said(tidied(str(text))), quote=False)


def setup(app: Sphinx) -> dict[str, object]:
    app.add_transform(AskBeforeExercises)
    app.add_css_file("self_checks.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
