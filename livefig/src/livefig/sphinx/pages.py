"""What is looked at once a page is put together: the names of its explorers, and large tables."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

FOLDER = "_static/livefig"
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
HEADED = HEADINGS | {"section"}
TABLE = re.compile(r'<script type="text/plain" class="ml-table">([^<]*)</script>')


@dataclass
class Place:
    """An element of a page that has a name."""

    name: str
    tag: str
    is_explorer: bool
    heading: str  # its own, or the one that it stands under

    def __str__(self) -> str:
        if self.tag in HEADED:
            return f"the heading “{self.heading}”"
        where = f"under the heading “{self.heading}”" if self.heading else "above all headings"
        return f"{'the explorer' if self.is_explorer else f'the element <{self.tag}>'} {where}"


class Names(HTMLParser):
    """The places of a page that have a name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.places: list[Place] = []
        self._heading = ""
        self._words: list[str] | None = None  # of the heading that is being read
        self._unheaded: list[Place] = []  # sections whose heading was not read yet
        self._in_permalink = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id of an element."""
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if tag in HEADINGS:
            self._words = []
        self._in_permalink = tag == "a" and "headerlink" in classes
        if given.get("id"):
            is_explorer = tag == "figure" and "ml-explorer" in classes
            place = Place(str(given["id"]), tag, is_explorer, self._heading)
            self.places.append(place)
            if tag in HEADED:
                self._unheaded.append(place)

    def handle_data(self, data: str) -> None:
        """Read a heading."""
        if self._words is not None and not self._in_permalink:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Name the sections that this heading begins."""
        self._in_permalink &= tag != "a"
        if tag in HEADINGS and self._words is not None:
            self._heading = " ".join("".join(self._words).split())
            self._words = None
            for place in self._unheaded:
                place.heading = self._heading
            self._unheaded = []


def clash(page: str) -> str | None:
    """Say which explorer shares its name with something else on a page, and where both are.

    Examples
    --------
    >>> clash('<h2>Speed</h2><figure class="ml-explorer" id="race"></figure><p id="race"></p>')
    "the explorer under the heading “Speed” and the element <p> under the heading “Speed” are both \
named 'race'"
    >>> clash('<figure class="ml-explorer" id="race"></figure><p id="other"></p>')
    """
    named: dict[str, list[Place]] = {}
    for place in Names(page).places:
        named.setdefault(place.name, []).append(place)
    for name, places in named.items():
        explorer = next((place for place in places if place.is_explorer), None)
        if explorer is not None and len(places) > 1:
            one, other = [explorer, *(place for place in places if place is not explorer)][:2]
            return f"{one} and {other} are both named {name!r}"
    return None


def check_names(app: Any, page: str, template: str, context: dict[str, Any], document: Any) -> None:
    """Stop the build where two things on a page have one name."""
    check_page(page, context.get("body", ""))


def check_page(name: str, text: str) -> None:
    """Refuse a page on which an explorer shares its name.

    Raises
    ------
    ExtensionError
        If an explorer is named like another one, or like a heading or another element of its page.
    """
    if "ml-explorer" in text and (found := clash(text)):
        raise ExtensionError(
            f"{name}: {found}; give the explorer a name of its own, by which links and addresses "
            "find it"
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
