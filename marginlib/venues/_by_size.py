"""Brackets that a venue counts in contracts instead of money."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, positive, together
from marginlib.accounts import Accounts
from marginlib.margin import Model, Requirement
from marginlib.market import Market
from marginlib.schedule import Schedule


@dataclass(frozen=True, eq=False)
class BySize(Model):
    """Rates picked by the number of contracts held, so that the price never changes the bracket.

    The schedule turns contracts held into contracts' worth of margin, and the value of one
    contract turns that into money.

    Parameters
    ----------
    initial, maintenance : tuple of Schedule
        One for each instrument, with floors in the venue's contracts [contracts].
    contract : array of shape (I,)
        Size of the venue's contract, in the unit in which the instruments give theirs
        [base / contract] for linear, [quote currency / contract] for inverse. Positions may be
        held in any other size: they are converted.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["BTC"]), [60_000])
    >>> table = Schedule.stepped([0, 1_000], [0.004, 0.005])
    >>> rule = BySize((table,), (table,), [0.01])
    >>> for bitcoins in (10, 20):
    ...     ana = accounts.open_accounts(collateral=5_000, quantity=[bitcoins], market=prices)
    ...     print(float(rule(ana, prices).maintenance))
    2400.0
    6000.0
    """

    initial: tuple[Schedule, ...]
    maintenance: tuple[Schedule, ...]
    contract: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "contract", positive("contract", self.contract))

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        if len(market.instruments) != len(self.initial):
            raise MarginError(
                f"this rule is for {len(self.initial)} instruments, one for each symbol it was "
                f"made from; got {len(market.instruments)} ({', '.join(market.instruments.names)})"
            )
        together(accounts=accounts.shape, market=market.shape)
        scale = np.asarray(market.instruments.sizes) / self.contract
        count = np.abs(accounts.quantity) * scale * market.instruments.is_margined
        worth = np.abs(market.value) / scale
        return Requirement(
            _money(self.initial, count, worth), _money(self.maintenance, count, worth)
        )

    def at_leverage(self, leverage: ArrayLike) -> BySize:
        """Return the model whose initial schedules are those of the chosen leverage."""
        chosen = np.broadcast_to(np.asarray(leverage, dtype=np.float64), (len(self.initial),))
        pairs = zip(self.initial, chosen.tolist(), strict=True)
        return replace(self, initial=tuple(table.at_leverage(times) for table, times in pairs))


def _money(tables: tuple[Schedule, ...], count: FloatArray, worth: FloatArray) -> FloatArray:
    """Sum over the instruments of the contracts' worth of margin times the value of one."""
    parts = [table.requirement(count[..., i]) * worth[..., i] for i, table in enumerate(tables)]
    return np.asarray(sum(parts[1:], start=parts[0]))
