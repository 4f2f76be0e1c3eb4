"""Tables that are cards on a phone: each cell that holds something says its column."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

FEWEST = 4  # columns; fewer find room on a phone


def name_cells(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write the head of its column into each cell of a wide table, to be seen on phones only."""
    if app.builder.name != "html":
        return
    for group in list(doctree.findall(nodes.tgroup)):
        head, body = group.next_node(nodes.thead), group.next_node(nodes.tbody)
        if head is None or group["cols"] < FEWEST or len(head) != 1 or spans(group):
            continue
        names = [entry.astext() for entry in head[0]]
        group.parent["classes"].append("ml-as-cards")
        for row in body:
            for name, cell in zip(names[1:], row[1:], strict=True):
                if cell.children and cell[0].children:  # a cell with nothing in it says nothing
                    cell[0].insert(0, nodes.inline("", f"{name} ", classes=["ml-column"]))


def spans(group: nodes.tgroup) -> bool:
    """Whether some cell stands in several columns or rows."""
    return any("morecols" in cell or "morerows" in cell for cell in group.findall(nodes.entry))


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("doctree-resolved", name_cells, priority=950)  # when all links are made
    return {"parallel_read_safe": True, "parallel_write_safe": True}
