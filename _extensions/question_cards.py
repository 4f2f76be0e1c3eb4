"""The cards of the home page: for each chapter its question, over a picture of a figure of it.

The pictures are the drawings of the built pages without their letters, together in one file. What
waits for a guess is drawn as well: a shape without a number or a name gives no answer away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, SoupStrainer, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PICTURES = Path("_static/questions.svg")
WIDTH, HEIGHT = 320, 200  # of a picture [units]
NOT_DRAWN = "text, title, desc, .ml-ghost, .ml-handles"
# Small, but not pale; each drawn alone, for a browser draws the whole file for each picture.
STYLE = (
    "<style>*{vector-effect:non-scaling-stroke}"
    "svg>svg{display:none}svg>svg:target{display:inline}</style>"
)
LINE = re.compile(r"^(?P<page>[\w/]+)(?: (?P<figure>[\w-]+))?: (?P<question>.*\?)$")
PLACES = re.compile(r"(\d\.\d)\d+")


@dataclass(frozen=True)
class Card:
    """A chapter, the figure that stands for it (or its first), and its question."""

    page: str
    figure: str | None
    question: str

    @property
    def name(self) -> str:
        """What the picture is called in its file."""
        return Path(self.page).name.replace("_", "-")


class QuestionCards(SphinxDirective):
    """Write a card for each line ``chapters/margin lens: What is margin?``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        cards = [read(line) for line in self.content if line.strip()]
        made = nodes.bullet_list(classes=["ml-questions"])
        for number, each in enumerate(cards, start=1):
            made += item(number, each)
        self.env.metadata[self.env.docname]["question_cards"] = cards
        return [made]


def item(number: int, each: Card) -> nodes.list_item:
    """Return a picture, the question and the chapter, all one link."""
    picture = (
        f'<img src="{PICTURES.as_posix()}#{each.name}" alt="" width="{WIDTH}" '
        f'height="{HEIGHT}" loading="lazy">'
    )
    words = (
        f'<a href="{each.page}.html">{picture}<strong>{escape(each.question)}</strong>'
        f"<span>Chapter {number}</span></a>"
    )
    return nodes.list_item("", nodes.raw("", words, format="html"))


def read(line: str) -> Card:
    """Return the card that a line asks for.

    >>> read("chapters/margin lens: What is margin?")
    Card(page='chapters/margin', figure='lens', question='What is margin?')
    """
    found = LINE.match(line.strip())
    if not found:
        raise ValueError(
            "a card must be a page, the name of a figure or none, a colon and a question, such as "
            f"'chapters/margin lens: What is margin?'; got {line!r}"
        )
    return Card(found["page"], found["figure"], found["question"])


def picture(page: str, each: Card) -> str:
    """Return what a figure of a built page draws, without letters, to stand in one file.

    Parameters
    ----------
    page
        The page, as HTML.
    each
        Which figure, and the name of its picture.
    """
    explorers = SoupStrainer("figure", class_="ml-explorer")
    figures = BeautifulSoup(page, "html.parser", parse_only=explorers).find_all(explorers)
    chosen = [figure for figure in figures if each.figure in (None, figure["id"])]
    if not chosen:
        names = ", ".join(figure["id"] for figure in figures)
        raise ValueError(f"{each.page} must have the figure {each.figure!r}; it has {names}")
    drawing = chosen[0].find("svg")
    assert isinstance(drawing, Tag)
    for part in drawing.select(NOT_DRAWN):
        part.decompose()
    box = drawing["viewbox"]
    inside = PLACES.sub(r"\1", drawing.decode_contents())
    fitted = f'viewBox="{box}" preserveAspectRatio="xMidYMin slice"'
    return f'<svg id="{each.name}" {fitted}>{inside}</svg>'


def together(pictures: Iterable[str]) -> str:
    """Return one file of pictures; ``file#name`` shows one of them."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return f"{head}{STYLE}{''.join(pictures)}</svg>"


def write_pictures(app: Sphinx, problem: Exception | None) -> None:
    """Put the pictures of all cards beside the pages."""
    if problem is not None or app.builder.name != "html":
        return
    written = Path(app.outdir)
    for described in app.env.metadata.values():
        cards = [each for each in described.get("question_cards", []) if exists(app, each)]
        pages = {each.name: (written / f"{each.page}.html").read_text("utf-8") for each in cards}
        if cards:
            drawn = [picture(pages[each.name], each) for each in cards]
            (written / PICTURES).write_text(together(drawn), "utf-8")


def exists(app: Sphinx, each: Card) -> bool:
    """Whether the page of a card was built."""
    return each.page in app.env.found_docs


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("question-cards", QuestionCards)
    app.connect("build-finished", write_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
