"""MkDocs: a notebook by mkdocs-jupyter, and HTML in Markdown, in two themes."""

from __future__ import annotations

from pathlib import Path

from environment import run, versions
from example import figure, write
from place import Built, Place

PLAIN = "theme:\n  name: mkdocs\n  color_mode: auto\n"
MATERIAL = """\
theme:
  name: material
  font: false
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
"""
JUPYTER = "plugins:\n  - mkdocs-jupyter:\n      execute: true\n"


def _site(folder: Path, theme: str, plugins: str = "") -> Path:
    settings = f"site_name: Wave\nuse_directory_urls: false\n{theme}{plugins}"
    (folder / "mkdocs.yml").write_text(settings)
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "index.md").write_text("# Site\n")
    return docs


def _notebook(folder: Path, theme: str) -> str:
    write(_site(folder, theme, JUPYTER))
    run("mkdocs", "build", "--quiet", folder=folder)
    return (folder / "site" / "wave.html").as_uri()


def _markdown(folder: Path, theme: str) -> str:
    text = f"# A wave\n\nBefore.\n\n{figure().to_fragment()}\n\nAfter.\n"
    (_site(folder, theme) / "wave.md").write_text(text)
    run("mkdocs", "build", "--quiet", folder=folder)
    return (folder / "site" / "wave.html").as_uri()


def notebook(folder: Path) -> Built:
    """Show a notebook in the theme of MkDocs."""
    return Built(_notebook(folder, PLAIN), versions("mkdocs", "mkdocs-jupyter"))


def notebook_in_material(folder: Path) -> Built:
    """Show a notebook in Material."""
    tools = versions("mkdocs-material", "mkdocs-jupyter")
    return Built(_notebook(folder, MATERIAL), tools)


def markdown(folder: Path) -> Built:
    """Show HTML in Markdown in the theme of MkDocs."""
    return Built(_markdown(folder, PLAIN), versions("mkdocs"))


def markdown_in_material(folder: Path) -> Built:
    """Show HTML in Markdown in Material."""
    return Built(_markdown(folder, MATERIAL), versions("mkdocs-material"))


HTML = "what `wave.to_fragment()` returns, in the `.md`"
PLACES = [
    Place("MkDocs, a notebook", "`mkdocs-jupyter` with `execute: true`", notebook),
    Place("Material for MkDocs, a notebook", "the same", notebook_in_material),
    Place("MkDocs, Markdown", HTML, markdown),
    Place("Material for MkDocs, Markdown", HTML, markdown_in_material),
]
