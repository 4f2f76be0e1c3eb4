"""Files of this machine that stand for what some tools' pages fetch from other hosts."""

from __future__ import annotations

import re
from pathlib import Path

from environment import NPM, site_packages

PACKAGE = re.compile(
    r"https://(?:unpkg\.com|cdn\.jsdelivr\.net/npm)/(?P<name>(?:@[^/@]+/)?[^/@]+)@[^/]+/(?P<path>[^?#]+)"
)
REQUIRE = re.compile(r"https://cdnjs\.cloudflare\.com/ajax/libs/require\.js/[^/]+/require\.min\.js")


def stand_in(address: str) -> Path | None:
    """Return the file that stands for an address; ``None`` where there is none."""
    path = None
    if REQUIRE.fullmatch(address):
        path = NPM / "node_modules" / "requirejs" / "require.js"
    elif (found := PACKAGE.match(address)) is not None:
        if found["name"] == "@marimo-team/frontend":
            path = site_packages() / "marimo" / "_static" / found["path"].removeprefix("dist/")
        else:
            path = NPM / "node_modules" / found["name"] / found["path"]
            path = path if path.suffix else path.with_suffix(".js")
    return path if path is not None and path.is_file() else None
