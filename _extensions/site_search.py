"""What the search of the site looks through: sections, figures, terms, names and works.

Read from the pages once all are written, so that whatever is found is there under the address that
the search gives. ``_search/subjects.toml`` says what readers call a thing and which section is on
it; the same table is the index of subjects in the page *Index*. The words are written as
a script, since a page that is opened from a file may not fetch anything else; only the page of the
search asks for it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from shutil import copyfile
from typing import Any

from docutils import nodes
from page_words import _
from sphinx.application import Sphinx
from sphinx.util import logging

SEARCH = Path(__file__).parents[1] / "_search"  # what is in _static, every page would ask for
SUBJECTS = SEARCH / "subjects.toml"
FILES = ("minisearch.js", "minisearch.LICENSE.txt", "search_page.js")
INDEX = "search_index.js"

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
PASSED_OVER = {"button", "nav"}
# Most of a page's bytes: drawings, of which the name stays, code, data and formulas.
WITHOUT_WORDS = re.compile(r"(<svg\b[^>]*>).*?</svg>|<(script|style|pre|math)\b.*?</\2>", re.DOTALL)
PASSED_CLASSES = {
    "above-input", "cell_input", "cell_output", "headerlink", "ml-definition", "ml-note",
    "section-number",
}  # fmt: skip
INLINE = {
    "a",
    "abbr",
    "b",
    "cite",
    "code",
    "em",
    "i",
    "kbd",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
}
LONGEST = 600  # characters of a table's text; what stands on are numbers
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
NAMES = {"class", "function", "data", "exception", "module"}  # not the methods of a class


@dataclass
class Found:
    """A place of a page that the search can lead to."""

    kind: str  # section, figure, term, name, work or table
    anchor: str
    title: str = ""
    text: str = ""
    is_whole: bool = False  # whether no more text belongs to it


@dataclass
class Frame:
    """An element that is open while a page is read."""

    tag: str
    found: Found | None
    takes: str | None = None  # "title", "text", or None where words are passed over
    classes: set[str] = field(default_factory=set)
    last: Found | None = None  # the term that a list has come to


class Reader(HTMLParser):
    """Reads a page, and keeps its places in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self._frames = [Frame("", None)]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in VOID:
            return
        above, classes = self._frames[-1], set(given.get("class", "").split())
        frame = Frame(tag, above.found, above.takes, classes)
        self._frames.append(frame)
        if tag not in INLINE:
            self.handle_data(" ")
        kind = self._kind(tag, classes, given, above)
        if kind:
            frame.found = Found(kind, given.get("id", ""))
            frame.takes = {"section": "text", "work": "text", "table": "text"}.get(kind)
            if tag == "dt":
                frame.takes = "title" if kind == "term" else None
                frame.found.title = given["id"].rpartition(".")[2] if kind == "name" else ""
                above.last = frame.found
            self.found.append(frame.found)
        elif tag in PASSED_OVER or classes & PASSED_CLASSES:
            frame.takes = None
        elif tag == "svg" and frame.found and frame.found.kind == "figure":
            frame.found.text = given.get("aria-label", "")
        elif tag == "dd" and above.last:
            frame.found, frame.takes = above.last, None if above.last.is_whole else "text"
        elif frame.found and (
            (tag in HEADINGS and frame.found.kind == "section")
            or (tag == "figcaption" and frame.found.kind == "figure")
            or (tag == "summary" and frame.found.kind == "table")
        ):
            frame.takes = "title"
        elif frame.found and frame.found.kind == "table" and not frame.found.anchor:
            frame.found.anchor = given.get("id", "")

    def _kind(self, tag: str, classes: set[str], given: dict[str, str], above: Frame) -> str | None:
        """Return what kind of place an element opens, or None."""
        if tag == "details" and "ml-folded" in classes:
            return "table"
        if not given.get("id"):
            return None
        if tag == "section":
            return "section"
        if tag == "figure" and "ml-explorer" in classes:
            return "figure"
        if tag == "dt" and "glossary" in above.classes:
            return "term"
        if tag == "dt" and "sig" in classes and above.classes & NAMES:
            return "name"
        return "work" if tag == "div" and "citation" in classes else None

    def handle_endtag(self, tag: str) -> None:
        if not any(frame.tag == tag for frame in self._frames):
            return
        while True:
            frame = self._frames.pop()
            if frame.found and frame.found.kind == "name" and frame.tag == "p":
                frame.found.is_whole = True  # what it is; the rest of its page says how
            if frame.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        frame = self._frames[-1]
        if frame.found and frame.takes and not frame.found.is_whole:
            setattr(frame.found, frame.takes, getattr(frame.found, frame.takes) + data)


def places(page: str) -> Iterator[Found]:
    """Yield the places of a page that have an address and words, from its text.

    Examples
    --------
    >>> list(places('<section id="gap"><h2>A gap</h2><p>It jumps.</p></section>'))
    [Found(kind='section', anchor='gap', title='A gap', text='It jumps.', is_whole=False)]
    """
    reader = Reader()
    reader.feed(WITHOUT_WORDS.sub(lambda match: f"{match[1]}</svg>" if match[1] else " ", page))
    for found in reader.found:
        found.title, found.text = (" ".join(words.split()) for words in (found.title, found.text))
        if found.kind == "table":
            found.text = found.text[:LONGEST]
        elif found.kind == "work":
            found.text = found.text.partition("]")[2].strip()
            found.title = found.text[:70].rpartition(" ")[0] + " …"
        if found.anchor and found.title:
            yield found


def subjects() -> dict[str, dict[str, list[str]]]:
    """Return each subject with what it is ``also`` called and the sections that it is ``at``."""
    return tomllib.loads(SUBJECTS.read_text(encoding="utf-8"))


def index(folder: Path, pages: list[str]) -> dict[str, Any]:
    """Return what is looked through: pages as [address, title], places as lists of `ROW`.

    A row holds the place of its page, anchor, kind, title, text, the subjects that it is the first
    place for, and those that it is a further place for.
    """
    first: dict[str, list[str]] = {}
    further: dict[str, list[str]] = {}
    for name, subject in subjects().items():
        for place, at in enumerate(subject["at"]):
            words = "; ".join([name, *subject.get("also", [])])
            (further if place else first).setdefault(at, []).append(words)
    told, rows = [], []
    for number, page in enumerate(pages):
        found = list(places((folder / f"{page}.html").read_text(encoding="utf-8")))
        told.append([f"{page}.html", found[0].title if found else page])
        for each in found:
            at = f"{page}#{each.anchor}"
            called = ["; ".join(words.get(at, [])) for words in (first, further)]
            rows.append([number, each.anchor, each.kind, each.title, each.text, *called])
    return {"pages": told, "places": rows}


def sayings() -> dict[str, str]:
    """Return what the page of the search says, in the language of the book."""
    return {
        "section": _("in"),
        "figure": _("Figure in"),
        "term": _("Term in"),
        "work": _("Work in"),
        "name": _("Name in"),
        "table": _("Table in"),
        "one": _("1 place."),
        "many": _("{count} places."),
        "like": _("Nothing has just these words; with words like them:"),
        "none": _("Nothing was found."),
    }


def write_index(app: Sphinx, problem: Exception | None) -> None:
    """Write what the search looks through."""
    if problem is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    for name in FILES:
        copyfile(SEARCH / name, folder / "_static" / name)
    found = index(folder, sorted(app.env.all_docs)) | {"words": sayings()}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    (folder / "_static" / INDEX).write_text(f"const SEARCHED={text};\n", encoding="utf-8")


def list_subjects(app: Sphinx, document: nodes.document) -> None:
    """Give the subjects of a page their entries in the index, and miss no section of the table."""
    page, entries = app.env.docname, []
    for name, subject in subjects().items():
        for place in subject["at"]:
            at, anchor = place.split("#")
            if at != page:
                continue
            if anchor not in document.ids:
                logging.getLogger(__name__).warning(
                    f"{SUBJECTS.name}: {name!r} is at {place!r}, which is no section of that page"
                )
            entries.append(("single", name, anchor, "", None))
    app.env.get_domain("index").entries.setdefault(page, []).extend(entries)


def use_own_search(app: Sphinx) -> None:
    """Leave out the index that Sphinx makes, which knows words but neither figures nor trade."""
    if app.builder.name == "html":
        app.builder.search = False


def add_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of the search, which Sphinx adds only with its own index."""
    if app.builder.name == "html":
        unscripted = _("To search needs the scripts of this page; the index does not:")
        said = {"title": "Search", "more": _("More places"), "unscripted": unscripted}
        yield "search", said, "search.html"


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("builder-inited", use_own_search)
    app.connect("doctree-read", list_subjects)
    app.connect("html-collect-pages", add_page)
    app.connect("build-finished", write_index, priority=800)  # of pages as Sphinx wrote them
    return {"parallel_read_safe": True, "parallel_write_safe": True}
