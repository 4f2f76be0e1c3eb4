"""Values are written one way: in every state of every figure, and in the prose around them."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag

from livefig import words
from livefig.checking import unpack
from livefig.drawing.marks import marks_of

NUMBERS = 6  # in front of the numbers in a text: its paint, clip, angle and place
NOT_PROSE = (
    "figure, pre, code, script, style, svg, math, .math, .citation, .ml-note, .ml-folded, "
    ".ml-generated"
)
"""What is no prose; tables that are made from sources keep the words of these."""

HYPHEN = re.compile(r"(?<![\w.,)\]}/-])-\.?\d")
SIGNED_ZERO = re.compile(r"(?<![\w.,)\]])[+\u2212-]0(?:\.0+)?(?![\d.,]*\d)")
NO_NUMBER = re.compile(r"(?<!\w)(?:nan|inf)(?!\w)|^[\u2013\u2014]$")
TORN = re.compile(r"\d (?:[%‰°]|[A-Z]{3}\b|(?:million|billion|trillion|times)\b)|\d%")
UNDIVIDED = re.compile(r"(?<![\d.,\w])\d{5,}(?![\d,]*[\w-])|(?<![\d.,\w])\d{4,}(?=\u00a0)|^\d{4,}$")
EXPONENT = re.compile(r"\d[eE][-+]?\d")

PROSE = {"a hyphen for a minus": HYPHEN, "a unit that may be torn off": TORN}
SEEN = {
    "a hyphen for a minus": HYPHEN,
    "a zero with a sign": SIGNED_ZERO,
    "what is no number": NO_NUMBER,
    "an exponent": EXPONENT,
}
READ = SEEN | {
    "a unit that may be torn off": TORN,
    "thousands without a comma": UNDIVIDED,
}


def faults(text: str, rules: dict[str, re.Pattern[str]]) -> list[str]:
    """Return what is wrong with the numbers in a text."""
    return [f"{fault}: {text!r}" for fault, rule in rules.items() if rule.search(text)]


def faults_of_figure(figure: Tag) -> list[str]:
    """Return what is wrong with any number of a figure, in any state."""
    table = figure.select_one("script.ml-table")
    header, rows, _ = unpack(base64.b64decode(table.string))
    read, seen = set(), {text.get_text() for text in figure.select("svg text")}
    for control in header["controls"]:
        read |= set(control["texts"])
    for part in figure.select("output, .ml-sentence, figcaption, legend, label, button, dt"):
        read.add(part.get_text())
    for entry in header["tracks"]:
        told = entry["name"].startswith("=")
        if told or any("text" in shape[:1] for shape in _marks(entry)):
            (read if told else seen).update(_texts(entry, rows[entry["name"]], header))
    read = {text for text in read if not re.fullmatch(r"[12]\d{3}", text)}  # a year
    name = figure["id"]
    return [
        f"{name}: {fault}"
        for texts, rules in ((read, READ), (seen, SEEN))
        for text in sorted(texts)
        for fault in faults(text, rules)
    ]


def _marks(entry: dict) -> Iterator[list]:
    """Yield the shapes of the marks of a track."""
    for shape in entry["shapes"]:
        yield from (mark for mark in shape if isinstance(mark, list))


def _texts(entry: dict, row, header: dict) -> Iterator[str]:
    """Yield a track's texts in all states of the controls that it depends on."""
    stops = [0] * len(header["controls"])
    for places in itertools.product(*map(range, entry["grid"])):
        for axis, place in zip(entry["axes"], places, strict=True):
            stops[axis] = place
        found = row(tuple(stops))
        if entry["name"].startswith("="):
            yield words.join(found.shape, found.numbers.tolist())
            continue
        for mark in marks_of(found):
            if mark.shape[0] == "text":
                yield words.join(mark.shape[1], mark.numbers[NUMBERS:].tolist())


def faults_of_prose(page: BeautifulSoup) -> list[str]:
    """Return what is wrong with the numbers of a page outside its figures, code and formulas."""
    article = page.select_one("article")
    left = {id(part) for part in article.select(NOT_PROSE)} if article else set()
    return [
        fault
        for text in (article.find_all(string=True) if article else [])
        if not any(id(holder) in left for holder in text.parents)
        for fault in faults(" ".join(re.split("[ \n]+", text)), PROSE)
    ]


def test_every_value_of_every_figure_is_written_one_way(site, page_name):
    figures = site.soup(page_name).select("figure.ml-explorer")
    assert [fault for figure in figures for fault in faults_of_figure(figure)] == []


def test_prose_is_written_as_the_figures_are(site, page_name):
    if page_name.startswith("api/") or page_name in ("search.html", "genindex.html"):
        pytest.skip("what is typed, or nothing")
    assert faults_of_prose(site.soup(page_name)) == []


@pytest.mark.parametrize(
    "text",
    ["price -16 %", "+0 USD", "a fall of −0.0 %", "nan", "is inf", "–", "1e+05", "5%", "12 USD",
     "3 million", "2000\u00a0USD", "20000", "1000"],
)  # fmt: skip
def test_each_fault_is_noticed(text):
    assert faults(text, READ)


@pytest.mark.parametrize(
    "text",
    ["−16\u00a0%", "0\u00a0USD", "+0.5", "12 March 2020", "infinite", "1.2\u00a0×\u00a010⁻⁵",
     "2,000\u00a0USD", "2020-03-12", "10:20", "FINRA 4210(c)"],
)  # fmt: skip
def test_what_is_right_is_no_fault(text):
    assert not faults(text, READ)
