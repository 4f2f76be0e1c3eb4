"""What a page may load and run, said in the page itself (https://www.w3.org/TR/CSP3/).

Scripts, styles, fonts and pictures of the book only; no script or style that stands in a page, but
for the few that are known by their hash when the page is written; no text is ever run. Whatever is
injected into a page does nothing then. A server may say the same in the header
``Content-Security-Policy``, and ``frame-ancestors`` besides, which only a header can say.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

KIND = 'http-equiv="Content-Security-Policy"'
OWN = "'self'"
HEAD = re.compile(r"<meta charset=[^>]*>")
INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^<>]*>")
IN_A_TAG = re.compile(r"""\s(?:on[a-z]+|style)\s*=\s*["']""", re.IGNORECASE)
DATA = re.compile(r'\btype="(?!module|text/javascript)')  # not a script that runs


def policy(page: str) -> str:
    """Return the policy of a page, which knows its own scripts and styles by their hash.

    Examples
    --------
    >>> policy("<p>No script</p>").split("; ")[1]
    "script-src 'self'"
    """
    known = {"script": OWN, "style": OWN}
    for kind, attributes, text in dict.fromkeys(INLINE.findall(page)):
        if text.strip() and not (kind == "script" and DATA.search(attributes)):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            known[kind] += f" 'sha256-{digest}'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {known['script']}",
            f"style-src {known['style']}",
            f"img-src {OWN} data: blob:",
            f"font-src {OWN}",
            "connect-src 'self'",
            f"form-action {OWN}",
            "base-uri 'none'",
        ]
    )


def forbidden(page: str) -> list[str]:
    """Return the tags of a page with a handler or a style, which no hash allows.

    Examples
    --------
    >>> forbidden('<p onclick="go()"><b class="style">x = "y"</b>')
    ['<p onclick="go()">']
    """
    return [tag for tag in TAG.findall(INLINE.sub("", page)) if IN_A_TAG.search(tag)]


def write_policies(app: Sphinx, problem: Exception | None) -> None:
    """Say in each page what it may do, and name what it may not do but has."""
    if problem is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    for path in sorted(folder.rglob("*.html")):
        if folder / "_static" in path.parents:
            continue
        page = path.read_text(encoding="utf-8")
        if KIND in page:
            continue  # a page that was not written again
        for tag in forbidden(page):
            logging.getLogger(__name__).warning(f"{path.name}: no policy allows {tag[:120]}")
        said = f'<meta {KIND} content="{policy(page)}">'
        path.write_text(HEAD.sub(rf"\g<0>\n{said}", page, count=1), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("build-finished", write_policies, priority=960)  # when all pages are written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
