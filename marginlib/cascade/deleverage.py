"""Auto-deleveraging in a cascade: bankrupt positions that do not reach the market."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, known
from marginlib.accounts import Accounts
from marginlib.cascade.absorb import LossRule
from marginlib.cascade.state import State
from marginlib.waterfall import deleverage_pro_rata, deleverage_queue, pro_rata


@dataclass(frozen=True)
class AutoDeleveraging(LossRule):
    """Bankrupt accounts are closed against the other side once the fund cannot carry them.

    As long as the fund has what bankrupt accounts lack at the mark price, they are closed in the
    market. Beyond that they are closed against accounts that hold the opposite and are not being
    closed themselves. Both sides trade at the mark, the fund pays what it has, and the rest of what
    the bankrupt lack is taken from those they were closed against, in proportion to the value
    closed. All of them together thus trade at the bankruptcy price. Who does not find anybody goes
    to the market after all.

    Parameters
    ----------
    by : {"queue", "size"}
        Whether the first of a queue is closed fully before the second is touched, or all are closed
        a little, in proportion to size. The queue is by profit x leverage; with one account that
        is its gain since the beginning on the size, times the size on the equity: gain on equity.

    See :func:`marginlib.waterfall.deleverage_queue`.
    """

    by: Literal["queue", "size"] = "queue"

    def __post_init__(self) -> None:
        known("by", self.by, ("queue", "size"))

    def close(self, state: State, orders: FloatArray) -> tuple[State, FloatArray]:
        """Return the state and the orders left, once some were filled without the market."""
        is_closed = np.asarray(orders.any(axis=-1))
        lacking = np.where(is_closed, np.maximum(-state.equity, 0.0), 0.0)
        too_much = state.fund.absorb(lacking.sum(axis=-1)).left > 0
        if not too_much.any():
            return state, orders
        handed = orders * ((lacking > 0) & too_much[..., None])[..., None]
        bankrupt, opposite = self._matched(state, handed, np.asarray(~is_closed))
        # What each bankrupt account lacks for the part of it that was taken over.
        value = np.abs(state.facing.value)
        size = np.abs(state.accounts.quantity * value).sum(axis=-1)
        part = np.abs(bankrupt * value).sum(axis=-1) / np.where(size > 0, size, 1.0)
        credit = lacking * part
        total = credit.sum(axis=-1)
        from_fund = state.fund.absorb(total)
        charge = pro_rata(from_fund.left, np.abs(opposite * value).sum(axis=-1))
        traded = bankrupt + opposite
        received = -(traded * state.facing.value).sum(axis=-1)
        accounts = Accounts(
            state.accounts.cash + received + credit - charge, state.accounts.quantity + traded
        )
        return replace(state, accounts=accounts, fund=state.fund.after(total)), orders - bankrupt

    def _matched(
        self, state: State, handed: FloatArray, may_be_closed: NDArray[np.bool_]
    ) -> tuple[FloatArray, FloatArray]:
        """Return what the bankrupt and those on the other side trade, each (..., N, I)."""
        bankrupt, opposite = np.zeros(handed.shape), np.zeros(handed.shape)
        held = np.where(may_be_closed[..., None], state.accounts.quantity, 0.0)
        own = np.where(state.equity > 0, state.equity, np.nan)
        score = ((state.equity - state.opening) / own)[..., None, :]
        for side in (-1.0, 1.0):  # what longs hand over, then what shorts do
            orders = np.where(side * handed > 0, handed, 0.0)
            total = orders.sum(axis=-2)
            ask = (-total, state.market.price, np.swapaxes(held, -1, -2))
            done = (
                deleverage_queue(*ask, score) if self.by == "queue" else deleverage_pro_rata(*ask)
            )
            filled = 1 - done.left / np.where(total == 0, 1.0, np.abs(total))
            bankrupt += orders * filled[..., None, :]
            opposite -= side * np.swapaxes(done.closed, -1, -2)
        return bankrupt, opposite
