"""Stylesheets reduced to what pages use: rules, variables, fonts and animations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import tinycss2

# What Bootstrap's script, which is too long to be read for names, gives to elements and makes.
FROM_BOOTSTRAP = {
    *("show", "showing", "hide", "hiding", "fade", "collapse", "collapsing", "collapsed"),
    *("active", "disabled", "dropdown", "dropdown-menu", "dropdown-toggle", "modal-open"),
    *("tooltip", "tooltip-inner", "tooltip-arrow", "bs-tooltip-auto", "bs-tooltip-top"),
    *("bs-tooltip-bottom", "bs-tooltip-start", "bs-tooltip-end"),
}
WORD = re.compile(r"[A-Za-z_][\w-]*")
VARIABLE = re.compile(r"--[\w-]+")
ADDRESS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+?)["']?\s*\)""")
IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)["']?\)?\s*;""")
GROUPS = {"media", "supports", "layer", "container"}


class Rule(NamedTuple):
    """A rule of a stylesheet: selectors or an at-rule, with declarations or further rules."""

    head: str
    selectors: tuple[str, ...]  # of an ordinary rule
    needs: tuple[frozenset[str], ...]  # the names that each selector needs
    body: tuple[tuple[str, str], ...]  # declarations: a name and its text
    rules: tuple[Rule, ...] = ()  # of a group

    def text(self) -> str:
        """Return the rule as it stands in a stylesheet."""
        inside = "".join(rule.text() for rule in self.rules)
        inside += ";".join(text for _, text in self.body)
        return f"{self.head or ','.join(self.selectors)}{{{inside}}}" if inside else ""


def words_of_page(html: str) -> set[str]:
    """Return the names of elements, classes and identities, and more that looks like them."""
    found = {tag.lower() for tag in re.findall(r"<([A-Za-z][\w-]*)", html)}
    for _, value in re.findall(r"""\s(class|id)=["']([^"']*)["']""", html):
        found.update(value.split())
    return found


def words_of_script(script: str) -> set[str]:
    """Return whatever a script could give as a name."""
    return set(WORD.findall(script))


def rules_of(sheet: Path, home: Path) -> list[Rule]:
    """Return the rules of a stylesheet and of those it imports, seen from the folder `home`."""
    place = posixpath.relpath(sheet.parent.as_posix(), home.as_posix())

    def moved(match: re.Match[str]) -> str:
        return f"url({posixpath.normpath(posixpath.join(place, match[1]))})"

    text = sheet.read_text(encoding="utf-8")
    imported = [
        rule for name in IMPORT.findall(text) for rule in rules_of(sheet.parent / name, home)
    ]
    text = ADDRESS.sub(moved, IMPORT.sub("", text))
    nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return [*imported, *_rules(nodes)]


def reduced(rules: Iterable[Rule], words: set[str], also_read: str) -> list[Rule]:
    """Return the rules that apply to some of the words.

    Parameters
    ----------
    rules
        Of all stylesheets.
    words
        Names of elements, classes and identities.
    also_read
        Texts beside the stylesheets that may read variables.
    """
    kept = list(_applying(rules, words | FROM_BOOTSTRAP))
    while True:
        text = "".join(rule.text() for rule in kept)
        read = set(re.findall(r"var\(\s*(--[\w-]+)", text)) | set(VARIABLE.findall(also_read))
        fewer = list(_without_unread(kept, read, text))
        if sum(len(rule.text()) for rule in fewer) == len(text):
            return fewer
        kept = fewer


def _rules(nodes: Iterable[Any]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "error":
            raise ValueError(f"A stylesheet cannot be read: {node.message}")
        if node.type == "at-rule" and node.content is not None:
            head = f"@{node.at_keyword} {_text(node.prelude)}".strip()
            if node.lower_at_keyword in GROUPS:
                inside = tinycss2.parse_rule_list(
                    node.content, skip_comments=True, skip_whitespace=True
                )
                yield Rule(head, (), (), (), tuple(_rules(inside)))
            elif node.lower_at_keyword == "font-face":
                yield Rule(head, (), (), tuple(_declarations(node.content)))
            else:
                yield Rule(head, (), (), (("", _text(node.content)),))
        elif node.type == "at-rule" and node.lower_at_keyword != "charset":
            raise ValueError(f"A stylesheet has a rule that cannot be kept: {_text([node])}")
        elif node.type == "qualified-rule":
            selectors = tuple(_selectors(node.prelude))
            needs = tuple(frozenset(_needs(part)) for part in selectors)
            written = tuple(_text(part) for part in selectors)
            yield Rule("", written, needs, tuple(_declarations(node.content)))


def _selectors(prelude: list[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for token in prelude:
        if token == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _needs(selector: list[Any]) -> Iterator[str]:
    """Yield the names without which a selector selects nothing."""
    before = None
    for token in selector:
        if token.type == "hash" or (token.type == "ident" and before == "."):
            yield token.value
        elif token.type == "ident" and before != ":":
            yield token.lower_value
        before = token.value if token.type == "literal" else None


def _declarations(content: list[Any]) -> Iterator[tuple[str, str]]:
    parsed = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for node in parsed:
        if node.type == "declaration":
            important = "!important" if node.important else ""
            yield node.name, f"{node.name}:{_text(node.value)}{important}"
        elif node.type == "qualified-rule":  # a rule inside a rule stays as it is
            yield "", f"{_text(node.prelude)}{{{_text(node.content)}}}"
        elif node.type == "at-rule":
            yield "", f"@{node.at_keyword} {_text(node.prelude)}{{{_text(node.content or [])}}}"
        elif node.type == "error":
            continue  # browsers skip it, too


def _text(tokens: list[Any]) -> str:
    without_comments = [token for token in tokens if token.type != "comment"]
    return re.sub(r"\s+", " ", tinycss2.serialize(without_comments)).strip()


def _applying(rules: Iterable[Rule], words: set[str]) -> Iterator[Rule]:
    for rule in rules:
        if rule.rules:
            yield rule._replace(rules=tuple(_applying(rule.rules, words)))
        elif rule.selectors:
            kept = [
                (selector, needs)
                for selector, needs in zip(rule.selectors, rule.needs, strict=True)
                if needs <= words
            ]
            if kept:
                selectors, needs = zip(*kept, strict=True)
                yield rule._replace(selectors=selectors, needs=needs)
        else:
            yield rule


def _without_unread(rules: Iterable[Rule], read: set[str], text: str) -> Iterator[Rule]:
    """Yield the rules without variables, animations and fonts that nothing reads."""
    for rule in rules:
        if rule.rules:
            yield rule._replace(rules=tuple(_without_unread(rule.rules, read, text)))
        elif rule.head.startswith("@font-face"):
            family = dict(rule.body)["font-family"].partition(":")[2].strip("\"'")
            if text.count(family) > text.count(f"@font-face{{font-family:{family}") + text.count(
                f'@font-face{{font-family:"{family}"'
            ):
                yield rule
        elif "keyframes" in rule.head:
            name = rule.head.split()[-1]
            if re.search(rf"animation[\w-]*:[^;}}]*\b{re.escape(name)}\b", text):
                yield rule
        else:
            body = tuple(
                (name, value)
                for name, value in rule.body
                if not name.startswith("--") or name in read
            )
            yield rule._replace(body=body)
