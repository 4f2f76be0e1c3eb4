"""Where an account stands, and what is called for."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, known
from marginlib.accounts import Accounts, equity, notional
from marginlib.margin import MarginModel
from marginlib.market import Market


class Status(IntEnum):
    """Where an account stands, from well to worst."""

    HEALTHY = 0  # equity covers the initial requirement: free to open more
    RESTRICTED = 1  # between the two requirements: may only reduce
    LIQUIDATION = 2  # maintenance is no longer exceeded: the venue closes positions
    BANKRUPT = 3  # equity is below zero: someone else pays


def status(accounts: Accounts, market: Market, model: MarginModel) -> NDArray[np.int64]:
    """Return where each account stands, shape (...), as numbers of :class:`Status`.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> for price in [20_000, 19_000, 18_500, 17_000]:
    ...     now = market.with_price(entry, "BTC", price)
    ...     print(price, Status(int(status(ana, now, rule))).name)
    20000 HEALTHY
    19000 RESTRICTED
    18500 LIQUIDATION
    17000 BANKRUPT
    """
    own = equity(accounts, market)
    need = model(accounts, market)
    holds = notional(accounts, market).max(axis=-1) > 0
    # Read from the top: the first line that is true decides.
    table = [
        (own < 0, Status.BANKRUPT),
        (holds & (own <= need.maintenance), Status.LIQUIDATION),
        (own < need.initial, Status.RESTRICTED),
    ]
    conditions, answers = zip(*table, strict=True)
    return np.select(conditions, [int(answer) for answer in answers], int(Status.HEALTHY))


def margin_call(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    restore: Literal["initial", "maintenance"] = "initial",
) -> FloatArray:
    """Return what must be paid in now, shape (...) [currency]; 0 where nothing is called.

    A call is made when equity falls below maintenance. In futures it restores the *initial*
    requirement; a broker's call on a share account restores maintenance only.

    Source: CME Group, "Performance bonds/margins FAQ".

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> now = market.with_price(entry, "BTC", 18_500)
    >>> float(margin_call(ana, now, rule)), float(margin_call(ana, now, rule, "maintenance"))
    (1350.0, 425.0)
    """
    known("restore", restore, ("initial", "maintenance"))
    own = equity(accounts, market)
    need = model(accounts, market)
    target = need.initial if restore == "initial" else need.maintenance
    return np.where(own < need.maintenance, target - own, 0.0)
