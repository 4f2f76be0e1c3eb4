"""Where an account stands, and what is called for."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, known
from marginlib.accounts import Accounts, equity
from marginlib.margin import MarginModel
from marginlib.market import Market


class Status(IntEnum):
    """Where an account stands, from well to worst."""

    HEALTHY = 0  # equity covers the initial requirement: free to open more
    RESTRICTED = 1  # between the two requirements: may only reduce
    LIQUIDATION = 2  # equity no longer covers maintenance: the venue closes positions
    BANKRUPT = 3  # equity is below zero: someone else pays


def status(
    accounts: Accounts, market: Market, model: MarginModel, equality_is_safe: bool = True
) -> NDArray[np.int64]:
    """Return where each account stands, shape (...), as numbers of :class:`Status`.

    :func:`marginlib.liquidation.transitions` tells how it gets from one to another.

    Parameters
    ----------
    model : margin model
    equality_is_safe : bool
        Whether equity equal to maintenance is enough, or the account is liquidated there already.
        Venues differ. Either way it must need some maintenance, and have more than what it has paid
        for: a position or a debt.

    Sources: Bybit's and OKX's help pages liquidate at a margin ratio of 100 %; dYdX's v4 chain,
    x/subaccounts, below maintenance only (read in 2026).

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
    covered = own >= need.maintenance if equality_is_safe else own > need.maintenance
    at_risk = _owes(accounts, market) & (need.maintenance > 0)
    # Read from the top: the first line that is true decides.
    table = [
        (own < 0, Status.BANKRUPT),
        (at_risk & ~covered, Status.LIQUIDATION),
        (own < need.initial, Status.RESTRICTED),
    ]
    conditions, answers = zip(*table, strict=True)
    return np.select(conditions, [int(answer) for answer in answers], int(Status.HEALTHY))


def margin_call(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    restore: Literal["initial", "maintenance"] = "initial",
    equality_is_safe: bool = True,
) -> FloatArray:
    """Return what must be paid in now, shape (...) [currency]; 0 where nothing is called.

    A call is made when equity falls below maintenance. In futures it restores the *initial*
    requirement; a broker's call on a share account restores maintenance only.

    Parameters
    ----------
    model : margin model
    restore : {"initial", "maintenance"}
        Up to which requirement.
    equality_is_safe : bool
        Whether equity equal to maintenance is enough, or is called too.

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
    at_the_line = (own == need.maintenance) & (need.maintenance > 0) & (not equality_is_safe)
    return np.where((own < need.maintenance) | at_the_line, target - own, 0.0)


def _owes(accounts: Accounts, market: Market) -> NDArray[np.bool_]:
    """Tell which accounts have a position or a debt, and not only what they have paid for."""
    held, is_cash = accounts.quantity, market.instruments.is_cash
    positions = ((held != 0) & ~is_cash) | (held < 0)
    return np.asarray(positions.any(axis=-1) | (accounts.cash < 0))
