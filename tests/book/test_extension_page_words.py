"""In a book of another language a page that is not translated is English as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

ROOT = Path(__file__).parents[2]
SETTINGS = f"""
import sys
sys.path.insert(0, {str(ROOT / "_extensions")!r})
extensions = ["page_words", "myst_nb", "livefig.sphinx"]
language = "de"
numfig = True
nb_execution_mode = "force"
html_theme = "sphinx_book_theme"
exclude_patterns = ["out", "trees"]
"""
SEE = "See {numref}`chapters/contracts#wave`."
DRAW = """
import livefig

livefig.figure(
    lambda ax, height: {"top": f"{1000 * height:,} m"}, height=(1, 3),
    name="wave", alt="A wave.", caption="It rolls.",
)
"""
CONTENTS = "```{toctree}\nchapters/contracts\n```"
# As in the book, the second has a file of its prose in German.
PAGES = {"index": "A wave", "chapters/contracts": "A wave again"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("german")
    (source / "chapters").mkdir()
    (source / "conf.py").write_text(SETTINGS)
    for name, title in PAGES.items():
        prose = f"# {title}\n\n{SEE}\n\n{CONTENTS if name == 'index' else ''}"
        cells = [v4.new_markdown_cell(prose), v4.new_code_cell(DRAW)]
        (source / f"{name}.ipynb").write_text(nbformat.writes(v4.new_notebook(cells=cells)))
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-d", source / "trees", source]
    done = subprocess.run([*command, source / "out"], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return source / "out"


@pytest.mark.parametrize(
    ("page", "prose", "called", "shown"),
    [("index", "en", "Figure", "2,000 m"), ("chapters/contracts", None, "Abbildung", "2.000 m")],
)
def test_figures_speak_as_the_prose_around_them(
    built: Path, page: str, prose: str | None, called: str, shown: str
) -> None:
    soup = BeautifulSoup((built / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    assert soup.html["lang"] == "de"
    assert soup.section.get("lang") == prose
    assert soup.select_one(".caption-number").text.split()[0] == called
    assert soup.select_one(".std-numref").text.split()[0] == called
    assert soup.select_one(".ml-explorer output").text == shown
    assert ("Zurücksetzen" in str(soup)) == (prose is None)
