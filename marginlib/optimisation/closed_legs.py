"""Which leg to close: what each of them frees, and what closing it costs.

Any margin model can be asked, for it is tried out: every leg is closed in full, one at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray
from marginlib.accounts import Accounts, position_value
from marginlib.liquidation.fees import Fee, fee_on
from marginlib.margin import MarginModel
from marginlib.market import Market


class ClosedLegs(NamedTuple):
    """What closing each leg of an account does, shape (..., I); nan where nothing is held."""

    freed: FloatArray  # by how much the requirement falls [currency]; negative for a hedge
    cost: FloatArray  # what closing costs [currency]

    @property
    def gained(self) -> FloatArray:
        """By how much free margin rises, shape (..., I) [currency]: what is freed less the cost."""
        return self.freed - self.cost

    @property
    def freed_per_cost(self) -> FloatArray:
        """Margin freed per unit of cost, shape (..., I); infinite where closing costs nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.freed / self.cost)


def closed_legs(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    fee: float | Fee = 0.0,
    maintenance: bool = False,
) -> ClosedLegs:
    """Return what closing each leg frees, and what it costs.

    Parameters
    ----------
    model : margin model
    fee : float or fee rule
        Fee on the notional closed [fraction], or a rule of :mod:`marginlib.liquidation`.
    maintenance : bool
        Whether to look at the maintenance requirement; otherwise at the initial one.

    What frees most margin may leave most risk. The model sees a hedge as it was calibrated: a leg
    that offsets in calm markets and not in a crisis looks too good to close. It also takes the
    price of now for all that is closed; see :mod:`marginlib.impact` for large legs.

    Two bought months against three sold ones, where only the difference between them is at risk in
    the scan: closing one leg makes the other naked.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin.scan import ScenarioScan, equidistant
    >>> months = instruments.linear(["BTC-JUN", "BTC-SEP"], underlying="BTC")
    >>> now = market.at(months, [20_000, 20_000])
    >>> ana = accounts.open_accounts(collateral=9_000, quantity=[2, -3], market=now)
    >>> legs = closed_legs(ana, now, ScenarioScan(equidistant(0.15, 0.15)), fee=0.001)
    >>> legs.freed.round(6).tolist(), legs.cost.round(6).tolist()
    ([-6000.0, -3000.0], [40.0, 60.0])
    """
    before = _need(accounts, market, model, maintenance)
    value, cost, freed = position_value(accounts, market), [], []
    for leg, one in enumerate(np.eye(len(market.instruments))):
        traded = -accounts.quantity * one
        paid = fee_on(fee, accounts, market, model, traded)
        left = Accounts(accounts.cash + value[..., leg] - paid, accounts.quantity * (1 - one))
        cost.append(np.broadcast_to(paid, before.shape))
        freed.append(before - _need(left, market, model, maintenance))
    held = np.broadcast_to(accounts.quantity != 0, value.shape)
    return ClosedLegs(
        np.where(held, np.stack(freed, axis=-1), np.nan),
        np.where(held, np.stack(cost, axis=-1), np.nan),
    )


def best_leg_to_close(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    fee: float | Fee = 0.0,
    maintenance: bool = False,
) -> NDArray[np.str_]:
    """Return the name of the leg that frees most margin per unit of cost, shape (...).

    Where closing is free, it is the one that frees most. The name is empty where closing any leg
    frees nothing, and it is better to close a part of each. Arguments as in :func:`closed_legs`.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC", "DOGE"]), [20_000, 0.1])
    >>> ana = accounts.open_accounts(collateral=9_000, quantity=[1, 50_000], market=now)
    >>> rule = FixedRate(initial=[0.02, 0.20], maintenance=0.01)
    >>> str(best_leg_to_close(ana, now, rule, fee=0.001))
    'DOGE'
    """
    legs = closed_legs(accounts, market, model, fee, maintenance)
    frees = legs.freed > 0
    free_of_cost = frees & (legs.cost == 0)
    rank = np.where(frees, legs.freed_per_cost, -np.inf)
    # Among legs that cost nothing, the one that frees most comes first.
    any_free = free_of_cost.any(axis=-1, keepdims=True)
    rank = np.where(any_free, np.where(free_of_cost, legs.freed, -np.inf), rank)
    names = np.array(market.instruments.names)
    return np.where(frees.any(axis=-1), names[rank.argmax(axis=-1)], "")


def _need(accounts: Accounts, market: Market, model: MarginModel, maintenance: bool) -> FloatArray:
    need = model(accounts, market)
    return np.asarray(need.maintenance if maintenance else need.initial)
