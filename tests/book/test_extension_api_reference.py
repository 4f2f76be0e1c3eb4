"""The reference of the library holds every public module, and reads docstrings as meant."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import api_reference
import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.ext.napoleon import Config, NumpyDocstring

import marginlib

ROOT = Path(__file__).parents[2]
PAGES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "api").glob("*.md"))
MODULES = [name for name in marginlib.__all__ if isinstance(getattr(marginlib, name), ModuleType)]


@pytest.mark.parametrize("name", MODULES)
def test_every_public_module_is_in_the_reference_once(name):
    assert len(re.findall(rf"automodule:: marginlib\.{name}$", PAGES, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", MODULES)
def test_a_page_begins_with_a_line_for_each_name(name):
    room = getattr(marginlib, name)
    lines = ["What the room is about."]
    api_reference.list_names(None, "module", room.__name__, room, {}, lines)
    listed = [line.split(".")[-1].rstrip("`") for line in lines if ":py:obj:" in line]
    assert sorted(listed) == sorted(getattr(room, "__all__", ()))


def test_only_a_room_lists_names():
    lines = ["A class."]
    api_reference.list_names(None, "class", "Market", marginlib.market, {}, lines)
    assert lines == ["A class."]


def test_a_line_is_not_borrowed_from_the_type_of_a_constant():
    assert api_reference.first_line(0.05) == ""
    assert api_reference.first_line(marginlib.market.at) == "Return the market with these prices."


def test_an_entry_shows_its_line_and_folds_the_rest_with_its_methods():
    method = addnodes.desc("", addnodes.desc_content("", nodes.paragraph(), nodes.paragraph()))
    content = addnodes.desc_content("", nodes.paragraph("", "Line."), nodes.rubric(), method)
    document = nodes.section("", addnodes.desc("", content))
    api_reference.fold_entries(None, document)
    assert content[0].astext() == "Line."
    assert [type(node) for node in content[1:]] == [
        nodes.raw,
        nodes.rubric,
        addnodes.desc,
        nodes.raw,
    ]
    assert len(list(document.findall(nodes.raw))) == 2


def test_names_that_stand_together_belong_to_the_list_of_parameters():
    listed = ["Parameters", "----------", "low, high : float", "    Prices.", "", "**options", ""]
    assert api_reference.with_ended_sections(listed) == listed


@pytest.mark.parametrize(
    ("text", "title"), [("Source: X.", "Notes"), (">>> 1", "Examples"), ("Two words", "Notes")]
)
def test_what_follows_the_parameters_gets_a_heading(text, title):
    listed = ["Parameters", "----------", "low : float", "    A price.", "", text]
    ended = api_reference.with_ended_sections(listed)
    assert ended[-4:] == [title, "-" * len(title), "", text]


def test_text_without_a_list_is_left_alone():
    text = ["Return what is held.", "", "Source: X.", "", ">>> 1", "1"]
    assert api_reference.with_ended_sections(text) == text


def test_fields_of_named_tuples_are_left_to_their_class():
    assert (
        api_reference.says_nothing(None, "attribute", "x", marginlib.market.Market, False, {})
        is None
    )
    field = type("Field", (), {"__doc__": "Alias for field number 0"})()
    assert api_reference.says_nothing(None, "attribute", "x", field, False, {}) is True


@pytest.mark.parametrize("what", ["property", "attribute"])
def test_a_colon_in_the_first_line_makes_no_type(what):
    told = "Whether it comes on top of margin, as fees do: added to a model, it covers no more."
    lines = [told]
    api_reference.end_sections(None, what, "is_charge", None, None, lines)
    assert NumpyDocstring(lines, Config(), what=what).lines() == ["", told]
