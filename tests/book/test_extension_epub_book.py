"""The ePub is strict XML in which every link leads somewhere, and epubcheck finds nothing."""

from __future__ import annotations

import re
import shutil
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from epub_book import MATHML
from sphinx.testing.util import SphinxTestApp

from tools.paper import checked

XHTML = "http://www.w3.org/1999/xhtml"
PAGES = {
    "conf.py": """
project, version, copyright = "A book", "1", "2026, its authors"
extensions = [
    "myst_nb", "sphinx_design", "sphinx_exercise", "sphinxcontrib.bibtex", "livefig.sphinx",
    "api_reference", "epub_book", "formulas", "on_paper",
]
myst_enable_extensions = ["colon_fence", "dollarmath"]
source_suffix = {".md": "myst-nb"}
bibtex_bibfiles = []
nb_execution_mode = "force"
nb_execution_raise_on_error = True
numfig = True
""",
    "index.md": """# A book

A table leads to [its part](two.md#of-two), and a figure is [there](two.md#heat).

```{toctree}
:hidden:

two
```

$$
\\begin{aligned} x &= \\tfrac{a}{b} \\\\ y &= {\\textstyle \\sum_i} z_i \\end{aligned}
$$

```{raw} html
<p><a href="#first-case">a case</a></p>
<details><summary>A case</summary><div id="first-case"><p>It is told.</p></div></details>
```

```{exercise}
:label: one
What is 1 + 1?
```
```{solution} one
2.
```
```{exercise}
:label: two
What is 1 + 2?
```

```{eval-rst}
.. py:function:: pair()

   Return two.

   :returns: * **first** -- one
             * **second** -- two
```
""",
    "two.md": """---
file_format: mystnb
kernelspec: {name: python3}
---

# Two

```{code-cell}
import livefig


@livefig.figure(name="heat", alt="A picture.", turned=(0, 2))
def heat(ax, turned):
    ax.imshow([[0, 1], [turned, 3]])


heat
```

## Of two

:::{dropdown} Answer
It is $x < 1$.
:::
""",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("book")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    app = SphinxTestApp("epub", srcdir=folder, warning=StringIO(), status=StringIO())
    try:
        app.build()
        return Path(app.outdir, "margin.epub")
    finally:
        app.cleanup()


@pytest.fixture(scope="module")
def pages(book) -> dict[str, ElementTree.Element]:
    with ZipFile(book) as file:
        names = [name for name in file.namelist() if name.endswith(".xhtml")]
        return {name: ElementTree.fromstring(file.read(name)) for name in names}


def test_the_contents_list_every_page(pages):
    led = {link.get("href") for link in pages["nav.xhtml"].iter(f"{{{XHTML}}}a")}
    assert {"index.xhtml", "two.xhtml"} <= led


def test_pages_have_the_style_of_the_book(book, pages):
    (sheet,) = (link.get("href") for link in pages["two.xhtml"].iter(f"{{{XHTML}}}link"))
    with ZipFile(book) as file:
        assert sheet in file.namelist()


def test_every_link_leads_to_a_place(pages):
    places = {
        name: {element.get("id") for element in page.iter() if element.get("id")}
        for name, page in pages.items()
    }
    links = [
        (name, link.get("href", "").partition("#"))
        for name, page in pages.items()
        for link in page.iter(f"{{{XHTML}}}a")
        if "://" not in link.get("href", "")
    ]
    led = {(to or name, place) for name, (to, _, place) in links if place}
    assert {("index.xhtml", "first-case"), ("two.xhtml", "heat")} <= led
    assert {(to, place) for to, place in led if place not in places[to]} == set()


def test_no_place_is_named_twice(pages):
    for name, page in pages.items():
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert sorted(ids) == sorted(set(ids)), name


def test_the_style_of_a_part_of_a_formula_stands_around_it(pages):
    styled = [e for e in pages["index.xhtml"].iter() if "displaystyle" in e.attrib]
    assert {e.tag.removeprefix(f"{{{MATHML}}}") for e in styled} == {"math", "mtable", "mstyle"}


def test_no_list_is_in_a_paragraph(pages):
    for page in pages.values():
        for paragraph in page.iter(f"{{{XHTML}}}p"):
            assert paragraph.find(f".//{{{XHTML}}}ul") is None


def test_pixels_are_named_as_svg_names_them(book):
    with ZipFile(book) as file:
        (drawing,) = (file.read(name).decode() for name in file.namelist() if ".svg" in name)
    assert re.findall(r'image-rendering="(\w+)"', drawing) == ["optimizeSpeed"]


@pytest.mark.skipif(not shutil.which("epubcheck"), reason="epubcheck is not installed")
def test_epubcheck_finds_nothing(book):
    assert checked(book) == ""
