"""Questions in QTI 1.2 inside an IMS content package, which Canvas and most others import."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET
from zlib import crc32

from lessons import Lesson

from livefig import tidied

from .elements import element, plain, written
from .items import Choice, Item, Number

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file knows: the same questions, the same file
RESPONSE = "response1"


def package(chapter: Lesson, asked: list[Item]) -> bytes:
    """Return an IMS content package (1.1.4) with the questions of a chapter."""
    name = f"{chapter.name}_questions"
    file = element("file", href=f"{name}.xml")
    manifest = element(
        "manifest",
        element("metadata", element("schema", "IMS Content"), element("schemaversion", "1.1.4")),
        element("organizations"),
        element("resources", element("resource", file, identifier=name, type="imsqti_xmlv1p2")),
        xmlns=PACKAGE, identifier=f"{name}_package",
    )  # fmt: skip
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for path, root in (("imsmanifest.xml", manifest), (f"{name}.xml", qti(chapter, asked))):
            kept.writestr(zipfile.ZipInfo(path, DATE), written(root), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def qti(chapter: Lesson, asked: list[Item]) -> ET.Element:
    """Return the questions in QTI 1.2, with the names of feedback that Canvas knows."""
    items = [item(f"{chapter.name}_{each.name}", each) for each in asked]
    return element(
        "questestinterop",
        element(
            "assessment", element("section", *items, ident="root_section"),
            ident=f"{chapter.name}_questions", title=tidied(f"{chapter.title}: questions"),
        ),
        xmlns=QTI,
    )  # fmt: skip


def item(ident: str, asked: Item) -> ET.Element:
    """Return a question: what is known of it, what is seen, how it is judged, what is told."""
    if isinstance(asked.answer, Number):
        kind, (response, conditions, told) = "numerical", by_number(asked.answer)
    else:
        kind, (response, conditions, told) = "multiple_choice", by_choice(asked.answer, ident)
    fields = {"question_type": f"{kind}_question", "points_possible": "1"}
    score = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    known = [
        element("qtimetadatafield", element("fieldlabel", label), element("fieldentry", entry))
        for label, entry in fields.items()
    ]
    return element(
        "item",
        element("itemmetadata", element("qtimetadata", *known)),
        element("presentation", html(asked.asks), response),
        element("resprocessing", element("outcomes", element("decvar", **score)), *conditions),
        *(element("itemfeedback", element("flow_mat", html(words)), ident=name)
          for name, words in told.items()),
        ident=ident, title=asked.title,
    )  # fmt: skip


Judged = tuple[ET.Element, list[ET.Element], dict[str, str]]
"""Where one answers, the conditions that judge it, and what they tell."""


def by_choice(choices: tuple[Choice, ...], ident: str) -> Judged:
    """Ask for one of the choices; they have numbers, as Canvas reads, that no other item has."""
    named = {str(name): each for name, each in enumerate(choices, crc32(ident.encode()))}
    labels = [
        element("response_label", html(each.words), ident=name) for name, each in named.items()
    ]
    asked = element("render_choice", *labels)
    response = element("response_lid", asked, ident=RESPONSE, rcardinality="Single")
    reasons = [condition(f"{name}_fb", varequal=name) for name in named]
    (right,) = (name for name, each in named.items() if each.is_right)
    told = {f"{name}_fb": each.reason for name, each in named.items()}
    return response, [*reasons, condition(is_right=True, varequal=right)], told


def by_number(right: Number) -> Judged:
    """Ask for a number; its mistakes are told together, since Canvas tells no others."""
    asked = element("render_fib", element("response_label", ident="answer1"), fibtype="Decimal")
    response = element("response_str", asked, ident=RESPONSE, rcardinality="Single")
    low, high = plain(right.truth - right.near), plain(right.truth + right.near)
    good, bad = "correct_fb", "general_incorrect_fb"
    mistakes = "".join(
        f"<li>{plain(low)} to {plain(high)}: {reason}</li>" for low, high, reason in right.wrong
    )
    listed = f"<ul>{mistakes}</ul>" if mistakes else ""
    told = {good: right.reason, bad: f"<div>{right.reason}{listed}</div>"}
    within = condition(good, is_right=True, vargte=low, varlte=high)
    return response, [within, condition(bad)], told


def condition(told: str = "", *, is_right: bool = False, **tests: str) -> ET.Element:
    """Judge an answer that passes all tests, or without any all others."""
    passed = [element(test, value, respident=RESPONSE) for test, value in tests.items()]
    score = [element("setvar", "100", action="Set", varname="SCORE")] * is_right
    feedback = [element("displayfeedback", feedbacktype="Response", linkrefid=told)] * bool(told)
    return element(
        "respcondition", element("conditionvar", *(passed or [element("other")])),
        *score, *feedback, continue_="No" if is_right else "Yes",
    )  # fmt: skip


def html(words: str) -> ET.Element:
    """Return HTML as QTI keeps it."""
    return element("material", element("mattext", words, texttype="text/html"))
