"""marimo: a page that it exports, and its notebook with a kernel."""

from __future__ import annotations

import textwrap
from pathlib import Path

from environment import run, serve, versions
from example import SHOW
from place import Built, Place

NOTEBOOK = """\
import marimo

app = marimo.App()


@app.cell
def _():
{code}
    return


if __name__ == "__main__":
    app.run()
"""
SYSTEM = '[tool.marimo.display]\ntheme = "system"\n'


def _write(folder: Path) -> None:
    code = textwrap.indent(SHOW, "    ")
    (folder / "wave_app.py").write_text(NOTEBOOK.format(code=code))
    (folder / "pyproject.toml").write_text(SYSTEM)


def export(folder: Path) -> Built:
    """Export a page."""
    _write(folder)
    run(
        "marimo", "export", "html", "wave_app.py", "--output", "wave.html", "--force", folder=folder
    )
    return Built(
        (folder / "wave.html").as_uri(), versions("marimo"), online=True,
        note="marimo's own page needs its script from the network; in its place stood the same "
        "files from marimo's package. The figure is in a frame and asks for nothing.",
    )  # fmt: skip


def app(folder: Path) -> Built:
    """Serve the notebook."""
    _write(folder)
    address = serve(
        "marimo", "--quiet", "run", "wave_app.py", "--headless", "--no-token", "--port", "{port}",
        folder=folder,
    )  # fmt: skip
    return Built(address, versions("marimo"))


PLACES = [
    Place("marimo, exported", "`marimo export html`", export),
    Place("marimo, running", "`marimo run`", app),
]
