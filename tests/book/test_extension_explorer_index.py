"""The page of all figures shows what the notebooks keep."""

from __future__ import annotations

import base64
from pathlib import Path

import explorer_index
import nbformat
import pytest

PICTURE = bytes(16) + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
FIGURE = (
    f'<figure id="race"><img src="data:image/png;base64,{base64.b64encode(PICTURE).decode()}" '
    'alt="Two &amp; more"><table></table><figcaption>The first wins.</figcaption></figure>'
)


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Return a notebook with a title, a table, an explorer and a number."""
    outputs = [
        nbformat.v4.new_output("display_data", data={"text/html": html})
        for html in ("<table></table>", FIGURE)
    ]
    cells = [
        nbformat.v4.new_markdown_cell("(anchor)=\n# A race\n\n**Who wins?**"),
        nbformat.v4.new_code_cell("draw()", outputs=outputs),
        nbformat.v4.new_code_cell("print(1)"),
    ]
    path = tmp_path / "race.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_explorers_are_found_among_other_outputs(notebook):
    (found,) = explorer_index.explorers("chapters/race", notebook)
    assert (found.name, found.caption, found.alt) == ("race", "The first wins.", "Two & more")
    assert (found.picture, found.size) == (PICTURE, (640, 480))
    assert explorer_index.title(notebook) == "A race"


def test_a_card_leads_to_the_figure(notebook):
    card = explorer_index.card(next(explorer_index.explorers("chapters/race", notebook)))
    assert 'href="chapters/race.html#race"' in card
    assert 'src="_static/explorers/race-race.png" alt="Two &amp; more" width="640"' in card


def test_chapters_come_in_the_order_of_the_contents_without_the_guide(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "root: index\nparts:\n- chapters:\n  - file: b\n"
        "    sections:\n    - file: words\n    - file: a\n"
        "- chapters:\n  - file: livefig/guide/index\n"
    )
    (tmp_path / "livefig/guide").mkdir(parents=True)
    for name in ("index", "a", "b", "livefig/guide/index"):
        (tmp_path / f"{name}.ipynb").touch()
    assert explorer_index.chapters(tmp_path) == ["index", "b", "a"]
