"""A session of the teaching guide, from a master of a few lines and the chapter that it teaches.

The master says what the chapter cannot: the minutes, what to show and say, which exercises belong
to which objective. Objectives, questions, wrong answers and what the figures tell come from the
chapter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from lessons import ROOT, Lesson, Prediction, lesson, linked_from
from mdit_py_plugins.anchors.index import slugify
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from livefig.sphinx.links import escaped

FOLDER = ROOT / "course" / "sessions"
CHAPTERS = "../../chapters"  # seen from a page of the guide
MASTER = re.compile(r"^```\{session\} (?P<name>\w+)\n(?P<master>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Step:
    """A part of a session: a figure with its states, a section of the chapter, or talk."""

    minutes: int
    title: str
    say: str
    figure: str | None = None
    section: str | None = None  # a heading of the chapter
    show: tuple[tuple[str, str], ...] = ()  # what it shows, and the state
    meeting: str | None = None  # begins one, where a session has several


@dataclass(frozen=True)
class Session:
    """A session as its master tells it."""

    name: str
    reading: int  # minutes that the chapter takes
    sentence: str  # to leave with
    before: str
    numbers: str  # of Ana, for a corner of the board
    board: str  # what to draw before anybody comes
    drop: list[str]  # titles of the steps that go first when time is short
    instead: str  # what to say or set in their place
    outcomes: tuple[tuple[str, ...], ...]  # labels of exercises, for each objective of the chapter
    steps: tuple[Step, ...]
    sheets: str | None = None  # MyST: what to print and cut

    @property
    def minutes(self) -> int:
        """How long the session takes."""
        return sum(step.minutes for step in self.steps)


def session(name: str) -> Session:
    """Return the session on a chapter.

    >>> session("margin").minutes
    90
    """
    page = (FOLDER / f"{name}.md").read_text("utf-8")
    found = MASTER.search(page)
    if not found or found["name"] != name:
        raise ValueError(f"course/sessions/{name}.md must hold a block ```{{session}} {name}")
    return told(name, found["master"])


def told(name: str, master: str) -> Session:
    """Return a session from the text of its master."""
    table = tomllib.loads(master)
    steps = tuple(
        Step(**{**step, "show": tuple(map(tuple, step.get("show", [])))})
        for step in table.pop("step")
    )
    table["outcomes"] = tuple(map(tuple, table["outcomes"]))
    return Session(name, **table, steps=steps)


class SessionPage(SphinxDirective):
    """Write the session on a chapter."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        self.env.note_dependency(str(ROOT / f"chapters/{name}.ipynb"))
        made, chapter = told(name, "\n".join(self.content)), lesson(name)
        parts = self.parsed("\n".join(head(made, chapter)))
        for title, lines in sections(made, chapter):
            anchor = nodes.make_id(title)
            part = nodes.section(ids=[anchor], names=[nodes.fully_normalize_name(title)])
            part += nodes.title("", title)
            part += self.parsed("\n".join(lines))
            parts.append(part)
        return parts

    def parsed(self, text: str) -> list[nodes.Node]:
        """Return what a text in MyST makes."""
        holder = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), "session"), 0, holder)
        return holder.children


def head(made: Session, chapter: Lesson) -> Iterator[str]:
    """Yield the lines before the first heading."""
    page = f"{CHAPTERS}/{made.name}.ipynb"
    yield f"**{chapter.question}**"
    yield ""
    yield f"*Chapter:* [{chapter.title}]({page}). *In class:* {made.minutes} minutes."
    yield f"*To read alone:* {made.reading} minutes, and the exercises."
    yield ""
    yield f"*The sentence to leave with:* {made.sentence}"
    yield ""
    yield f"*Read before:* {made.before}"


def sections(made: Session, chapter: Lesson) -> Iterator[tuple[str, list[str]]]:
    """Yield the headings of a session and the lines under them."""
    yield "What students can do afterwards", list(outcomes(made, chapter))
    yield "Before they come", list(room(made))
    yield "Minute by minute", [*plan(made), "", short(made)]
    asked = {prediction.figure: prediction for prediction in chapter.predictions}
    for step in made.steps:
        yield step.title, list(about(step, asked.get(step.figure or ""), made.name))


def outcomes(made: Session, chapter: Lesson) -> Iterator[str]:
    """Yield each objective of the chapter, with the exercises that test it."""
    for objective, labels in zip(chapter.objectives, made.outcomes, strict=True):
        tested = ", ".join(f"{{ref}}`{chapter.exercises[label]} <{label}>`" for label in labels)
        yield f"* {objective}: {tested}"


def room(made: Session) -> Iterator[str]:
    """Yield what stands on the board, and what lies on the desk."""
    yield f"*In a corner of the board:* {made.numbers}"
    yield ""
    yield f"*To draw:* {made.board}"
    if made.sheets:
        yield ""
        yield from made.sheets.strip().splitlines()


def short(made: Session) -> str:
    """Return what to leave out when time is short, and how much that saves."""
    saved = sum(step.minutes for step in made.steps if step.title in made.drop)
    titles = " and ".join(f"*{title}*" for title in made.drop)
    return f"**Short of time?** Leave out {titles}: {saved} minutes. {made.instead}"


def plan(made: Session) -> Iterator[str]:
    """Yield a table of minutes."""
    yield "| from | minutes | what |"
    yield "|--:|--:|---|"
    clock = 0
    for step in made.steps:
        if step.meeting:
            clock = 0
            yield f"| | | *{step.meeting}* |"
        yield f"| {clock // 60}:{clock % 60:02} | {step.minutes} | {step.title} |"
        clock += step.minutes


def about(step: Step, asked: Prediction | None, name: str) -> Iterator[str]:
    """Yield what to say and show in a step, and what to expect."""
    page = f"{CHAPTERS}/{name}.ipynb"
    yield f"*{step.minutes} minutes.* {step.say}"
    yield ""
    if asked:
        yield f"**Ask:** {asked.question}"
        yield ""
        for wrong in asked.wrong:
            yield f"* *{wrong.answer}*: {wrong.reason}"
        yield ""
        yield from unfolded(linked_from(asked.answer, page))
    if step.show:
        links = [f"[{words}]({page}#{escaped(state)})" for words, state in step.show]
        yield f"**Show:** {'; '.join(links)}."
        yield ""
    elif step.figure or step.section:
        place = step.figure or slugify(step.section or "")
        yield f"**Show:** [the part of the chapter]({page}#{place})."


def unfolded(answer: str) -> Iterator[str]:
    """Yield the lines of an answer, folded, for a guide that stands open on a desk."""
    yield "````{dropdown} The answer"
    yield from answer.strip().splitlines()
    yield "````"
    yield ""


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("session", SessionPage)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def all_sessions(folder: Path = FOLDER) -> list[Session]:
    """Return all sessions, by name."""
    return [session(file.stem) for file in sorted(folder.glob("*.md"))]
