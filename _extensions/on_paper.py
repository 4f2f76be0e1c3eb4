"""The book on paper and as an ePub: what moves stands still, what folds is open.

Each figure is its first state, with the question that it asks before, the answer after, and what
can be set in a table. Code that is folded away on the site is left out. Parts of the book that only
make sense on a screen are left out too, and links to them are plain words, or addresses where the
address of the published book is known.
"""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import segno
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from html_nodes import from_html
from sphinx.application import Sphinx
from sphinx.builders.latex import LaTeXBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform

from livefig.checking import unpack

FORMATS = ("latex", "epub")
PICTURES = "paper"  # the folder of the pictures, beside what Sphinx has read
SVG = "http://www.w3.org/2000/svg"
FONT = "DejaVu Sans, Verdana, sans-serif"  # as on the site: letters are placed for it
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
PIXELATED = "optimizeSpeed"  # as SVG 1.1 calls it, which books and printers know
COLOUR = re.compile(r"var\(--[\w-]+,\s*([^)]+)\)")
CONTROL = re.compile(r"^  (?P<label>.+?): (?P<shown>.*?) \(stops: (?P<stops>.*)\)$", re.MULTILINE)
WIDTH = "65%"  # of a picture, of the text's
LONG = 25  # rows of a table that may need several pages
WIDEST = 40  # characters, of a column of such a table
MOST_STOPS = 60  # characters; longer lists are told by their ends


class OnPaper(SphinxPostTransform):
    """Replace what only a browser can show, before myst-nb chooses a form for each result."""

    default_priority = 3

    def run(self, **kwargs: Any) -> None:
        if self.app.builder.name not in FORMATS:
            return
        for bundle in list(self.document.findall(is_bundle)):
            forms = {str(form["mime_type"]): form for form in bundle.findall(is_form)}
            if "text/html" in forms:
                html = forms["text/html"].astext()
                told = forms["text/plain"].astext() if "text/plain" in forms else ""
                page = page_of(bundle, self.env.docname)
                made = figure(self.app, page, html, told) if "ml-explorer" in html else []
                bundle.replace_self(made or from_html(html))
        for raw in list(self.document.findall(nodes.raw)):
            if "html" in raw.get("format", "") and not isinstance(raw.parent, nodes.TextElement):
                raw.replace_self(from_html(raw.astext()))
        for fold in list(self.document.findall(is_fold)):
            fold.replace_self(opened(fold))
        for code in list(self.document.findall(is_folded_code)):
            code.parent.remove(code)
        for table in self.document.findall(nodes.table):
            share_width(table)


class LinksOnPaper(SphinxPostTransform):
    """Let links to a state lead to its figure, and those to what is left out to the site."""

    default_priority = 950

    def run(self, **kwargs: Any) -> None:
        if self.app.builder.name not in FORMATS:
            return
        there = getattr(self.app.builder, "docnames", self.env.all_docs)
        for link in list(self.document.findall(nodes.reference)):
            address = link.get("refuri", "")
            if "ml-link" in link["classes"]:
                link["refuri"] = address = re.sub(r"(#[\w-]+):.*", r"\1", address)
            page = address.lstrip("%").partition("#")[0]
            if address.startswith("%") and page not in there:
                link.replace_self(elsewhere(self.config.html_baseurl, address, link.children))


def elsewhere(base: str, address: str, words: list[nodes.Node]) -> list[nodes.Node]:
    """Return words that link to the published book, or stand alone where that is nowhere."""
    if not base:
        return words
    page, _, place = address.lstrip("%").partition("#")
    return [nodes.reference("", "", *words, refuri=f"{base}{page}.html#{place}".rstrip("#"))]


def page_of(node: nodes.Node, otherwise: str) -> str:
    """Return the page of the book that a node stands on."""
    while node is not None and "docname" not in getattr(node, "attributes", {}):
        node = node.parent
    return node["docname"] if node is not None else otherwise


def is_bundle(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def is_form(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "mime_type" in node


def is_fold(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("design_component") == "dropdown"


def is_folded_code(node: nodes.Node) -> bool:
    """Whether a node is the code of a cell that shows only what it draws or returns."""
    return (
        isinstance(node, nodes.container)
        and "cell_input" in node["classes"]
        and "tag_hide-input" in node.parent["classes"]
    )


def opened(fold: nodes.container) -> nodes.admonition:
    """Return a fold as a box under its title."""
    title, *inside = fold.children if fold["has_title"] else (nodes.rubric("", "Answer"), *fold)
    return nodes.admonition("", nodes.title("", "", *title.children), *inside)


def share_width(table: nodes.table) -> None:
    """Let the columns of a long table fill the page: LaTeX breaks its lines only so."""
    group = table.next_node(nodes.tgroup)
    rows = [row.children for row in group.findall(nodes.row)]
    columns = list(group.findall(nodes.colspec))
    if len(rows) < LONG or any(len(row) != len(columns) for row in rows):
        return
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        column["colwidth"] = min(max(map(length, cells)), WIDEST) + 2
    table["classes"] = ["colwidths-given"]


def length(cell: nodes.entry) -> int:
    """Return about how many characters wide a cell is: of a formula, most are commands."""
    formulas = sum(len(formula.astext()) for formula in cell.findall(nodes.math))
    return len(cell.astext()) - formulas * 3 // 4


# A figure.


def figure(app: Sphinx, page: str, html: str, told: str) -> list[nodes.Node]:
    """Return an explorer in its first state, with its question, its answer and its controls.

    Parameters
    ----------
    page
        Where it lives.
    html
        The explorer, as `livefig` writes it for a page.
    told
        The same in words, with the stops of its controls.
    """
    explorer = BeautifulSoup(html, "html.parser").find("figure", class_="ml-explorer")
    assert isinstance(explorer, Tag)
    name = str(explorer["id"])
    folder = Path(app.doctreedir) / PICTURES / page
    folder.mkdir(parents=True, exist_ok=True)
    drawing = folder / f"{name}.svg"
    drawing.write_text(drawn(html), encoding="utf-8")
    alt = str(explorer.find("svg").get("aria-label", ""))
    caption = explorer.find("figcaption").get_text()
    width = WIDTH if isinstance(app.builder, LaTeXBuilder) else ""  # else as wide as the screen
    made = nodes.figure(
        "", picture(app, drawing, alt, width), nodes.caption("", caption), ids=[name], names=[name]
    )
    sentence = explorer.find(class_=["ml-sentence", "ml-readouts"])
    legend = from_html(str(sentence)) if sentence else []
    if app.config.html_baseurl:
        legend += lives_at(app, folder, f"{app.config.html_baseurl}{page}.html#{name}")
    made += nodes.legend("", *legend) if legend else []
    return [*asked(explorer), made, *answered(explorer), *settings(told)]


def drawn(html: str) -> str:
    """Return the drawing of an explorer as a file of its own, in the colours of paper.

    >>> drawn('<svg viewBox="0 0 9 8"><g class="ml-ghost"/><g fill="var(--ml-red,#c00)"/></svg>')
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 8" width="9" height="8" \
font-family="DejaVu Sans, Verdana, sans-serif"><g fill="#c00" /></svg>'
    """
    found = DRAWING.search(html)
    assert found, "an explorer has a drawing"
    text = COLOUR.sub(r"\1", found[0]).replace("<svg ", f'<svg xmlns="{SVG}" ', 1)
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for child in list(parent):
            if {"ml-ghost", "ml-handles"} & set(child.get("class", "").split()):
                parent.remove(child)
    for element in root.iter():
        if "image-rendering" in element.attrib:
            element.set("image-rendering", PIXELATED)
        for name in [*element.attrib]:
            if name == "class" or name.startswith(("data-", "aria-")):
                del element.attrib[name]
    *_, width, height = root.attrib["viewBox"].split()
    root.attrib.update({"width": width, "height": height, "font-family": FONT})
    root.attrib.pop("role", None)
    return ElementTree.tostring(root, encoding="unicode")


def picture(app: Sphinx, drawing: Path, alt: str, width: str = "") -> nodes.image:
    """Return a drawing as an image that the format can hold: for LaTeX, a PDF made from it."""
    path = drawing
    if isinstance(app.builder, LaTeXBuilder):
        path = drawing.with_suffix(".pdf")
        subprocess.run(["rsvg-convert", "-f", "pdf", "-o", path, drawing], check=True)
    name = "-".join(path.relative_to(Path(app.doctreedir) / PICTURES).parts)
    app.builder.images[str(path)] = name
    size = {"width": width} if width else {}
    return nodes.image(uri=str(path), alt=alt, candidates={"*": str(path)}, **size)


def lives_at(app: Sphinx, folder: Path, address: str) -> list[nodes.Node]:
    """Return where a figure moves, to be typed, touched or scanned."""
    code = folder / f"{address.rpartition('#')[2]}-code.svg"
    segno.make(address, micro=False).save(code, border=2, unit="mm", scale=0.5)
    link = nodes.reference("", address, refuri=address)
    return [
        nodes.paragraph("", "It moves at ", link),
        picture(app, code, f"A code to scan, which leads to {address}", "18mm"),
    ]


def asked(explorer: Tag) -> list[nodes.Node]:
    """Return what a figure asks before it is looked at."""
    question = explorer.find(class_="ml-question")
    if question is None:
        return []
    choices = [label.get_text() for label in explorer.select(".ml-asking .ml-check label")]
    lead = nodes.strong("", "Guess first. ")
    made: list[nodes.Node] = [nodes.paragraph("", "", lead, nodes.Text(question.get_text()))]
    if choices:
        items = (nodes.list_item("", nodes.paragraph("", choice)) for choice in choices)
        made.append(nodes.bullet_list("", *items))
    return made


def answered(explorer: Tag) -> list[nodes.Node]:
    """Return the answer, which stands with the recorded states."""
    table = explorer.find("script", class_="ml-table")
    guess = header(table.get_text()).get("guess") if table else None
    if not guess or guess["at"] is None:  # each state has an answer of its own
        return []
    lead = nodes.strong("", "The answer. ")
    return [nodes.paragraph("", "", lead, nodes.Text(str(guess["text"]).rstrip(".") + "."))]


def header(packed: str) -> dict[str, Any]:
    """Return what stands before the tables of packed states."""
    return unpack(base64.b64decode(packed))[0]


def settings(told: str) -> list[nodes.Node]:
    """Return a table of what can be set, where it stands here, and where it could.

    >>> settings("  Speed: 3 m (stops: 1 m, 3 m)")[0].astext().split()
    ['Set', 'here', 'elsewhere', 'Speed', '3', 'm', '1', 'm,', '3', 'm']
    """
    found = [match.groups() for match in CONTROL.finditer(told)]
    if not found:
        return []
    rows = [("Set", "here", "elsewhere"), *((label, at, few(all_)) for label, at, all_ in found)]
    cells = [
        nodes.row("", *(nodes.entry("", nodes.paragraph("", word)) for word in row)) for row in rows
    ]
    group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in (3, 2, 4)), cols=3)
    group += [nodes.thead("", cells[0]), nodes.tbody("", *cells[1:])]
    return [nodes.table("", group, classes=["ml-settings"])]


def few(stops: str) -> str:
    """Return a list of stops, or what is first and last in a long one.

    >>> few(", ".join(map(str, range(100))))
    '0 to 99'
    """
    parts = stops.split(", ")
    return stops if len(stops) <= MOST_STOPS else f"{parts[0]} to {parts[-1]}"


def setup(app: Sphinx) -> dict[str, object]:
    app.add_post_transform(OnPaper)
    app.add_post_transform(LinksOnPaper)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
