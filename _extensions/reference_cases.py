"""The page of published numbers: what each system prints, and what the library finds.

The directive ``reference-cases`` computes every case of ``tests/reference`` while the book is
built, so the page cannot say more than the tests do. A number that is not reproduced is a
warning, and the book is built with warnings as errors.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from docutils import nodes
from html_tables import cell, folded, linked, slug, table
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from livefig import written

ROOT = Path(__file__).parents[1]
LOG = logging.getLogger(__name__)
HEAD = ("what", "expected", "ours", "source")
DIGITS = 10  # significant, but never fewer than the whole part of a number has
SHOWN = 4  # of a longer list, as many entries as fit beside each other
SHORT = {
    "liq": "liquidation",
    "cum": "deduction",
    "mm": "maintenance margin",
    "im": "initial margin",
}
COUNTED = ("reproduced", "wrong in its source", "left out")


@dataclass(frozen=True)
class Result:
    """A case, what came of it, and its rows: quantity, expected, ours."""

    case: dict[str, Any]
    outcome: str
    rows: list[tuple[str, str, str]]
    remark: str = ""


class ReferenceCases(SphinxDirective):
    """Write the counts of all systems, and a folded table for each."""

    def run(self) -> list[nodes.Node]:
        results = list(all_results())
        for result in results:
            if result.outcome == "not reproduced":
                LOG.warning(
                    "case %s is not reproduced", result.case["id"], location=self.env.docname
                )
        data = ROOT / "tests/reference"
        for file in [*data.rglob("*.json"), *data.rglob("*.py")]:
            self.env.note_dependency(str(file))
        return [nodes.raw("", page(results), format="html")]


def all_results() -> Iterator[Result]:
    """Compute every case through the adapters that the tests use."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tests import reference

    reference.load_adapters()
    for case in reference.load_cases():
        yield _result(case, reference)


def _result(case: dict[str, Any], reference: Any) -> Result:
    if "skip_reason" in case:
        rows = [(_words(name), shown(value), "–") for name, value in case["expected"].items()]
        return Result(case, "left out", rows, f"Left out: {case['skip_reason']}")
    compared = list(reference.compare(case))
    rows = [(_words(each.quantity), shown(each.expected), shown(each.found)) for each in compared]
    if case["known_bad"]:
        return Result(case, "wrong in its source", rows, f"Wrong in its source: {case['note']}")
    agrees = all(each.agrees for each in compared)
    return Result(case, "reproduced" if agrees else "not reproduced", rows)


def page(results: list[Result]) -> str:
    """Return the counts, then the cases of each system, folded."""
    systems = _by_system(results)
    total = cell("<strong>all</strong>") + _counts(results)
    rows = [
        f'<tr><td><a href="#{slug(name)}">{escape(name)}</a></td>{_counts(own)}</tr>'
        for name, own in systems.items()
    ]
    summary = table("cases of each system", ("system", *COUNTED), [*rows, f"<tr>{total}</tr>"])
    parts = [
        folded(f"{escape(name)} ({len(own)})", table(name, HEAD, _rows(own)), slug(name))
        for name, own in systems.items()
    ]
    return summary + "".join(parts)


def _by_system(results: list[Result]) -> dict[str, list[Result]]:
    systems: dict[str, list[Result]] = {}
    for result in results:
        systems.setdefault(result.case["system"], []).append(result)
    return {name: systems[name] for name in sorted(systems, key=str.lower)}


def _counts(results: Iterable[Result]) -> str:
    outcomes = [result.outcome for result in results]
    return "".join(cell(str(outcomes.count(name) or "–"), kind="ml-number") for name in COUNTED)


def _rows(results: list[Result]) -> Iterator[str]:
    """Yield the rows of one system; neighbours with the same source share its cell."""
    for source, group in groupby(results, key=lambda result: result.case["source"]):
        same = list(group)
        span = sum(len(result.rows) + bool(result.remark) for result in same)
        source_cell = cell(linked(source), rows=span, kind="ml-source")
        for result in same:
            for row in _rows_of_case(result):
                yield f"<tr>{row}{source_cell}</tr>"
                source_cell = ""


def _rows_of_case(result: Result) -> Iterator[str]:
    topic = escape(_words(result.case.get("topic", "")))
    for quantity, expected, ours in result.rows:
        what = f"{topic}: {escape(quantity)}" if topic else escape(quantity)
        yield cell(what) + cell(expected, kind="ml-number") + cell(ours, kind="ml-number")
    if result.remark:
        yield f'<td colspan="3"><em>{escape(result.remark)}</em></td>'


def shown(value: Any) -> str:
    """Return a printed or computed answer in a few characters, as HTML.

    >>> shown(131650297229), shown(0.1 + 0.2), shown([1, 2.5]), shown(True)
    ('131,650,297,229', '0.3', '1, 2.5', 'yes')
    """
    if isinstance(value, dict):
        return ", ".join(f"{escape(str(key))} {shown(each)}" for key, each in value.items())
    if isinstance(value, str):
        return escape(value)
    if np.ndim(value) > 0:
        each = list(value)
        some = ", ".join(f"({shown(one)})" if np.ndim(one) else shown(one) for one in each[:SHOWN])
        return some if len(each) <= SHOWN else f"{some}, … ({len(each)} values)"
    if isinstance(value, bool | np.bool_) or getattr(value, "dtype", None) == np.bool_:
        return "yes" if value else "no"
    number = float(value)
    digits = max(DIGITS, len(f"{abs(number):.0f}"))
    return written(number, f".{digits}g")


def _words(name: str) -> str:
    """Return a name as words, with the shorthand of the sources written out."""
    words = re.split(r"(\W+)", name.replace("_", " "))
    return "".join(SHORT.get(word.lower(), word) for word in words)


def setup(app: Sphinx) -> dict[str, object]:
    app.add_directive("reference-cases", ReferenceCases)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
