"""The cards of the home page show figures of the chapters, without letters."""

from __future__ import annotations

import pytest
from question_cards import Card, picture, read, together

PAGE = """
<figure class="ml-explorer" id="first"><svg viewbox="0 0 10 10"><path d="M1 1"/></svg></figure>
<figure class="ml-explorer" id="lens"><svg viewbox="0 0 460 300">
<path d="M1.23456 2L3 4"/><text x="1">a label</text>
<g class="ml-ghost"><path d="M7 7"/></g><g class="ml-waits"><path d="M9 9"/></g></svg></figure>
"""


def test_a_card_names_its_page_its_figure_and_its_question() -> None:
    assert read("chapters/margin: Why?") == Card("chapters/margin", None, "Why?")
    assert read("chapters/initial_margin lens: Why?").name == "initial-margin"
    with pytest.raises(ValueError, match=r"got 'chapters/margin Why\?'"):
        read("chapters/margin Why?")


def test_letters_and_ghosts_are_not_drawn() -> None:
    drawn = picture(PAGE, Card("chapters/margin", "lens", "Why?"))
    assert 'viewBox="0 0 460 300"' in drawn
    assert 'd="M1.2 2L3 4"' in drawn
    assert not any(left in drawn for left in ("a label", "M7 7"))


def test_what_waits_for_a_guess_is_drawn_as_nobody_reads_an_answer_off_a_bare_shape() -> None:
    assert "M9 9" in picture(PAGE, Card("chapters/margin", "lens", "Why?"))


def test_the_first_figure_stands_for_a_chapter_that_names_none() -> None:
    assert "M1 1" in picture(PAGE, Card("chapters/margin", None, "Why?"))
    with pytest.raises(ValueError, match="'away'; it has first, lens"):
        picture(PAGE, Card("chapters/margin", "away", "Why?"))


def test_one_file_shows_the_picture_that_its_address_names() -> None:
    file = together(['<svg id="a"/>', '<svg id="b"/>'])
    assert "svg>svg{display:none}svg>svg:target{display:inline}" in file
    assert file.endswith('<svg id="a"/><svg id="b"/></svg>')
