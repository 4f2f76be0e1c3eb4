"""What the head of a page says: one viewport, and the page's lead for those who only see a link."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

SHORTEST, LONGEST = 50, 300  # characters of a description
WITHOUT_TEXT = {
    "genindex": "Every term of the glossary and every name of the library, from A to Z.",
    "search": "Search the words of the book: chapters, glossary, sources and library.",
}
ASIDE = (nodes.Admonition, nodes.table, nodes.figure, nodes.footnote, nodes.bullet_list)
VIEWPORT = re.compile(r'\s*<meta\s[^>]*name="viewport"[^>]*>')
SENTENCE = re.compile(r".*[.?!](?=\s|$)", re.DOTALL)


def lead(document: nodes.document) -> str | None:
    """Return the first paragraph that says something, or None."""
    for paragraph in document.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) >= SHORTEST and not _stands_aside(paragraph):
            return shortened(text)
    return None


def shortened(text: str) -> str:
    """Return the sentences of a text that fit in a description.

    Examples
    --------
    >>> shortened("Margin is a deposit.")
    'Margin is a deposit.'
    >>> shortened("It grows. " + 300 * "x")
    'It grows.'
    """
    if len(text) <= LONGEST:
        return text
    whole = SENTENCE.match(text[:LONGEST])
    return whole[0] if whole else text[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _stands_aside(paragraph: nodes.Node) -> bool:
    parent = paragraph.parent
    while parent is not None:
        if isinstance(parent, ASIDE):
            return True
        parent = parent.parent
    return False


def write_head(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None
) -> None:
    """Describe the page, and leave out the viewport that docutils writes beside the theme's."""
    if app.builder.format != "html":
        return
    tags = VIEWPORT.sub("", context.get("metatags", ""))
    words = (lead(document) if document else None) or WITHOUT_TEXT.get(page, app.config.html_title)
    if 'name="description"' not in tags:
        tags += f'\n    <meta name="description" content="{escape(words)}" />'
    context["metatags"] = tags


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("html-page-context", write_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
