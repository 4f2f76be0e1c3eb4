"""HTML that notebooks return and directives write, as nodes that any format can print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Comment, NavigableString, PageElement, Tag
from docutils import nodes

NOT_PRINTED = {"style", "script", "svg", "img", "form", "nav", "button"}
INLINE = {
    "strong": nodes.strong, "b": nodes.strong, "em": nodes.emphasis, "i": nodes.emphasis,
    "code": nodes.literal, "sub": nodes.subscript, "sup": nodes.superscript,
}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "div", "section", "details", "table", "ul", "ol", "dl", "pre", *HEADINGS}


def from_html(html: str) -> list[nodes.Node]:
    """Return what some HTML says, as blocks.

    >>> [node.astext() for node in from_html("<p>One <b>two</b></p><ul><li>three</li></ul>")]
    ['One two', 'three']
    """
    return list(_blocks(BeautifulSoup(html, "html.parser")))


def _blocks(parent: Tag) -> Iterator[nodes.Node]:
    """Yield the blocks in an element; what stands between them is paragraphs."""
    words: list[PageElement] = []
    for child in _printed(parent):
        if isinstance(child, Tag) and child.name in BLOCKS:
            yield from _paragraph(words)
            words = []
            yield from _block(child)
        else:
            words.append(child)
    yield from _paragraph(words)


def _block(tag: Tag) -> Iterator[nodes.Node]:
    if name := tag.get("id"):  # links on the page lead to it
        yield nodes.target("", "", ids=[name])
    if tag.name == "table":
        yield _table(tag)
    elif tag.name in ("ul", "ol"):
        kind = nodes.bullet_list if tag.name == "ul" else nodes.enumerated_list
        items = tag.find_all("li", recursive=False)
        yield kind("", *(nodes.list_item("", *_blocks(item)) for item in items))
    elif tag.name == "dl":
        yield nodes.line_block("", *_definitions(tag))
    elif tag.find("details", attrs={"name": True}, recursive=False):
        yield from _choices(tag)
    elif tag.name == "details":
        summary = tag.find("summary")
        yield nodes.rubric("", "", *_inline([summary.extract()] if summary else []))
        yield from _blocks(tag)
    elif tag.name in HEADINGS:
        yield nodes.rubric("", "", *_inline(tag.children))
    elif tag.name == "pre":
        yield nodes.literal_block(tag.get_text(), tag.get_text())
    else:
        yield from _blocks(tag)


def _paragraph(words: Iterable[PageElement]) -> Iterator[nodes.paragraph]:
    made = nodes.paragraph("", "", *_inline(words))
    if made.astext().strip():
        yield made


def _inline(words: Iterable[PageElement]) -> Iterator[nodes.Node]:
    for word in words:
        if isinstance(word, Tag):
            inside = _inline(_printed(word))
            if word.name == "br":
                yield nodes.Text(" ")
            elif word.name == "span" and isinstance(word.previous_sibling, Tag):
                yield from (nodes.Text(" "), *inside)  # a style keeps them apart on the site
            elif word.name == "a" and "://" in str(word.get("href", "")):
                yield nodes.reference("", "", *inside, refuri=word["href"])
            elif word.name == "a" and str(word.get("href", "")).startswith("#"):
                classes = list(word.get("class", []))
                yield nodes.reference("", "", *inside, refuri=word["href"], classes=classes)
            elif word.name in INLINE:
                yield INLINE[word.name]("", "", *inside)
            else:
                yield from inside
        else:
            yield nodes.Text(str(word))


def _choices(tag: Tag) -> Iterator[nodes.Node]:
    """Yield a question, and a list of its answers, of which only one unfolds at a time."""
    answers = [answer.extract() for answer in tag.find_all("details", recursive=False)]
    yield from _blocks(tag)
    items = []
    for answer in answers:
        words = answer.summary.extract()
        told = (nodes.emphasis("", "", *_inline(words.children)), nodes.Text(". "))
        items.append(nodes.list_item("", nodes.paragraph("", "", *told, *_inline([answer]))))
    yield nodes.bullet_list("", *items)


def _definitions(tag: Tag) -> Iterator[nodes.line]:
    """Yield a line for each fact: what it is about, and the fact."""
    for term in tag.find_all("dt"):
        fact = term.find_next_sibling("dd")
        about = nodes.strong("", "", *_inline(_printed(term)))
        yield nodes.line("", "", about, nodes.Text(" "), *_inline([fact] if fact else []))


def _table(tag: Tag) -> nodes.table:
    rows = [row for row in tag.find_all("tr") if row.get_text().strip()]
    of_head = [row for row in rows if not row.find("td")]
    columns = max(sum(_span(cell, "colspan") for cell in _cells(row)) for row in rows)
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in range(columns)), cols=columns)
    if of_head:
        group += nodes.thead("", *map(_row, of_head))
    group += nodes.tbody("", *(_row(row) for row in rows if row not in of_head))
    return nodes.table("", group, classes=["colwidths-auto"])


def _row(row: Tag) -> nodes.row:
    return nodes.row("", *map(_entry, _cells(row)))


def _entry(cell: Tag) -> nodes.entry:
    made = nodes.entry("", *_blocks(cell))
    for name, html_name in (("morecols", "colspan"), ("morerows", "rowspan")):
        if _span(cell, html_name) > 1:
            made[name] = _span(cell, html_name) - 1
    return made


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _span(cell: Tag, name: str) -> int:
    return int(str(cell.get(name, 1)))


def _printed(tag: Tag) -> Iterator[PageElement]:
    """Yield the children that can be printed."""
    for child in list(tag.children):
        is_left_out = isinstance(child, Comment) or (
            isinstance(child, Tag) and child.name in NOT_PRINTED
        )
        if not is_left_out and isinstance(child, Tag | NavigableString):
            yield child
