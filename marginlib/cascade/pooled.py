r"""Several markets and cross-margined accounts: where all prices come to rest.

A cross-margined account has no liquidation price of its own, for it depends on all prices at once.
But while its maintenance grows at fixed rates :math:`m_k` with the value of each position, what it
has above maintenance is a straight line in the values :math:`v` of one contract each:

.. math:: h_i = c_i + \sum_k (q_{ik} - m_k |q_{ik}| \, \text{sign} \, v_k) \, v_k ,

with :math:`c_i` the cash less whatever maintenance does not depend on prices. So a round is one
product of a matrix and a vector: whoever has :math:`h \le 0` is closed, and that flow moves every
price it touches. This is :func:`marginlib.cascade.settle` with a policy that closes all, and a
permanent impact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, NotSettled, last_axis, positive
from marginlib.accounts import Accounts, position_value
from marginlib.cascade.one_market import refuse_many_crowds, refuse_passing
from marginlib.impact import Curve
from marginlib.instruments import Instruments
from marginlib.instruments.unit_values import unit_value
from marginlib.margin import MarginModel
from marginlib.margin.asking import value_rates
from marginlib.market import Market


class Pool(NamedTuple):
    """A cross-margined crowd, prepared to be asked often."""

    accounts: Accounts  # (N,)
    instruments: Instruments
    weight: FloatArray  # (I, N) what a move of one value adds to each account's headroom
    base: FloatArray  # (N,) headroom if all values were zero; infinite for who holds nothing


class PooledRest(NamedTuple):
    """Where a cascade through several markets comes to rest."""

    price: FloatArray  # (I,) [quote currency]
    closed: NDArray[np.bool_]  # (N,) which accounts were closed
    quantity: FloatArray  # (I,) what they traded [contracts]; sold is negative
    left: float  # what the closed accounts keep [currency]
    shortfall: float  # what they owe and do not have: the fund's loss [currency]
    rounds: int


def prepare_pooled(accounts: Accounts, market: Market, model: MarginModel) -> Pool:
    """Return a crowd prepared for :func:`rest_pooled`.

    Parameters
    ----------
    accounts : Accounts
        Cross-margined accounts of shape (N,), with cash as their only collateral.
    market : Market
        Present prices, one set, without options.
    model : margin model
        One whose maintenance grows at fixed rates, as
        :class:`~marginlib.margin.FixedRate`; see :meth:`marginlib.margin.Model.value_rates`.

    Raises
    ------
    MarginError
        For anything else: that is for :func:`marginlib.cascade.settle`.
    """
    refuse_many_crowds(accounts, market)
    last_axis("quantity", accounts.quantity, market.instruments.names)
    if accounts.quantity[:, ~market.instruments.is_margined].any():
        raise MarginError(
            "accounts must hold no coins and no options; use marginlib.cascade.settle"
        )
    rates = value_rates(model, accounts, market)
    if rates is None:
        raise MarginError("model must have fixed rates; use marginlib.cascade.settle for others")
    size = np.abs(accounts.quantity)
    fixed = model(accounts, market).maintenance
    fixed = fixed - (rates * np.abs(position_value(accounts, market))).sum(axis=-1)
    base = np.where(size.any(axis=-1), accounts.cash - fixed, np.inf)
    weight = accounts.quantity - rates * size * np.sign(market.value)
    return Pool(accounts, market.instruments, np.ascontiguousarray(weight.T), base)


def rest_pooled(pool: Pool, impact: Curve, price: ArrayLike) -> PooledRest:
    """Return where all markets come to rest after they were shocked to ``price``.

    Parameters
    ----------
    pool : Pool
        From :func:`prepare_pooled`.
    impact : Curve
        A law of :mod:`marginlib.impact` that never forgets, with parameters of shape () or (I,).
    price : array of shape (I,)
        Prices after the shock, before anyone is closed [quote currency].

    Raises
    ------
    NotSettled
        If more is sold than anyone would buy at a price above zero; its ``last`` is the
        :class:`PooledRest` before that round.

    Bitcoin falls by a tenth. The first owner is closed in both markets; ether, which nothing had
    happened to, falls by a twentieth, and takes the second with it:

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [100, 100])
    >>> crowd = ml.accounts.open_accounts([14, 6, 9], [[1, 1], [0, 1], [0, 1]], entry)
    >>> pool = prepare_pooled(crowd, entry, ml.margin.FixedRate(0.03, 0.03))
    >>> after = rest_pooled(pool, ml.impact.linear_book(depth=0.25), [90, 100])
    >>> after.price.round(2).tolist(), after.closed.tolist(), after.rounds
    ([86.4, 88.0], [True, True, True], 3)
    """
    shocked = last_axis("price", positive("price", price), pool.instruments.names)
    if shocked.ndim > 1:
        raise MarginError(f"price must have shape (I,); got shape {shocked.shape}")
    refuse_passing(impact)
    quantity, cash, base = pool.accounts.quantity, pool.accounts.cash, pool.base.copy()
    now, flow = shocked, np.zeros(len(shocked))
    closed = np.zeros(len(base), dtype=np.bool_)
    left = shortfall = 0.0
    rounds = 0
    while True:
        # Not "@": matrices so thin make the threads behind it wait for each other.
        headroom = np.einsum("i,in->n", unit_value(pool.instruments, now), pool.weight)
        headroom += base
        due = np.flatnonzero(headroom < 0)
        if not due.size:
            return PooledRest(now, closed, flow, left, shortfall, rounds)
        held = quantity[due]
        after = flow - held.sum(axis=0)
        price_after = impact.last_price(shocked, after)
        if np.isnan(price_after).any():
            raise NotSettled(
                "impact leaves no price above zero for what must be sold; a deeper market, fewer "
                "accounts or a smaller shock would",
                PooledRest(now, closed, flow, left, shortfall, rounds),
            )
        fill = shocked * (1 + impact.average_between(flow, after))
        worth = cash[due] + held @ unit_value(pool.instruments, fill)
        left += float(np.maximum(worth, 0.0).sum())
        shortfall += float(np.maximum(-worth, 0.0).sum())
        now, flow, rounds = price_after, after, rounds + 1
        base[due] = np.inf  # once closed, never due again
        closed[due] = True
