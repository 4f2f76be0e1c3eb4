"""Put sites beside each other, each version and language in a folder of its own: ``make editions``.

    python -m tools.editions folder

copies the built site to ``folder/VERSION`` (and ``_build/de``, if it is there, to
``folder/VERSION-de``), leaves what is there already, and writes ``folder/index.html``, a list of
all with the newest first, to which each page leads. Each folder is whole: it works from a file,
under its own policy, and needs no change when others come.
"""

from __future__ import annotations

import re
import shutil
import sys
from html import escape
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
EDITION = re.compile(r"(\d+(?:\.\d+)*)(?:-([a-z]{2,3}))?")
FOOT = '<p class="copyright">'
LIST = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Editions of Margin</title>
</head>
<body>
<h1>Editions of Margin</h1>
<ul>
{rows}
</ul>
</body>
</html>
"""


def version(root: Path = ROOT) -> str:
    """Return the version of the book, as CITATION.cff says."""
    return str(yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"])


def editions(folder: Path) -> list[str]:
    """Return the editions in a folder, the newest first, and English before other languages.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> for name in ("0.9", "0.10", "0.10-de", "notes"):
    ...     (place / name).mkdir()
    >>> editions(place)
    ['0.10', '0.10-de', '0.9']
    """
    found = [path.name for path in folder.iterdir() if EDITION.fullmatch(path.name)]

    def order(name: str) -> list[int]:
        return [-int(part) for part in name.partition("-")[0].split(".")]

    return sorted(sorted(found), key=order)


def add(site: Path, folder: Path, name: str) -> None:
    """Copy a built site to its place, in exchange for what is there under its name."""
    shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(site, folder / name)
    for path in (folder / name).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        up = "../" * len(path.relative_to(folder).parts[:-1])
        link = f'{FOOT}<a href="{up}index.html">{escape(name)}</a><br>'
        path.write_text(page.replace(FOOT, link), encoding="utf-8")


def list_of(folder: Path) -> str:
    """Return the page that leads to each edition."""
    rows = []
    for name in editions(folder):
        number, language = EDITION.fullmatch(name).groups()  # type: ignore[union-attr]
        spoken = f' <span lang="{language}">({language})</span>' if language else ""
        rows.append(f'<li><a href="{escape(name)}/index.html">{escape(number)}</a>{spoken}</li>')
    return LIST.format(rows="\n".join(rows))


def main() -> None:
    """Add the sites that are built to a folder of editions."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    number = version()
    add(ROOT / "_build/html", folder, number)
    for words in sorted((ROOT / "locale").iterdir()):
        if (ROOT / "_build" / words.name / "index.html").is_file():
            add(ROOT / "_build" / words.name, folder, f"{number}-{words.name}")
    (folder / "index.html").write_text(list_of(folder), encoding="utf-8")
    print(f"{len(editions(folder))} editions are in {folder}")


if __name__ == "__main__":
    main()
