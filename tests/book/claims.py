"""Sentences of the chapters that claim much, and what they stand on.

A sentence with a word such as *never* or *only* stands on one of three things. It cites what was
read. It shows a computed value. Or the chapter's cell with the tag ``claims`` quotes some of its
words: in ``claims``, beside an expression that is asserted, or in ``reasons``, beside the reason
why there is nothing to compute. A number in prose is cited likewise, or is computed, given or
printed somewhere in the chapter's code.

``python -m tests.book.claims chapters/margin.ipynb`` lists the sentences that stand on nothing.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

TAG = "claims"
STRONG = re.compile(
    r"\b(never|always|only|exactly|cannot|nobody|impossible|whatever|no (?:design|rule|rate|venue|"
    r"one|matter how)|(?:in|for) every case)\b",
    re.IGNORECASE,
)
HOLDS = re.compile(r"\{(?:cite|glue)[^}]*\}`")
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w,.]*\d)")
SMALL = 12  # counts of things up to a dozen are words
FENCE = re.compile(r"^(`{3,})\{(?:dropdown|exercise|solution|solution-start|note|tip|admonition)\b")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a chapter's prose, the paragraph that it stands in, and its cell."""

    cell: str
    text: str
    paragraph: str


@dataclass(frozen=True)
class Chapter:
    """What the check reads of a notebook: prose, code and what it printed, and quoted words."""

    sentences: tuple[Sentence, ...]
    code: str
    quoted: tuple[str, ...]
    unproved: tuple[str, ...]


def read(path: Path) -> Chapter:
    """Read the notebook at ``path``."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    sentences, code, quoted, unproved = [], [], [], []
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            sentences += list(_sentences(cell["id"], source))
            continue
        code.append(source)
        code += [_printed(output) for output in cell.get("outputs", [])]
        if TAG in cell["metadata"].get("tags", []):
            for name, key, value in _entries(source):
                quoted.append(key)
                if name == "claims" and isinstance(value, ast.Constant):
                    unproved.append(key)
    return Chapter(tuple(sentences), "\n".join(code), tuple(quoted), tuple(unproved))


def strong_without_ground(chapter: Chapter) -> list[Sentence]:
    """Return the sentences with a strong word that stand on nothing."""
    return [
        sentence
        for sentence in chapter.sentences
        if STRONG.search(sentence.text)
        and not HOLDS.search(sentence.text)
        and not _is_quoted(sentence.text, chapter)
    ]


def numbers_without_ground(chapter: Chapter) -> list[tuple[str, Sentence]]:
    """Return the numbers in prose that no code knows and no source is cited for."""
    known = set(_numbers(chapter.code))
    return [
        (number, sentence)
        for sentence in chapter.sentences
        if not HOLDS.search(sentence.paragraph) and not _is_quoted(sentence.text, chapter)
        for number in _numbers(sentence.text)
        if not _is_small(number) and not (_forms(number) & known)
    ]


def quotes_of_nothing(chapter: Chapter) -> list[str]:
    """Return the quoted words that stand nowhere in the prose."""
    prose = " ".join(sentence.text for sentence in chapter.sentences)
    return [words for words in chapter.quoted if words not in prose]


def _is_quoted(text: str, chapter: Chapter) -> bool:
    return any(words in text for words in chapter.quoted)


def _entries(source: str) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield the entries of the dictionaries ``claims`` and ``reasons`` in a cell."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
            continue
        name = getattr(node.targets[0], "id", "")
        if name in ("claims", "reasons"):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                yield name, str(ast.literal_eval(key)) if key else "", value


def _sentences(cell: str, source: str) -> Iterator[Sentence]:
    """Yield the sentences of a cell, without headings, tables, formulas and options."""
    for paragraph in re.split(r"\n\s*\n", _prose(source)):
        flat = " ".join(paragraph.split())
        for text in re.split(r"(?<=[.?!:;])\**\s+(?=[\W_]*[A-Z0-9])", flat):
            if text:
                yield Sentence(cell, text, flat)


def _prose(source: str) -> str:
    kept = []
    verbatim = False
    for line in re.sub(r"\$\$.*?\$\$", " ", source, flags=re.DOTALL).splitlines():
        if line.startswith("```"):
            opens = line.strip("`") != ""
            verbatim = opens and not FENCE.match(line)
            kept.append("")
        elif line.startswith(("|", "#", ":", "(")):
            kept.append("")
        elif not verbatim:
            kept.append(re.sub(r"^\s*([*-]|\d+\.)\s", "\n", line))
    text = re.sub(r"\]\([^)]*\)", "]", "\n".join(kept))  # where a link leads
    return text.replace("[", "").replace("]", "")


def _printed(output: dict) -> str:
    data = output.get("data", {})
    shown = [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
    return re.sub(r"<[^>]+>", " ", " ".join("".join(part) for part in shown))


def _numbers(text: str) -> Iterable[str]:
    plain = re.sub(r"\$[^$]*\$", " ", text).replace("{,}", ",").replace("_", "")
    return [f"{float(found.replace(',', '')):.10g}" for found in NUMBER.findall(plain)]


def _is_small(number: str) -> bool:
    return number.isdigit() and (int(number) <= SMALL or 1900 <= int(number) <= 2100)


def _forms(number: str) -> set[str]:
    """Return how code may write a number: as it is, as a share of 100, in thousands or more.

    >>> sorted(_forms("10"))
    ['0.1', '0.9', '1.1', '10', '10000', '10000000']
    """
    value = float(number)
    sizes = (value, value / 100, 1 - value / 100, 1 + value / 100, 1e3 * value, 1e6 * value)
    return {f"{size:.10g}" for size in sizes}


def main(names: list[str]) -> None:
    """Print what stands on nothing in the chapters named."""
    for path in map(Path, names):
        chapter = read(path)
        for sentence in strong_without_ground(chapter):
            print(f"{path.stem} {sentence.cell}: {sentence.text}")
        for number, sentence in numbers_without_ground(chapter):
            print(f"{path.stem} {sentence.cell}: [{number}] {sentence.text}")
        for words in quotes_of_nothing(chapter):
            print(f"{path.stem}: no sentence says {words!r}")
        for words in chapter.unproved:
            print(f"{path.stem}: a constant proves nothing: {words!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
