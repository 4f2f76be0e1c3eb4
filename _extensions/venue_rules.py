"""The page of venues: every rule set and every table of brackets, as the library reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from inspect import getdoc, signature
from typing import Any

from docutils import nodes
from html_tables import cell, folded, linked, slug, table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from livefig import written
from marginlib import venues
from marginlib.venues import RuleSet, Table
from marginlib.venues._pieces import PIECES
from marginlib.venues._terms import Terms

FROM_TABLES = ("brackets", "initial_brackets", "maintenance_brackets")
SECTIONS = {
    "margin": "Margin",
    "haircut": "Haircut",
    "fee": "Fee",
    "closing": "Closing",
    "loss": "Loss",
    "ticks": "Ticks",
}


class VenueRules(SphinxDirective):
    """Write a list of all rule sets, and the rules of each, folded."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", page(), format="html")]


class VenuePieces(SphinxDirective):
    """Write a list of the pieces that a file of rules may name."""

    def run(self) -> list[nodes.Node]:
        rows = [
            f"<tr><td><code>{name}</code></td>"
            f"<td>{', '.join(signature(made).parameters)}</td>"
            f"<td>{escape(_first_line(made))}</td></tr>"
            for name, made in PIECES.items()
        ]
        made = table("pieces", ("piece", "arguments", "what it is"), rows)
        return [nodes.raw("", folded("All pieces", made, "pieces"), format="html")]


class LeverageCaps(SphinxDirective):
    """Write the leverage that retail clients may have, by jurisdiction."""

    def run(self) -> list[nodes.Node]:
        rows = [
            f"<tr><td>{escape(cap.jurisdiction)}</td>"
            f"<td>{escape(cap.asset_class.replace('_', ' '))}: {escape(cap.product)}</td>"
            f"{cell('banned' if cap.is_banned else f'{cap.leverage:g}x', kind='ml-number')}"
            f"<td>{escape(cap.since or '–')}</td>"
            f"{cell(f'{escape(cap.status)}. {linked(cap.source)}', kind='ml-source')}</tr>"
            for cap in venues.leverage_caps()
        ]
        head = ("jurisdiction", "for", "cap", "since", "status and source")
        made = folded("All leverage caps", table("leverage caps", head, rows), "all-leverage-caps")
        return [nodes.raw("", made, format="html")]


def _first_line(made: Any) -> str:
    """Return the first line of a piece's documentation, without markup."""
    documented = made.function if isinstance(made, Terms) else made
    first = (getdoc(documented) or "").split("\n")[0]
    return re.sub(r":\w+:`~?(?:[\w.]*\.)?([\w ]+)`|`", r"\1", first)


def page() -> str:
    """Return the list of rule sets and the rules of each date, folded."""
    sets = [
        (name, venues.rule_set(name, date))
        for name in venues.names()
        for date in reversed(venues.dates(name))
    ]
    rows = [
        f'<tr><td><a href="#{_anchor(name, one)}">{escape(one.head["title"])}</a></td>'
        f"<td><code>{name}</code></td><td>{one.head['as_of']}</td>"
        f"{cell(escape(one.head['status']), kind='ml-source')}</tr>"
        for name, one in sets
    ]
    parts = [
        folded(escape(_title(one)), _body(name, one), _anchor(name, one)) for name, one in sets
    ]
    return table("rule sets", ("venue", "name", "as of", "status"), rows) + "".join(parts)


def _title(one: RuleSet) -> str:
    return f"{one.head['title']}, {one.head['as_of']}"


def _anchor(name: str, one: RuleSet) -> str:
    return f"{slug(name)}-{one.head['as_of']}"


def _body(name: str, one: RuleSet) -> str:
    """Return what a file of rules says, in words and tables."""
    facts = [
        f"Account in {escape(one.head['currency'])}. {escape(one.notes)}",
        "Liquidation begins "
        + ("below maintenance." if one.equality_is_safe else "at maintenance or below."),
        f"Status: {escape(one.head['status'])}. Source: {linked(one.head['source'])}",
    ]
    parts = [f"<p>{fact}</p>" for fact in facts]
    asked = {**one.required, **one.optional}
    if asked:
        rows = [
            f"<tr><td><code>{escape(each)}</code></td>"
            f"<td>{'yes' if each in one.required else 'no'}</td><td>{escape(meaning)}</td></tr>"
            for each, meaning in asked.items()
        ]
        parts.append(table(f"{name}: what to give", ("give", "needed", "meaning"), rows))
    rows = [
        f"<tr><td>{SECTIONS[section]}</td><td>{_piece(piece)}</td></tr>"
        for section, pieces in one.sections.items()
        for piece in pieces
    ]
    parts.append(table(f"{name}: pieces", ("for", "piece and parameters"), rows))
    parts += [_brackets(alike) for alike in _alike(_tables(one))]
    if one.not_covered:
        items = "".join(f"<li>{escape(each)}</li>" for each in one.not_covered)
        parts.append(f"<p>Not covered:</p><ul>{items}</ul>")
    return "".join(parts)


def _piece(piece: dict[str, Any]) -> str:
    """Return a piece in words: its name, then its parameters."""
    rest = ", ".join(
        f"{escape(key)} {_value(value)}" for key, value in piece.items() if key != "piece"
    )
    name = f"<strong>{escape(piece['piece'].replace('_', ' '))}</strong>"
    return f"{name}: {rest}" if rest else name


def _value(value: Any) -> str:
    if isinstance(value, str) and value.startswith("$"):
        return f"<code>{escape(value[1:])}</code>"
    if isinstance(value, dict) and "piece" in value:
        return f"({_piece(value)})"
    if isinstance(value, dict):
        return ", ".join(f"{escape(key)} {_value(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "; ".join(_value(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(written(value, ".10g") if isinstance(value, int | float) else str(value))


def _tables(one: RuleSet) -> Iterator[Table]:
    """Yield the tables of brackets that the rules read, each once."""
    read = (piece["venue"] for piece in _pieces(one.sections) if piece["piece"] in FROM_TABLES)
    for venue in dict.fromkeys(read):
        for symbol in venues.symbols(venue):
            for date in reversed(venues.dates(venue, symbol)):
                yield venues.table(venue, symbol, date)


def _pieces(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "piece" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _pieces(each)


def _alike(tables: Iterator[Table]) -> Iterator[list[Table]]:
    """Yield tables that say the same of several symbols together, in the order of the first."""
    groups: dict[tuple[object, ...], list[Table]] = {}
    for found in tables:
        each = found.initial.rate, found.maintenance.rate, found.maintenance.deduction
        says = (found.as_of, *found.floors.tolist(), *(tuple(rates.tolist()) for rates in each))
        groups.setdefault(says, []).append(found)
    yield from groups.values()


def _brackets(alike: list[Table]) -> str:
    """Return one table of brackets for symbols that share it, with its date, status and source."""
    found = alike[0]
    unit = found.currency if found.counted_in == "notional" else "contracts"
    rows = [
        "<tr>"
        + "".join(
            cell(text, kind="ml-number")
            for text in (
                written(floor, ".10g"), written(1 / opening), written(opening, ".4%"),
                written(staying, ".4%"), written(off, ".10g"),
            )
        )
        + "</tr>"
        for floor, opening, staying, off in zip(
            found.floors, found.initial.rate, found.maintenance.rate, found.maintenance.deduction,
            strict=True,
        )
    ]  # fmt: skip
    head = (f"above [{unit}]", "leverage", "initial", "maintenance", "deduction")
    label = f"{', '.join(each.symbol for each in alike)}, {found.as_of}"
    source = f"<p>{escape(found.status)}: {linked(found.source)}</p>"
    anchor = slug(f"{found.venue} {found.symbol}, {found.as_of}")
    return folded(escape(label), table(label, head, rows) + source, anchor)


def setup(app: Sphinx) -> dict[str, object]:
    app.add_directive("venue-rules", VenueRules)
    app.add_directive("venue-pieces", VenuePieces)
    app.add_directive("leverage-caps", LeverageCaps)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
