"""What a model looks at, and the refusal of what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import MarginError
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.instruments.listing import KINDS

CONTRACTS = ("linear", "inverse", "quanto", "share")  # what a rate on notional is charged on
NOT_CASH = tuple(kind for kind in KINDS if kind != "cash")

# What each kind is called, and the models that cover it.
_ADVICE = {
    "linear": ("a contract", "FixedRate or Tiered"),
    "inverse": ("a contract settled in coin", "FixedRate or Tiered"),
    "quanto": ("a contract settled in a third currency", "FixedRate or Tiered"),
    "share": ("a share on margin", "ShareMargin or FixedRate"),
    "cash": ("a debt", "Haircut or weighted_collateral"),
    "option": ("an option", "ShortOptions, StrategyMargin or scan.ScenarioScan"),
    "inverse_option": ("an option paid in coin", "ShortOptions or scan.ScenarioScan"),
}


def of_kinds(instruments: Instruments, kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Return which instruments are of one of these kinds, shape (I,)."""
    return _of_kinds(instruments.kinds, tuple(kinds))


@lru_cache(maxsize=256)
def _of_kinds(each: tuple[str, ...], kinds: tuple[str, ...]) -> NDArray[np.bool_]:
    # A model is asked hundreds of times about one list, in searches.
    found = np.array([kind in kinds for kind in each])
    found.flags.writeable = False
    return found


def refuse_uncovered(
    model: str, covered: NDArray[np.bool_], accounts: Accounts, instruments: Instruments
) -> None:
    """Refuse accounts that hold what is not ``covered``, shape (I,), naming what covers it.

    What is held as collateral is paid in full, so nothing can be owed for it and any model will do;
    a debt in it is another matter. Instruments that nobody holds do not matter.
    """
    if accounts.quantity.shape[-1] != len(instruments):
        return  # a wrong shape is refused where the positions are valued
    for index in np.flatnonzero(~covered).tolist():
        held, one = accounts.quantity[..., index], instruments.each[index]
        if (held < 0).any() if one.kind == "cash" else held.any():
            what, advice = _ADVICE[one.kind]
            raise MarginError(
                f"{model} does not cover {one.name!r}, {what}, which it would ask nothing for; "
                f"use {advice}, or add one of them with +"
            )
