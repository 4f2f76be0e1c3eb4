"""Tables that fold away and never make a page scroll sideways, as HTML for generated pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/[^\s,;)]+")
REPOSITORY = re.compile(r"^([\w.-]+/[\w.-]+)@([0-9a-f]{7,40})\s+([^\s:(]+\.\w+)?")


def table(label: str, head: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table in a box of its own, which scrolls where the window is too narrow."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return (
        '<div class="pst-scrollable-table-container" role="region" tabindex="0" '
        f'aria-label="{escape(label)}"><table class="table ml-generated">'
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def folded(title: str, body: str, name: str) -> str:
    """Return a part of the page that is closed until a reader, or a link to it, opens it."""
    return (
        f'<details class="ml-folded"><summary>{title}</summary>'
        f'<div id="{escape(name)}">{body}</div></details>'
    )


def cell(content: str, rows: int = 1, kind: str = "") -> str:
    """Return a cell of a table; ``content`` is HTML."""
    span = f' rowspan="{rows}"' if rows > 1 else ""
    style = f' class="{kind}"' if kind else ""
    return f"<td{span}{style}>{content}</td>"


def linked(source: str) -> str:
    """Return a source as HTML, with a link where it names an address or a file of a repository."""
    if found := REPOSITORY.match(source):
        repository, commit, path = found.groups()
        place = f"blob/{commit}/{path}" if path else f"tree/{commit}"
        rest = source[found.end() :].strip()
        shown = f"{repository}, {path}" if path else repository
        return _link(f"https://github.com/{repository}/{place}", shown) + " " + escape(rest)
    parts, end = [], 0
    for found in ADDRESS.finditer(source):
        parts.append(escape(source[end : found.start()]))
        bare = re.sub(r"^https?://", "", found[0])
        parts.append(_link(found[0] if "://" in found[0] else f"https://{bare}", bare))
        end = found.end()
    return "".join([*parts, escape(source[end:])])


def slug(text: str) -> str:
    """Return a name for use in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _link(address: str, shown: str) -> str:
    return f'<a class="reference external" href="{escape(address)}">{escape(shown)}</a>'
