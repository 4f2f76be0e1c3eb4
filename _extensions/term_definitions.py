"""The definition of a term at its first use on a page, beside the link to the glossary.

The text is written into the page, since a page opened from a file may not fetch another one. The
link names it as its description, which screen readers say; ``_static/term_definitions.js`` shows
it. Later uses of the same term stay plain links.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from page_words import is_translated
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from livefig.language import ENGLISH


class described_link(nodes.reference):
    """A link to the glossary; its ``description`` is the id of a definition on the same page."""


class definition_text(nodes.General, nodes.Element):
    """A definition, kept in an attribute, so that the search finds it in the glossary only."""


def defined_terms(env: BuildEnvironment) -> Iterator[tuple[str, str, str]]:
    """Yield the page, the anchor and the definition of every term in a glossary."""
    objects = env.get_domain("std").get_objects()
    for page in sorted({page for _, _, kind, page, _, _ in objects if kind == "term"}):
        for glossary in env.get_doctree(page).findall(addnodes.glossary):
            for entry in glossary.findall(nodes.definition_list_item):
                text = " ".join(entry[-1].astext().split())
                for term in entry.findall(nodes.term):
                    for anchor in term["ids"]:
                        yield page, anchor, text


def describe_first_uses(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Give the first link to each term its definition, and put the definitions last."""
    if app.builder.name != "html":
        return
    definitions = {
        f"{app.builder.get_relative_uri(page, glossary)}#{anchor}": (anchor, text, glossary)
        for glossary, anchor, text in defined_terms(app.env)
        if glossary != page  # the glossary itself shows them already
    }
    for link in list(doctree.findall(nodes.reference)):
        anchor, text, glossary = definitions.pop(link.get("refuri"), (None, "", ""))
        if anchor is None:
            continue
        name = f"definition-of-{anchor}"
        described = described_link("", "", refuri=link["refuri"], description=name)
        described += link.children
        link.replace_self(described)
        spoken = {} if is_translated(app.config, glossary) else {"lang": ENGLISH}
        doctree += definition_text(text=text, ids=[name], spoken=spoken)


def visit_described_link(translator: HTML5Translator, node: described_link) -> None:
    attributes = {"href": node["refuri"], "aria-describedby": node["description"]}
    tag = translator.starttag(node, "a", "", CLASS="reference internal ml-term", **attributes)
    translator.body.append(tag)


def depart_described_link(translator: HTML5Translator, node: described_link) -> None:
    translator.body.append("</a>")


def visit_definition_text(translator: HTML5Translator, node: definition_text) -> None:
    attributes = {"role": "tooltip", "popover": "manual", **node["spoken"]}
    tag = translator.starttag(node, "div", "", CLASS="ml-definition", **attributes)
    translator.body.append(f"{tag}{translator.encode(node['text'])}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, object]:
    app.add_node(described_link, html=(visit_described_link, depart_described_link))
    app.add_node(definition_text, html=(visit_definition_text, None))
    app.connect("doctree-resolved", describe_first_uses, priority=900)  # when all links are made
    return {"parallel_read_safe": True, "parallel_write_safe": True}
