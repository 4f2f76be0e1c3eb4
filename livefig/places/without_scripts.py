"""Places that let no script run: they strip a notebook's HTML, or scripts are turned off."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from environment import BIN, run, versions
from example import write_run
from place import NOTHING, STILL, Built, Place

PAGE = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A wave</title><body>{}'
NH3 = """\
import nh3, sys
tags = nh3.ALLOWED_TAGS | {{"figure", "figcaption", "details", "summary", {more}}}
kept = {{key: set(value) for key, value in nh3.ALLOWED_ATTRIBUTES.items()}}
kept["*"] = {{"id", "class", "type", "name", "value", "min", "max", "step", "disabled", "hidden"}}
print(nh3.clean(sys.stdin.read(), tags=tags, attributes=kept, url_schemes={{"https", "data"}}))
"""


def _stripped(folder: Path, more: str) -> Path:
    notebook = json.loads(write_run(folder).read_text())
    html = "".join(notebook["cells"][1]["outputs"][0]["data"]["text/html"])
    done = subprocess.run(
        [BIN / "python", "-c", NH3.format(more=more)], input=html, text=True, capture_output=True,
        check=True,
    )  # fmt: skip
    page = folder / "wave.html"
    page.write_text(PAGE.format(done.stdout))
    return page


def strict(folder: Path) -> Built:
    """Keep text, tables and pictures only."""
    return Built(
        _stripped(folder, "").as_uri(), versions("nh3"), expects=(STILL,), styled=False,
        note="GitHub takes scripts and styles away. nh3 did so here, and left text, tables, and "
        "pictures that stand in the page.",
    )  # fmt: skip


def lax(folder: Path) -> Built:
    """Keep inputs too, but not what holds them."""
    more = '"input", "label", "svg", "path", "g", "text"'
    return Built(
        _stripped(folder, more).as_uri(), versions("nh3"), expects=(STILL,), styled=False,
        note="The sliders are left, and are off.",
    )  # fmt: skip


def sanitized(folder: Path) -> Built:
    """Let nbconvert sanitise a notebook, as it is set without more."""
    path = write_run(folder)
    run("jupyter-nbconvert", "--to", "html", "--HTMLExporter.sanitize_html=True", str(path),
        folder=folder)  # fmt: skip
    return Built(
        (folder / "wave.html").as_uri(), versions("nbconvert", "bleach"), expects=(NOTHING,),
        note="nbconvert shows the HTML as text then, as that of a data frame.",
    )  # fmt: skip


PLACES = [
    Place("GitHub's view, imitated", "a notebook that was run, in a repository", strict),
    Place("A sanitiser that leaves inputs", "the same", lax),
    Place("`nbconvert`, sanitised", "`--HTMLExporter.sanitize_html=True`", sanitized),
]
