r"""One market, one price: where it comes to rest once all who must sell have sold.

Every account has one liquidation price. When the market is shocked to :math:`P_1`, whoever's
liquidation price is reached is closed completely; the sales move the price, which reaches others.
If the impact is permanent and depends on the total flow only, the order of the sales does not
matter, and the price rests at the first solution of

.. math:: p = P_1 \, (1 - I(Q(p))), \qquad Q(p) = \sum_{L_i > p} q_i

that a falling price meets: the one with the fewest sales. Shorts are the mirror image: they buy. A
falling price reaches no short and a rising one no long, so a shock sets off one side alone.

This is what :func:`marginlib.cascade.settle` computes round by round when every account that is due
is closed at once. Here the accounts stand in the order in which a moving price reaches them, and a
question costs a few searches instead of a few passes over the crowd.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, positive, refuse
from marginlib.accounts import Accounts
from marginlib.impact import Curve
from marginlib.instruments import Instruments
from marginlib.liquidation import liquidation_price
from marginlib.margin import MarginModel
from marginlib.market import Market

Counts = NDArray[np.intp]


class Side(NamedTuple):
    """All longs, or all shorts, that some price of the market liquidates."""

    sign: int  # 1 for longs, -1 for shorts
    price: FloatArray  # (n,) liquidation prices [quote currency]
    quantity: FloatArray  # (n,) contracts, without their sign
    account: Counts  # (n,) which of the crowd's accounts each one is


def some(side: Side, index: Counts) -> Side:
    """Return some accounts of a side, in this order."""
    return Side(side.sign, side.price[index], side.quantity[index], side.account[index])


class Thresholds(NamedTuple):
    """At which price each account of a crowd is closed, and what that trades."""

    longs: Side
    shorts: Side
    other: FloatArray  # (N,) what the accounts have beside the position [currency]
    instrument: Instruments  # the one that trades


class Queue:
    """A side of the crowd in the order in which a moving price reaches it.

    Attributes
    ----------
    side : Side
        In that order: prices fall for longs and rise for shorts.
    reached : array of shape (n + 1,)
        Contracts of the first 0, 1, ... n accounts [contracts].
    """

    def __init__(self, side: Side) -> None:
        order = np.argsort(-side.sign * side.price, kind="stable")
        self.side = some(side, order)
        self.reached = np.concatenate([[0.0], np.cumsum(self.side.quantity)])
        self._rising = -side.sign * self.side.price

    def count(self, price: FloatArray) -> Counts:
        """Return how many accounts are closed at these prices, shape (...).

        A price of ``nan``, which no market has, is beyond all of them.
        """
        return np.asarray(np.searchsorted(self._rising, -self.side.sign * price, side="left"))

    def flow(self, count: Counts) -> FloatArray:
        """Return what the first so many accounts trade [contracts]; what they sell is negative."""
        return np.asarray(-self.side.sign * self.reached[count] + 0.0)  # no -0


class Prepared(NamedTuple):
    """A crowd that was sorted once, to be asked often."""

    longs: Queue
    shorts: Queue
    thresholds: Thresholds


class Rest(NamedTuple):
    """Where a cascade comes to rest."""

    price: FloatArray  # (...) [quote currency]; nan where the market could not take the flow
    closed: Counts  # (...) accounts that were closed
    quantity: FloatArray  # (...) what they traded [contracts]; sold is negative


def thresholds(accounts: Accounts, market: Market, model: MarginModel, name: str) -> Thresholds:
    """Return at which price of ``name`` each account is closed, and what that trades.

    Arguments are those of :func:`prepare`. Accounts that no price liquidates are on neither side.
    """
    refuse_many_crowds(accounts, market)
    index = market.instruments.index(name)
    if not market.instruments.is_margined[index]:
        raise MarginError(f"{name!r} must be traded on margin; it is not what a venue closes")
    others = np.delete(accounts.quantity * ~market.instruments.is_cash, index, axis=1)
    refuse("accounts", others, others != 0, f"must hold no other positions than in {name!r}")
    price = liquidation_price(accounts, market, model, name)
    held = accounts.quantity[:, index]
    value = accounts.quantity * market.value
    value[:, index] = 0.0
    return Thresholds(
        _side(1, price, held),
        _side(-1, price, held),
        accounts.cash + value.sum(axis=-1),
        Instruments((market.instruments.each[index],), market.instruments.currency),
    )


def _side(sign: int, price: FloatArray, held: FloatArray) -> Side:
    account = np.flatnonzero((sign * held > 0) & (price > 0))  # not nan either
    return Side(sign, price[account], np.abs(held[account]), account)


def prepare(accounts: Accounts, market: Market, model: MarginModel, name: str) -> Prepared:
    """Return the crowd in the order in which a moving price of ``name`` reaches it.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (N,). Beside ``name`` they hold nothing that would be closed too: only
        cash and coins, which keep their price.
    market : Market
        Present prices, one set.
    model : margin model
        With rates below 1, so that an account has one liquidation price and is due beyond it.
    name : str
        The instrument whose price moves; no option.

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 20, 50], [[1], [1], [-1]], entry)
    >>> ready = prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> ready.longs.side.price.round(2).tolist(), ready.shorts.side.price.round(2).tolist()
    ([94.74, 84.21], [142.86])
    """
    found = thresholds(accounts, market, model, name)
    return Prepared(Queue(found.longs), Queue(found.shorts), found)


def rest(crowd: Prepared, impact: Curve, price: ArrayLike) -> Rest:
    """Return where the market comes to rest after it was shocked to ``price``.

    Parameters
    ----------
    impact : Curve
        A law of :mod:`marginlib.impact` that never forgets; its parameters may be arrays.
    price : float or array
        Price after the shock, before anyone is closed [quote currency]. It broadcasts against the
        impact's parameters: shocks along one axis and depths along the other make a table.

    Returns
    -------
    Rest
        ``price``, ``closed`` and ``quantity``, each of the common shape.

    Raises
    ------
    MarginError
        Where longs and shorts are due at the same price: then each flow undoes part of the other,
        and only :func:`marginlib.cascade.settle` says what happens first.

    Two longs with liquidation prices of 94.74 and 84.21 in a book that gives way by one per cent
    for each contract; a fall to 94 closes the first, and the market rests at 93.06:

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 20], [[1], [1]], entry)
    >>> ready = prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> after = rest(ready, ml.impact.linear_book(depth=1), 94)
    >>> round(float(after.price), 2), int(after.closed), float(after.quantity)
    (93.06, 1, -1.0)
    """
    shocked = positive("price", price)
    refuse_passing(impact)
    refuse_both_sides(crowd.longs.count(shocked), crowd.shorts.count(shocked), shocked)
    longs, shorts = (settled(queue, impact, shocked) for queue in crowd[:2])
    flow = crowd.longs.flow(longs) + crowd.shorts.flow(shorts)
    return Rest(impact.last_price(shocked, flow), np.asarray(longs + shorts), np.asarray(flow))


def settled(queue: Queue, impact: Curve, shocked: FloatArray) -> Counts:
    """Return how many accounts are closed: round by round, until no more are reached."""
    count = queue.count(shocked)
    while True:
        more = queue.count(price_after(impact, shocked, queue.flow(count)))
        if (more == count).all():
            return more
        count = more


def price_after(impact: Curve, shocked: FloatArray, flow: FloatArray) -> FloatArray:
    """Return ``impact.last_price``, without checking again what a loop has checked."""
    off = impact.moved(flow)
    return np.where(off > -1, shocked * (1 + off), np.nan)


def refuse_many_crowds(accounts: Accounts, market: Market) -> None:
    """Refuse what is not one crowd at one set of prices."""
    if len(accounts.shape) != 1 or market.shape:
        raise MarginError(
            "accounts must have shape (N,) and market one set of prices; "
            f"got shapes {accounts.shape} and {market.shape}"
        )


def refuse_both_sides(longs: Counts, shorts: Counts, price: FloatArray) -> None:
    """Refuse a price at which longs and shorts are due at once."""
    both = np.asarray((longs > 0) & (shorts > 0))
    refuse("price", price, both, "must not be one at which longs and shorts are due at once")


def refuse_passing(impact: Curve) -> None:
    """Refuse an impact that passes with time: then it matters how long the sales take."""
    if (impact.lasting_share < 1).any():
        raise MarginError(
            "impact must be permanent here, and this one passes; use marginlib.cascade.settle"
        )


def refuse_many(impact: Curve, price: FloatArray | None = None) -> None:
    """Refuse an impact that passes, more than one of them, and more than one price."""
    refuse_passing(impact)
    if impact.moved(0.0).shape or (price is not None and price.shape):
        raise MarginError(
            "price must be one number and impact have numbers as parameters; use rest for many"
        )
