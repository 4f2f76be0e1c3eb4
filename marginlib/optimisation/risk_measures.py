r"""What margin a position needs, said so that an optimiser can work with it.

Three measures, each convex in the position: to hold the mean of two positions never needs more than
the mean of what they need. That is why the best hedge can be found, and proved to be the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    hold,
    last_axis,
    numbers,
    one_number,
    positive,
)
from marginlib._fields import Numbers, OnePositive, checked


@dataclass(frozen=True, eq=False)
class WorstLoss:
    """The worst loss over a list of scenarios, or the sum of those of several product groups.

    Parameters
    ----------
    *arrays : array of shape (I, S)
        Profit of one long contract in each scenario of one group [currency]: what a clearing house
        publishes. Every group has all instruments and scenarios of its own; instruments of other
        groups gain 0 in it.

    Two groups, each of which is charged for its own worst scenario:

    >>> apart = WorstLoss([[-100, 100], [0, 0]], [[0, 0], [-30, 30]])
    >>> float(apart([1, -1])), float(WorstLoss([[-100, 100], [-30, 30]])([1, -1]))
    (130.0, 70.0)
    """

    arrays: tuple[FloatArray, ...]

    def __init__(self, *arrays: ArrayLike) -> None:
        tables = tuple(_scenario_table("arrays", one) for one in arrays)
        counts = {len(table) for table in tables}
        if len(counts) != 1:
            raise MarginError(
                "arrays must hold at least one group, and one row for each instrument in every "
                f"group; got rows {[len(table) for table in tables]}"
            )
        hold(self, arrays=tables)

    @property
    def profit(self) -> FloatArray:
        """Profit of one contract in each scenario of each group, shape (I, all scenarios)."""
        return np.hstack(self.arrays)

    def __call__(self, quantity: ArrayLike) -> FloatArray:
        """Return what is required of positions of shape (..., I), shape (...) [currency]."""
        held = _positions(quantity, len(self.arrays[0]))
        worst = [np.maximum(0.0, (-held @ table).max(axis=-1)) for table in self.arrays]
        return np.asarray(sum(worst))


@dataclass(frozen=True, eq=False)
class ExpectedShortfall:
    r"""The average loss in the worst outcomes, or nothing if they are a gain on average.

    .. math:: \max\Bigl(0, \min_a \; a + \frac{1}{\alpha} \sum_s p_s \max(0, l_s - a)\Bigr)

    Parameters
    ----------
    profit : array of shape (I, S)
        Profit of one long contract in each outcome [currency].
    share : float
        Share of the outcomes that is averaged [fraction]: 0.025 for the worst one in forty.
    probability : array of shape (S,)
        How likely each outcome is [fraction]; all alike where nothing is said.

    Source: R. Rockafellar and S. Uryasev, "Optimization of conditional value-at-risk", Journal of
    Risk 2(3), 2000.

    The worst half of four outcomes loses 30 on average; the worst one loses 40:

    >>> float(ExpectedShortfall([[-40, -20, 10, 60]], share=0.5)([1]))
    30.0
    >>> float(ExpectedShortfall([[-40, -20, 10, 60]], share=0.25)([1]))
    40.0
    """

    profit: FloatArray
    share: float
    probability: FloatArray

    def __init__(
        self, profit: ArrayLike, share: float, probability: ArrayLike | None = None
    ) -> None:
        table = _scenario_table("profit", profit)
        count = table.shape[1]
        part = one_number("share", positive("share", fraction("share", share)))
        hold(self, profit=table, share=part, probability=probabilities(probability, count))

    def __call__(self, quantity: ArrayLike) -> FloatArray:
        """Return what is required of positions of shape (..., I), shape (...) [currency]."""
        loss = -_positions(quantity, len(self.profit)) @ self.profit
        order = np.argsort(-loss, axis=-1)
        worst_first = np.take_along_axis(loss, order, axis=-1)
        upto = np.minimum(self.probability[order].cumsum(axis=-1), self.share)
        weight = np.diff(upto, axis=-1, prepend=0.0)
        weight[..., -1] += self.share - upto[..., -1]  # sums of probabilities may round below 1
        return np.asarray(np.maximum(0.0, (worst_first * weight).sum(axis=-1) / self.share))


@checked
class ParametricValueAtRisk:
    r"""A multiple of the standard deviation of the profit, :math:`k \sqrt{q' \Sigma q}`.

    Parameters
    ----------
    covariance : array of shape (I, I)
        Covariances of the profits of one long contract each [currency squared].
    multiple : float
        Number of standard deviations k: 2.33 for a confidence of 99 % where profits are normal.

    Two contracts that move by 100 with a correlation of 0.9, one long and one short:

    >>> pair = ParametricValueAtRisk([[10_000, 9_000], [9_000, 10_000]], multiple=2)
    >>> pair([[1, 0], [1, -1]]).round(2).tolist()
    [200.0, 89.44]
    """

    covariance: Numbers
    multiple: OnePositive

    def __post_init__(self) -> None:
        table = self.covariance
        if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
            raise MarginError(
                "covariance must be a square table, one row for each instrument; "
                f"got shape {table.shape}"
            )
        if not np.allclose(table, table.T, rtol=1e-9, atol=0):
            raise MarginError("covariance must be symmetric")
        sizes = np.linalg.eigvalsh(table)
        if sizes.min() < -1e-9 * max(sizes.max(), 0.0):
            raise MarginError(
                "covariance must be possible for profits to have: some portfolio has a negative "
                f"variance (smallest eigenvalue {sizes.min():.3g})"
            )

    def __call__(self, quantity: ArrayLike) -> FloatArray:
        """Return what is required of positions of shape (..., I), shape (...) [currency]."""
        held = _positions(quantity, len(self.covariance))
        # The root first: its squares add up, where q' C q may cancel to less than nothing.
        return np.asarray(self.multiple * np.linalg.norm(held @ self.root, axis=-1))

    @property
    def root(self) -> FloatArray:
        """The symmetric table whose square is the covariance, shape (I, I) [currency]."""
        size, direction = np.linalg.eigh(self.covariance)
        return np.asarray((direction * np.sqrt(np.maximum(size, 0.0))) @ direction.T)


Measure = WorstLoss | ExpectedShortfall | ParametricValueAtRisk


def _scenario_table(name: str, value: ArrayLike) -> FloatArray:
    table = numbers(name, value)
    if table.ndim != 2 or not table.size:
        raise MarginError(
            f"{name} must hold one row of scenarios for each instrument; got shape {table.shape}"
        )
    return table


def probabilities(probability: ArrayLike | None, count: int) -> FloatArray:
    """Return how likely each outcome is; all alike where nothing is said."""
    if probability is None:
        return np.full(count, 1 / count)
    each = fraction("probability", probability)
    if each.shape != (count,) or abs(float(each.sum()) - 1) > 1e-9:
        raise MarginError(
            f"probability must hold {count} numbers, one for each outcome, that add up to 1; got "
            f"shape {each.shape} and a sum of {each.sum():g}"
        )
    return each


def _positions(quantity: ArrayLike, count: int) -> FloatArray:
    held = numbers("quantity", quantity)
    return last_axis("quantity", held, tuple(str(place) for place in range(count)))
