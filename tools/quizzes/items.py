r"""What is asked: the quick questions and the predictions of a chapter, a reason for each answer.

What is right where a prediction asks for a number is told by the figure of the built book.
"""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from lessons import Lesson, Prediction
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from on_paper import header as header_of
from self_checks import FOLDER as CHECKS
from self_checks import Question, questions, shown

from livefig import tidied
from tools.handouts import readable
from tools.slides.__main__ import words_of

BUILT = Path(__file__).parents[2] / "_build" / "html" / "chapters"
SLACK = 0.05  # a number may be off by so much of itself, where no mistake with a name is as near
PLACE = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # a link; a platform does not know where the book is


@dataclass(frozen=True)
class Choice:
    """An answer to choose, and why it is right or wrong; both are HTML."""

    words: str
    reason: str
    is_right: bool


@dataclass(frozen=True)
class Number:
    """The number that is right, how far off one may be, and why, as HTML.

    Natural mistakes are numbers from low to high, each with its reason.
    """

    truth: float
    near: float
    wrong: tuple[tuple[float, float, str], ...]
    reason: str


@dataclass(frozen=True)
class Item:
    """A question as a platform asks it: a name and a title, HTML, and choices or a number."""

    name: str
    title: str
    asks: str
    answer: tuple[Choice, ...] | Number


def rendered(text: str) -> str:
    r"""Return a text of a chapter as HTML: formulas in LaTeX, links as words.

    >>> rendered("[So](#lens:price=1) $1.25^2$ *times*.")
    '<p>So <span class="math inline">\\(1.25^2\\)</span> <em>times</em>.</p>'
    """
    markdown = MarkdownIt().use(dollarmath_plugin, renderer=latex)
    return markdown.render(tidied(PLACE.sub(r"\1", readable(text, {})))).strip()


def latex(formula: str, options: dict[str, bool]) -> str:
    r"""Return a formula between the marks that Canvas and Moodle both look for."""
    opening, closing = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return opening + escape(formula) + closing


def checked(chapter: Lesson, count: int, asked: Question) -> Item:
    """Return a quick question."""
    choices = tuple(
        Choice(f"<p>{shown(each.words)}</p>", f"<p>{shown(each.reason)}</p>", each.is_right)
        for each in asked.answers
    )
    title = f"{chapter.title}: quick question {count}"
    return Item(f"quick_{count}", title, f"<p>{shown(asked.asks)}</p>", choices)


def predicted(chapter: Lesson, section: str, asked: Prediction, header: dict) -> Item | None:
    """Return a prediction, or none where the answer hangs on what a reader has set."""
    title = f"{chapter.title}: {section}"
    place = f"<p><em>From the chapter “{escape(chapter.title)}”, at “{escape(section)}”.</em></p>"
    asks = f"{place}<p>{shown(asked.question)}</p>"
    because = rendered(asked.answer)
    if asked.choices:
        reasons = {wrong.answer: f"<p>{shown(wrong.reason)}</p>" for wrong in asked.wrong}
        choices = tuple(
            Choice(f"<p>{shown(each)}</p>", reasons.get(each, because), each not in reasons)
            for each in asked.choices
        )
        return Item(asked.figure, title, asks, choices)
    if header["truth"] is None:
        return None
    unit = f"In {escape(header['unit'])}." if header["unit"] else ""
    sign = "A fall has a minus sign." if header["truth"] < 0 else ""
    told = f"<p>{f'{unit} {sign}'.strip()}</p>" if unit or sign else ""
    return Item(asked.figure, title, asks + told, number(header, because))


def number(header: dict, because: str) -> Number:
    """Return what is right, as a figure tells it: shares are asked for in hundredths.

    >>> asked = {"truth": 0.25, "percent": True, "reasons": [[0.26, 0.5, "Double."]]}
    >>> number(asked, "<p>Half of it.</p>").near
    1.0
    """
    scale = 100 if header["percent"] else 1
    truth = scale * header["truth"]
    spans = []
    for low, high, reason in header["reasons"]:
        wide = 0.01 * abs(low) if low == high else 0  # as the page takes a single number
        spans.append((scale * (low - wide), scale * (high + wide), f"<p>{shown(reason)}</p>"))
    gaps = [max(low - truth, truth - high) for low, high, _ in spans]
    near = min([SLACK * abs(truth), *(gap for gap in gaps if gap > 0)])
    return Number(float(f"{truth:.6g}"), float(f"{near:.2g}"), tuple(spans), because)


def items(chapter: Lesson, built: Path = BUILT) -> list[Item]:
    """Return the questions of a chapter: quick ones, then predictions."""
    page = built / f"{chapter.name}.html"
    if not page.is_file():
        raise SystemExit(f"There is no {page}: type make book, then make quizzes")
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    quick = questions(CHECKS / f"{chapter.name}.toml")
    made = [checked(chapter, count, each) for count, each in enumerate(quick, start=1)]
    for each in chapter.predictions:
        figure = soup.find("figure", id=each.figure)
        guess = header_of(figure.select_one("script.ml-table").get_text())["guess"]
        section = words_of(figure.find_previous(["h2", "h3"])).rstrip("#")
        told = predicted(chapter, section, each, guess)
        made += [told] if told else []
    return made
