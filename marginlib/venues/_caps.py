"""Leverage caps for retail clients, by jurisdiction and kind of asset: a file and its reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from marginlib._checks import MarginError, fraction, known, leverages
from marginlib.venues._tables import _at, _number, _rows

COLUMNS = (
    "jurisdiction", "product", "asset_class", "leverage", "close_out",
    "negative_balance_protection", "since", "until", "as_of", "status", "source",
)  # fmt: skip
BANNED = "banned"
PROTECTION = ("yes", "no", "")


@dataclass(frozen=True)
class LeverageCap:
    """The highest leverage at which a retail client may open a position.

    Parameters
    ----------
    jurisdiction, asset_class : str
        Names as in :func:`leverage_caps`.
    product : str
        What the rule is about, in words.
    leverage : float
        Highest leverage [times]; ``nan`` where nothing may be opened at all.
    close_out : float
        Share of the initial margin of the whole account at which positions must be closed
        [fraction]; ``nan`` where the source names none.
    negative_balance_protection : str
        ``"yes"`` if a client cannot lose more than the account holds, ``"no"`` if so, ``""`` where
        the source does not say.
    since, until, as_of : str
        Dates, ISO: first and last day, ``""`` if not known or open, and when the source was read.
    status, source : str
        How well the row is vouched for, and where it comes from.
    """

    jurisdiction: str
    product: str
    asset_class: str
    leverage: float
    close_out: float
    negative_balance_protection: str
    since: str
    until: str
    as_of: str
    status: str
    source: str

    @property
    def is_banned(self) -> bool:
        """Whether retail clients may open nothing at all."""
        return bool(np.isnan(self.leverage))

    @property
    def rate(self) -> float:
        """Lowest initial margin rate, 1 / leverage [fraction]; ``nan`` where banned."""
        return 1 / self.leverage


def leverage_cap(jurisdiction: str, asset_class: str) -> LeverageCap:
    """Return the cap of one jurisdiction on one kind of asset.

    It binds when a position is opened: losses may raise its leverage until it is closed out.

    Parameters
    ----------
    jurisdiction, asset_class : str
        See :func:`leverage_caps`.

    >>> cap = leverage_cap("EU", "crypto")
    >>> cap.leverage, cap.rate, cap.close_out
    (2.0, 0.5, 0.5)
    >>> leverage_cap("UK", "crypto").is_banned
    True
    >>> leverage_cap("EU", "cripto")
    Traceback (most recent call last):
    ...
    marginlib.MarginError: asset_class 'cripto' is not known; did you mean 'crypto'?
    """
    known("jurisdiction", jurisdiction, dict.fromkeys(cap.jurisdiction for cap in _caps()))
    there = {cap.asset_class: cap for cap in leverage_caps(jurisdiction)}
    return there[known("asset_class", asset_class, there)]


def leverage_caps(jurisdiction: str | None = None) -> tuple[LeverageCap, ...]:
    """Return all caps, or those of one jurisdiction.

    >>> sorted({cap.jurisdiction for cap in leverage_caps()})
    ['Australia', 'Dubai', 'EU', 'Hong Kong', 'Japan', 'Poland', 'Singapore', 'UK', 'US']
    >>> [(cap.asset_class, cap.leverage) for cap in leverage_caps("US")]
    [('major_fx', 50.0), ('minor_fx', 20.0)]
    """
    return tuple(cap for cap in _caps() if jurisdiction in (None, cap.jurisdiction))


def read_caps(path: Path) -> Iterator[LeverageCap]:
    """Yield the caps of a file; an error names the line that is wrong."""
    seen: set[tuple[str, str]] = set()
    for line, row in _rows(path, COLUMNS):
        with _at(path, line):
            key = row["jurisdiction"], row["asset_class"]
            if key in seen:
                raise MarginError(f"{key[0]}, {key[1]} is there twice")
            seen.add(key)
            for column in ("jurisdiction", "asset_class", "as_of", "status", "source"):
                if not row[column]:
                    raise MarginError(f"{column} must not be empty")
            known("negative_balance_protection", row["negative_balance_protection"], PROTECTION)
            told: dict[str, Any] = {**row, "leverage": _leverage(row), "close_out": _share(row)}
            yield LeverageCap(**told)


def _leverage(row: dict[str, str]) -> float:
    if row["leverage"] == BANNED:
        return float("nan")
    return float(leverages("leverage", _number(row, "leverage")))


def _share(row: dict[str, str]) -> float:
    close_out = _number(row, "close_out", np.nan)
    return close_out if np.isnan(close_out) else float(fraction("close_out", close_out))


@cache
def _caps() -> tuple[LeverageCap, ...]:
    return tuple(read_caps(Path(__file__).parent / "caps.csv"))
