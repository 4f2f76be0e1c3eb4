"""Pages to look things up in: a field that leaves what fits, and in the glossary the letters.

Without its script a page has no field, and is as long as it is.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from page_words import _
from sphinx import addnodes
from sphinx.application import Sphinx

# What is looked for on a page: what it is called there, and what stands or falls as one.
PAGES = {
    "glossary": (_("terms"), "dl.glossary > dt"),
    "figures": (_("figures"), ".ml-cards > li"),
    "venues": (_("files and tables"), "details.ml-folded"),
    "bibliography": (_("works"), "div.citation"),
    "reference_cases": (_("published numbers"), "details.ml-folded"),
    "livefig/guide/gallery": (_("plots"), ".ml-gallery > li"),
}
SCRIPT = "look_up.js"


def add_field(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, object],
    document: nodes.document | None,
) -> None:
    """Put the place of the field under the heading of a page."""
    if document is None or page not in PAGES:
        return
    called, items = PAGES[page]
    told = {"items": items, "find": _("Find among {count} %s:") % called,
            "left": _("{count} of them"), "none": _("none of them")}  # fmt: skip
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in told.items())
    place = f'<div class="ml-look-up"{data}></div>'
    context["body"] = str(context["body"]).replace("</h1>", f"</h1>\n{place}", 1)
    app.add_js_file(SCRIPT)


def add_letters(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Lead from each letter to the first term of a glossary that begins with it."""
    if app.builder.name != "html":
        return
    for glossary in list(doctree.findall(addnodes.glossary)):
        first: dict[str, str] = {}
        for term in glossary.findall(nodes.term):
            first.setdefault(term.astext()[0].upper(), term["ids"][0])
        links = (f'<a href="#{anchor}">{letter}</a>' for letter, anchor in first.items())
        named = _("Letters")
        letters = f'<nav class="ml-letters" aria-label="{named}">{" ".join(links)}</nav>'
        place = glossary.parent
        place.insert(place.index(glossary), nodes.raw("", letters, format="html"))


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("doctree-resolved", add_letters)
    app.connect("html-page-context", add_field)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
