"""The reference of the library holds every public module, and reads docstrings as meant."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import api_reference
import pytest

import marginlib

ROOT = Path(__file__).parents[2]
PAGES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "api").glob("*.md"))
MODULES = [name for name in marginlib.__all__ if isinstance(getattr(marginlib, name), ModuleType)]


@pytest.mark.parametrize("name", MODULES)
def test_every_public_module_is_in_the_reference_once(name):
    assert len(re.findall(rf"automodule:: marginlib\.{name}$", PAGES, re.MULTILINE)) == 1


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
