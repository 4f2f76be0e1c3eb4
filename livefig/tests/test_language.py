"""Figures in another language: all texts in one catalogue, numbers written its way."""

import ast
import json
import re
from pathlib import Path

import pytest

import livefig
from livefig import ExplorerError, GuessNumber
from livefig.language import catalogue, languages, said
from livefig.tests.making import drawn

HOUSE = Path(__file__).parents[1]
SCRIPT = "\n".join(
    path.read_text("utf-8") for path in sorted((HOUSE / "script" / "src").glob("*.js"))
)
PYTHON = [
    ast.parse(path.read_text("utf-8")) for path in sorted((HOUSE / "src" / "livefig").rglob("*.py"))
]
# Looked up among an author's words, since they come as values: see `written` and `Control`.
AS_VALUES = {".", ",", "none", "infinite", "minus infinity", "yes", "no", "{} to {}"}


def texts_of_python() -> set[str]:
    """Return the texts that are looked up, in `say(...)` or by the name of a constant there."""
    constants: dict[str, object] = {}
    asked: list[ast.AST] = []
    for node in (node for tree in PYTHON for node in ast.walk(tree)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            constants[ast.unparse(node.targets[0])] = node.value.value
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
            asked += ast.walk(node.args[0])
    told = [constants.get(node.id) for node in asked if isinstance(node, ast.Name)]
    told += [node.value for node in asked if isinstance(node, ast.Constant)]
    return {text for text in told if isinstance(text, str)}


def texts_of_script() -> set[str]:
    """Return the texts that are looked up, or are handed on to be."""
    constants = dict(re.findall(r'^const ([A-Z_]+) =\s+("[^"]*");', SCRIPT, re.MULTILINE))
    told = set()
    for call in calls_of_script():
        literals = re.findall(r'"(?:[^"\\]|\\.)*"', call)
        told |= {json.loads(each) for each in literals or [constants.get(call, '""')]}
    return {text for text in told if re.search("^[^:]*[A-Za-z]{2}", text)}


def calls_of_script():
    """Yield what stands in the brackets of each call that looks up a text."""
    for call in re.finditer(r"(?<!function )\b(?:say|call)\(", SCRIPT):
        depth, end = 1, call.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(SCRIPT[end], 0)
            end += 1
        told = SCRIPT[call.end() : end - 1]
        yield told.split(", {")[0]


def rising(**options):
    def draw(ax, size, way=1):
        ax.plot([0, 1], [0, size])
        ax.text(0, 0, f"at {size + 0.5:,.1f}")
        return {"end": size + 0.5, "word": "high"}

    readouts = {"end": livefig.Readout("End", ",.1f", "m"), "word": livefig.Readout("Word")}
    return drawn(draw, name="rising", readouts=readouts, **({"size": (1000, 3000, 1000)} | options))


@pytest.fixture
def german(monkeypatch, tmp_path):
    """Let figures speak German, with an author's own words."""
    own = {"at {}": "bei {}", "End": "Ende", "Size": "Größe", "high": "hoch", "long": "lang"}
    file = tmp_path / "words.json"
    file.write_text(json.dumps(own), encoding="utf-8")
    monkeypatch.setenv("LIVEFIG_LANGUAGE", "de")
    monkeypatch.setenv("LIVEFIG_WORDS", str(file))


@pytest.mark.parametrize("language", languages())
def test_a_language_has_all_texts_of_script_and_python_and_no_others(language):
    wanted = texts_of_python() | texts_of_script() | AS_VALUES
    assert len(wanted) > 50
    assert set(catalogue(language)) == wanted


@pytest.mark.parametrize("language", languages())
def test_a_translation_has_the_names_of_its_text(language):
    for text, other in catalogue(language).items():
        assert sorted(re.findall(r"\{\w*\}", text)) == sorted(re.findall(r"\{\w*\}", other))


def test_a_page_in_english_has_no_words_for_its_script():
    assert "data-words" not in rising().to_html()
    assert "lang=" not in rising().to_html()


def test_a_page_speaks_and_counts_in_its_language(german):
    page = rising().to_html()
    assert '<figure class="ml-explorer" id="rising"' in page
    assert ' lang="de" data-words="{' in page
    for text in (
        ">Zurücksetzen<",
        "2.000,5\u00a0m</output>",
        ">Ende<",
        ">bei 2.000,5</text>",
        ">hoch<",
    ):
        assert text in page
    assert ">Reset<" not in page
    assert '<html lang="de">' in rising().to_page()


def test_python_and_addresses_stay_english(german):
    explorer = rising(way=[("long", 1), ("short", -1)])
    assert explorer.at(size=3000) == {"end": "3,000.5 m", "word": "high"}
    _, way = explorer.header()["controls"]
    assert way["texts"] == ("lang", "short")
    assert way["addressed"] == ("long", "short")


def test_a_question_is_asked_in_the_language(german):
    page = rising(guess=GuessNumber("End", readout="end")).to_html()
    assert ">Ende</p>" in page
    assert ">Zeig es mir<" in page


def test_numbers_of_an_author_without_words_are_written_the_other_way(german):
    assert said("falls by −1,250.5 % on 2020-03-12") == "falls by −1.250,5 % on 2020-03-12"


def test_a_translation_that_loses_a_number_is_refused(monkeypatch, tmp_path):
    (tmp_path / "lost.json").write_text('{"from {} to {}": "bis {}"}')
    monkeypatch.setenv("LIVEFIG_LANGUAGE", "de")
    monkeypatch.setenv("LIVEFIG_WORDS", str(tmp_path / "lost.json"))
    with pytest.raises(ExplorerError, match="as many numbers"):
        said("from 3 to 4")


def test_an_unknown_language_is_told_which_there_are(monkeypatch):
    monkeypatch.setenv("LIVEFIG_LANGUAGE", "tlh")
    with pytest.raises(ExplorerError, match="one of en, de; got 'tlh'"):
        said("anything")
