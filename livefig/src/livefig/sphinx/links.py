"""Links in the prose that move a figure: ``[at fifty times](#liquidation:leverage=50)``.

An address of the form ``#name:keyword=value&keyword=value`` is a state of the explorer ``name``.
It names no place that Sphinx could look up, so such links are taken out of the search for
targets and written to the page as they are. ``[there](other_page.md#name:keyword=value)`` leads
to an explorer on another page.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

STATE = re.compile(r"(?P<name>[\w-]+):(?P<settings>[\w-]+=[^&#]+(&[\w-]+=[^&#]+)*)")
LINK_CLASS = "ml-link"


def escaped(state: str) -> str:
    """Return the state as it stands in an address; MyST hands it over with its spaces bare."""
    return quote(unquote(state), safe=":=&,+")


class KeepStatesOfThisPage(SphinxTransform):
    """Keep links to explorers of the same page as they are."""

    default_priority: Any = 870  # MyST resolves the anchors of a page at 879

    def apply(self, **kwargs: object) -> None:
        """Rewrite the links."""
        for link in self.document.findall(nodes.reference):
            address = link.get("refuri", "")
            if link.get("id_link") and STATE.fullmatch(address[1:]):
                del link["id_link"]
                link["refuri"] = "#" + escaped(address[1:])
                link["classes"].append(LINK_CLASS)


class ResolveStatesOfOtherPages(SphinxPostTransform):
    """Resolve links to explorers of other pages, which MyST leaves pending."""

    default_priority: Any = 5  # MyST resolves pending links at 9

    def run(self, **kwargs: object) -> None:
        """Resolve the links."""
        for pending in list(self.document.findall(addnodes.pending_xref)):
            state = pending.get("reftargetid") or ""
            if pending["reftype"] != "myst" or not STATE.fullmatch(state):
                continue
            page = self.app.builder.get_relative_uri(self.env.docname, pending["reftarget"])
            node: Any = nodes.reference
            link = node("", "", refuri=f"{page}#{escaped(state)}", classes=[LINK_CLASS])
            link.extend(pending.children)
            pending.replace_self(link)
