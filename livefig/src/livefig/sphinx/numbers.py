"""Numbers of figures: explorers are counted with the other figures of a book.

With ``numfig = True``, each tells its number before its caption, and the text refers to the
explorer ``speed`` of the page ``chapters/race`` with ``{numref}`chapters/race#speed```.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

CAPTION = re.compile(
    r'<figure (?=class="ml-explorer"|id="[\w-]+"><img src="data:)'  # alive, or a picture
    r'[^>]*\bid="(?P<name>[\w-]+)".*?<figcaption\b[^>]*>(?P<words>[^<]*)',
    re.DOTALL,
)
FIGURE = "figure"  # what it is counted with


class explorer(nodes.Element):
    """Stands before an explorer, which Sphinx sees as nothing but HTML."""


def title_of(node: nodes.Element) -> str:
    """Return the caption of an explorer."""
    return str(node["title"])


class MarkExplorers(SphinxTransform):
    """Let Sphinx count the explorers of a page, and find them by page and name."""

    default_priority: Any = 400

    def apply(self, **kwargs: object) -> None:
        """Put a mark before each."""
        for raw in list(self.document.findall(nodes.raw)):
            found = CAPTION.search(raw.astext())
            if found is None or found["name"] in self.document.ids:  # which stops the build later
                continue
            name = found["name"]
            mark = explorer(ids=[name], title=unescape(found["words"]))
            raw.parent.insert(raw.parent.index(raw), mark)
            label = nodes.fully_normalize_name(f"{self.env.docname}#{name}")
            self.document.ids[name] = mark
            self.document.nameids[label] = name
            self.document.nametypes[label] = True


class TellNumbers(SphinxPostTransform):
    """Write the numbers into the captions."""

    default_priority: Any = 10  # MyST-NB chooses the form of a result at 4

    def run(self, **kwargs: object) -> None:
        """Replace each mark by the number in the caption that follows."""
        for mark in list(self.document.findall(explorer)):
            place = mark.parent.index(mark)
            raw = mark.parent[place + 1]
            if number := number_of(self.env, self.env.docname, mark["ids"][0]):
                told = f'<span class="caption-number">{escape(number)} </span>'
                start = CAPTION.search(raw.astext()).start("words")  # type: ignore[union-attr]
                text = raw.astext()
                raw.children = [nodes.Text(text[:start] + told + text[start:])]
            del mark.parent[place]


def number_of(env: Any, page: str, name: str) -> str:
    """Return what an explorer is called, like "Figure 4.2", or nothing where none is numbered."""
    number = env.toc_fignumbers.get(page, {}).get(FIGURE, {}).get(name)
    return env.config.numfig_format[FIGURE] % ".".join(map(str, number)) if number else ""
