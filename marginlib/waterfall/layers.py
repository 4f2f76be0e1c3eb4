"""Layers of a waterfall: each pays what it can of a loss, and passes on the rest.

A layer is anything with a ``name`` and a method ``absorb(loss)`` that returns :class:`Absorbed`.
The insurance fund of :mod:`marginlib.waterfall.fund` is one as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fixed, hold, non_negative, refuse, together
from marginlib._fields import NonNegative, Numbers, Positive, Rule, checked
from marginlib.waterfall.allocation import people, pro_rata
from marginlib.waterfall.deleveraging import deleverage_queue, refuse_one_side


class Absorbed(NamedTuple):
    """What one layer did with a loss."""

    paid: FloatArray  # (...) [currency]
    left: FloatArray  # (...) [currency], passed on to the next layer
    each: FloatArray | None = None  # (..., N) [currency], by each person of a shared layer


class Layer(Protocol):
    """Anything that can absorb a loss."""

    @property
    def name(self) -> str:
        """Who pays."""
        ...

    def absorb(self, loss: ArrayLike) -> Absorbed:
        """Return what is paid of ``loss``, shape (...) [currency], and what is left."""
        ...


@checked
class Resource:
    """Money set aside by one payer: it pays until it is used up.

    Parameters
    ----------
    name : str
    amount : float or array of shape (...)
        Money there is [currency].

    >>> paid, left, _ = Resource("margin of the defaulter", 80).absorb([50, 100])
    >>> paid.tolist(), left.tolist()
    ([50.0, 80.0], [0.0, 20.0])
    """

    name: str
    amount: NonNegative

    def absorb(self, loss: ArrayLike) -> Absorbed:
        """Return what is paid of a loss, and what is left, each of shape (...)."""
        gap = non_negative("loss", loss)
        together(loss=gap, amount=self.amount)
        paid = np.asarray(np.minimum(gap, self.amount))
        return Absorbed(paid, np.asarray(gap - paid))


@dataclass(frozen=True, eq=False)
class Contributions:
    """Money of many payers, used in proportion to what each has there.

    Contributions to a default fund, calls for more (see ``assessments``), and gains that can be
    cut are all of this kind.

    Parameters
    ----------
    name : str
    amount : array of shape (..., N)
        The most that each of N persons pays [currency].

    >>> Contributions("fund of the survivors", [30, 60]).absorb(45).each.tolist()
    [15.0, 30.0]
    """

    name: str
    amount: FloatArray

    def __init__(self, name: str, amount: ArrayLike) -> None:
        hold(self, name=name, amount=people("amount", amount))

    def absorb(self, loss: ArrayLike) -> Absorbed:
        """Return what is paid of a loss, what is left, and what each person pays."""
        gap = non_negative("loss", loss)
        together(loss=gap, amount=self.amount.shape[:-1])
        paid = np.asarray(np.minimum(gap, self.amount.sum(axis=-1)))
        each = pro_rata(paid, self.amount, limit=self.amount)
        return Absorbed(paid, np.asarray(gap - paid), each)


class Scores(Rule[FloatArray]):
    """Numbers of any size, infinite ones too."""

    @staticmethod
    def check(name: str, value: ArrayLike) -> FloatArray:
        """Return the scores."""
        return fixed(np.array(value, dtype=np.float64))


@checked
class DeleveragingQueue:
    """Positions on the other side, closed at the bankruptcy price of the one that failed.

    Each contract closed so saves the venue the distance from the market to that price, and costs
    its owner the same. :func:`~marginlib.waterfall.deleverage_queue` says who is first.

    Parameters
    ----------
    quantity : float or array of shape (...)
        Position that failed; long is positive [contracts].
    bankruptcy_price, market_price : float or array of shape (...)
        Its bankruptcy price, and the worse one at which the market would take it [currency].
    held, score : array of shape (..., N)
        Positions of the others [contracts], and their scores.
    name : str

    A long position, bankrupt at 100, could be sold only at 90: each contract saves 10.

    >>> layer = DeleveragingQueue(8, 100, 90, held=[-5, -5], score=[1, 2])
    >>> layer.absorb(60).each.tolist()
    [10.0, 50.0]
    """

    quantity: Numbers
    bankruptcy_price: Positive
    market_price: Positive
    held: Numbers
    score: Scores
    name: str = "deleveraging"

    def __post_init__(self) -> None:
        size, last, now = self.quantity, self.bankruptcy_price, self.market_price
        together(quantity=size, bankruptcy_price=last, market_price=now)
        refuse(
            "market_price",
            now,
            np.sign(size) * (now - last) > 0,
            "must not be better than the bankruptcy price, where there would be no loss",
        )
        refuse_one_side(size, self.held)

    def absorb(self, loss: ArrayLike) -> Absorbed:
        """Return what is paid of a loss, what is left, and what each person gives up."""
        gap = non_negative("loss", loss)
        together(loss=gap, quantity=self.quantity)
        saved = np.abs(self.market_price - self.bankruptcy_price)
        wanted = gap / np.where(saved > 0, saved, np.inf)
        size = np.minimum(wanted, np.abs(self.quantity))
        result = deleverage_queue(
            np.copysign(size, self.quantity), self.bankruptcy_price, self.held, self.score
        )
        each = np.asarray(result.closed * saved[..., None])
        paid = np.asarray(np.minimum((size - result.left) * saved, gap))
        return Absorbed(paid, np.asarray(gap - paid), each)


def assessments(
    contribution: ArrayLike, multiple: float, name: str = "assessments"
) -> Contributions:
    """Return the layer of calls for more: each survivor pays at most a multiple of his part.

    Parameters
    ----------
    contribution : array of shape (..., N)
        Contributions of the survivors to the default fund [currency].
    multiple : float
        The most that each can be called for, on his contribution [times].
    name : str

    >>> assessments([30, 60], multiple=2).absorb(100).left.tolist()
    0.0
    """
    return Contributions(
        name, people("contribution", contribution) * non_negative("multiple", multiple)
    )
