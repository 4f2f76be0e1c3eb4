r"""Banks that hold the same things, and sell after a loss to keep their leverage: fire sales.

A bank with debt :math:`B` times its equity that loses :math:`\ell` sells :math:`B \ell`, across
its assets as it holds them, to be as leveraged as before. The sales move prices, and so every other
bank that holds the same assets loses. With assets :math:`A`, holdings as shares of them :math:`M`,
price impact :math:`L` and first moves of the assets :math:`F`, the second moves are

.. math:: F_2 = K F, \qquad K = L M' B A M,

and the losses that they make, over all equity, are the *aggregate vulnerability*. Round by round
the moves add up to :math:`(I - K)^{-1} F`, if the spectral radius of :math:`K` is below 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, NotSettled, numbers, refuse, together, whole
from marginlib._fields import NonNegative, Positive, checked
from marginlib.contagion._networks import fits, held_by, spectral_radius, times


@checked
class TargetingBanks:
    """N banks that hold shares of K assets and return to their leverage after every loss.

    Parameters
    ----------
    assets : array of shape (..., N)
        What each bank holds in all [currency].
    debt_to_equity : float or array of shape (..., N)
        What it owes over its equity, to which it returns.
    weights : array of shape (..., N, K)
        How its assets are spread [fraction]; what is missing to 1 is cash.
    impact : float or array of shape (..., K)
        How far selling one unit of currency moves each asset's price [fraction per currency].

    Raises
    ------
    MarginError
        If an amount is negative, weights add up to more than 1, or the shapes do not fit.

    >>> pair = TargetingBanks([100, 100], [9, 4], [[1, 0], [0.5, 0.5]], 0.0001)
    >>> pair.equity.tolist()
    [10.0, 20.0]
    """

    assets: Positive
    debt_to_equity: NonNegative
    weights: NonNegative
    impact: NonNegative

    def __post_init__(self) -> None:
        banks, kinds = held_by("weights", self.weights).shape[-2:]
        total = self.weights.sum(axis=-1)
        refuse("the sum of weights", total, total > 1 + 1e-9, "must not exceed 1")
        together(
            weights=self.weights.shape[:-2],
            assets=fits("assets", self.assets, banks, "bank").shape[:-1],
            debt_to_equity=fits("debt_to_equity", self.debt_to_equity, banks, "bank").shape[:-1],
            impact=fits("impact", self.impact, kinds, "asset").shape[:-1],
        )

    @property
    def equity(self) -> FloatArray:
        """What each bank has of its own, shape (..., N) [currency]."""
        return np.asarray(self.assets / (1 + self.debt_to_equity))

    @property
    def passed_on(self) -> FloatArray:
        """K, how far a fall of each asset (column) moves each (row) in the next round."""
        sold_after = (self.debt_to_equity * self.assets)[..., None] * self.weights
        sold = np.swapaxes(self.weights, -1, -2) @ sold_after
        return np.asarray(self._impact_of_each[..., None] * sold)

    @property
    def _impact_of_each(self) -> FloatArray:
        """Impact with one value for each asset, shape (..., K)."""
        return np.asarray(self.impact * np.ones(self.weights.shape[-1]))


class Vulnerability(NamedTuple):
    """What a first move of prices makes of the banks, losses being positive."""

    direct: FloatArray  # loss from the move itself over all equity, shape (...) [fraction]
    aggregate: FloatArray  # loss that sales add, over all equity, shape (...) [fraction]
    systemicness: FloatArray  # part of that made by each bank's sales, shape (..., N) [fraction]
    indirect: FloatArray  # what each bank loses by it, over its equity, shape (..., N) [fraction]
    sold: FloatArray  # what is sold of each asset, shape (..., K) [currency]
    second: FloatArray  # move that the sales make, shape (..., K) [fraction]


def price_move(banks: TargetingBanks, sold: ArrayLike) -> FloatArray:
    """Return how far sales move prices, shape (..., K) [fraction]; down is negative.

    Parameters
    ----------
    banks : TargetingBanks
        Whose markets have the impact.
    sold : float or array of shape (..., K)
        What is sold of each asset [currency].

    >>> one = TargetingBanks([1e9], 1, [[1]], impact=1e-13)
    >>> float(price_move(one, 1e10)[0].round(9))  # ten billion, ten basis points
    -0.001
    """
    amount = fits("sold", numbers("sold", sold), banks.weights.shape[-1], "asset")
    together(sold=amount, impact=banks._impact_of_each)
    return np.asarray(-banks._impact_of_each * amount)


def vulnerability(banks: TargetingBanks, shock: ArrayLike) -> Vulnerability:
    """Return what a move of prices costs at first, and what one round of sales adds.

    Parameters
    ----------
    shock : array of shape (..., K)
        First move of each asset's price; down is negative [fraction].

    Returns
    -------
    Vulnerability
        A bank's sales are not limited by what it has left, as everything is linear: a loss beyond
        its equity is a warning that the model has been left.

    Source: R. Greenwood, A. Landier and D. Thesmar, "Vulnerable banks", Journal of Financial
    Economics 115(3), 2015, of which the abstract was read; the matrices are from memory.

    Both lose on A, which falls by 1 %: 1 of 100 and 0.5 of 100. They sell 9 and 2, of which 1 in B.
    That takes 0.1 % off A and 0.01 % off B, so that the first bank loses 0.1 more of its 10:

    >>> pair = TargetingBanks([100, 100], [9, 4], [[1, 0], [0.5, 0.5]], 0.0001)
    >>> found = vulnerability(pair, [-0.01, 0])
    >>> found.sold.tolist(), found.second.round(6).tolist(), found.indirect.round(6).tolist()
    ([10.0, 1.0], [-0.001, -0.0001], [0.01, 0.00275])
    """
    first = _moves(banks, shock)
    held = banks.assets[..., None] * banks.weights
    own = banks.equity * np.ones(banks.weights.shape[-2])
    loss = -times(held, first)
    sold_by = (banks.debt_to_equity * loss)[..., None] * banks.weights
    sold = sold_by.sum(axis=-2)
    second = price_move(banks, sold)
    passed = -times(held, second)
    # What all lose when one unit of an asset's price is gone, over all equity:
    total = own.sum(axis=-1)
    worth = held.sum(axis=-2) * banks._impact_of_each
    caused = times(sold_by, worth)
    return Vulnerability(
        direct=np.asarray(loss.sum(axis=-1) / total),
        aggregate=np.asarray(passed.sum(axis=-1) / total),
        systemicness=np.asarray(caused / total[..., None]),
        indirect=np.asarray(passed / own),
        sold=np.asarray(sold),
        second=second,
    )


def price_rounds(banks: TargetingBanks, shock: ArrayLike, rounds: int) -> FloatArray:
    """Return how far prices have moved after each round of sales, shape (rounds + 1, ..., K).

    Parameters
    ----------
    shock : array of shape (..., K)
        First move of each asset's price; it is round 0 [fraction].
    rounds : int
        How many rounds of sales follow. They may add up to ever more, see :func:`total_price_move`.

    >>> one = TargetingBanks([100], 10, [[1]], 0.0005)  # every fall makes half of it again
    >>> price_rounds(one, [-0.02], 3)[:, 0].round(6).tolist()
    [-0.02, -0.03, -0.035, -0.0375]
    """
    count = whole("rounds", rounds, least=0)
    move, table = _moves(banks, shock), banks.passed_on
    moved = [np.broadcast_to(move, together(shock=move, impact=table.shape[:-1]))]
    for _ in range(count):
        move = times(table, move)
        moved.append(moved[-1] + move)
    return np.stack(moved)


def total_price_move(banks: TargetingBanks, shock: ArrayLike) -> FloatArray:
    """Return how far prices move in all rounds together, shape (..., K) [fraction].

    Parameters
    ----------
    shock : array of shape (..., K)
        First move of each asset's price [fraction].

    Raises
    ------
    NotSettled
        If every round is as large as the one before it or larger, so that nothing stops the fall;
        its ``last`` holds the moves after ten rounds.

    >>> one = TargetingBanks([100], 10, [[1]], 0.0005)
    >>> total_price_move(one, [-0.02]).round(9).tolist()
    [-0.04]
    """
    first, table = _moves(banks, shock), banks.passed_on
    radius = spectral_radius(table)
    if np.any(radius >= 1):
        raise NotSettled(
            f"sales make ever more sales: the spectral radius is {radius.max():.3g}, and must be "
            "below 1 for them to rest; type price_rounds to see how they grow",
            price_rounds(banks, shock, 10)[-1],
        )
    together(shock=first, impact=table.shape[:-1])
    return np.asarray(np.linalg.solve(np.eye(table.shape[-1]) - table, first[..., None])[..., 0])


def _moves(banks: TargetingBanks, shock: ArrayLike) -> FloatArray:
    """Return the first moves with one value for each asset, shape (..., K)."""
    kinds = banks.weights.shape[-1]
    moves = fits("shock", numbers("shock", shock), kinds, "asset")
    refuse("shock", moves, moves < -1, "must not be below -1, all of the price")
    return np.asarray(moves * np.ones(kinds))
