"""The extension that writes the numbers of the prose as the figures write theirs."""

from docutils import nodes
from docutils.utils import new_document
from sphinx.util import docutils  # noqa: F401  (Sphinx readies docutils)
from written_values import tidy_prose

HTML = type("App", (), {"builder": type("Builder", (), {"format": "html"})})


def shown(*parts: nodes.Node, page: str = "chapters/one") -> str:
    """Return the text of a paragraph of some parts, as it is written on a page."""
    document = new_document("page")
    document += nodes.paragraph("", "", *parts)
    tidy_prose(HTML, document, page)
    return document.astext()


def test_prose_has_a_true_minus_and_units_that_hold():
    lines = [nodes.Text(part) for part in ("at -40 % of 2", "\n", "million, from 2020-03-12 on")]
    text = shown(*lines)
    assert text == "at −40\u00a0% of 2\u00a0million, from 2020-03-12 on"


def test_a_number_holds_its_unit_though_they_are_apart():
    assert shown(nodes.strong("", "12"), nodes.Text(" % of all")) == "12\u00a0% of all"
    assert shown(nodes.strong("", "no"), nodes.Text(" % of all")) == "no % of all"


def test_code_and_the_library_stay_as_they_are_typed():
    assert shown(nodes.literal("", "x = -5")) == "x = -5"
    assert shown(nodes.Text("at least -1"), page="api/market") == "at least -1"


def test_tables_that_notebooks_return_are_written_so_too():
    table = '<table class="dataframe"><tr><th>rate</th><td>-7.5%</td></tr></table>'
    document = new_document("page")
    document += nodes.raw("", table, format="html")
    document += nodes.raw("", "<p>-7.5%</p>", format="html")
    tidy_prose(HTML, document, "chapters/one")
    told = document.astext()
    assert "<th>rate</th><td>−7.5\u00a0%</td>" in told
    assert "<p>-7.5%</p>" in told


def test_words_of_a_returned_table_are_written_so_wherever_a_tag_ends():
    table = "<table><td>down to 5 % <em>(a report)</em></td></table>"
    told = f"<style>a{{x:-5%}}</style>{table}<p>5 USD</p>"
    document = new_document("page")
    document += nodes.raw("", told, format="html")
    tidy_prose(HTML, document, "chapters/one")
    assert document.astext() == told.replace("5 % <", "5\u00a0% <").replace("5 USD", "5\u00a0USD")
