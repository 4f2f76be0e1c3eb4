"""What a page was before it was made light is known when the book is built again."""

from __future__ import annotations

from pathlib import Path

from quick_pages import LIGHT, Site


def test_a_page_that_is_light_already_is_read_as_it_was_written(tmp_path: Path) -> None:
    page, kept = tmp_path / "html" / "chapters" / "a.html", tmp_path / "kept"
    page.parent.mkdir(parents=True)
    first, again = (f'<link rel="stylesheet" href="a.css">{said}' for said in ("first", "again"))
    page.write_text(first)
    assert Site(tmp_path / "html", kept).texts[page] == first
    page.write_text(f'<link rel="stylesheet" href="m.css"><script src="../{LIGHT}v=1">')
    assert Site(tmp_path / "html", kept).texts[page] == first
    page.write_text(again)
    assert Site(tmp_path / "html", kept).texts[page] == again
