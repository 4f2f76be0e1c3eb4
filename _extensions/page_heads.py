"""What the head of a page says: one viewport, and the page for those who only see a link to it.

A link that is shown elsewhere as a card has the page's title, its lead, and its first figure (or,
where a page has none, that of the home page). Address and picture must be told whole, so they are
told once the address of the published book is known (``html_baseurl``).
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from explorer_index import GUIDE, Shown, explorers
from sphinx.application import Sphinx

SHORTEST, LONGEST = 50, 300  # characters of a description
WITHOUT_TEXT = {
    "genindex": "Every term of the glossary and every name of the library, from A to Z.",
    "search": "Search the words of the book: chapters, glossary, sources and library.",
}
TITLES = {"genindex": "Index", "search": "Search"}  # which their templates set, later than this
ASIDE = (nodes.Admonition, nodes.table, nodes.figure, nodes.footnote, nodes.bullet_list)
VIEWPORT = re.compile(r'\s*<meta\s[^>]*name="viewport"[^>]*>')
TAG = re.compile(r"<[^>]*>")
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
    if app.builder.name != "html":
        return
    tags = VIEWPORT.sub("", context.get("metatags", ""))
    words = (lead(document) if document else None) or WITHOUT_TEXT.get(page, app.config.html_title)
    if 'name="description"' not in tags:
        tags += f'\n    <meta name="description" content="{escape(words)}" />'
    context["metatags"] = tags + card(app, page, context.get("title", ""), words)


def card(app: Sphinx, page: str, title: str, words: str) -> str:
    """Return what the Open Graph protocol (ogp.me) asks of a page that is linked as a card."""
    address = app.config.html_baseurl
    shown = first_figure(Path(app.srcdir), page)
    if shown is None:
        shown = first_figure(Path(app.srcdir), app.config.root_doc)
    told = {
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:title": unescape(TAG.sub("", title)) or TITLES.get(page, app.config.html_title),
        "og:description": words,
    }
    if address:
        told["og:url"] = urljoin(address, app.builder.get_target_uri(page))
    if address and shown:
        width, height = shown.size
        told |= {
            "og:image": urljoin(address, shown.file.as_posix()),
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": shown.alt,
        }
    tags = [f'<meta property="{name}" content="{escape(told[name])}" />' for name in told]
    if "og:image" in told:
        tags.append('<meta name="twitter:card" content="summary_large_image" />')
    return "".join(f"\n    {tag}" for tag in tags)


@cache
def first_figure(folder: Path, page: str) -> Shown | None:
    """Return the first explorer that a page keeps; the guide's have no pictures in the site."""
    notebook = folder / f"{page}.ipynb"
    if page.startswith(GUIDE) or not notebook.is_file():
        return None
    return next(explorers(page, notebook), None)


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("html-page-context", write_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
