"""Fonts of icons reduced to the icons that pages show."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from page_styles import Rule

PRIVATE = range(0xE000, 0xF900)  # where such fonts keep their icons
logging.getLogger("fontTools.subset").setLevel(logging.WARNING)  # it tells of every table
ESCAPED = re.compile(r"\\([0-9a-fA-F]{4,6})\b")
WOFF2 = re.compile(r"url\(([^)]+?\.woff2)\)")


def icons_of(styles: str) -> set[int]:
    r"""Return the icons that a stylesheet names.

    Examples
    --------
    >>> sorted(map(hex, icons_of(r'a::before{content:"\f0c1"} b{--fa:"' + chr(0xf002) + '"}')))
    ['0xf002', '0xf0c1']
    """
    named = {int(code, 16) for code in ESCAPED.findall(styles)} | set(map(ord, styles))
    return named & set(PRIVATE)


def with_fewer_icons(rules: list[Rule], folder: Path) -> list[Rule]:
    """Return the rules, with fonts of icons replaced by parts written into `folder`."""
    icons = icons_of("".join(rule.text() for rule in rules))
    return [found for rule in rules if (found := _reduced(rule, icons, folder))]


def _reduced(rule: Rule, icons: set[int], folder: Path) -> Rule | None:
    """Return the rule of a font with the part that is used; None if that is nothing."""
    body = dict(rule.body)
    source = WOFF2.search(body.get("src", "")) if rule.head == "@font-face" else None
    if source is None:
        return rule
    font = TTFont(folder / source[1])
    held = set(font.getBestCmap())
    if not held & set(PRIVATE):
        return rule  # a font of letters
    if not held & icons:
        return None
    name = f"icons-{Path(source[1]).stem}.woff2"
    (folder / name).write_bytes(_part(font, held & icons))
    body["src"] = f'src:url({name}) format("woff2")'
    return rule._replace(body=tuple(body.items()))


def _part(font: TTFont, icons: set[int]) -> bytes:
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=icons)
    subsetter.subset(font)
    written = BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()
