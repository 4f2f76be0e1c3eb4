"""Which positions share their margin: isolated, pooled, or some of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import MarginError, in_order, non_negative, refuse, together
from marginlib.accounts.ledger import Accounts, equity, position_value, total_value
from marginlib.instruments import Instruments
from marginlib.market import Market


def isolate(
    accounts: Accounts,
    market: Market,
    margin: ArrayLike,
    isolated: Sequence[str] | None = None,
) -> tuple[Accounts, Accounts]:
    """Return the same book with a separate account for each isolated position, and the wallet.

    Isolated margin is not another engine: it is this reshaped book under the same rules. No money
    is made or lost: the cash and the quantities of positions and wallet add up to what they were.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    margin : float or array of shape (..., I)
        Equity given to each position at these prices [currency]. What is given to a position that
        stays in the wallet, and to anything held as collateral, must be 0.
    isolated : sequence of str
        The positions that are isolated; the others stay pooled in the wallet. All where nothing
        is said.

    Returns
    -------
    positions : Accounts
        Shape (..., I): account ``[..., i]`` holds position i alone, and is empty if that one is
        not isolated.
    wallet : Accounts
        Shape (...): the rest of the money, the pooled positions and what is held as collateral.

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import open_accounts
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = open_accounts(collateral=5_000, quantity=[1, 10], market=prices)
    >>> positions, wallet = isolate(ana, prices, margin=[2_000, 1_500])
    >>> equity(positions, prices).tolist(), float(equity(wallet, prices))
    ([2000.0, 1500.0], 1500.0)
    >>> positions, wallet = isolate(ana, prices, margin=[2_000, 0], isolated=["BTC"])
    >>> wallet.quantity.tolist(), float(equity(wallet, prices))
    ([0.0, 10.0], 3000.0)
    """
    names = market.instruments.names
    own = equity(accounts, market)
    apart = _isolated(market.instruments, isolated)
    given = non_negative("margin", in_order("margin", margin, names))
    given = np.broadcast_to(given, together(margin=given, instruments=(len(names),)))
    collateral = market.instruments.is_cash
    refuse("margin", given, (given > 0) & collateral, "must be 0 for what is held as collateral")
    refuse("margin", given, (given > 0) & ~apart, "must be 0 for a position that is not isolated")
    spare = own - given.sum(axis=-1)
    refuse("wallet", spare, spare < 0, "would owe money: margin adds up to more than the equity")
    value = position_value(accounts, market)
    alone = np.eye(len(names)) * (accounts.quantity * apart)[..., None, :]
    positions = Accounts(given - value * apart, alone)
    kept = accounts.quantity * ~apart
    wallet = Accounts(spare - total_value(kept, market.value), kept)
    return positions, wallet


def _isolated(instruments: Instruments, names: Sequence[str] | None) -> NDArray[np.bool_]:
    """Return which instruments are isolated, shape (I,): all positions where none is named."""
    if names is None:
        return ~instruments.is_cash
    apart = np.zeros(len(instruments), dtype=np.bool_)
    for name in names:
        index = instruments.index(name)
        if instruments.is_cash[index]:
            raise MarginError(f"isolated must name positions; {name!r} is held as collateral")
        apart[index] = True
    return apart
