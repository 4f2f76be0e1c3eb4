"""A site without files that nothing asks for, and with the licence of each of its parts."""

from __future__ import annotations

import posixpath
import re
from importlib.metadata import distribution
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
LICENCES = "LICENSES.txt"
REFERENCE = re.compile(r"""\b(?:src|href|data-[\w-]+)=["']([^"']+)["']""")
IN_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)""")
IS_LICENCE = re.compile(r"licen[cs]e|OFL", re.IGNORECASE)

# Parts of each page, by what they are, and where their licences stand.
OWN = {
    "The text and the figures of the book": "LICENSE-TEXT",
    "The code of the book and its library": "LICENSE",
    "livefig, which moves the figures": "livefig/LICENSE",
    "The letters of the text": "_static/fonts/OFL.txt",
    "The letters of the formulas": "_static/formulas.LICENSE.txt",
}
PACKAGES = (
    "sphinx", "sphinx-book-theme", "pydata-sphinx-theme", "sphinx-copybutton", "sphinx-design",
    "sphinx-togglebutton", "sphinx-exercise", "myst-nb",
)  # fmt: skip
OF_THE_THEME = ("_static/scripts/bootstrap.js.LICENSE.txt",)
ICONS = (
    "Font Awesome Free (https://fontawesome.com), Copyright Fonticons, Inc.\n"
    "Icons: CC BY 4.0. Fonts: SIL Open Font License 1.1, whose text stands above with the letters "
    "of the text. Code: MIT License."
)


def unused(folder: Path) -> list[Path]:
    """Return the static files of a site that no page, style or script asks for.

    Licences are never among them.
    """
    static = {path for path in (folder / "_static").rglob("*") if path.is_file()}
    pages = [path for path in folder.rglob("*.html") if path not in static]
    waiting, asked = [*pages], set(pages)
    while waiting:
        path = waiting.pop()
        found = {file for file in _asked_by(path, folder, static) if file not in asked}
        asked |= found
        waiting += [file for file in found if file.suffix in (".css", ".js")]
    return sorted(path for path in static - asked if not IS_LICENCE.search(path.name))


def _asked_by(path: Path, folder: Path, static: set[Path]) -> set[Path]:
    """Return the static files that a page or a style names, or whose name a script holds."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        return {file for file in static if file.name in text and file.suffix != ".map"}
    pattern = IN_STYLES if path.suffix == ".css" else REFERENCE
    here = path.parent.relative_to(folder).as_posix()
    names = (re.split("[?#]", name)[0] for name in pattern.findall(text))
    return {folder / posixpath.normpath(posixpath.join(here, name)) for name in names} & static


def licences() -> str:
    """Return what each part of the site may be used for, one after the other."""
    told = {title: (ROOT / path).read_text(encoding="utf-8") for title, path in OWN.items()}
    for name in PACKAGES:
        files = [file for file in distribution(name).files or () if IS_LICENCE.search(file.name)]
        told[name] = "\n\n".join(file.read_text() for file in files if file.suffix != ".py")
    told["The icons"] = ICONS
    rule = "=" * 79
    return "\n\n".join(f"{rule}\n{title}\n{rule}\n\n{text.strip()}" for title, text in told.items())


def lighten(app: Sphinx, problem: Exception | None) -> None:
    """Write the licences, and remove what nothing asks for."""
    if problem is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    of_theme = [(folder / name).read_text(encoding="utf-8") for name in OF_THE_THEME]
    text = "\n\n".join([licences(), "Of the scripts of the theme:", *of_theme])
    (folder / LICENCES).write_text(f"{text}\n", encoding="utf-8")
    for path in unused(folder):
        path.unlink()
    for place in sorted((folder / "_static").rglob("*"), reverse=True):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("build-finished", lighten, priority=960)  # when all pages are as they will be
    return {"parallel_read_safe": True, "parallel_write_safe": True}
