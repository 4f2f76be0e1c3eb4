"""A chapter as a teacher sees it: its question, objectives, predictions, figures and exercises.

All is read from the notebook, so that guide, slides and handouts say what the chapter says.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from livefig import written

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "chapters"
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
LEAD = re.compile(r"^# [^\n]*\n+\*\*(.*?)\*\*", re.MULTILINE | re.DOTALL)
OBJECTIVE = re.compile(r"^\* (.*?)[;.]\n(?=\*|\n)", re.MULTILINE | re.DOTALL)
EXERCISE = re.compile(
    r"^`{3,}\{exercise\} (?P<title>[^\n]*)\n:label: (?P<label>[\w-]+)\n(?P<text>.*?)^`{3,}$",
    re.MULTILINE | re.DOTALL,
)
FOLD = re.compile(
    r"^```\{dropdown\} Commit[^\n]*\n:class-container: ml-after-(?P<name>[\w-]+)\n\n"
    r"(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
GLUED = re.compile(r"\{glue:text\}`(?P<name>[^`]+)`")
HERE = re.compile(r"\]\(#(?=[\w-]+:)")  # a link to a state of a figure of this page
NARROW = 0.2  # a span of guesses this narrow, as a share of its middle, is one number


@dataclass(frozen=True)
class Wrong:
    """A wrong answer to expect, and what to say to it."""

    answer: str
    reason: str


@dataclass(frozen=True)
class Prediction:
    """What a figure asks before it tells."""

    figure: str
    question: str
    choices: tuple[str, ...]  # none where a number is asked for
    wrong: tuple[Wrong, ...]
    because: str  # of the right choice, in a sentence, or nothing
    answer: str  # MyST: what the chapter unfolds after a commitment


@dataclass(frozen=True)
class Lesson:
    """A chapter."""

    name: str
    title: str
    question: str
    objectives: tuple[str, ...]
    exercises: dict[str, str]  # title by label
    figures: tuple[str, ...]  # names, in their order
    predictions: tuple[Prediction, ...] = field(default=())

    @property
    def page(self) -> str:
        """The notebook, seen from the root of the book."""
        return f"chapters/{self.name}.ipynb"


def lesson(name: str) -> Lesson:
    """Return the chapter of a name.

    >>> lesson("margin").question
    'What is margin, and why is it not a fee?'
    """
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    prose, head = "\n\n".join(texts), texts[0]
    explorers = list(explorer_calls(notebook))
    answers = {found["name"]: found["text"] for found in FOLD.finditer(prose)}
    values = glued(notebook)
    predictions = [
        prediction(figure, call, plain_values(answers[figure], values))
        for figure, call in explorers
        if argument(call, "guess") is not None
    ]
    return Lesson(
        name,
        TITLE.search(prose)[1],
        " ".join(LEAD.search(prose)[1].split()),
        tuple(" ".join(text.split()) for text in OBJECTIVE.findall(f"{head}\n\n")),
        {found["label"]: found["title"] for found in EXERCISE.finditer(prose)},
        tuple(figure for figure, _ in explorers),
        tuple(predictions),
    )


def glued(notebook: NotebookNode) -> dict[str, str]:
    """Return the values that a notebook computed for its text, by name."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name:
                text = "".join(output.data["application/papermill.record/text/plain"])
                found[name] = str(ast.literal_eval(text))
    return found


def plain_values(text: str, values: dict[str, str]) -> str:
    """Return a text with the computed values in their places.

    >>> plain_values("{glue:text}`rest` is left.", {"rest": "5 %"})
    '5 % is left.'
    """
    return GLUED.sub(lambda found: values[found["name"]], text)


def linked_from(text: str, page: str) -> str:
    """Return a text whose links to figures of its own page lead there from another page.

    >>> linked_from("[so](#lens:price=1)", "../margin.ipynb")
    '[so](../margin.ipynb#lens:price=1)'
    """
    return HERE.sub(f"]({page}#", text)


def explorer_calls(notebook: NotebookNode) -> Iterator[tuple[str, ast.Call]]:
    """Yield the name of each explorer, and the call that makes it."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from calls_in(cell.source)


def calls_in(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the name of each explorer that a cell makes, and the call that makes it.

    A chapter that draws several alike gives name and guess to a function of its own.
    """
    if "livefig." not in source:  # some cells are no Python, but verbs of the notebook
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _makes_explorer(node):
            name = argument(node, "name") or node.args[0]
            if isinstance(name, ast.Constant):
                yield name.value, node


def _makes_explorer(call: ast.Call) -> bool:
    guess = argument(call, "guess")
    asks = guess is not None and ast.unparse(guess).startswith("livefig.Guess")
    return asks or ast.unparse(call.func) == "livefig.explorer"


def argument(call: ast.Call, name: str) -> ast.expr | None:
    """Return an argument of a call, if it was given by its name."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def prediction(figure: str, call: ast.Call, answer: str) -> Prediction:
    """Return what an explorer asks."""
    guess = argument(call, "guess")
    choices = tuple(literal(argument(guess, "choices"), ()))
    reasons = literal(argument(guess, "reasons"), {})
    truth = literal(argument(guess, "truth"), None) or told_by_figure(choices, reasons, answer)
    unit = "" if choices else unit_of(call, literal(argument(guess, "readout"), None))
    if choices:
        wrong = [Wrong(each, reasons.get(each, "")) for each in choices if each != truth]
    else:
        wrong = [Wrong(number(key, unit), reason) for key, reason in reasons.items()]
    question = ast.literal_eval(guess.args[0])
    return Prediction(figure, question, choices, tuple(wrong), reasons.get(truth, ""), answer)


def literal(node: ast.expr | None, otherwise: object) -> object:
    """Return the value of a literal, or something else where there is none."""
    return otherwise if node is None else ast.literal_eval(node)


def told_by_figure(choices: tuple[str, ...], reasons: dict, answer: str) -> str | None:
    """Return the choice that a readout tells: of those without a reason, the one answered."""
    return next((each for each in choices if each not in reasons and each in answer), None)


def unit_of(call: ast.Call, readout: str | None) -> str:
    """Return the unit of a readout, if it has one."""
    readouts = argument(call, "readouts")
    if not isinstance(readouts, ast.Dict):
        return ""
    for key, value in zip(readouts.keys, readouts.values, strict=True):
        if ast.literal_eval(key) == readout:
            given = [*value.args[2:3], *[k.value for k in value.keywords if k.arg == "unit"]]
            return ast.literal_eval(given[0]) if given else ""
    return ""


def number(key: float | tuple[float, float], unit: str) -> str:
    r"""Return a guess, or a span of guesses, as a teacher hears it.

    >>> number((18_960, 19_040), "USD"), number((28, 34), "days"), number((0, 900), "USD")
    ('about 19,000\xa0USD', 'about 31\xa0days', '0 to 900\xa0USD')
    """
    low, high = key if isinstance(key, tuple) else (key, key)
    middle = (low + high) / 2
    if low == high:
        return told(low, unit)
    if low < 0 < high:
        return told(0, unit)
    if high - low <= NARROW * abs(middle):
        return f"about {told(middle, unit)}"
    return f"{told(low, '')} to {told(high, unit)}"


def told(value: float, unit: str) -> str:
    """Return a number with its unit."""
    digits = ",.0f" if float(value).is_integer() or abs(value) >= 1_000 else ".3g"
    return written(value, digits, unit)
