"""Pandoc, which is what Quarto makes its pages with."""

from __future__ import annotations

from pathlib import Path

from environment import run, versions
from example import write_run
from place import Built, Place

PANDOC = "import sys, pypandoc; print(pypandoc.get_pandoc_path())"


def build(folder: Path) -> Built:
    """Make a page of a notebook that was run."""
    write_run(folder)
    pandoc = run("python", "-c", PANDOC, folder=folder).strip()
    run(pandoc, "wave.ipynb", "--standalone", "--embed-resources", "--output", "wave.html",
        folder=folder)  # fmt: skip
    version = run(pandoc, "--version", folder=folder).split()[1]
    return Built(
        (folder / "wave.html").as_uri(), [f"pandoc {version}", *versions("nbclient")],
        note="Quarto was not to be had. It runs notebooks with nbclient and hands them to pandoc, "
        "and so was done here; its themes were not tried.",
    )  # fmt: skip


PLACES = [Place("Quarto, imitated", "`embed-resources: true`", build)]
