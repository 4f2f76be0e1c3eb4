"""What a page was before it was made light is known when the book is built again."""

from __future__ import annotations

from pathlib import Path

from quick_pages import LIGHT, Site


def test_a_page_that_is_light_already_is_read_as_it_was_written(tmp_path: Path) -> None:
    page, kept = tmp_path / "html" / "chapters" / "a.html", tmp_path / "kept"
    page.parent.mkdir(parents=True)
    page.write_text("as Sphinx wrote it")
    assert Site(tmp_path / "html", kept).texts[page] == "as Sphinx wrote it"
    page.write_text(f'light <script src="../{LIGHT}v=1">')
    assert Site(tmp_path / "html", kept).texts[page] == "as Sphinx wrote it"
    page.write_text("written again")
    assert Site(tmp_path / "html", kept).texts[page] == "written again"
