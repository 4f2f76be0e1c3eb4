"""Repairs to what the theme and its extensions write, where no setting offers them."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx


def use_current_roles(
    app: Sphinx,
    page_name: str,
    template: str,
    context: dict[str, object],
    document: nodes.document | None,
) -> None:
    """Replace a role that ARIA 1.2 retired: entries of the bibliography are items of a list."""
    if document is not None and document.next_node(nodes.citation):
        body = str(context["body"])
        context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("html-page-context", use_current_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
