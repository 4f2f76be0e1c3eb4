"""The book that LaTeX sets has the numbers of the site, and its anchors lead somewhere."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

PAGES = {
    "conf.py": """
extensions = [
    "myst_parser", "sphinx_exercise", "sphinx_multitoc_numbering", "livefig.sphinx", "latex_book",
]
myst_enable_extensions = ["dollarmath"]
numfig = True
numfig_format = {"figure": "Figure %s"}
""",
    "CITATION.cff": "title: 'A book: one, two'\nversion: 0.3",
    "index.md": """# A book

```{toctree}
:numbered: 1

one
```
```{toctree}

aside
bibliography
status
```
```{toctree}
:numbered: 1

two
```
""",
    "one.md": "# One\n\n## The first\n\n$$a = b$$ (first)\n",
    "status.md": "# How it stands\n\nWell.\n",
    "aside.md": """# Aside

[](status) says more.

```{glossary}
Stop-loss
  A word.
```

See {ref}`the exercise <ex-two>`.

$$a = c$$ (aside)
""",
    "bibliography.md": "# Works\n\nThese are cited.\n\n* A list\n",
    "two.md": """# Two

See {numref}`race`, which {eq}`second` explains.

```{figure} race.png
:name: race

Who wins?
```

$$a = d$$ (second)

```{exercise} Long
:label: ex-two

| name |
|---|
| `a_long_name` |
```
""",
}


@pytest.fixture(scope="module")
def latex(tmp_path_factory) -> str:
    folder: Path = tmp_path_factory.mktemp("book")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "race.png").write_bytes(b"")
    app = SphinxTestApp("latex", srcdir=folder, warning=StringIO(), status=StringIO())
    try:
        app.build()
        return next(Path(app.outdir).glob("*.tex")).read_text("utf-8")
    finally:
        app.cleanup()


def test_chapters_have_the_numbers_of_the_site_or_none(latex):
    told = r"\\setcounter\{secnumdepth\}\{(.+?)\}(?:\\setcounter\{chapter\}\{(\d+)\})?"
    found = re.findall(told + r"\s*\\chapter\{(\w+)\}", latex)
    assert found == [("0", "0", "One"), ("-1", "", "Aside"), ("0", "1", "Two")]


def test_formulas_and_figures_have_the_numbers_of_the_site(latex):
    numbers = re.findall(r"\\renewcommand\{\\the(\w+)\}\{([\d.]+)\}", latex)
    assert numbers == [
        ("equation", "1.1"),
        ("equation", "1"),
        ("figure", "2.1"),
        ("equation", "2.1"),
    ]


def test_links_lead_to_exercises(latex):
    assert r"\hyperref[\detokenize{two:ex-two}]" in latex
    assert r"\label{\detokenize{two:ex-two}}" in latex


def test_a_link_to_what_is_left_out_is_its_title(latex):
    assert "How it stands" in latex
    assert "Well." not in latex


def test_the_index_is_told_of_a_term_after_it(latex):
    assert r"\label{\detokenize{aside:term-Stop-loss}}}\index{Stop\sphinxhyphen{}loss@" in latex


def test_the_title_page_has_subtitle_and_version(latex):
    assert r"\renewcommand{\releaseinfo}{One, two}" in latex
    assert re.search(r"\\date\{Version 0\.3 \\\\ \d+ \w+ \d{4}\}", latex)


def test_names_break_in_tables(latex):
    assert "a\\_\N{ZERO WIDTH SPACE}long\\_\N{ZERO WIDTH SPACE}name" in latex


def test_the_works_have_no_chapter_beside_the_list_that_latex_sets(latex):
    assert r"\label{\detokenize{bibliography::doc}}" in latex
    assert "A list" in latex
    assert "These are cited" not in latex
