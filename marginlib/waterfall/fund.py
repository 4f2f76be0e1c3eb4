"""The insurance fund: it grows by fees, pays the gaps, and can be empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, hold, non_negative, numbers, one_for_each, together
from marginlib.waterfall.layers import Absorbed


@dataclass(frozen=True, eq=False)
class InsuranceFund:
    """Money that pays losses while it lasts, and never more than there is.

    It is a layer of a :class:`~marginlib.waterfall.Waterfall`.

    Parameters
    ----------
    balance : float or array of shape (...)
        Money in the fund, zero or more [currency].
    largest_claim : float or array of shape (...), optional
        The most that it pays for one loss [currency]. Without it, the whole balance.
    name : str

    >>> fund = InsuranceFund(1_000).receive(200)
    >>> paid, left, _ = fund.absorb(1_500)
    >>> float(paid), float(left), float(fund.after(1_500).balance)
    (1200.0, 300.0, 0.0)
    """

    balance: FloatArray
    largest_claim: FloatArray | None
    name: str

    def __init__(
        self,
        balance: ArrayLike,
        largest_claim: ArrayLike | None = None,
        name: str = "insurance fund",
    ) -> None:
        claim = None if largest_claim is None else non_negative("largest_claim", largest_claim)
        hold(self, balance=non_negative("balance", balance), largest_claim=claim, name=name)

    def absorb(self, loss: ArrayLike) -> Absorbed:
        """Return what the fund pays of a loss, and what is left, each of shape (...)."""
        gap = non_negative("loss", loss)
        together(loss=gap, balance=self.balance)
        paid = np.asarray(np.minimum(gap, self.balance))
        if self.largest_claim is not None:
            together(paid=paid, largest_claim=self.largest_claim)
            paid = np.asarray(np.minimum(paid, self.largest_claim))
        return Absorbed(paid, np.asarray(gap - paid))

    def after(self, loss: ArrayLike) -> InsuranceFund:
        """Return the fund when it has paid its part of ``loss`` [currency]."""
        return replace(self, balance=self.balance - self.absorb(loss).paid)

    def receive(self, amount: ArrayLike) -> InsuranceFund:
        """Return the fund with a fee or a gift added [currency]."""
        return replace(self, balance=self.balance + non_negative("amount", amount))


class FundPath(NamedTuple):
    """An insurance fund through time, each of shape (..., T)."""

    balance: FloatArray  # after each step [currency]
    unpaid: FloatArray  # what the fund could not pay at each step [currency]


def fund_path(balance: ArrayLike, change: ArrayLike) -> FundPath:
    r"""Return how a fund fares under a sequence of fees and losses.

    Let x be the balance as if it could be negative. The fund never falls below zero, so that what
    it has left unpaid until now is the deepest that x has been below zero, and its balance is x
    plus that (the reflection of x at zero).

    Parameters
    ----------
    balance : float or array of shape (...)
        Money at the beginning, zero or more [currency].
    change : array of shape (..., T)
        Fees received (positive) and losses to be paid (negative), in time [currency].

    Returns
    -------
    FundPath
        ``balance`` and ``unpaid`` at each step. Balance at the end = balance at the beginning +
        sum of changes + sum of unpaid.

    >>> path = fund_path(100, [50, -200, 30, -40])
    >>> path.balance.tolist(), path.unpaid.tolist()
    ([150.0, 0.0, 30.0, 0.0], [0.0, 50.0, 0.0, 10.0])
    """
    start = non_negative("balance", balance)
    steps = one_for_each("step", "change", numbers("change", change))
    together(balance=start, change=steps.shape[:-1])
    free = start[..., None] + np.cumsum(steps, axis=-1)
    owed = np.maximum.accumulate(np.maximum(-free, 0.0), axis=-1)
    unpaid = np.diff(owed, axis=-1, prepend=0.0)
    return FundPath(np.asarray(free + owed), unpaid)
