"""On a phone each cell of a wide table says which column it is of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from tables_as_cards import name_cells

APP = SimpleNamespace(builder=SimpleNamespace(name="html"))


def row(*words: str) -> nodes.row:
    cells = [[nodes.paragraph("", word)] if word else [] for word in words]
    return nodes.row("", *(nodes.entry("", *parts) for parts in cells))


def document(heads: str, **options: int) -> nodes.document:
    """Return a page with a table: a head, and a row whose second cell is empty."""
    names = heads.split()
    cells = ["Kraken", *([""] if len(names) > 1 else []), *"x" * (len(names) - 2)]
    body = nodes.tbody("", row(*cells))
    body.next_node(nodes.entry).attributes.update(options)
    group = nodes.tgroup("", nodes.thead("", row(*names)), body, cols=len(names))
    made = new_document("page")
    made += nodes.table("", group)
    return made


def test_every_cell_but_the_first_and_the_empty_says_its_column() -> None:
    made = document("venue basis rate source")
    name_cells(APP, made, "page")
    assert made[0]["classes"] == ["ml-as-cards"]
    body = made.next_node(nodes.tbody)
    assert [cell.astext() for cell in body.findall(nodes.entry)] == [
        "Kraken", "", "rate x", "source x",
    ]  # fmt: skip


@pytest.mark.parametrize("made", [document("a b c"), document("a b c d", morecols=1)])
def test_small_tables_and_those_with_joined_cells_stay_tables(made: nodes.document) -> None:
    before = made.astext()
    name_cells(APP, made, "page")
    assert made.astext() == before
    assert made[0]["classes"] == []
