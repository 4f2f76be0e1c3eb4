"""Decks show what sessions plan, with figures of the built chapter, and need no other file."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sessions import Session, Step, session

from tools.slides import __main__ as slides

CHAPTER = """
<section id="a"><h2>Leverage<a class="headerlink" href="#a">#</a></h2>
<figure class="ml-explorer" id="lens"><script type="text/plain" class="ml-table">x</script></figure>
<details class="ml-after-lens"><p>19 <a href="#lens:price=1">so</a>.</p></details>
<p><strong>Leverage is a state.</strong></p><p><strong>Notice.</strong> It moves.</p></section>
<section id="b"><h3>Derive: a line</h3><div class="math">E = C</div><p>Words.</p></section>
"""
MADE = Session(
    "margin", 60, "It comes back.", "Nothing.", "2,000 USD.", "A bar.", ["A line"], "Later.", (),
    (
        Step(20, "A state", "Ask.", figure="lens", show=(("down 5 %", "lens:price=19000"),)),
        Step(10, "A line", "Derive.", section="Derive: a line"),
        Step(5, slides.LAST, "Read."),
    ),
)  # fmt: skip


@pytest.fixture
def deck(tmp_path: Path) -> BeautifulSoup:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "margin.html").write_text(CHAPTER)
    page = slides.deck(MADE, slides.Chapter("margin", tmp_path))
    return BeautifulSoup(page, "html.parser")


def test_a_deck_follows_the_session(deck: BeautifulSoup) -> None:
    shown = [slide.find(["h1", "h2", "strong"]).get_text() for slide in deck.select(".ml-slide")]
    assert shown == ["Margin", "A state", "Leverage is a state.", "A line", "It comes back."]
    assert deck.select_one("#slide-2 figure#lens script.ml-table").get_text() == "x"
    assert deck.select_one("#slide-2 .ml-states a")["href"] == "#lens:price=19000"
    assert deck.select_one("#slide-4 div.math").get_text() == "E = C"


def test_notes_say_what_to_say_and_what_to_expect(deck: BeautifulSoup) -> None:
    notes = [note.get_text(" ", strip=True) for note in deck.select(".ml-notes")]
    assert "A bar." in notes[0]
    assert "20 minutes. Ask." in notes[1].replace("\xa0", " ")
    assert "So says the slider in her app." in notes[1]  # of the chapter's own prediction
    assert "19 so." in notes[1]
    assert "It moves." in notes[2]


def test_a_deck_asks_for_its_own_files_only(deck: BeautifulSoup) -> None:
    asked = [tag.get("src") or tag.get("href") for tag in deck.select("[src], link[href]")]
    assert [name for name in asked if not name.startswith("_static/")] == []
    assert all(link["href"].startswith("#") for link in deck.select("a[href]"))
    assert not any(script.get_text(strip=True) for script in deck.select("script[src]"))


def test_a_chapter_that_was_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="type make book, then make slides"):
        slides.Chapter("margin", tmp_path)


def test_files_beside_the_decks_are_those_that_styles_ask_for(tmp_path: Path) -> None:
    static = tmp_path / "html" / "_static"
    (static / "fonts").mkdir(parents=True)
    (static / slides.STYLES).write_text("@font-face{src:url(fonts/a.woff2)} b{c:url(none.png)}")
    (static / slides.FIGURES).write_text("")
    (static / "fonts" / "a.woff2").write_bytes(b"0")
    slides.copy_files(tmp_path / "html", tmp_path / "slides")
    copied = {path.name for path in (tmp_path / "slides").rglob("*.*") if path.is_file()}
    assert copied == {"margin.css", "livefig.js", "a.woff2", "slides.css", "slides.js"}


def test_a_real_session_has_a_slide_for_each_step() -> None:
    assert {step.figure for step in session("margin").steps} >= {"lens", "pooling"}
