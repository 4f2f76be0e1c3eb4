"""The law of margin, made from its file: a card for each rule, with its dates and its source."""

from __future__ import annotations

import csv
import re
from html import escape
from itertools import groupby
from pathlib import Path

from docutils import nodes
from html_tables import folded, linked
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from marginlib import venues

LAW = Path(venues.__file__).parent / "law.csv"
OF_A_RULE = {
    "binds": "Binds",
    "opens": "To open",
    "keeps": "To keep",
    "acts": "Who acts",
    "owes": "Can you owe?",
    "status": "How read",
    "source": "Source",
}


class MarginLaw(SphinxDirective):
    """Write the rules of margin law: for each place a list, for each rule a card, folded."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", law(), format="html")]


def law() -> str:
    """Return the rules of the file as cards."""
    with LAW.open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    parts = []
    for place, there in groupby(rules, key=lambda rule: rule["place"]):
        cards = (folded(escape(rule["rule"]), card(rule), f"law-{rule['id']}") for rule in there)
        parts.append(f"<p><strong>{escape(place)}</strong></p>{''.join(cards)}")
    return "".join(parts)


def card(rule: dict[str, str]) -> str:
    """Return a rule as a list of what it says, with its dates and its source."""
    days = f"since {rule['since']}" + (f", until {rule['until']}" if rule["until"] else "")
    told = {"In force": days, **{label: rule[name] for name, label in OF_A_RULE.items()}}
    items = (
        f"<dt>{label}</dt><dd>{linked(text) if label == 'Source' else escape(_signed(text))}</dd>"
        for label, text in told.items()
        if text
    )
    return f"<dl>{''.join(items)}</dl>"


def _signed(text: str) -> str:
    """Return a text with minus signs before its negative numbers."""
    return re.sub(r"(?<![\w-])-(?=\d)", "\N{MINUS SIGN}", text)


def setup(app: Sphinx) -> dict[str, object]:
    app.add_directive("margin-law", MarginLaw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
