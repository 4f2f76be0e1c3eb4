"""Texts as words with numbers in them.

``"Liquidated at 18,947, a fall of 5.3 %"`` at one stop of a slider and ``"... 16,000 ... 20.0 %"``
at another are the same words with other numbers. Split this way, the texts of a thousand states
are one pattern and two columns of integers, and both the page and Python put the very same
characters together again.
"""

from __future__ import annotations

import re
from functools import lru_cache

Pattern = tuple[str | tuple[int, int], ...]
"""Literal strings, and ``(decimals, flags)`` where a number goes."""

GROUPED = 1
"""Thousands are divided by commas."""

TRUE_MINUS = 2
"""The minus sign is U+2212, not a hyphen."""

LARGEST = 2**31 - 1

_NUMBER = re.compile(r"(?<![\w.,])[-\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d.,]*\d)")


@lru_cache(maxsize=65536)
def split(text: str) -> tuple[Pattern, tuple[int, ...]]:
    """Split a text into its words and its numbers.

    Examples
    --------
    >>> split("at 18,947.4, down 5 %")
    (('at ', (1, 1), ', down ', (0, 1), ' %'), (189474, 5))
    >>> split("on 2020-03-12")[1]   # a date is no number: leading zeros would be lost
    ()
    """
    pattern: list[str | tuple[int, int]] = []
    numbers: list[int] = []
    end = 0
    for match in _NUMBER.finditer(text):
        pattern.append(text[end : match.start()])
        pattern.append(_kind(match.group()))
        numbers.append(_integer(match.group()))
        end = match.end()
    pattern.append(text[end:])
    words = tuple(part for part in pattern if part != "")
    if any(abs(number) > LARGEST for number in numbers) or join(words, numbers) != text:
        return (text,), ()
    return words, tuple(numbers)


def join(
    pattern: Pattern,
    numbers: tuple[int, ...] | list[int],
    separators: tuple[str, str] = (".", ","),
) -> str:
    """Put words and numbers together again.

    Parameters
    ----------
    separators
        What stands before decimals, and between thousands.

    Examples
    --------
    >>> join(("at ", (1, 1), " USD"), [189474])
    'at 18,947.4 USD'
    >>> join(("bei ", (1, 1), " USD"), [189474], (",", "."))
    'bei 18.947,4 USD'
    """
    supply = iter(numbers)
    return "".join(
        part if isinstance(part, str) else _write(next(supply), *part, *separators)
        for part in pattern
    )


def rewritten(text: str, separators: tuple[str, str]) -> str:
    """Return a text with other separators in its numbers, also where it cannot be split.

    Examples
    --------
    >>> rewritten("1,250.5 on 2020-03-12", (",", "."))
    '1.250,5 on 2020-03-12'
    """

    def other(match: re.Match[str]) -> str:
        digits = match.group()
        number, kind = _integer(digits), _kind(digits)
        return _write(number, *kind, *separators) if join((kind,), [number]) == digits else digits

    return _NUMBER.sub(other, text)


def _kind(digits: str) -> tuple[int, int]:
    decimals = len(digits.partition(".")[2])
    whole = digits.partition(".")[0].lstrip("-\u2212")
    flags = GROUPED if "," in whole or len(whole) < 4 else 0
    return decimals, flags | (TRUE_MINUS if digits[0] == "\u2212" else 0)


def _integer(digits: str) -> int:
    size = int(re.sub(r"\D", "", digits))
    return -size if digits[0] in "-\u2212" else size


def _write(number: int, decimals: int, flags: int, point: str, between: str) -> str:
    digits = str(abs(number)).rjust(decimals + 1, "0")
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    if flags & GROUPED:
        whole = f"{int(whole):,}".replace(",", between)
    sign = "" if number >= 0 else ("\u2212" if flags & TRUE_MINUS else "-")
    return sign + whole + (point + fraction if decimals else "")
