"""The built site as one file that opens without a network: ``make offline``."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build/html"
FOLDER = "margin"
NOT_PACKED = {".buildinfo", "objects.inv", "404.html", "sitemap.xml", "robots.txt"}
"""What only a server or another book asks for."""


def pack(site: Path, made: Path) -> Path:
    """Put a built site into a zip, in one folder, and return the zip.

    Raises
    ------
    SystemExit
        If there is no site.
    """
    if not (site / "index.html").is_file():
        sys.exit(f"There is no book in {site} yet. Run: make book")
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(site.rglob("*")):
            name = path.relative_to(site)
            if path.is_file() and name.as_posix() not in NOT_PACKED:
                packed.write(path, Path(FOLDER, name).as_posix())
    return made


if __name__ == "__main__":
    made = pack(SITE, ROOT / "_build/margin.zip")
    print(f"The book is {made.relative_to(ROOT)} ({made.stat().st_size / 1e6:.1f} MB)")
    print(f"Unpack it and open {FOLDER}/index.html in a browser")
