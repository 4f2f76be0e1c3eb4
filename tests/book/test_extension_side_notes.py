"""Works stand in the margin where they are first cited, and nowhere that has no margin."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from side_notes import name_works

APP = SimpleNamespace(builder=SimpleNamespace(name="html"))
WORK = "Brunnermeier. Deciphering. 2009. URL: https://example.org."


def citation() -> nodes.inline:
    """Return what a citation has become when all links are made."""
    link = nodes.reference("", "B, 2009", refuri="bibliography.html#id1", reftitle=WORK)
    return nodes.inline("", "", link, classes=["bibtex-citation"])


def document(*parts: nodes.Node) -> nodes.document:
    made = new_document("page")
    made += [nodes.paragraph("", "", part) for part in parts]
    return made


def notes(made: nodes.document) -> list[str]:
    return [note.astext() for note in made.findall(nodes.raw)]


def test_a_work_is_named_once_without_its_address() -> None:
    made = document(citation(), citation())
    name_works(APP, made, "chapters/margin")
    assert notes(made) == [
        '<small class="ml-note" aria-hidden="true">Brunnermeier. Deciphering. 2009.</small>'
    ]
    assert made[0][1] is made.next_node(nodes.raw)


@pytest.mark.parametrize("page", ["index", "bibliography"])
def test_pages_that_are_no_chapters_have_no_notes(page: str) -> None:
    made = document(citation())
    name_works(APP, made, page)
    assert notes(made) == []


def test_a_work_that_a_table_cites_is_named_where_the_text_does() -> None:
    made = document(citation())
    made.insert(0, nodes.table("", nodes.paragraph("", "", citation())))
    name_works(APP, made, "chapters/margin")
    assert [note.parent.parent for note in made.findall(nodes.raw)] == [made]


def test_a_status_note_stands_in_the_margin_itself_and_has_none() -> None:
    made = document(nodes.emphasis("", "Status: ", citation()), citation())
    name_works(APP, made, "chapters/margin")
    assert [note.parent for note in made.findall(nodes.raw)] == [made[1]]


def test_what_is_known_how_well_is_marked() -> None:
    made = document(nodes.emphasis("", "Status: read at second hand."), nodes.emphasis("", "Not."))
    name_works(APP, made, "chapters/margin")
    assert [paragraph["classes"] for paragraph in made] == [["ml-status"], []]
