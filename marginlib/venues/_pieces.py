"""The pieces that a file of rules may name, by the words of the trade."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Signature, signature
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from marginlib import lending, margin, waterfall
from marginlib._checks import MarginError, known, numbers
from marginlib.margin import Model
from marginlib.market import Market
from marginlib.schedule import Schedule
from marginlib.venues import _brackets

WORDS = ("name", "rule", "residue")  # arguments that are not numbers


class Terms:
    """A function of which a file of rules fixes some arguments; the user gives the others.

    >>> fee = Terms(waterfall.ramped_fee)(base=0.02, largest=0.05, grace=1_500, slope=1e-6)
    >>> float(fee(elapsed=10_000))
    0.03
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    @property
    def __signature__(self) -> Signature:
        return signature(self.function)

    def __call__(self, **fixed: Any) -> partial[Any]:
        """Return the function with these arguments fixed."""
        for name, value in fixed.items():
            words = name in WORDS or isinstance(value, bool)
            if not words:
                numbers(name, value)
        return partial(self.function, **fixed)


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
    # What closing costs
    "liquidation_fee": Terms(waterfall.liquidation_fee),
    "ramped_fee": Terms(waterfall.ramped_fee),
    "residual": Terms(waterfall.split_residual),
    "solvent_fee_rate": Terms(waterfall.solvent_fee_rate),
    "seizure": Terms(lending.seizure),
    "keeper_reward": Terms(lending.keeper_reward),
    # How much is closed
    "close_factor": lending.CloseFactor,
    "stair_step": Terms(lending.stair_step),
    # Who pays
    "insurance_fund": Terms(waterfall.InsuranceFund),
    "deleveraging": Terms(waterfall.Deleveraging),
    "contributions": Terms(waterfall.Contributions),
    "share_by_open_interest": Terms(waterfall.share_by_open_interest),
}
