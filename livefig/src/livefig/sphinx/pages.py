"""What is looked at once a page is put together: the names of its explorers, and large tables."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

FOLDER = "_static/livefig"
TABLE = re.compile(r'<script type="text/plain" class="ml-table">([^<]*)</script>')


class Names(HTMLParser):
    """The ids of a page, and which of them belong to explorers."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.all: Counter[str] = Counter()
        self.explorers: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id of an element."""
        given = dict(attrs)
        name = given.get("id")
        if name is None:
            return
        self.all[name] += 1
        if tag == "figure" and "ml-explorer" in (given.get("class") or "").split():
            self.explorers.append(name)


def check_names(app: Any, page: str, template: str, context: dict[str, Any], document: Any) -> None:
    """Stop the build where two things on a page have one name.

    Raises
    ------
    ExtensionError
        If an explorer is named like another one, or like a heading of its page.
    """
    body = context.get("body", "")
    if "ml-explorer" not in body:
        return
    names = Names(body)
    for name in names.explorers:
        if names.explorers.count(name) > 1:
            raise ExtensionError(
                f"{page}: two explorers are named {name!r}; give each a name of its own, by which "
                "links and addresses find it"
            )
        if names.all[name] > 1:
            raise ExtensionError(
                f"{page}: the explorer {name!r} is named like a heading or another part of the "
                "page; give it another name"
            )


def put_large_tables_beside(
    app: Any, page: str, template: str, context: dict[str, Any], document: Any
) -> None:
    """Write tables that would make a page heavy into files, which the page fetches by itself."""
    body = context.get("body", "")
    if "ml-table" not in body:
        return

    def moved(match: re.Match[str]) -> str:
        table = match[1]
        if len(table) * 3 // 4 <= app.config.livefig_beside:
            return match[0]
        content = base64.b64decode(table)
        name = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:16]}.states"
        path = Path(app.outdir, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        address = context["pathto"](name, 1)
        return (
            f'<script type="text/plain" class="ml-table" data-src="{address}" '
            f'data-bytes="{len(content)}"></script>'
        )

    context["body"] = TABLE.sub(moved, body)
