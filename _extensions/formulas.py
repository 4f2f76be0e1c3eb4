"""Formulas that are in the page when it arrives, as MathML, with their LaTeX for those who copy."""

from __future__ import annotations

from docutils import nodes
from mathml import FormulaError, markup
from page_words import _
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula of the text."""
    latex = node.astext()
    translator.body.append(
        translator.starttag(node, "span", "", CLASS="math notranslate", **{"data-latex": latex})
    )
    translator.body.append(_shown(node, latex, display=False) + "</span>")
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone, with its number."""
    latex = node.astext().strip()
    translator.body.append(
        translator.starttag(node, "div", "", CLASS="math notranslate", **{"data-latex": latex})
    )
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append(_shown(node, latex, display=True) + "</div>\n")
    raise nodes.SkipNode


def _shown(node: nodes.Node, latex: str, *, display: bool) -> str:
    try:
        return markup(latex, display=display)
    except FormulaError as error:
        logger.warning(str(error), location=node)
        return ""


def setup(app: Sphinx) -> dict[str, object]:
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.config.html_math_renderer = "mathml"
    app.add_css_file("formulas.css")
    app.add_js_file("formulas.js")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
