"""The ePub: pages as strict XML, and a list of its files that says which hold formulas."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import rmtree
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.config import Config

# Nothing is wider than the page of a telephone, and a drawing is black on white in the dark too.
STYLE = """
body { overflow-wrap: break-word; }
pre { white-space: pre-wrap; font-size: 0.8em; }
a, code, dt { overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; background: white; }
figure { margin: 1em 0; }
figcaption, table { font-size: 0.85em; }
table { border-collapse: collapse; display: block; margin: 1em 0; overflow-x: auto; }
th, td { border-bottom: 1px solid; padding: 0.2em 0.4em; text-align: left; vertical-align: top; }
li p, td p, th p { margin: 0.2em 0; }
dd { margin-left: 1em; }
dt, .admonition-title, .rubric { font-weight: bold; }
.admonition { border-left: 3px solid; margin: 1em 0; padding-left: 0.8em; }
.eqno { float: right; }
.label { display: none; } /* of a work: the text names works by author and year */
"""
SHEET = "book.css"
MATHML = "http://www.w3.org/1998/Math/MathML"
ITEM = re.compile(r'<item (?=[^>]*\bhref="(?P<href>[^"]+\.xhtml)")(?P<rest>[^>]*?)\s*/>')
DATA = re.compile(r' data-[\w-]+="[^"]*"')
EMPTY = re.compile(r"<meta [^>]*></meta>\s*")
# What exercises write on every page more than once, and what MathML 3 does not know of tables.
NOT_OF_BOOKS = re.compile(r' id="(?:exercise|solution)-content"| scriptlevel="0"')


class EpubBook(Epub3Builder):
    """Sphinx's ePub, which names in its list of files those that hold MathML, as it must."""

    def build_content(self) -> None:
        static = Path(self.outdir, "_static")  # the site's styles and scripts
        rmtree(static, ignore_errors=True)
        static.mkdir()  # others write into it when all is done
        Path(static, SHEET).write_text(STYLE, "utf-8")
        super().build_content()
        # No page shows the contents. Said sooner, the next build would read all anew.
        self.config["epub_tocscope"] = "includehidden"
        path = Path(self.outdir, "content.opf")
        told = EMPTY.sub("", path.read_text("utf-8"))
        path.write_text(ITEM.sub(self._told, told), "utf-8")

    def _told(self, item: re.Match[str]) -> str:
        if "properties=" in item["rest"]:  # the contents, which are not written yet
            return item[0]
        if "<math" not in Path(self.outdir, item["href"]).read_text("utf-8"):
            return item[0]
        return f'<item {item["rest"]} properties="mathml" />'


def as_xml(html: str) -> str:
    """Return a formula in the spelling of XML.

    >>> as_xml('<math><mi>x</mi></math><wbr><math></math>').count(MATHML)
    2
    """
    return html.replace("<wbr>", "<wbr/>").replace("<math", f'<math xmlns="{MATHML}"')


def strict(html: str) -> str:
    """Return the text of a page whose formulas say their style as MathML 3 does: around a part.

    >>> strict('<math><mfrac displaystyle="false"></mfrac></math>')
    '<math><mstyle displaystyle="false"><mfrac></mfrac></mstyle></math>'
    """
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("math :not(mtable)[displaystyle]"):
        part.wrap(soup.new_tag("mstyle", attrs={"displaystyle": part.attrs.pop("displaystyle")}))
    return soup.decode(formatter="minimal")


def write_strictly(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None
) -> None:
    """Write the text of a page as XML."""
    if not isinstance(app.builder, EpubBook):
        return
    context["css_files"] = context["script_files"] = []  # they are the site's
    sheet = context["pathto"](f"_static/{SHEET}", resource=True)
    context["metatags"] = f'<link rel="stylesheet" type="text/css" href="{sheet}" />'
    if context.get("body"):
        body = NOT_OF_BOOKS.sub("", DATA.sub("", as_xml(str(context["body"]))))
        context["body"] = strict(body)


def name_book(app: Sphinx, config: Config) -> None:
    """Tell readers what the book is."""
    config.epub_basename = "margin"
    config.epub_identifier = config.epub_uid = "margin"
    config.epub_show_urls = "no"
    config.epub_css_files = []


def setup(app: Sphinx) -> dict[str, object]:
    app.add_builder(EpubBook, override=True)
    app.connect("config-inited", name_book)
    app.connect("html-page-context", write_strictly, priority=950)  # after all others
    return {"parallel_read_safe": True, "parallel_write_safe": True}
