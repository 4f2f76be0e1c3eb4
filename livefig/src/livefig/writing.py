"""Values as they are written everywhere: beside a figure, at its controls, and in its tables.

Thousands are divided by commas, the minus sign is a true one, a rounded zero has no sign, a unit is
never torn from its number at the end of a line, and what is no number is said in words.
"""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import Any

from .errors import ExplorerError

NO_BREAK = "\u00a0"
"""A space at which no line ends."""

MINUS = "\u2212"

_SPEC = re.compile(
    r"(?P<ahead>(?:.?[<>=^])?[-+ ]?z?#?)(?P<width>\d*)[,_]?"
    r"(?P<precision>(?:\.\d+)?)(?P<kind>[defgDEFG%]?)"
)

_RAISED = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)

_HYPHEN = re.compile(r"(?<![\w.,)\]}-])-(?=\.?\d)")

_SIGNED_ZERO = re.compile(r"(?<![\w.,)\]])[+\u2212]0(?:\.0+)?(?![\d.,]*\d)")

_UNIT = re.compile(
    r"(?<=[\d}]) (?=[%‰°]|[A-Z]{3,4}\b|(?:million|billion|trillion|times)\b)|(?<=\d)(?=%)"
)


def written(value: Any, format: str = ".4g", unit: str = "", none: str | None = None) -> str:
    r"""Write a value as every figure does.

    Parameters
    ----------
    value
        A number.
    format
        Python's format of the number, without braces. Thousands are divided whether it asks for
        it or not: give a year as a text.
    unit
        Written behind the number.
    none
        Written where there is no finite number.

    Raises
    ------
    ExplorerError
        If the value is no number, or the format is none of a number.

    Examples
    --------
    >>> written(-12000, ".0f", "USD"), written(-0.04, "+.0%"), written(1.2e-5)
    ('−12,000\xa0USD', '−4\xa0%', '1.2\xa0×\xa010⁻⁵')
    >>> written(-0.001, "+.1f"), written(float("nan"), none="no loan, so no ratio")
    ('0.0', 'no loan, so no ratio')
    """
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"value must be one number; got {value!r}") from error
    if not math.isfinite(number):
        return _in_words(number) if none is None else none
    try:
        text = _digits(value if isinstance(value, Real) else number, format)
    except ValueError as error:
        raise ExplorerError(
            f"format={format!r} is no format of this number; give '.2f', ',.0f', '.1%' or 'd'"
        ) from error
    if not re.search("[1-9]", text):
        text = text.lstrip("+-")  # a rounded zero has no sign
    text = text.replace("-", MINUS)
    if text.endswith("%"):
        text = text[:-1] + NO_BREAK + "%"
    return f"{text}{NO_BREAK}{tidied(unit)}" if unit else text


def _in_words(number: float) -> str:
    if math.isnan(number):
        return "none"
    return "infinite" if number > 0 else "minus infinity"


def _digits(value: Any, format: str) -> str:
    """Return a number by its format, in groups, without an exponent that is short for zeros."""
    spec = _SPEC.fullmatch(format)
    if spec is None or spec["width"].startswith("0"):
        return f"{value:{format}}"
    ahead, width, precision, kind = spec.groups()
    whole = kind == "d" and value == int(value)
    text = f"{int(value) if whole else value:{ahead}{width},{precision}{kind}}"
    power = re.fullmatch(r"(.*)[eE]([-+]\d+)", text)
    if power is None:
        return text
    if kind in "gG" and 0 < int(power[2]) < 15:
        return f"{float(text.replace(',', '')):{ahead}{width},.0f}"
    raised = str(int(power[2])).translate(_RAISED)
    return f"{power[1]}{NO_BREAK}\u00d7{NO_BREAK}10{raised}"


def tidied(text: str) -> str:
    r"""Return words of an author with the numbers in them as values are written.

    Examples
    --------
    >>> tidied("price -16 %, volatility +0.0 %, on 2020-03-12") == (
    ...     "price −16\u00a0%, volatility 0.0\u00a0%, on 2020-03-12")
    True
    """
    text = _HYPHEN.sub(MINUS, text)
    return _UNIT.sub(NO_BREAK, _SIGNED_ZERO.sub(lambda sign: sign[0][1:], text))


def plain(text: str) -> str:
    """Return a text with spaces as a person types them, to be compared and searched."""
    return text.replace(NO_BREAK, " ")
