"""Questions for other platforms: they keep the published formats, and they grade."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lessons import lesson
from self_checks import FOLDER, questions

from tools.quizzes.items import Item, checked, items, predicted
from tools.quizzes.moodle import moodle
from tools.quizzes.qti import package, qti

CHAPTERS = sorted(path.stem for path in FOLDER.glob("*.toml"))
HEADER = {
    "truth": -0.2,
    "percent": True,
    "unit": "%",
    "reasons": [[-0.21, -0.205, "That is the fee with it."], [0.2, 0.2, "The sign is lost."]],
}
# What QTI 1.2 (ims_qtiasiv1p2p1.dtd) says of the elements that are written here: the order of
# their children, and the attributes that must be there.
QTI = {
    "questestinterop": ("assessment ", ""),
    "assessment": ("(qtimetadata )*(section )+", "ident"),
    "section": ("(item )*", "ident"),
    "item": ("(itemmetadata )?(presentation )?(resprocessing )*(itemfeedback )*", "ident"),
    "itemmetadata": ("(qtimetadata )*", ""),
    "qtimetadata": ("(qtimetadatafield )+", ""),
    "qtimetadatafield": ("fieldlabel fieldentry ", ""),
    "presentation": ("(material |response_lid |response_str )+", ""),
    "material": ("(mattext )+", ""),
    "response_lid": ("render_choice ", "ident"),
    "response_str": ("render_fib ", "ident"),
    **dict.fromkeys(("render_choice", "render_fib"), ("(response_label )*", "")),
    "response_label": ("(material )*", "ident"),
    "resprocessing": ("outcomes (respcondition )+", ""),
    "outcomes": ("(decvar )+", ""),
    "respcondition": ("conditionvar (setvar )*(displayfeedback )*", ""),
    "conditionvar": ("(varequal |vargte |varlte |other )+", ""),
    **dict.fromkeys(("varequal", "vargte", "varlte"), ("", "respident")),
    "displayfeedback": ("", "linkrefid"),
    "itemfeedback": ("(flow_mat )+", "ident"),
    "flow_mat": ("(material )+", ""),
    **dict.fromkeys(("fieldlabel", "fieldentry", "mattext", "decvar", "other", "setvar"), ("", "")),
}
# The same of IMS Content Packaging 1.1.4 (imscp_v1p1.xsd).
PACKAGE = {
    "manifest": ("(metadata )?organizations resources ", "identifier"),
    "metadata": ("(schema )?(schemaversion )?", ""),
    **dict.fromkeys(("schema", "schemaversion", "organizations"), ("", "")),
    "resources": ("(resource )*", ""),
    "resource": ("(file )*", "identifier type"),
    "file": ("", "href"),
}
# And of Moodle XML, by Moodle's documentation of the format.
SETTINGS = ("single", "shuffleanswers", "answernumbering")
MOODLE = {
    "quiz": ("(question )*", ""),
    "question": (
        f"category |name questiontext defaultgrade ({' '.join(SETTINGS)} )?(answer )+", "type"
    ),
    **dict.fromkeys(("category", "name"), ("text ", "")),
    **dict.fromkeys(("questiontext", "feedback"), ("text ", "format")),
    "answer": ("text feedback (tolerance )?", "fraction"),
    **dict.fromkeys(("defaultgrade", *SETTINGS, "tolerance", "text"), ("", "")),
}  # fmt: skip


def broken(root: ET.Element, rules: dict[str, tuple[str, str]], space: str = "") -> list[str]:
    """Name the elements of a document that break the rules of its format."""
    found = []
    for part in root.iter():
        children, attributes = rules.get(part.tag.removeprefix(space), ("nothing", ""))
        inside = "".join(f"{child.tag.removeprefix(space)} " for child in part)
        if not re.fullmatch(children, inside) or not set(attributes.split()) <= set(part.attrib):
            found.append(f"{part.tag}: {inside}")
    return found


def choices_of(chapter) -> list[Item]:
    quick = [
        checked(chapter, count, each)
        for count, each in enumerate(questions(FOLDER / f"{chapter.name}.toml"), start=1)
    ]
    asked = [each for each in chapter.predictions if each.choices]
    return quick + [predicted(chapter, "Here", each, HEADER) for each in asked]


def opened(packed: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(BytesIO(packed)) as file:
        return {name: ET.fromstring(file.read(name)) for name in file.namelist()}


@pytest.fixture
def number():
    chapter = lesson("margin")
    asked = next(each for each in chapter.predictions if not each.choices)
    return chapter, predicted(chapter, "A place", asked, HEADER)


def bare(root: ET.Element) -> ET.Element:
    """Take the namespace from the names."""
    for part in root.iter():
        part.tag = part.tag.rpartition("}")[2]
    return root


def marked_by_qti(item: ET.Element, response: str) -> tuple[float, list[str]]:
    """Return points and feedback of an answer, as QTI 1.2 says that conditions are read."""
    holds = {
        "varequal": lambda rule: response == rule.text,
        "vargte": lambda rule: float(response) >= float(rule.text),
        "varlte": lambda rule: float(response) <= float(rule.text),
        "other": lambda rule: True,
    }
    points, told = 0.0, []
    for condition in item.iter("respcondition"):
        if all(holds[rule.tag](rule) for rule in condition.find("conditionvar")):
            points = float(condition.findtext("setvar", default=str(points)))
            told += [each.get("linkrefid") for each in condition.iter("displayfeedback")]
            if condition.get("continue", "No") == "No":
                break
    said = {each.get("ident"): each.findtext(".//mattext") for each in item.iter("itemfeedback")}
    return points, [said[name] for name in told]


def marked_by_moodle(question: ET.Element, response: float) -> tuple[float, str]:
    """Return points and feedback of a number: of the first answer that it is near enough to."""
    for answer in question.iter("answer"):
        middle, near = answer.findtext("text"), float(answer.findtext("tolerance"))
        if middle == "*" or abs(response - float(middle)) <= near * (1 + 1e-9):
            return float(answer.get("fraction")), answer.findtext("feedback/text")
    return 0, ""


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_files_of_a_chapter_keep_the_published_formats(name: str) -> None:
    chapter = lesson(name)
    asked = choices_of(chapter)
    files = opened(package(chapter, asked))
    manifest = bare(files.pop("imsmanifest.xml"))
    assert broken(manifest, PACKAGE) == []
    assert [file.get("href") for file in manifest.iter("file")] == list(files)
    test = bare(files[f"{name}_questions.xml"])
    assert broken(test, QTI) == []
    idents = [part.get("ident") for part in test.iter() if part.tag in ("item", "response_label")]
    assert len(set(idents)) == len(idents)
    assert broken(ET.fromstring(moodle(chapter, asked)), MOODLE) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_one_choice_earns_the_point_and_each_is_told_why(name: str) -> None:
    chapter = lesson(name)
    asked = choices_of(chapter)
    made = bare(opened(package(chapter, asked))[f"{name}_questions.xml"])
    _, *in_moodle = ET.fromstring(moodle(chapter, asked))
    for told, item, question in zip(asked, made.iter("item"), in_moodle, strict=True):
        labels = [label.get("ident") for label in item.iter("response_label")]
        answers = list(question.iter("answer"))
        for choice, label, answer in zip(told.answer, labels, answers, strict=True):
            assert marked_by_qti(item, label) == (100.0 * choice.is_right, [choice.reason])
            assert answer.get("fraction") == ("100" if choice.is_right else "0")
            assert answer.findtext("text") == choice.words
            assert answer.findtext("feedback/text") == choice.reason
            assert re.fullmatch(r"<p>.*[^<>\s].*</p>", choice.reason, re.DOTALL)
        assert sum(choice.is_right for choice in told.answer) == 1


def test_no_mark_of_the_book_is_left() -> None:
    for name in CHAPTERS:
        made = moodle(lesson(name), choices_of(lesson(name))).decode()
        assert re.findall(r"\{\w+\}|`|\]\(", made) == []


def test_a_number_is_right_as_near_as_no_named_mistake_is(number) -> None:
    chapter, item = number
    made = bare(opened(package(chapter, [item]))["margin_questions.xml"])
    in_moodle = ET.fromstring(moodle(chapter, [item]))
    assert broken(made, QTI) == broken(in_moodle, MOODLE) == []
    (asked,) = made.iter("item")
    question = in_moodle[1]
    assert item.answer.near == 0.5  # where "the fee with it" begins, and not 5 % of 20
    assert "A fall has a minus sign." in question.findtext("questiontext/text")
    for right in (-20, -19.6, -20.4):
        assert marked_by_qti(asked, str(right)) == (100, [item.answer.reason])
        assert marked_by_moodle(question, right) == (100, item.answer.reason)
    for wrong in (-20.7, 20, 0):
        points, (told,) = marked_by_qti(asked, str(wrong))
        assert points == 0
        assert "The sign is lost." in told
    assert marked_by_moodle(question, -20.7) == (0, "<p>That is the fee with it.</p>")
    assert marked_by_moodle(question, 20) == (0, "<p>The sign is lost.</p>")
    assert marked_by_moodle(question, 0) == (0, item.answer.reason)


def test_what_a_reader_has_set_is_not_asked_elsewhere(number) -> None:
    chapter, _ = number
    asked = next(each for each in chapter.predictions if not each.choices)
    assert predicted(chapter, "A place", asked, HEADER | {"truth": None}) is None


def test_the_same_questions_are_the_same_file(number) -> None:
    chapter, item = number
    assert package(chapter, [item]) == package(chapter, [item])


def test_a_broken_file_is_noticed(number) -> None:
    chapter, item = number
    root = bare(qti(chapter, [item]))
    ET.SubElement(next(root.iter("item")), "presentation")
    del next(root.iter("section")).attrib["ident"]
    ET.SubElement(root, "news")
    assert [each.partition(":")[0] for each in broken(root, QTI)] == [
        "questestinterop", "section", "item", "presentation", "news",
    ]  # fmt: skip


def test_without_a_book_it_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="type make book, then make quizzes"):
        items(lesson("margin"), tmp_path)
