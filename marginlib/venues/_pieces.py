"""The pieces that a file of rules may name, by the words of the trade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from marginlib import margin
from marginlib._checks import MarginError, known
from marginlib.margin import Model
from marginlib.market import Market
from marginlib.schedule import Schedule
from marginlib.venues import _brackets


def brackets(
    venue: str,
    symbol: str | list[str],
    leverage: float | None = None,
    entry: Market | None = None,
    taker_fee: float | None = None,
    as_of: str | None = None,
) -> Model:
    """Return the model of a venue's printed table; see :func:`marginlib.venues.rule`."""
    return _brackets.rule(venue, symbol, leverage, entry, taker_fee, as_of)


def own_brackets(
    file: Path,
    venue: str,
    symbol: str | list[str],
    venues: Path | None = None,
    leverage: float | None = None,
    entry: Market | None = None,
    taker_fee: float | None = None,
) -> Model:
    """Return the model of tables in a file of your own; see :func:`marginlib.venues.load`."""
    if not file.exists():
        raise MarginError(f"file {file.name} is not beside the rules")
    tables = _brackets.load(file, venues)
    symbols = [symbol] if isinstance(symbol, str) else symbol
    own = {of: table for (name, of), table in tables.items() if name == venue}
    return _brackets.model([own[known("symbol", each, own)] for each in symbols],
                           leverage, entry, taker_fee)  # fmt: skip


def chosen_leverage(model: Model, leverage: ArrayLike | None = None) -> Model:
    """Return the model at the leverage that the trader chose, or as it is if none was chosen."""
    return model if leverage is None else margin.at_leverage(model, leverage)


PIECES: dict[str, Callable[..., Any]] = {
    # Tables of brackets
    "continuous": Schedule.continuous,
    "stepped": Schedule.stepped,
    "published": Schedule.published,
    "brackets": brackets,
    "own_brackets": own_brackets,
    # Margin
    "fixed_rate": margin.FixedRate,
    "tiered": margin.Tiered,
    "closing_fee": margin.ClosingFee,
    "chosen_leverage": chosen_leverage,
    "on_entry": margin.on_entry,
}
