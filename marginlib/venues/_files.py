"""Files that people wrote: read as text, with file and line named where they cannot be."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from marginlib._checks import MarginError

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def text_of(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark."""
    if not path.is_file():
        raise MarginError(f"{path.name} must be a file that exists; there is none at {path}")
    data = path.read_bytes()
    if data.startswith(_UTF_16) or b"\0" in data:
        raise MarginError(f"{path.name}, line 1: must be UTF-8, not UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        raise MarginError(
            f"{path.name}, line {line}: must be UTF-8, and the byte {byte:#04x} is not "
            f"(in Latin-1 it is {chr(byte)!r}); save it as UTF-8"
        ) from None


def date_like(name: str, value: str) -> str:
    """Return ``value`` if it is a date that exists, ISO."""
    try:
        date.fromisoformat(value)
    except ValueError:
        is_date = False
    else:
        is_date = re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    if not is_date:
        raise MarginError(f"{name} must be a date like 2026-11-22; got {value!r}")
    return value
