"""LaTeX as MathML, which browsers draw by themselves: no script, no inline style."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from xml.etree import ElementTree

from math_core import LatexError, LatexToMathML

CONVERTER = LatexToMathML(fancy_error=False)

# What the converter writes as a style, as a class of `formulas.css`.
CLASSES = {
    "text-align: right;justify-items: end;padding-right: 0;": "ml-right",
    "text-align: left;justify-items: start;padding-left: 0;": "ml-left",
    "text-align: left;justify-items: start;padding-right: 0;": "ml-case",
    "text-align: left;justify-items: start;padding-right: 0;padding-left:1em;": "ml-condition",
    "margin-left:-0.16666667em;": "ml-closer",
    "padding-right:0.1667em;": "ml-wider",
}

# Environments that number and center by themselves, and those that only align.
ALIGNING = {"split": "aligned", "align": "aligned", "gather": "gathered", "equation": None}
ENVIRONMENT = re.compile(r"\\(begin|end)\{(split|align|gather|equation)\*?\}")
LINE = re.compile(r"\\\\(\s*\[[^\]]*\])?")
ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;)\w+;")

RELATIONS = set("=≈≤≥<>≠≡∝→⟶⟹⟺")
BINARY = set("+−×⋅·±")
OPENING, CLOSING = set("([{⌊⌈"), set(")]}⌋⌉")
LONG = 14  # characters that stand in one line even on a phone
WIDE = 1.0  # em: such a space parts two formulas
BROAD = 26  # characters that need smaller letters on a phone
SCRIPTED = {"msub", "msup", "msubsup"}


class FormulaError(ValueError):
    """A formula that cannot be shown."""


def markup(latex: str, *, display: bool) -> str:
    """Return a formula as HTML.

    Browsers break no line within a formula, so a long one is written in pieces. In the text, a line
    ends with the sign at which it breaks; in a formula that stands alone, it begins with it, and
    formulas parted by a wide space stay whole as long as they can.

    Examples
    --------
    >>> markup("x < 1", display=False)
    '<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>'
    >>> markup("equity = collateral + profit - fees", display=False).count("<wbr>")
    3
    """
    row = list(_converted(prepared(latex, display=display), display))
    if _width(row) <= LONG:
        return _written(row, display)
    formulas = _apart(row) if display else [row]
    texts = [
        "<wbr>".join(_written(piece, display) for piece in _pieces(formula, display))
        for formula in formulas
    ]
    if len(texts) == 1:
        return texts[0]
    return " ".join(f'<span class="ml-formula">{text}</span>' for text in texts)


def prepared(latex: str, *, display: bool) -> str:
    r"""Return a formula without what the converter does not know.

    Examples
    --------
    >>> prepared(r"\begin{align*} a &= b \\[1ex] c &= d \end{align*}", display=True)
    '\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}'
    >>> prepared(r"a \\ b", display=True)
    '\\begin{aligned}a \\\\ b\\end{aligned}'
    """

    def renamed(match: re.Match[str]) -> str:
        name = ALIGNING[match[2]]
        return rf"\{match[1]}{{{name}}}" if name else ""

    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", latex) if part.strip()]
    text = r" \\ ".join(paragraphs) if display else latex
    text = LINE.sub(r"\\\\", ENVIRONMENT.sub(renamed, text)).strip()
    if r"\\" in text and r"\begin" not in text:
        return rf"\begin{{aligned}}{text}\end{{aligned}}"
    return text


def _converted(latex: str, display: bool) -> ElementTree.Element:
    """Return a formula as one element.

    Raises
    ------
    FormulaError
        If it cannot be converted, or only with a style that has no class.
    """
    try:
        text = CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise FormulaError(f"{latex!r} is no formula that can be shown: {error}") from None
    formula = ElementTree.fromstring(ENTITY.sub(lambda name: html.unescape(name[0]), text))
    for element in formula.iter():
        style = element.attrib.pop("style", None)
        if style is not None and style not in CLASSES:
            raise FormulaError(
                f"{latex!r} needs the style {style!r}; write it with simpler commands, or give "
                "the style a class in mathml.py and formulas.css"
            )
        if style is not None:
            element.set("class", CLASSES[style])
        _repair(element)
    return formula


def _repair(element: ElementTree.Element) -> None:
    """Change what browsers would draw too close together, or too small."""
    if element.tag == "mtext" and (element.text or "").strip():
        # Beside nothing but text, signs would have no space.
        element.tag = "mi"
        if len(element.text or "") == 1:
            element.set("mathvariant", "normal")
    if element.tag in SCRIPTED and element[0].tag == "mo" and element[0].get("minsize"):
        base = ElementTree.Element("mrow")  # in which a bracket has the size that it asks for
        base.append(element[0])
        element[0] = base
    if element.tag == "msup" and _is_slanted_capital(element[0]):
        element[1].set("class", "ml-off-slant")
    if element.tag == "mtd":
        for sign in element[:1] + element[-1:]:
            if sign.tag == "mo" and sign.text in RELATIONS | BINARY:
                sign.set("form", "infix")


def _is_slanted_capital(element: ElementTree.Element) -> bool:
    text = element.text or ""
    return element.tag == "mi" and len(text) == 1 and text.isupper() and not element.attrib


def _width(row: Iterable[ElementTree.Element]) -> float:
    """Return about how many characters stand side by side."""
    return sum(_width_of(element) for element in row)


def _width_of(element: ElementTree.Element) -> float:
    if element.tag in ("mtable", "mfrac", "munder", "mover", "munderover"):
        return max(map(_width_of, element))
    if element.tag in SCRIPTED:
        return _width_of(element[0]) + 0.7 * max(map(_width_of, element[1:]))
    return len(element.text or "") + _width(element)


def _apart(row: list[ElementTree.Element]) -> list[list[ElementTree.Element]]:
    """Return the formulas that wide spaces part."""
    formulas: list[list[ElementTree.Element]] = [[]]
    for element in row:
        width = float(element.get("width", "0em").removesuffix("em"))
        if element.tag == "mspace" and width >= WIDE:
            formulas.append([])
        else:
            formulas[-1].append(element)
    return [formula for formula in formulas if formula]


def _pieces(row: list[ElementTree.Element], display: bool) -> list[list[ElementTree.Element]]:
    """Return the pieces of a formula, cut at its signs outside brackets."""
    pieces: list[list[ElementTree.Element]] = [[]]
    depth = bars = 0
    for before, element in zip([None, *row[:-1]], row, strict=True):
        sign = element.text if element.tag == "mo" else None
        depth += (sign in OPENING) - (sign in CLOSING)
        bars += sign == "|"
        cut = depth == 0 and bars % 2 == 0 and _stands_between(element, before)
        if cut:
            element.set("form", "infix")  # at an end, it would stand closer
        if cut and display:
            pieces.append([])
        pieces[-1].append(element)
        if cut and not display:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _stands_between(element: ElementTree.Element, before: ElementTree.Element | None) -> bool:
    """Whether an element is a sign between two things."""
    if element.tag != "mo" or element.text not in RELATIONS | BINARY or before is None:
        return False
    return before.tag != "mo" or before.text in CLOSING


def _written(row: list[ElementTree.Element], display: bool) -> str:
    """Return elements as one formula."""
    attributes = {"displaystyle": "true"} if display else {}
    if _width(row) > BROAD:
        attributes["class"] = "ml-broad"
    formula = ElementTree.Element("math", attributes)
    formula.extend(row)
    return ElementTree.tostring(formula, encoding="unicode")
