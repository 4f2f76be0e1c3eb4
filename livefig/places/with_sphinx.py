"""Books: Sphinx with MyST-NB, with and without our extension, and Jupyter Book 1."""

from __future__ import annotations

from pathlib import Path

from environment import BOOK, run, versions
from example import write
from place import Built, Place

CONF = """\
project = "Wave"
extensions = {extensions}
html_theme = "{theme}"
nb_execution_mode = "force"
nb_execution_raise_on_error = True
"""
INDEX = "# Book\n\n```{toctree}\nwave\n```\n"


def _sphinx(folder: Path, theme: str, extensions: list[str]) -> Path:
    write(folder)
    (folder / "conf.py").write_text(CONF.format(extensions=extensions, theme=theme))
    (folder / "index.md").write_text(INDEX)
    run("sphinx-build", "-E", "-q", ".", "html", folder=folder)
    return folder / "html" / "wave.html"


def furo(folder: Path) -> Built:
    """Build with our extension and Furo."""
    page = _sphinx(folder, "furo", ["myst_nb", "livefig.sphinx"])
    return Built(page.as_uri(), versions("Sphinx", "myst-nb", "furo"))


def alabaster(folder: Path) -> Built:
    """Build without our extension and with Sphinx's own theme."""
    page = _sphinx(folder, "alabaster", ["myst_nb"])
    return Built(page.as_uri(), versions("Sphinx", "myst-nb", "alabaster"))


def jupyter_book(folder: Path) -> Built:
    """Build with Jupyter Book 1, from this book's own environment."""
    write(folder)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: wave\n")
    (folder / "_config.yml").write_text(
        "title: Wave\nexecute:\n  execute_notebooks: force\n"
        "sphinx:\n  extra_extensions: [livefig.sphinx]\n"
    )
    run(BOOK / "jupyter-book", "build", ".", "--all", "--quiet", folder=folder)
    page = folder / "_build" / "html" / "wave.html"
    tools = versions("jupyter-book", "Sphinx", python=BOOK / "python")
    return Built(page.as_uri(), tools, note="These pages are built so.")


PLACES = [
    Place("Jupyter Book 1", "`livefig.sphinx` under `extra_extensions`", jupyter_book),
    Place("Sphinx with MyST-NB, Furo", '`extensions = ["myst_nb", "livefig.sphinx"]`', furo),
    Place("Sphinx without the extension", '`extensions = ["myst_nb"]`', alabaster),
]
