"""What a liquidation price is, or why there is none."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from marginlib.accounts import Accounts
from marginlib.liquidation.prices import liquidation_price
from marginlib.margin import MarginModel, headroom
from marginlib.market import Market


class Outlook(IntEnum):
    """What an account's liquidation price is, or why there is none."""

    AHEAD = 0  # safe now: at the price it is liquidated
    PASSED = 1  # below maintenance already: the price is the nearest that would save it
    NEVER = 2  # safe now and at every price of the instrument, so there is none
    LOST = 3  # below maintenance already, and at every price, so there is none
    UNMOVED = 4  # holds nothing that this price moves, so there is none


def outlook(accounts: Accounts, market: Market, model: MarginModel, name: str) -> NDArray[np.int64]:
    """Return what each liquidation price is, or why it is ``nan``, as numbers of :class:`Outlook`.

    Parameters are those of :func:`marginlib.liquidation.liquidation_price`, and the shape is that
    of its answer.

    A long position fully paid for is never liquidated, and one with 800 left is past its price:

    >>> from marginlib import accounts, instruments, margin, market
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> crowd = accounts.open_accounts([2_000, 800, 25_000, 500], [[1], [1], [1], [0]], now)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> [Outlook(each).name for each in outlook(crowd, now, rule, "BTC")]
    ['AHEAD', 'PASSED', 'NEVER', 'UNMOVED']
    """
    price = liquidation_price(accounts, market, model, name)
    safe = np.broadcast_to(headroom(accounts, market, model) >= 0, price.shape)
    each = market.instruments.each
    moved = [one.name == name or one.underlying == name for one in each]
    holds = np.broadcast_to((accounts.quantity[..., moved] != 0).any(axis=-1), price.shape)
    # Read from the top: the first line that is true decides.
    table = [
        (~np.isnan(price) & safe, Outlook.AHEAD),
        (~np.isnan(price), Outlook.PASSED),
        (~holds, Outlook.UNMOVED),
        (safe, Outlook.NEVER),
    ]
    conditions, answers = zip(*table, strict=True)
    return np.select(conditions, [int(answer) for answer in answers], int(Outlook.LOST))
