r"""Why correlations rise when a large fund sells: they are made by the sales.

A fund holds :math:`\alpha_i` of each asset. As its value V falls, it keeps only a share
:math:`f(V)` of them, and what it sells moves the price of each by what it is over the depth
:math:`D_i` of the market:

.. math:: r_i = \varepsilon_i
          + \frac{\alpha_i}{D_i} \left( f\Bigl(\frac{V_1}{V_0}\Bigr) - f(1) \right).

For small moves that is :math:`r = (I + K) \varepsilon`, with
:math:`K_{ij} = f' \alpha_i \alpha_j S_j / (D_i V_0)`: assets that had nothing to do with each other
now move together, by as much as the fund holds of them. Where the fund answers to the fall that
its own sales make, at once and again, :math:`r = (I - K)^{-1} \varepsilon`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    NotSettled,
    fraction,
    non_negative,
    numbers,
    one_number,
    positive,
    refuse,
    together,
    whole,
)
from marginlib.contagion._tables import fits, generator, spectral_radius


@dataclass(frozen=True, eq=False)
class Liquidation:
    """When a fund sells: nothing until its value has fallen to ``begin``, all of it at ``end``.

    Parameters
    ----------
    begin, end : float or array of shape (...)
        Value, over that at first, at which it begins to sell and at which nothing is left
        [fraction].

    >>> rule = Liquidation(begin=0.9, end=0.5)
    >>> rule.kept([1.0, 0.9, 0.7, 0.4]).round(9).tolist(), round(float(rule.intensity), 9)
    ([1.0, 1.0, 0.5, 0.0], 2.5)
    """

    begin: FloatArray
    end: FloatArray

    def __init__(self, begin: ArrayLike, end: ArrayLike) -> None:
        object.__setattr__(self, "begin", positive("begin", begin))
        object.__setattr__(self, "end", non_negative("end", end))
        together(begin=self.begin.shape, end=self.end.shape)
        gap = self.begin - self.end
        refuse("begin - end", gap, gap <= 0, "must be positive: begin before the end")

    def kept(self, value: ArrayLike) -> FloatArray:
        """Return what share of its holdings the fund keeps, shape (...) [fraction].

        Parameters
        ----------
        value : float or array of shape (...)
            Of the fund, over that at first.
        """
        now = numbers("value", value)
        together(value=now.shape, begin=self.begin.shape, end=self.end.shape)
        return np.clip((now - self.end) / (self.begin - self.end), 0.0, 1.0)

    @property
    def intensity(self) -> FloatArray:
        """What share it sells for each unit of its value that is lost, between the two: f'."""
        return np.asarray(1 / (self.begin - self.end))


def sales_feedback(
    holdings: ArrayLike, price: ArrayLike, depth: ArrayLike, intensity: ArrayLike
) -> FloatArray:
    """Return how far each asset moves when another (column) has moved by 1, shape (..., K, K).

    Parameters
    ----------
    holdings : array of shape (..., K)
        What the fund holds of each asset, all of it bought [units].
    price : array of shape (..., K)
        [currency]
    depth : float or array of shape (..., K)
        What must be sold of an asset to take all of its price, at the rate of small sales [units].
    intensity : float or array of shape (...)
        Share of its holdings that the fund sells for each unit of its value that is lost.

    Source: R. Cont and L. Wagalath, "Running for the exit: distressed selling and endogenous
    correlation in financial markets", Mathematical Finance 23(4), 2013, of which the abstract was
    read; the table is derived here, for one period and small moves.

    Half of its value in each asset; a tenth of the depth held of each; it sells 5 % for each 1 %:

    >>> sales_feedback([10, 10], [1, 1], depth=100, intensity=5).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    held, worth = non_negative("holdings", holdings), positive("price", price)
    deep, rate = positive("depth", depth), non_negative("intensity", intensity)
    if not held.ndim:
        raise MarginError("holdings must hold one value for each asset; got one number")
    kinds = held.shape[-1]
    fits("price", worth, kinds, "asset"), fits("depth", deep, kinds, "asset")
    together(holdings=held.shape, price=worth.shape, depth=deep.shape, intensity=(*rate.shape, 1))
    value = held * worth
    total = value.sum(axis=-1, keepdims=True)
    refuse("the value of the holdings", total, total <= 0, "must be positive")
    weight = value / total
    return np.asarray(rate[..., None, None] * (held / deep)[..., None] * weight[..., None, :])


def realised_covariance(covariance: ArrayLike, table: ArrayLike) -> FloatArray:
    """Return the covariance of returns while the fund sells in answer to outside news only.

    Parameters
    ----------
    covariance : array of shape (..., K, K)
        Of returns without the fund [fraction squared].
    table : array of shape (..., K, K)
        From :func:`sales_feedback`.

    Returns
    -------
    array of shape (..., K, K)

    Source: as in :func:`sales_feedback`, and R. Cont and L. Wagalath, "Fire sales forensics:
    measuring endogenous risk", Mathematical Finance 26(4), 2016; one period, for small moves.

    Two assets of 20 % each, without correlation:

    >>> found = realised_covariance([[0.04, 0], [0, 0.04]], [[0.25, 0.25], [0.25, 0.25]])
    >>> volatility(found).round(4).tolist(), round(float(correlation(found)[0, 1]), 4)
    ([0.255, 0.255], 0.3846)
    """
    each = _square("table", table)
    return _carried(covariance, each, np.asarray(np.eye(each.shape[-1]) + each))


def simultaneous_covariance(covariance: ArrayLike, table: ArrayLike) -> FloatArray:
    """Return the covariance of returns while the fund answers to its own sales, too.

    Parameters
    ----------
    covariance, table
        As in :func:`realised_covariance`.

    Returns
    -------
    array of shape (..., K, K)

    Raises
    ------
    NotSettled
        If sales make as many sales again, so that returns have no covariance; its ``last`` is the
        covariance of the first round.

    >>> found = simultaneous_covariance([[0.04, 0], [0, 0.04]], [[0.25, 0.25], [0.25, 0.25]])
    >>> volatility(found).round(4).tolist(), round(float(correlation(found)[0, 1]), 4)
    ([0.3162, 0.3162], 0.6)
    """
    first, each = realised_covariance(covariance, table), numbers("table", table)
    radius = spectral_radius(each)
    if np.any(radius >= 1):
        raise NotSettled(
            f"sales make ever more sales: the spectral radius is {radius.max():.3g}, and must be "
            "below 1 for returns to have a covariance",
            first,
        )
    through = np.asarray(np.linalg.inv(np.eye(each.shape[-1]) - each), dtype=np.float64)
    return _carried(covariance, each, through)


def volatility(covariance: ArrayLike) -> FloatArray:
    """Return the standard deviation of each asset, shape (..., K) [fraction]."""
    each = np.diagonal(_square("covariance", covariance), axis1=-2, axis2=-1)
    refuse("the variance", each, each < 0, "must not be negative")
    return np.sqrt(each)


def correlation(covariance: ArrayLike) -> FloatArray:
    """Return the correlations, shape (..., K, K); ``nan`` for an asset that does not move."""
    each, size = _square("covariance", covariance), volatility(covariance)
    both = size[..., None] * size[..., None, :]
    return np.asarray(np.where(both > 0, each / np.where(both > 0, both, 1.0), np.nan))


def simulated_returns(
    *,
    holdings: ArrayLike,
    price: ArrayLike,
    depth: ArrayLike,
    rule: Liquidation,
    value: float,
    covariance: ArrayLike,
    draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return simulated returns of one period, shape (draws, K), without taking moves for small.

    Parameters
    ----------
    holdings, price, depth
        As in :func:`sales_feedback`, of one fund: what it held at first.
    rule : Liquidation
        When it sells.
    value : float
        Of the fund when the period begins, over that at first [fraction].
    covariance : array of shape (K, K)
        Of returns without the fund, over the period [fraction squared].
    draws : int
        How many periods.
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same answer.

    >>> found = simulated_returns(
    ...     holdings=[10, 10], price=[1, 1], depth=100, rule=Liquidation(0.8, 0.6), value=0.7,
    ...     covariance=1e-4 * np.eye(2), draws=20_000, rng=np.random.default_rng(1))
    >>> round(float(np.corrcoef(found.T)[0, 1]), 1)
    0.4
    """
    source, count = generator(rng), whole("draws", draws)
    level, spread = one_number("value", fraction("value", value)), _square("covariance", covariance)
    held, worth = non_negative("holdings", holdings), positive("price", price)
    sales_feedback(held, worth, depth, rule.intensity)  # refuses what does not fit together
    together(holdings=held.shape, covariance=spread.shape[:-1])
    news = source.multivariate_normal(np.zeros(held.shape[-1]), spread, size=count)
    # One move of the fund is one of all it held at first, in proportion to what it held of each.
    moved = news @ (held * worth) / (held * worth).sum()
    kept = rule.kept(level + moved) - rule.kept(level)
    return np.asarray(news + kept[:, None] * (held / positive("depth", depth)))


def _carried(covariance: ArrayLike, table: ArrayLike, through: FloatArray) -> FloatArray:
    """Return the covariance of news that reaches returns through a table."""
    spread = _square("covariance", covariance)
    together(covariance=spread.shape, table=_square("table", table).shape)
    return np.asarray(through @ spread @ np.swapaxes(through, -1, -2))


def _square(name: str, value: ArrayLike) -> FloatArray:
    table = numbers(name, value)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2]:
        raise MarginError(
            f"{name} must be a square table, a row for each asset; got shape {table.shape}"
        )
    return table
