"""The page of all figures: a picture and a sentence for each explorer, linked to its chapter.

Pictures and sentences are those kept in the notebooks, so the page needs no work when a chapter is
added to the contents. The guide to livefig is no chapter: its figures are about figures.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from contents import pages
from docutils import nodes
from page_words import _
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from livefig import tidied
from livefig.sphinx.numbers import number_of

ROOT = Path(__file__).parents[1]
GUIDE = "livefig/guide/"
PICTURES = Path("_static/explorers")
CARDS = "ml-cards"
NUMBER = re.compile(r"<!-- number of (?P<page>[^#]+)#(?P<name>\S+) -->")
PNG_SIZE = slice(16, 24)  # of the header: width and height, four bytes each


@dataclass(frozen=True)
class Shown:
    """An explorer as its notebook keeps it."""

    chapter: str  # its file, without the ending
    name: str
    caption: str
    alt: str
    picture: bytes  # PNG

    @property
    def file(self) -> Path:
        """Where the built book keeps the picture."""
        return PICTURES / f"{Path(self.chapter).name}-{self.name}.png"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture [pixels]."""
        sides = self.picture[PNG_SIZE]
        return int.from_bytes(sides[:4], "big"), int.from_bytes(sides[4:], "big")


class ExplorerIndex(SphinxDirective):
    """Write a heading for each chapter, and a card for each of its explorers."""

    def run(self) -> list[nodes.Node]:
        parts = []
        for chapter in chapters(ROOT):
            notebook = ROOT / f"{chapter}.ipynb"
            self.env.note_dependency(str(notebook))
            found = list(explorers(chapter, notebook))
            is_home = chapter == self.env.config.root_doc
            if found:
                named = _("The home page") if is_home else title(notebook)
                parts.append(section(chapter, named, found))
        return [nodes.raw("", "".join(parts), format="html", classes=[CARDS])]


class NumberCards(SphinxPostTransform):
    """Write the numbers of the figures, which are known once all pages are read."""

    default_priority = 2  # before the cards become print

    def run(self, **kwargs: Any) -> None:
        """Replace the place of each number."""

        def told(place: re.Match[str]) -> str:
            return escape(number_of(self.env, place["page"], place["name"]))

        for raw in self.document.findall(nodes.raw):
            if CARDS in raw["classes"]:
                raw.children = [nodes.Text(NUMBER.sub(told, raw.astext()))]


def chapters(root: Path) -> list[str]:
    """Return the notebooks of the book, without their ending, in the order of the contents."""
    return [
        name
        for name in pages(root)
        if not name.startswith(GUIDE) and (root / f"{name}.ipynb").is_file()
    ]


def title(notebook: Path) -> str:
    """Return the first heading of a notebook."""
    cells = nbformat.read(notebook, as_version=4).cells
    lines = (line for cell in cells for line in cell.source.splitlines())
    return next(line.removeprefix("# ") for line in lines if line.startswith("# "))


def explorers(chapter: str, notebook: Path) -> Iterator[Shown]:
    """Yield the explorers among the outputs of a notebook."""
    for cell in nbformat.read(notebook, as_version=4).cells:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            figure = BeautifulSoup(html, "html.parser").find("figure", id=True)
            if figure is not None and figure.figcaption is not None:
                picture = base64.b64decode(figure.img["src"].partition(",")[2])
                caption = tidied(figure.figcaption.get_text())
                yield Shown(chapter, figure["id"], caption, figure.img["alt"], picture)


def section(chapter: str, heading: str, found: list[Shown]) -> str:
    """Return the cards of one chapter."""
    cards = f'<ul class="ml-cards">{"".join(card(each) for each in found)}</ul>'
    name = f"figures-of-{Path(chapter).name.replace('_', '-')}"
    return f'<section id="{name}"><h2>{escape(heading)}</h2>{cards}</section>'


def card(shown: Shown) -> str:
    """Return one explorer as a picture above its sentence, both a link to it."""
    width, height = shown.size
    number = f"<b><!-- number of {shown.chapter}#{shown.name} --></b>"
    return (
        f'<li><a href="{shown.chapter}.html#{shown.name}">'
        f'<img src="{shown.file.as_posix()}" alt="{escape(shown.alt)}" width="{width}" '
        f'height="{height}" loading="lazy"><span>{number} {escape(shown.caption)}</span></a></li>'
    )


def write_pictures(app: Sphinx, problem: Exception | None) -> None:
    """Put the pictures beside the pages."""
    if problem is not None or app.builder.name != "html":
        return
    for chapter in chapters(ROOT):
        for shown in explorers(chapter, ROOT / f"{chapter}.ipynb"):
            path = Path(app.outdir) / shown.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(shown.picture)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("explorer-index", ExplorerIndex)
    app.add_post_transform(NumberCards)
    app.connect("build-finished", write_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
