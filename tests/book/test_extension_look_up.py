"""A glossary has letters that lead to its terms; pages to look things up in have a field."""

from __future__ import annotations

from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document
from look_up import PAGES, add_field, add_letters
from sphinx import addnodes

APP = SimpleNamespace(
    builder=SimpleNamespace(name="html"), add_js_file=lambda name: asked.append(name)
)
asked: list[str] = []


def glossary(*terms: str) -> nodes.document:
    made = new_document("page")
    entries = [
        nodes.definition_list_item("", nodes.term("", term, ids=[f"term-{term}"])) for term in terms
    ]
    made += addnodes.glossary("", nodes.definition_list("", *entries))
    return made


def test_each_letter_leads_to_its_first_term() -> None:
    made = glossary("Add-on", "Auto-deleveraging", "basis")
    add_letters(APP, made, "glossary")
    (letters,) = made.findall(nodes.raw)
    assert made[0] is letters
    assert '<a href="#term-Add-on">A</a> <a href="#term-basis">B</a>' in letters.astext()


def test_a_page_without_a_glossary_is_left_alone() -> None:
    made = new_document("page")
    add_letters(APP, made, "index")
    assert not made.children


def test_a_page_to_look_things_up_in_gets_the_place_of_a_field() -> None:
    context = {"body": "<h1>Glossary</h1><h1>no</h1>"}
    add_field(APP, "glossary", "page.html", context, new_document("page"))
    called, _ = PAGES["glossary"]
    assert f'data-find="Find among {{count}} {called}:"' in context["body"]
    assert context["body"].count("ml-look-up") == 1
    assert asked == ["look_up.js"]


def test_other_pages_ask_for_no_script() -> None:
    context = {"body": "<h1>Margin</h1>"}
    add_field(APP, "chapters/margin", "page.html", context, new_document("page"))
    assert context == {"body": "<h1>Margin</h1>"}
