"""Figures on the pages of a book: names of their own, and numbers that the text refers to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("myst_parser", reason="books need Sphinx and MyST; the figures do not")

from sphinx.errors import ExtensionError

from livefig.page.html import fallback
from livefig.sphinx.pages import check_page, clash

UTF8 = os.environ | {"PYTHONUTF8": "1"}
PAGE = """# The race

## Who wins?

```{{raw}} html
<figure class="ml-explorer" id="{first}"><figcaption>One</figcaption></figure>
```

(anchor)=
## Who loses?

```{{raw}} html
<figure class="ml-explorer" id="{second}"><figcaption>Two</figcaption></figure>
```
"""


def built(folder: Path, first: str, second: str) -> tuple[bool, str]:
    """Build a book of one page; return whether that worked, and what was said."""
    (folder / "conf.py").write_text('extensions = ["myst_parser", "livefig.sphinx"]')
    (folder / "index.md").write_text(PAGE.format(first=first, second=second))
    command = [sys.executable, "-m", "sphinx", "-q", "--no-color", folder, folder / "out"]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", env=UTF8, check=False)
    return not told.returncode, told.stderr


def test_a_page_whose_figures_have_names_of_their_own_is_built(tmp_path):
    is_built, told = built(tmp_path, "fast", "slow")
    assert is_built, told
    assert 'id="slow"' in (tmp_path / "out/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("second", "other"),
    [
        ("fast", "the explorer under the heading “Who loses?”"),
        ("who-wins", "the heading “Who wins?”"),
        ("the-race", "the heading “The race”"),
        ("anchor", "the element <span> under the heading “Who wins?”"),
    ],
)
def test_a_page_with_one_name_for_two_things_is_told_with_both_places(tmp_path, second, other):
    is_built, text = built(tmp_path, "fast", second)
    assert not is_built
    assert "index: " in text
    assert f"named {second!r}" in text
    assert other in text
    mine = "Who wins?" if second == "fast" else "Who loses?"
    assert f"the explorer under the heading “{mine}”" in text


def test_names_of_the_theme_are_looked_at_too():
    page = '<div id="menu"></div><h1>A<a class="headerlink">#</a></h1><figure class="{}" id="menu">'
    with pytest.raises(ExtensionError, match="a.html: .* “A” and the element <div> above all head"):
        check_page("a.html", page.format("ml-explorer"))
    check_page("a.html", page.format("other"))  # a plain figure is the business of its author


def test_words_of_a_script_are_no_elements():
    script = """<script>'<p id="race">'</script>"""
    assert clash(f'<figure class="ml-explorer" id="race"></figure>{script}') is None


FIGURE = (
    '<figure class="ml-explorer" id="{0}">'
    '<figcaption id="{0}-caption">The {0} &amp; more</figcaption></figure>'
)
STILL = fallback("still", "AAAA", "A line.", "What is kept", (), {}, {})
PAGES = {
    "conf.py": """
extensions = ["myst_parser", "livefig.sphinx"]
numfig = True
numfig_format = {"figure": "Figure %s"}
""",
    "index.md": "# A book\n\n```{toctree}\n:numbered:\n\ncalm\nrace\n```\n",
    "calm.md": "# Calm\n\nSee {numref}`race#speed`, and {numref}`its end, %s <race#end>`, and "
    "{numref}`race#still`.\n",
    "race.md": f"""# A race

```{{raw}} html
{FIGURE.format("speed")}
```

## Later

```{{raw}} html
{FIGURE.format("end")}
```

<figure id="own"><figcaption>Its author counts it, or not.</figcaption></figure>

```{{raw}} html
{STILL}
```
""",
}


def test_figures_are_numbered_where_they_stand_and_where_they_are_meant(tmp_path):
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", tmp_path, tmp_path / "out"]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", env=UTF8, check=False)
    assert not told.returncode, told.stderr
    race, calm = ((tmp_path / f"out/{name}.html").read_text("utf-8") for name in ("race", "calm"))
    for number, name in (("2.1", "speed"), ("2.2", "end")):
        start = (
            f'<figcaption id="{name}-caption"><span class="caption-number">Figure {number} </span>'
        )
        assert f"{start}The {name} &amp; more</figcaption>" in race
    assert 'href="race.html#speed"><span class="std std-numref">Figure 2.1</span></a>' in calm
    assert 'href="race.html#end"><span class="std std-numref">its end, 2.2</span></a>' in calm
    assert '<figcaption><span class="caption-number">Figure 2.3 </span>What is kept' in race
    assert 'href="race.html#still"><span class="std std-numref">Figure 2.3</span></a>' in calm
