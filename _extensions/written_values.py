"""Numbers in prose, written as the figures write them: a true minus, and units that hold.

An author types ``-5 %``; the page shows it with the minus sign and with a space at which no line
ends, in the tables that notebooks return too. Code, formulas, cited titles and the reference of the
library stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx

from livefig import tidied
from livefig.language import said

LEFT = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.math_block, nodes.raw,
        nodes.citation)  # fmt: skip
GLUED = "pasted-text"
REFERENCE = "api/"
MADE_ELSEWHERE = ("ml-generated", "ml-explorer")
BETWEEN_TAGS = re.compile(r"<(style|script|code|pre|svg|math)\b.*?</\1>|(?<=>)[^<>]+(?=<)", re.S)


def _tidy_results(doctree: nodes.document) -> None:
    """Write the numbers in tables that cells of a notebook return, and in the words below them."""
    for made in doctree.findall(nodes.raw):
        told = made.astext()
        if "<table" in told and not any(kind in told for kind in MADE_ELSEWHERE):
            shown = BETWEEN_TAGS.sub(
                lambda text: text[0] if text[1] else said(tidied(text[0])), told
            )
            made.replace(made[0], nodes.Text(shown))


def tidy_prose(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write the numbers in a page's prose, also where a number and its unit come from two nodes."""
    if app.builder.format not in ("html", "latex") or page.startswith(REFERENCE):
        return
    _join_lines(doctree)
    _tidy_results(doctree)
    block, before = None, ""
    for text in _texts(doctree):
        around_text = list(holders(text))
        if any(isinstance(holder, LEFT) for holder in around_text):
            before = ""
            continue
        around = next(holder for holder in around_text if not isinstance(holder, nodes.Inline))
        known = before if around is block and before.isalnum() else ""
        shown = tidied(known + text.astext())[len(known) :]
        if GLUED in getattr(text.parent, "attributes", {}).get("classes", ()):
            shown = said(shown)
        if shown != text.astext():
            text.parent.replace(text, nodes.Text(shown))
        block, before = around, shown[-1:]


def _join_lines(doctree: nodes.document) -> None:
    """Make one text of texts in a row: a line of the source may end between number and unit."""
    for holder in {id(text.parent): text.parent for text in _texts(doctree)}.values():
        if any(isinstance(each, LEFT) for each in (holder, *holders(holder))):
            continue
        runs = groupby(holder.children, key=lambda child: isinstance(child, nodes.Text))
        holder.children = []
        for are_texts, run in runs:
            joined = "".join(each.astext() for each in run) if are_texts else ""
            holder.extend([nodes.Text(joined.replace("\n", " "))] if are_texts else run)


def _texts(doctree: nodes.document) -> list[nodes.Text]:
    """Return all texts that know where they stand: some extensions put in others."""
    return [text for text in doctree.findall(nodes.Text) if text.parent is not None]


def holders(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield what a node stands in, the nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("doctree-resolved", tidy_prose, priority=900)  # when what is glued is in its place
    return {"parallel_read_safe": True, "parallel_write_safe": True}
