r"""Funds that spread over many assets: safer each, and joined more closely to all the others.

Each of N funds holds some of M assets, drawn at random, each of its holdings as large. A fund that
loses more than its equity fails and sells all it holds. With :math:`x` the share of an asset that
has been sold, its price is :math:`\exp(-\alpha x)` of what it was; so others fail that hold it.

With few holdings each, the funds hardly touch. With many, no single fall can hurt a fund. In
between, one asset can take nearly all with it; :mod:`marginlib.contagion.spreading` tells when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    generator,
    leverages,
    one_number,
    positive,
    refuse,
    together,
    whole,
)
from marginlib.contagion._networks import held_by


def impact_coefficient(sold: ArrayLike, fall: ArrayLike) -> FloatArray:
    r"""Return the :math:`\alpha` with which selling a share takes the price down so far.

    Parameters
    ----------
    sold, fall : float or array of shape (...)
        Share of the asset that is sold, and fall of its price [fraction].

    Source: F. Caccioli, M. Shrestha, C. Moore and J. D. Farmer, "Stability analysis of financial
    contagion due to overlapping portfolios", Journal of Banking & Finance 46, 2014, of which the
    abstract was read; the form, and that selling 10 % takes off 10 %, are from memory.

    >>> round(float(impact_coefficient(0.10, 0.10)), 4)
    1.0536
    """
    share, down = positive("sold", fraction("sold", sold)), fraction("fall", fall)
    refuse("fall", down, down >= 1, "must be below 1: some of the price is left")
    together(sold=share, fall=down)
    return np.asarray(-np.log1p(-down) / share)


@dataclass(frozen=True)
class FundRules:
    """What all funds have in common.

    Parameters
    ----------
    leverage : float
        All that a fund has, over its equity, at first.
    cash : float
        Part of it that is not invested [fraction].
    impact : float
        The coefficient of the price impact, see :func:`impact_coefficient`.

    >>> FundRules(leverage=20, cash=0.2, impact=1.0536).bearable  # 5 % of all is 6.25 % of 80 %
    0.0625
    """

    leverage: float
    cash: float
    impact: float

    def __post_init__(self) -> None:
        one_number("leverage", leverages("leverage", self.leverage))
        one_number("cash", fraction("cash", self.cash))
        one_number("impact", positive("impact", self.impact))
        if self.cash == 1:
            raise MarginError("cash must be below 1, so that something is invested; got 1")

    @property
    def bearable(self) -> float:
        """The fall of all that is invested which takes the equity [fraction]."""
        return float(1 / (self.leverage * (1 - self.cash)))


def draw_holdings(
    *, funds: int, assets: int, diversification: float, rng: np.random.Generator
) -> FloatArray:
    """Return who holds what, shape (funds, assets): shares of what each fund has invested.

    Each fund holds each asset with the same probability, and as much of each that it holds.

    Parameters
    ----------
    funds, assets : int
        Number of funds N and of assets M.
    diversification : float
        How many assets a fund holds on average; a fund may hold none.
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same answer.

    Source: as in :func:`impact_coefficient`.

    >>> draw_holdings(funds=2, assets=4, diversification=2, rng=np.random.default_rng(38)).tolist()
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.5, 0.0, 0.5]]
    """
    source, shape = generator(rng), (whole("funds", funds), whole("assets", assets))
    mean = one_number("diversification", positive("diversification", diversification))
    if mean > assets:
        raise MarginError(f"diversification must not exceed the {assets} assets; got {mean:g}")
    held = source.random(shape) < mean / assets
    return np.asarray(held / np.maximum(held.sum(axis=-1, keepdims=True), 1))


class Failures(NamedTuple):
    """How funds fail after an asset is wiped out, round by round to rest."""

    failed: FloatArray  # share of funds that have failed, at rest [fraction]
    failed_round: FloatArray  # 1 the first; nan for a fund that does not fail, shape (N,)
    price: FloatArray  # of each asset after each round, over that at first, shape (R + 1, M)


def wipe_out_asset(holdings: ArrayLike, rules: FundRules, asset: int) -> Failures:
    """Return who fails after one asset has become worthless.

    Parameters
    ----------
    holdings : array of shape (N, M)
        Shares of what each fund has invested, see :func:`draw_holdings`; all funds are as large.
    asset : int
        Place of the asset, from 0.

    Returns
    -------
    Failures
        A fund that fails has sold all it holds by the end of the round.

    Source: as in :func:`impact_coefficient`.

    The first fund held half in what is lost, and fails. It sells half of the second asset, which
    so falls by 41 %; that is half of what the second fund has, and it can bear 20 %:

    >>> rules = FundRules(leverage=5, cash=0, impact=1.0536)
    >>> found = wipe_out_asset([[0.5, 0.5, 0], [0, 0.5, 0.5]], rules, asset=0)
    >>> found.failed_round.tolist(), found.price[:, 1].round(3).tolist()
    ([1.0, 2.0], [1.0, 0.59, 0.349])
    """
    held, _ = portfolios(holdings), rules
    if whole("asset", asset, least=0) >= held.shape[1]:
        raise MarginError(f"asset must be a place from 0 to {held.shape[1] - 1}; got {asset}")
    share = held / np.maximum(held.sum(axis=0), np.finfo(np.float64).tiny)
    fallen = np.full(held.shape[0], np.nan)
    first = np.where(np.arange(held.shape[1]) == asset, 0.0, 1.0)
    price, prices = first, [first]
    for number in range(1, held.shape[0] + 1):
        due = np.isnan(fallen) & (held @ (1 - price) > rules.bearable)
        if not due.any():
            break
        fallen[due] = number
        price = first * np.exp(-rules.impact * (~np.isnan(fallen) @ share))
        prices.append(price)
    return Failures(np.asarray((~np.isnan(fallen)).mean()), fallen, np.stack(prices))


def portfolios(holdings: ArrayLike) -> FloatArray:
    """Return holdings, shape (N, M), if each fund has invested all of it or nothing.

    >>> portfolios([[0.5, 0.5], [0, 0]]).tolist()
    [[0.5, 0.5], [0.0, 0.0]]
    """
    held = held_by("holdings", holdings, "fund")
    total = held.sum(axis=-1)
    wrong = (np.abs(total - 1) > 1e-9) & (total != 0)
    refuse("the sum of holdings", total, wrong, "must be 1, or 0 for a fund that holds none")
    return held
