"""Sources beside their lines: a work is named in the margin where a chapter first cites it.

The link to the bibliography stays; on a narrow page it is all there is. A paragraph that says how
well something is known (*Status: ...*) stands in the margin too, and small where there is none.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from written_values import holders

PAGES = "chapters/"
WHERE = " URL: "  # from here on a work says where it is, which the bibliography says too
STATUS = "Status:"
WITHOUT_MARGIN = (nodes.table, nodes.list_item, nodes.Admonition, nodes.definition)


def name_works(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write each work after its first citation on the page, and mark what is known how well."""
    if app.builder.name != "html" or not page.startswith(PAGES):
        return
    named = set()
    for link in list(doctree.findall(nodes.reference)):
        work = link.get("reftitle", "").partition(WHERE)[0]
        if work and is_citation(link) and link["refuri"] not in named:
            named.add(link["refuri"])
            citation = link.parent
            citation.parent.insert(citation.parent.index(citation) + 1, note(work))
    for paragraph in doctree.findall(nodes.paragraph):
        if is_status(paragraph):
            paragraph["classes"].append("ml-status")


def is_citation(link: nodes.reference) -> bool:
    """Whether a link leads from a citation to its work, and has a margin beside it."""
    classes = getattr(link.parent, "attributes", {}).get("classes", [])
    return "bibtex-citation" in classes and not any(
        isinstance(above, WITHOUT_MARGIN) or is_status(above) for above in holders(link)
    )


def is_status(node: nodes.Node) -> bool:
    """Whether a node is a paragraph that says how well something is known."""
    first = node.children[0] if isinstance(node, nodes.paragraph) and node.children else None
    return isinstance(first, nodes.emphasis) and first.astext().startswith(STATUS)


def note(work: str) -> nodes.raw:
    """Return a note for the margin; who hears the page has the link and the bibliography."""
    told = escape(work.replace(r"\$", "$"))
    return nodes.raw("", f'<small class="ml-note" aria-hidden="true">{told}</small>', format="html")


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("doctree-resolved", name_works, priority=900)  # when all links are made
    return {"parallel_read_safe": True, "parallel_write_safe": True}
