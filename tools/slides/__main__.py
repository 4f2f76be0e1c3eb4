"""Make a deck of slides for each session, with the figures of its chapter alive: ``make slides``.

A deck is one page that opens from a file. Its master is the master of the session; the figures,
what they tell, formulas and tables are those of the built chapter. Decks and the few files that
they need are in ``_build/slides``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from lessons import Lesson, Prediction, lesson
from markdown_it import MarkdownIt
from self_checks import linked, shown
from sessions import Session, Step, all_sessions

from livefig import tidied

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "html"
FOLDER = ROOT / "_build" / "slides"
OWN = Path(__file__).parent
STYLES, FIGURES = "margin.css", "livefig.js"  # of the built book
ADDRESS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')?#]+)""")
NOT_SHOWN = "small.ml-note, a.headerlink, .ml-definition, script:not(.ml-table), .ml-column"
SEEN = "div.math, table"  # of a section of the chapter, what a slide shows
MOST = 4  # of these
LAST = "What to take home"
PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: slides</title>
<link rel="stylesheet" href="_static/margin.css">
<link rel="stylesheet" href="_static/slides.css">
<script defer src="_static/livefig.js"></script>
<script defer src="_static/slides.js"></script>
</head>
<body>
<main class="bd-article">
{slides}
</main>
</body>
</html>
"""
SLIDE = """<section class="ml-slide {kind}" id="slide-{number}" aria-label="Slide {number}">
{shown}
<aside class="ml-notes" aria-label="Speaker notes">{notes}</aside>
</section>"""
KEYS = (
    "Arrow keys or Page Down: the next slide. n: notes under the slide, and on paper. s: notes in "
    "a window of their own."
)


class Chapter:
    """A built chapter, of which slides show parts."""

    def __init__(self, name: str, built: Path = BUILT) -> None:
        page = built / "chapters" / f"{name}.html"
        if not page.is_file():
            raise SystemExit(f"There is no {page}: type make book, then make slides")
        self.soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        for part in self.soup.select(NOT_SHOWN):
            part.decompose()

    def figure(self, name: str) -> str:
        """Return a figure with all its states."""
        return str(self.soup.find("figure", id=name))

    def seen(self, section: str) -> str:
        """Return what a slide shows of a section: formulas and tables, or else its first words."""
        headings = self.soup.find_all(["h2", "h3"])
        found = next(head.parent for head in headings if words_of(head).endswith(section))
        parts = [part for part in found.select(SEEN) if not part.find_parent("table")][:MOST]
        return "".join(plain(part) for part in parts or found.find_all("p", limit=1))

    def claim(self, figure: str) -> tuple[str, str]:
        """Return the sentence in bold after a figure, and what there is to notice."""
        claim, notice = "", ""
        start = self.soup.find("figure", id=figure)
        for part in start.find_all_next(["p", "h2", "h3", "figure"]):
            if part.name != "p":
                break
            strong = part.find("strong")
            if part.find_parent("details") or not strong:
                continue
            if strong.get_text().startswith("Notice"):
                notice = plain(part)
            elif not claim and part.get_text(strip=True) == strong.get_text(strip=True):
                claim = plain(part)
        return claim, notice

    def answer(self, figure: str) -> str:
        """Return what the chapter unfolds after a prediction."""
        folded = self.soup.select_one(f".ml-after-{figure}")
        return "".join(plain(part) for part in folded.find_all("p")) if folded else ""


def words_of(part: Tag) -> str:
    """Return the words of a part of a page, spaces and apostrophes as they are typed."""
    return " ".join(part.get_text().replace("’", "'").split())


def plain(part: Tag) -> str:
    """Return a part of a page, its links as words: a deck has nothing to lead to."""
    copy = BeautifulSoup(str(part), "html.parser")
    for link in copy.select("a, p[id], summary"):
        if link.name == "a":
            link.unwrap()
    return str(copy)


def slides(made: Session, told: Lesson, chapter: Chapter) -> Iterator[tuple[str, str, str]]:
    """Yield the kind of each slide, what it shows, and its notes."""
    asked = {prediction.figure: prediction for prediction in told.predictions}
    notes = words(f"{made.before}\n\n{made.numbers}\n\n{made.board}\n\n*{KEYS}*")
    yield "ml-first", first(told.title, told.question), notes
    for step in made.steps:
        notes = words(f"*{step.minutes} minutes.* {step.say}")
        head = f"<h2>{shown(step.title)}</h2>"
        if step.figure:
            expected = expect(asked.get(step.figure)) + chapter.answer(step.figure)
            yield (
                "ml-of-figure",
                head + chapter.figure(step.figure) + states(step),
                notes + expected,
            )
            claim, notice = chapter.claim(step.figure)
            if claim:
                yield "ml-of-claim", claim, notice
        elif step.section:
            yield "ml-of-text", head + chapter.seen(step.section), notes
        elif step.title == LAST:
            yield "ml-of-claim", f"<p><strong>{shown(made.sentence)}</strong></p>", notes
        else:
            yield "ml-of-claim", head, notes


def first(title: str, question: str) -> str:
    """Return the first slide."""
    return f"<h1>{shown(title)}</h1><p>{shown(question)}</p>"


def states(step: Step) -> str:
    """Return links to the states that a figure is shown in."""
    links = [linked(state, said) for said, state in step.show]
    return f'<p class="ml-states">{" ".join(links)}</p>' if links else ""


def expect(asked: Prediction | None) -> str:
    """Return the wrong answers to expect, and what to say."""
    if asked is None:
        return ""
    lines = [
        f"<li><em>{shown(each.answer)}:</em> {shown(each.reason)}</li>" for each in asked.wrong
    ]
    return f"<p>{shown(asked.question)}</p><ul>{''.join(lines)}</ul>"


def words(text: str) -> str:
    """Return a text with emphasis as HTML, its links as words."""
    return plain(BeautifulSoup(MarkdownIt().render(tidied(text)), "html.parser"))


def deck(made: Session, chapter: Chapter) -> str:
    """Return the page of a deck."""
    told = lesson(made.name)
    parts = [
        SLIDE.format(kind=kind, number=number, shown=seen, notes=notes)
        for number, (kind, seen, notes) in enumerate(slides(made, told, chapter), start=1)
    ]
    return PAGE.format(title=escape(told.title), slides="\n".join(parts))


def copy_files(built: Path, folder: Path) -> None:
    """Put beside the decks what they ask for: two styles, two scripts, fonts."""
    static = folder / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for file in (built / "_static" / STYLES, built / "_static" / FIGURES, *OWN.glob("slides.*")):
        shutil.copy(file, static)
    for name in ADDRESS.findall((static / STYLES).read_text("utf-8")):
        asked = built / "_static" / name
        if asked.is_file():
            (static / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(asked, static / name)


def main() -> None:
    """Write the decks, and say where they are."""
    copy_files(BUILT, FOLDER)
    for made in all_sessions():
        path = FOLDER / f"{made.name}.html"
        path.write_text(deck(made, Chapter(made.name)), "utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
