r"""Write the questions of each chapter for other learning platforms: ``make quizzes``.

For every chapter two files in ``_build/quizzes``: ``NAME.zip``, questions in QTI 1.2 inside an IMS
content package, which Canvas and most others import, and ``NAME.xml``, Moodle's own format. They
hold the quick questions and the predictions, a reason for each answer. What is right where a
prediction asks for a number is told by the figure of the built book.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zlib import crc32

from bs4 import BeautifulSoup
from lessons import FOLDER as CHAPTERS
from lessons import Lesson, Prediction, lesson
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from on_paper import header as header_of
from self_checks import FOLDER as CHECKS
from self_checks import Question, questions, shown

from livefig import tidied
from tools.handouts import readable
from tools.slides.__main__ import words_of

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "_build" / "html" / "chapters"
FOLDER = ROOT / "_build" / "quizzes"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file knows: the same questions, the same file
SLACK = 0.05  # a number may be off by so much of itself, where no mistake with a name is as near
PLACE = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # a link; a platform does not know where the book is


@dataclass(frozen=True)
class Choice:
    """An answer to choose, and why it is right or wrong; both are HTML."""

    words: str
    reason: str
    is_right: bool


@dataclass(frozen=True)
class Span:
    """Numbers from low to high, and why they are wrong, as HTML."""

    low: float
    high: float
    reason: str


@dataclass(frozen=True)
class Number:
    """The number that is right, how far off one may be, natural mistakes, and why, as HTML."""

    truth: float
    near: float
    wrong: tuple[Span, ...]
    reason: str


@dataclass(frozen=True)
class Item:
    """A question as a platform asks it: a name and a title, HTML, and choices or a number."""

    name: str
    title: str
    asks: str
    answer: tuple[Choice, ...] | Number


def rendered(text: str) -> str:
    r"""Return a text of a chapter as HTML: formulas in LaTeX, links as words.

    >>> rendered("[So](#lens:price=1) $1.25^2$ *times*.")
    '<p>So <span class="math inline">\\(1.25^2\\)</span> <em>times</em>.</p>'
    """
    markdown = MarkdownIt().use(dollarmath_plugin, renderer=latex)
    return markdown.render(tidied(PLACE.sub(r"\1", readable(text, {})))).strip()


def latex(formula: str, options: dict[str, bool]) -> str:
    r"""Return a formula between the marks that Canvas and Moodle both look for."""
    opening, closing = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return opening + escape(formula) + closing


def checked(chapter: Lesson, count: int, asked: Question) -> Item:
    """Return a quick question."""
    choices = tuple(
        Choice(f"<p>{shown(each.words)}</p>", f"<p>{shown(each.reason)}</p>", each.is_right)
        for each in asked.answers
    )
    title = f"{chapter.title}: quick question {count}"
    return Item(f"quick_{count}", title, f"<p>{shown(asked.asks)}</p>", choices)


def predicted(chapter: Lesson, section: str, asked: Prediction, header: dict) -> Item | None:
    """Return a prediction, or none where the answer hangs on what a reader has set."""
    title = f"{chapter.title}: {section}"
    place = f"<p><em>From the chapter “{escape(chapter.title)}”, at “{escape(section)}”.</em></p>"
    asks = f"{place}<p>{shown(asked.question)}</p>"
    because = rendered(asked.answer)
    if asked.choices:
        reasons = {wrong.answer: f"<p>{shown(wrong.reason)}</p>" for wrong in asked.wrong}
        choices = tuple(
            Choice(f"<p>{shown(each)}</p>", reasons.get(each, because), each not in reasons)
            for each in asked.choices
        )
        return Item(asked.figure, title, asks, choices)
    if header["truth"] is None:
        return None
    unit = f"In {escape(header['unit'])}." if header["unit"] else ""
    sign = "A fall has a minus sign." if header["truth"] < 0 else ""
    told = f"<p>{f'{unit} {sign}'.strip()}</p>" if unit or sign else ""
    return Item(asked.figure, title, asks + told, number(header, because))


def number(header: dict, because: str) -> Number:
    """Return what is right, as a figure tells it: shares are asked for in hundredths.

    >>> asked = {"truth": 0.25, "percent": True, "reasons": [[0.26, 0.5, "Double."]]}
    >>> number(asked, "<p>Half of it.</p>").near
    1.0
    """
    scale = 100 if header["percent"] else 1
    truth = scale * header["truth"]
    spans = []
    for low, high, reason in header["reasons"]:
        wide = 0.01 * abs(low) if low == high else 0  # as the page takes a single number
        spans.append(Span(scale * (low - wide), scale * (high + wide), f"<p>{shown(reason)}</p>"))
    gaps = [max(each.low - truth, truth - each.high) for each in spans]
    near = min([SLACK * abs(truth), *(gap for gap in gaps if gap > 0)])
    return Number(float(f"{truth:.6g}"), float(f"{near:.2g}"), tuple(spans), because)


def items(chapter: Lesson, built: Path = BUILT) -> list[Item]:
    """Return the questions of a chapter: quick ones, then predictions."""
    page = built / f"{chapter.name}.html"
    if not page.is_file():
        raise SystemExit(f"There is no {page}: type make book, then make quizzes")
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    quick = questions(CHECKS / f"{chapter.name}.toml")
    made = [checked(chapter, count, each) for count, each in enumerate(quick, start=1)]
    for each in chapter.predictions:
        figure = soup.find("figure", id=each.figure)
        guess = header_of(figure.select_one("script.ml-table").get_text())["guess"]
        section = words_of(figure.find_previous(["h2", "h3"])).rstrip("#")
        told = predicted(chapter, section, each, guess)
        made += [told] if told else []
    return made


def package(chapter: Lesson, asked: list[Item]) -> bytes:
    """Return an IMS content package (1.1.4) with the questions in QTI 1.2."""
    name = f"{chapter.name}_questions"
    manifest = ET.Element("manifest", xmlns=PACKAGE, identifier=f"{name}_package")
    about = add(manifest, "metadata")
    add(about, "schema", "IMS Content")
    add(about, "schemaversion", "1.1.4")
    add(manifest, "organizations")
    kept = add(add(manifest, "resources"), "resource", identifier=name, type="imsqti_xmlv1p2")
    add(kept, "file", href=f"{name}.xml")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for path, root in (("imsmanifest.xml", manifest), (f"{name}.xml", qti(chapter, asked))):
            file.writestr(zipfile.ZipInfo(path, DATE), written(root), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def qti(chapter: Lesson, asked: list[Item]) -> ET.Element:
    """Return a chapter's questions in QTI 1.2, with the names of feedback that Canvas knows."""
    root = ET.Element("questestinterop", xmlns=QTI)
    title = tidied(f"{chapter.title}: questions")
    test = add(root, "assessment", ident=f"{chapter.name}_questions", title=title)
    section = add(test, "section", ident="root_section")
    for each in asked:
        ident = f"{chapter.name}_{each.name}"
        one = add(section, "item", ident=ident, title=each.title)
        kind = "numerical" if isinstance(each.answer, Number) else "multiple_choice"
        fields = add(add(one, "itemmetadata"), "qtimetadata")
        for label, entry in (("question_type", f"{kind}_question"), ("points_possible", "1")):
            field = add(fields, "qtimetadatafield")
            add(field, "fieldlabel", label)
            add(field, "fieldentry", entry)
        presented = add(one, "presentation")
        material(presented, each.asks)
        judged = add(one, "resprocessing")
        limits = {"minvalue": "0", "maxvalue": "100"}
        add(add(judged, "outcomes"), "decvar", varname="SCORE", vartype="Decimal", **limits)
        if isinstance(each.answer, Number):
            ask_number(one, presented, judged, each.answer)
        else:
            ask_choice(one, presented, judged, each.answer, crc32(ident.encode()))
    return root


def ask_choice(
    one: ET.Element,
    presented: ET.Element,
    judged: ET.Element,
    choices: tuple[Choice, ...],
    first: int,
) -> None:
    """Put choices into an item, and a reason for each; answers have numbers as Canvas reads."""
    response = add(presented, "response_lid", ident="response1", rcardinality="Single")
    listed = add(response, "render_choice")
    for ident, choice in enumerate(choices, start=first):
        material(add(listed, "response_label", ident=str(ident)), choice.words)
        told = add(judged, "respcondition", {"continue": "Yes"})
        add(add(told, "conditionvar"), "varequal", str(ident), respident="response1")
        add(told, "displayfeedback", feedbacktype="Response", linkrefid=f"{ident}_fb")
        feedback(one, f"{ident}_fb", choice.reason)
    for ident, choice in enumerate(choices, start=first):
        if choice.is_right:
            scored = add(judged, "respcondition", {"continue": "No"})
            add(add(scored, "conditionvar"), "varequal", str(ident), respident="response1")
            add(scored, "setvar", "100", action="Set", varname="SCORE")


def ask_number(one: ET.Element, presented: ET.Element, judged: ET.Element, answer: Number) -> None:
    """Put a number into an item; its mistakes are told together, since Canvas tells no others."""
    response = add(presented, "response_str", ident="response1", rcardinality="Single")
    add(add(response, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")
    right = add(judged, "respcondition", {"continue": "No"})
    within = add(right, "conditionvar")
    add(within, "vargte", plain(answer.truth - answer.near), respident="response1")
    add(within, "varlte", plain(answer.truth + answer.near), respident="response1")
    add(right, "setvar", "100", action="Set", varname="SCORE")
    add(right, "displayfeedback", feedbacktype="Response", linkrefid="correct_fb")
    feedback(one, "correct_fb", answer.reason)
    wrong = add(judged, "respcondition", {"continue": "Yes"})
    add(add(wrong, "conditionvar"), "other")
    add(wrong, "displayfeedback", feedbacktype="Response", linkrefid="general_incorrect_fb")
    mistakes = "".join(
        f"<li>{plain(span.low)} to {plain(span.high)}: {span.reason}</li>" for span in answer.wrong
    )
    listed = f"<ul>{mistakes}</ul>" if mistakes else ""
    feedback(one, "general_incorrect_fb", f"<div>{answer.reason}{listed}</div>")


def feedback(one: ET.Element, ident: str, words: str) -> None:
    """Add what an item says to an answer."""
    material(add(add(one, "itemfeedback", ident=ident), "flow_mat"), words)


def material(parent: ET.Element, words: str) -> None:
    """Add HTML to a part of an item."""
    add(add(parent, "material"), "mattext", words, texttype="text/html")


def moodle(chapter: Lesson, asked: list[Item]) -> bytes:
    """Return the questions in Moodle's XML, in a category of their own."""
    root = ET.Element("quiz")
    category = add(add(root, "question", type="category"), "category")
    add(category, "text", f"$course$/top/Margin/{chapter.title.replace('/', '//')}")
    for each in asked:
        is_number = isinstance(each.answer, Number)
        one = add(root, "question", type="numerical" if is_number else "multichoice")
        add(add(one, "name"), "text", each.title)
        text(one, "questiontext", each.asks)
        add(one, "defaultgrade", "1")
        if isinstance(each.answer, Number):
            right = each.answer
            numbers(one, plain(right.truth), right.near, 100, right.reason)
            for span in right.wrong:
                middle, half = (span.low + span.high) / 2, (span.high - span.low) / 2
                numbers(one, plain(middle), half, 0, span.reason)
            numbers(one, "*", 0, 0, right.reason)
            continue
        add(one, "single", "true")
        add(one, "shuffleanswers", "false")
        add(one, "answernumbering", "none")
        for choice in each.answer:
            answer = text(one, "answer", choice.words, fraction="100" if choice.is_right else "0")
            text(answer, "feedback", choice.reason)
    return written(root)


def numbers(one: ET.Element, middle: str, half: float, fraction: int, reason: str) -> None:
    """Add numbers around a middle, or all others (*), and what is said to them."""
    answer = add(one, "answer", fraction=str(fraction), format="moodle_auto_format")
    add(answer, "text", middle)
    text(answer, "feedback", reason)
    add(answer, "tolerance", plain(half))


def text(parent: ET.Element, tag: str, words: str, **attributes: str) -> ET.Element:
    """Add HTML as Moodle keeps it, and return its element."""
    made = add(parent, tag, format="html", **attributes)
    add(made, "text", words)
    return made


def add(
    parent: ET.Element,
    tag: str,
    words: str | dict[str, str] | None = None,
    **attributes: str,
) -> ET.Element:
    """Add an element with its words, or with attributes that are words of Python."""
    made = ET.SubElement(parent, tag, words if isinstance(words, dict) else {}, **attributes)
    if isinstance(words, str):
        made.text = words
    return made


def plain(value: float) -> str:
    """Return a number as platforms read it: no thousands, no exponent.

    >>> plain(18_947.4), plain(0.0065), plain(-3.0)
    ('18947.4', '0.0065', '-3')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".")


def written(root: ET.Element) -> bytes:
    """Return a document."""
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def main() -> None:
    """Write two files for each chapter, and say where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        chapter = lesson(path.stem)
        asked = items(chapter)
        (FOLDER / f"{chapter.name}.zip").write_bytes(package(chapter, asked))
        (FOLDER / f"{chapter.name}.xml").write_bytes(moodle(chapter, asked))
        print(f"_build/quizzes/{chapter.name}.zip, .xml: {len(asked)} questions")


if __name__ == "__main__":
    main()
