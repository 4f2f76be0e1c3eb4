"""Which owners of a crowd keep their positions apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import MarginError, fraction
from marginlib.accounts import Accounts, equity, notional, position_value
from marginlib.market import Market


class Separated(NamedTuple):
    """A crowd in which an owner may have several accounts."""

    accounts: Accounts  # (M,)
    owner: NDArray[np.intp]  # (M,): which of the first crowd's accounts each one came from


def separate(
    accounts: Accounts, market: Market, share: float, *, rng: np.random.Generator
) -> Separated:
    """Return the crowd after some owners have isolated each of their positions.

    An owner who isolates divides the equity among the positions in proportion to their notional,
    so that each has the leverage that all had together. Whoever has fewer than two positions, no
    equity left, coins as collateral or options keeps one account, as that cannot be divided so.
    Nothing is made or lost.

    Parameters
    ----------
    accounts : Accounts
        Cross-margined accounts of shape (N,).
    market : Market
        Prices at which the equity is divided, one set.
    share : float
        Chance that an owner isolates [fraction].
    rng : numpy.random.Generator
        Source of randomness. One number is drawn for each owner whatever the share, so that a
        larger share isolates more owners and pools none.

    Returns
    -------
    Separated
        ``accounts`` of shape (M,), those that stayed whole first, and their ``owner``.

    >>> from marginlib import instruments, market
    >>> from marginlib.accounts import open_accounts
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_000])
    >>> pooled = open_accounts(collateral=[3_000], quantity=[[1, -10]], market=prices)
    >>> apart = separate(pooled, prices, share=1, rng=np.random.default_rng(1))
    >>> apart.accounts.quantity.tolist(), equity(apart.accounts, prices).tolist()
    ([[1.0, 0.0], [0.0, -10.0]], [2000.0, 1000.0])
    """
    if len(accounts.shape) != 1 or market.shape:
        raise MarginError(
            "accounts must have shape (N,) and market one set of prices; "
            f"got shapes {accounts.shape} and {market.shape}"
        )
    size, own = notional(accounts, market), equity(accounts, market)
    wants = rng.random(len(accounts)) < fraction("share", share)
    other = (accounts.quantity[:, ~market.instruments.is_margined] != 0).any(axis=-1)
    apart = wants & ((size > 0).sum(axis=-1) > 1) & (own > 0) & ~other
    margin = own[:, None] * size / np.where(apart, size.sum(axis=-1), 1)[:, None]
    cash = margin - position_value(accounts, market)
    owner, column = np.nonzero((size > 0) & apart[:, None])
    alone = np.zeros((len(owner), len(market.instruments)))
    alone[np.arange(len(owner)), column] = accounts.quantity[owner, column]
    return Separated(
        Accounts(
            np.concatenate([accounts.cash[~apart], cash[owner, column]]),
            np.concatenate([accounts.quantity[~apart], alone]),
        ),
        np.concatenate([np.flatnonzero(~apart), owner]),
    )
