"""What closing costs the account that is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers, together
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel
from marginlib.market import Market

#: ``fee(accounts, market, model, traded)`` is what the trades cost, shape (...) [currency].
Fee: TypeAlias = Callable[[Accounts, Market, MarginModel, FloatArray], FloatArray]


@dataclass(frozen=True)
class RequirementFee:
    """A share of the maintenance that the closed positions needed.

    Parameters
    ----------
    rate : float
        Share of it [fraction].

    Source: Paradex, "Liquidations": share closed x fee x maintenance (read in 2026). Where the
    requirement is in proportion to size, that is the maintenance released.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> rule = FixedRate(initial=0.10, maintenance=0.05)
    >>> float(RequirementFee(0.5)(Accounts(0, [1]), now, rule, np.array([-0.2])))  # of 200
    100.0
    """

    rate: float

    def __post_init__(self) -> None:
        fraction("rate", self.rate)

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray
    ) -> FloatArray:
        """Return the fee, shape (...) [currency]; 0 where the trades release nothing."""
        before = model(accounts, market).maintenance
        left = Accounts(accounts.cash, accounts.quantity + traded)
        return np.asarray(self.rate * np.maximum(before - model(left, market).maintenance, 0.0))


def fee_on(
    fee: float | Fee,
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    traded: FloatArray,
) -> FloatArray:
    """Return what ``traded`` costs, shape (...) [currency]: a number is a rate on its value."""
    if callable(fee):
        return fee(accounts, market, model, traded)
    rate = fraction("fee", fee)
    return np.asarray(rate * np.einsum("...i,...i->...", np.abs(traded), np.abs(market.value)))


def affordable_fee(fee: ArrayLike, equity: ArrayLike) -> FloatArray:
    """Return the fee, or all the equity that is left where that is less; 0 where there is none.

    Parameters
    ----------
    fee : float or array of shape (...)
        Fee that the rate asks [currency].
    equity : float or array of shape (...)
        Equity after the position was closed [currency].

    >>> affordable_fee(100, [250, 60, -20]).tolist()
    [100.0, 60.0, 0.0]
    """
    asked, own = non_negative("fee", fee), numbers("equity", equity)
    together(fee=asked, equity=own)
    return np.asarray(np.minimum(asked, np.maximum(own, 0.0)))
