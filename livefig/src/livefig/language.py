"""The language of figures: what their texts are called in it, and how it writes numbers.

Authors write English. Where ``LIVEFIG_LANGUAGE`` names another language, texts are looked up when a
figure is written to a page: the package's own in ``languages/``, an author's in the JSON file that
``LIVEFIG_WORDS`` names. Both say for each English text the other one. A number in a text is ``{}``,
so that one entry serves all states of a slider; numbers keep their order. What an explorer answers
to Python (:meth:`Explorer.at`) stays English, and so do addresses.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from . import words
from .errors import ExplorerError

LANGUAGE = "LIVEFIG_LANGUAGE"
"""Environment variable: the language of figures, such as ``de``; English without it."""

WORDS = "LIVEFIG_WORDS"
"""Environment variable: a JSON file with an author's texts in that language."""

ENGLISH = "en"


def language() -> str:
    """Return the language of figures."""
    return os.environ.get(LANGUAGE) or ENGLISH


def languages() -> list[str]:
    """Return the languages that the package knows beside English."""
    found = (files(__package__) / "languages").iterdir()
    return sorted(file.name.removesuffix(".json") for file in found if file.name.endswith(".json"))


@lru_cache(maxsize=8)
def catalogue(language: str) -> dict[str, str]:
    """Return the package's own texts in a language, by the English ones.

    Raises
    ------
    ExplorerError
        If there is no such language.
    """
    if language == ENGLISH:
        return {}
    if language not in languages():
        raise ExplorerError(
            f"{LANGUAGE} must be one of {', '.join([ENGLISH, *languages()])}; got {language!r}. "
            "A new language is a file in livefig/languages"
        )
    file = files(__package__) / "languages" / f"{language}.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


@lru_cache(maxsize=8)
def _all_words(language: str, others: str) -> dict[str, str]:
    own = json.loads(Path(others).read_text(encoding="utf-8")) if others else {}
    return {**catalogue(language), **own}


def say(text: str, **values: str) -> str:
    """Return a text of the package in the language of figures, with values for its names."""
    return catalogue(language()).get(text, text).format(**values)


def read(text: str) -> tuple[words.Pattern, tuple[int, ...]]:
    """Split an author's text into its words, in the language of figures, and its numbers."""
    pattern, numbers = words.split(text)
    if language() == ENGLISH:
        return pattern, numbers
    told = _translated(pattern)
    if numbers or told != pattern:
        return told, numbers
    return (words.rewritten(text, separators()),), ()


def said(text: str) -> str:
    """Return an author's text in the language of figures, its numbers as that language has them.

    Examples
    --------
    >>> said("falls to 18,947.4 USD")
    'falls to 18,947.4 USD'
    """
    if language() == ENGLISH:
        return text
    return words.join(*read(text), separators())


def separators() -> tuple[str, str]:
    """Return what stands before decimals, and between thousands."""
    known = catalogue(language())
    return known.get(".", "."), known.get(",", ",")


def _translated(pattern: words.Pattern) -> words.Pattern:
    kinds = [part for part in pattern if not isinstance(part, str)]
    text = "".join(part if isinstance(part, str) else "{}" for part in pattern)
    found = _all_words(language(), os.environ.get(WORDS, ""))
    known = found.get(text) or found.get(text.replace("\u00a0", " "))
    if known is None:
        return pattern
    parts = known.split("{}")
    if len(parts) != len(kinds) + 1:
        raise ExplorerError(
            f"{known!r} must have as many numbers {{}} as {text!r}, which it stands for"
        )
    mixed = [parts[0], *(one for pair in zip(kinds, parts[1:], strict=True) for one in pair)]
    return tuple(part for part in mixed if part != "")
