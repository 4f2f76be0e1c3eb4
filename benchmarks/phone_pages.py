"""Job e, on a slow phone: a page of a book with one figure, from the stock theme and from ours.

Both pages are built by Sphinx from the same text, and served compressed. There is no formula on
them: the stock theme would ask another host for the script that draws it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import playwright.sync_api as pw
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tools import browser as finder

from . import _ours, _rows
from ._phone import Visit, served, visit
from ._wave import WAVE

ROOT = Path(__file__).parents[1]
VISITS = 5
STOCK = ["myst_parser", "livefig.sphinx", "sphinx_copybutton", "sphinx_togglebutton"]
OURS = [*STOCK, "formulas", "page_heads", "quick_pages", "sphinx_design"]
PEER = "sphinx-book-theme"


def rows() -> list[_rows.Row]:
    """Return one row for the time, and one for the bytes."""
    sys.path.append(str(ROOT / "_extensions"))
    with tempfile.TemporaryDirectory() as folder, pw.sync_playwright() as playwright:
        theirs, ours = Path(folder, "theirs"), Path(folder, "ours")
        build(theirs, STOCK, {})
        build(ours, OURS, {
            "html_static_path": [str(ROOT / "_static")],
            "templates_path": [str(ROOT / "_templates")],
            "html_theme_options": {"primary_sidebar_end": []},
            "html_context": {"default_mode": "auto"},
        })  # fmt: skip
        browser = finder.launch(playwright)
        found = {name: measured(browser, place) for name, place in (("t", theirs), ("o", ours))}
        browser.close()
    their, our = found["t"], found["o"]
    where = "a page of a book on a slow phone"
    return [
        _rows.row(f"{where}: first answer", PEER, their.first_answer, our.first_answer, 2.0),
        _rows.row(f"{where}: page, gzip", PEER, their.sent, our.sent, 2.0, "bytes"),
    ]


def build(folder: Path, extensions: list[str], settings: dict[str, object]) -> None:
    """Build a book of one page into `folder`/html."""
    source = folder / "source"
    source.mkdir(parents=True)
    figure = _ours.kept(WAVE).to_html()
    (source / "index.md").write_text(f"# A wave\n\n```{{raw}} html\n{figure}\n```\n", "utf-8")
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, None, folder / "html", folder / "doctrees", "html",
            confoverrides={"extensions": extensions, "html_theme": "sphinx_book_theme", **settings},
            status=None, warning=None,
        )  # fmt: skip
        app.build()


def measured(browser: pw.Browser, place: Path) -> Visit:
    """Return the middle of several first visits."""
    with served(place / "html") as address:
        visits = [visit(browser, f"{address}/index.html") for _ in range(VISITS)]
    middle = statistics.median(each.first_answer for each in visits)
    return visits[0]._replace(first_answer=middle)


if __name__ == "__main__":
    for entry in rows():
        print(entry)
