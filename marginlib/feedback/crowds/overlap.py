"""How alike the holdings of a crowd are."""

from __future__ import annotations

import numpy as np

from marginlib._checks import FloatArray, MarginError
from marginlib.accounts import Accounts, notional
from marginlib.market import Market


def overlap(accounts: Accounts, market: Market) -> float:
    r"""Return the share of holdings that two accounts have in common, on average over all pairs.

    With :math:`w_i` the shares of an account's notional in each instrument, two accounts have
    :math:`\sum_k \min(w_{ik}, w_{jk})` in common: 1 where they hold the same portfolio, on
    whichever side, and 0 where they share nothing. Accounts without a position do not count.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (N,).
    market : Market

    Returns
    -------
    float
        Average overlap [fraction]; ``nan`` for fewer than two accounts with positions.

    Two hold only bitcoin, one half of each; the pairs have 1, 1/2 and 1/2 in common:

    >>> from marginlib import instruments, market
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_000])
    >>> round(overlap(Accounts(0, [[1, 0], [-2, 0], [1, 20]]), prices), 4)
    0.6667
    """
    if len(accounts.shape) != 1:
        raise MarginError(f"accounts must have shape (N,); got {accounts.shape}")
    shares = _shares(notional(accounts, market))
    count = len(shares)
    if count < 2:
        return float("nan")
    # In order of size, each is the smaller one of its pairs with all that follow.
    ordered = np.sort(shares, axis=0)
    followers = np.arange(count - 1, -1, -1)
    return float((followers @ ordered).sum() / (count * (count - 1) / 2))


def _shares(size: FloatArray) -> FloatArray:
    """Return the share of each account in each instrument, of those that hold any."""
    total = size.sum(axis=-1)
    return np.asarray(size[total > 0] / total[total > 0, None])
