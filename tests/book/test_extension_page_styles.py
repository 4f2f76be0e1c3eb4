"""Stylesheets keep the rules that some page uses, and nothing else."""

from __future__ import annotations

import pytest
from page_styles import reduced, rules_of, words_of_page, words_of_script

SHEET = """@charset "UTF-8";
@import "fonts/other.css";
:root { --used: red; --unused: blue; --by-script: 1px }
.kept, .gone { color: var(--used) }
p.kept:not(.gone) > a:hover { margin: 0 !important }
#gone { color: red }
@media print { .gone { color: red } .made { color: blue } }
@keyframes turns { to { rotate: 1turn } }
@keyframes stays { to { rotate: 0turn } }
.kept::after { animation: turns 1s; content: "\\f0c1" }
"""
PAGE = '<p class="kept here"><a href="x">x</a></p>'
SCRIPT = "element.classList.add('made'); read('--by-script')"


@pytest.fixture
def kept(tmp_path):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts/other.css").write_text("a { background: url('picture.svg') }")
    (tmp_path / "sheet.css").write_text(SHEET)
    words = words_of_page(PAGE) | words_of_script(SCRIPT)
    rules = reduced(rules_of(tmp_path / "sheet.css", tmp_path), words, SCRIPT)
    return "".join(rule.text() for rule in rules)


def test_what_some_page_uses_is_kept(kept):
    assert ".kept{color:var(--used)}" in kept
    assert "p.kept:not(.gone) > a:hover{margin:0!important}" in kept
    assert "@media print{.made{color:blue}}" in kept
    assert "--used:red" in kept
    assert "--by-script:1px" in kept
    assert "@keyframes turns" in kept


def test_addresses_of_imported_sheets_lead_to_the_same_files(kept):
    assert kept.startswith("a{background:url(fonts/picture.svg)}")


@pytest.mark.parametrize("word", ["#gone", ".gone{", ".gone,", "--unused", "stays"])
def test_what_no_page_uses_is_left_out(kept, word):
    assert word not in kept


def test_a_rule_that_is_not_understood_stops_the_build(tmp_path):
    (tmp_path / "sheet.css").write_text("@namespace svg url(http://www.w3.org/2000/svg);")
    with pytest.raises(ValueError, match="cannot be kept"):
        rules_of(tmp_path / "sheet.css", tmp_path)
