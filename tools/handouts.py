"""Copy chapters for a class, every answer gone: ``make handouts``.

What solves an exercise goes, and a cell takes its place: for code where the solution has code, for
words where it has words. What unfolds a prediction goes, and what a figure would need to know of
its answer. The copies are read without the book's builder, so roles become words, and works that
are cited are listed last. They are in ``_build/handouts``, and beside them, for JupyterLab, whole
chapters with works and numbers in words.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import nbformat
from lessons import EXERCISE, FOLD, argument, calls_in, glued, plain_values
from nbformat import NotebookNode
from pybtex.database import Entry, parse_file
from pybtex.richtext import Text

ROOT = Path(__file__).parents[1]
FOLDER = Path("_build/handouts")
WHOLE = "with_answers"  # a folder in it
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,})\{(?P<name>solution(?:-start|-end)?)\}.*?^(?P=fence)\n?",
    re.MULTILINE | re.DOTALL,
)
WORDS = "*Your answer:*"
CODE = "# Your answer:"
PREDICTION = "*Your prediction:*"

# What the builder of the book reads, and how it is written in a notebook.
CITED = re.compile(r"\{cite:(?P<way>[pt])\}`(?P<keys>[^`]+)`")
REFERRED = re.compile(
    r"\{(?:ref|term|doc|download)\}`(?:(?P<words>[^<`]+?) ?<[^>`]+>|(?P<bare>[^`]+))`"
)
FIGURE = re.compile(r"\{numref\}`[^`#]*#([\w-]+)`")
EQUATION = re.compile(r"\{eq\}`([^`]+)`")
TAGGED = re.compile(r"\$\$ \(([\w-]+)\)$", re.MULTILINE)
ANCHOR = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
FOLDED = re.compile(
    r"^`{3}\{dropdown\} (?P<title>[^\n]*)\n(?::[^\n]*\n)*(?P<text>.*?)^`{3}$", re.M | re.S
)
GENERATED = re.compile(r"^`{3}\{margin-law\}\n`{3}\n", re.MULTILINE)
WAITS = re.compile(r"^(`{3,})\{div\} ml-after-.*?^\1$\n?", re.MULTILINE | re.DOTALL)
OF_THE_SITE = re.compile(r"\[([^\]]*)\]\(\.\./[^)]*\)")


def handout(notebook: NotebookNode) -> NotebookNode:
    r"""Return a copy without solutions, answers and outputs.

    >>> new = nbformat.v4
    >>> cells = [
    ...     new.new_markdown_cell("Two times two?\n```{solution-start} ex\n```\n"),
    ...     new.new_code_cell("2 * 2"),
    ...     new.new_markdown_cell("Four.\n```{solution-end}\n```\nThree?"),
    ... ]
    >>> [cell.source for cell in handout(new.new_notebook(cells=cells)).cells]
    ['Two times two?', '# Your answer:', 'Three?']
    """
    values, keys = glued(notebook), list(dict.fromkeys(keys_cited(notebook)))
    wanted = names_wanted(notebook)
    kept: list[NotebookNode] = []
    solving = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            source = (
                definitions(cell.source, wanted) if hidden(cell) else without_guess(cell.source)
            )
            if source and not solving:
                kept.append(nbformat.v4.new_code_cell(source, metadata=cell.metadata))
            continue
        texts, solving = unsolved(FOLD.sub("", cell.source), solving)
        for text in texts:
            if text == CODE:
                kept.append(nbformat.v4.new_code_cell(CODE))
                continue
            words = text if text == WORDS else readable(text, values)
            kept.append(nbformat.v4.new_markdown_cell(words, metadata=cell.metadata))
            if asks(text):
                kept.append(nbformat.v4.new_markdown_cell(PREDICTION))
    if keys:
        kept.append(nbformat.v4.new_markdown_cell(works(keys)))
    for number, cell in enumerate(kept):
        cell.id = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=kept, metadata=notebook.metadata)


def whole(notebook: NotebookNode) -> NotebookNode:
    r"""Return a copy with its answers, in which works and computed numbers stand in words.

    JupyterLab shows the other roles and directives of the book by itself.

    >>> cell = nbformat.v4.new_markdown_cell("{term}`Spiral` {cite:p}`brunnermeier2009`")
    >>> whole(nbformat.v4.new_notebook(cells=[cell])).cells[0].source
    '{term}`Spiral` (Brunnermeier and Pedersen, 2009)'
    """
    made, values = deepcopy(notebook), glued(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = cited(plain_values(cell.source, values))
    if keys := list(dict.fromkeys(keys_cited(notebook))):
        made.cells.append(nbformat.v4.new_markdown_cell(works(keys), id="works-cited"))
    return made


def unsolved(source: str, solving: bool) -> tuple[list[str], bool]:
    r"""Return the texts of a cell outside its solutions, and whether it ends inside one.

    >>> unsolved("One?\n```{solution} ex\nOne.\n```\nTwo?", solving=False)
    (['One?', '*Your answer:*', 'Two?'], False)
    """
    texts, place = [], 0
    for found in DIRECTIVE.finditer(source):
        if not solving:
            texts.append(source[place : found.start()])
        if found["name"] != "solution-end":
            texts.append(CODE if found["name"] == "solution-start" else WORDS)
        solving = found["name"] == "solution-start"
        place = found.end()
    if not solving:
        texts.append(source[place:])
    return [text.strip() for text in texts if text.strip()], solving


def hidden(cell: NotebookNode) -> bool:
    """Whether a cell is not in the book: it checks what the text says, and so it knows it."""
    return "remove-cell" in cell.metadata.get("tags", [])


def names_wanted(notebook: NotebookNode) -> set[str]:
    """Return the names that cells in sight read and hidden ones make, and what these take."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    stored, read = names_in("\n".join(cell.source for cell in code if not hidden(cell)))
    wanted: set[str] = set()
    while more := read - stored - wanted - set(dir(builtins)):
        wanted |= more
        for cell in filter(hidden, code):
            read |= names_in(definitions(cell.source, wanted))[1]
    return wanted


def definitions(source: str, wanted: set[str]) -> str:
    r"""Return the statements of a cell that make some of the names wanted.

    >>> definitions("a = 1\nb = 2\nassert a < b", {"a"})
    'a = 1'
    """
    statements = [
        each for each in ast.parse(source).body
        if not isinstance(each, ast.Assert) and names_in(ast.unparse(each))[0] & wanted
    ]  # fmt: skip
    return "\n".join(ast.get_source_segment(source, each) or "" for each in statements)


def names_in(source: str) -> tuple[set[str], set[str]]:
    """Return the names that code makes, and those that it reads."""
    stored, read = set(), set()
    for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE))):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else stored).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            stored.add(node.name)
        elif isinstance(node, ast.arg):
            stored.add(node.arg)
        elif isinstance(node, ast.alias):
            stored.add((node.asname or node.name).partition(".")[0])
    return stored, read


def asks(text: str) -> bool:
    r"""Whether a text ends by asking for a prediction.

    >>> asks("## A fall\n\n**Predict.** How far?"), asks("**Predict.** How far?\n\n## Later")
    (True, False)
    """
    return "**Predict.**" in re.split(r"^#{2,3} ", text, flags=re.MULTILINE)[-1]


def without_guess(source: str) -> str:
    r"""Return code in which no explorer asks, and so none knows the answer.

    >>> without_guess("livefig.explorer(\n    name='fall',\n    guess=livefig.GuessNumber('?'),\n)")
    "livefig.explorer(\n    name='fall',\n)"
    """
    guesses = [argument(call, "guess") for _, call in calls_in(source)]
    lines = source.splitlines(keepends=True)
    # From the last one up: the lines above it keep their numbers.
    for guess in sorted(filter(None, guesses), key=lambda each: each.lineno, reverse=True):
        del lines[guess.lineno - 1 : guess.end_lineno]
    left = "".join(lines)
    ast.parse(left)
    return left


def readable(text: str, values: dict[str, str]) -> str:
    r"""Return MyST as a notebook without the builder shows it.

    >>> readable("{term}`Equity <equity>` is {glue:text}`left`.", {"left": "5 USD"})
    'Equity is 5 USD.'
    >>> readable("```{exercise} Half\n:label: ex-half\nOf what?\n```", {})
    '**Exercise: Half.** Of what?'
    >>> readable("How many?\n```{div} ml-after-lives\nNine.\n```", {})  # waits for a guess
    'How many?\n'
    """
    text = ANCHOR.sub("", GENERATED.sub("", plain_values(WAITS.sub("", text), values)))
    text = EXERCISE.sub(lambda it: f"**Exercise: {it['title']}.** {it['text'].strip()}", text)
    text = FOLDED.sub(lambda it: f"**{it['title']}.**\n\n{it['text'].strip()}", text)
    text = cited(text)
    text = REFERRED.sub(lambda it: it["words"] or it["bare"], text)
    text = EQUATION.sub(r"(\1)", text)
    text = TAGGED.sub(r"\\tag{\1} $$", text)
    return OF_THE_SITE.sub(r"\1", text)


def cited(text: str) -> str:
    """Return a text with its citations in words, and figures by name.

    >>> cited("as {numref}`chapters/legal#rulebooks` shows")
    'as the figure *rulebooks* shows'
    """
    text = FIGURE.sub(r"the figure *\1*", text)
    return CITED.sub(lambda it: citation(it["way"], it["keys"].split(",")), text)


def keys_cited(notebook: NotebookNode) -> list[str]:
    """Return the keys of the works that a notebook cites, in their order."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return [
        key.strip()
        for text in texts
        for it in CITED.finditer(text)
        for key in it["keys"].split(",")
    ]


def citation(way: str, keys: list[str]) -> str:
    """Return a citation in words.

    >>> citation("p", ["brunnermeier2009"]), citation("t", ["brunnermeier2009"])
    ('(Brunnermeier and Pedersen, 2009)', 'Brunnermeier and Pedersen (2009)')
    """
    entries = [library()[key.strip()] for key in keys]
    named = [(names(entry), year(entry)) for entry in entries]
    if way == "t":
        return ", ".join(f"{who} ({when})" for who, when in named)
    return f"({'; '.join(f'{who}, {when}' for who, when in named)})"


def names(entry: Entry) -> str:
    """Return who wrote a work: one, two, or the first and others."""
    people = [
        plain(" ".join(one.prelast_names + one.last_names)) for one in entry.persons["author"]
    ]
    if len(people) > 2:
        return f"{people[0]} and others"
    return " and ".join(people)


def year(entry: Entry) -> str:
    """Return the year of a work, if it has one."""
    return entry.fields.get("year", "undated")


def works(keys: list[str]) -> str:
    """Return a list of works, each with where it is."""
    lines = []
    for key in keys:
        entry = library()[key]
        title = plain(entry.fields["title"])
        lines.append(f"* {names(entry)} ({year(entry)}), *{title}*. {where(entry)}".rstrip())
    return "## Works cited\n\n" + "\n".join(sorted(lines, key=str.lower))


def where(entry: Entry) -> str:
    """Return where a work is read: an address, or what it appeared in."""
    if "url" in entry.fields:
        return f"<{entry.fields['url']}>"
    if "doi" in entry.fields:
        return f"<https://doi.org/{entry.fields['doi']}>"
    return plain(entry.fields.get("journal") or entry.fields.get("publisher", ""))


def plain(latex: str) -> str:
    """Return a text without the marks of LaTeX."""
    return str(Text.from_latex(latex))


@cache
def library() -> dict[str, Entry]:
    """Return the works of the book, by key."""
    return dict(parse_file(str(ROOT / "references.bib")).entries)


def main(paths: list[str]) -> None:
    """Write the copies, and say where they are."""
    (FOLDER / WHOLE).mkdir(parents=True, exist_ok=True)
    for name in paths:
        path = FOLDER / Path(name).name
        notebook = nbformat.read(name, as_version=4)
        nbformat.write(handout(notebook), path)
        nbformat.write(whole(notebook), FOLDER / WHOLE / path.name)
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
