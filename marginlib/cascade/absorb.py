"""Who pays what accounts cannot: the fund first, then whoever the rules name.

A debt is what an account owes once it has nothing left to close. The fund pays while it lasts. What
it leaves goes to the rules for losses, in order; what none of them can pay stays where it is, as a
debt of the account, and is tried again in the next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from marginlib._checks import FloatArray, known
from marginlib.accounts import Accounts, deposit, notional
from marginlib.cascade.state import State
from marginlib.waterfall import pro_rata


class LossRule:
    """What all rules for losses share: nothing happens, unless a rule says otherwise."""

    def close(self, state: State, orders: FloatArray) -> tuple[State, FloatArray]:
        """Return the state and the orders left, once orders were filled without the market."""
        return state, orders

    def pay(self, state: State) -> State:
        """Return the state once others have paid what they can of the debts."""
        return state


@dataclass(frozen=True)
class SocialisedLoss(LossRule):
    """Debts are shared among the others, and nobody pays more than his equity.

    Parameters
    ----------
    by : {"gains", "size", "equity"}
        What the shares are in proportion to: the gain since the beginning, beyond which nobody pays
        either, the notional of all positions, or the equity.
    """

    by: Literal["gains", "size", "equity"] = "gains"

    def __post_init__(self) -> None:
        known("by", self.by, ("gains", "size", "equity"))

    def pay(self, state: State) -> State:
        """Return the state once the others have paid."""
        own = np.maximum(state.equity, 0.0)
        weight = own
        limit = own
        if self.by == "gains":
            weight = limit = np.minimum(np.maximum(state.equity - state.opening, 0.0), own)
        if self.by == "size":
            weight = notional(state.accounts, state.facing).sum(axis=-1)
        taken = pro_rata(state.unpaid, weight, limit=limit)
        return credited(replace(state, accounts=deposit(state.accounts, -taken)), taken.sum(-1))


def absorb(state: State, losses: Sequence[LossRule]) -> State:
    """Return the state once the fund, and then the rules for losses, have paid the debts."""
    if not np.any(state.unpaid):
        return state
    state = from_fund(state, state.unpaid)
    for rule in losses:
        state = rule.pay(state)
    return state


def from_fund(state: State, claim: FloatArray) -> State:
    """Return the state once the fund has paid what it can of a claim, shape (...), to debtors."""
    paid = state.fund.absorb(claim).paid
    return credited(replace(state, fund=state.fund.after(claim)), paid)


def credited(state: State, amount: FloatArray) -> State:
    """Return the state with an amount of shape (...) paid towards all debts, pro rata."""
    share = pro_rata(amount, state.debt, limit=state.debt)
    accounts = state.accounts
    return replace(state, accounts=Accounts(accounts.cash + share, accounts.quantity))
