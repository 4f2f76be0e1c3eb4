r"""Whether an account lives: a stop order, the venue's line, and prices that jump over both.

A stop order says where to sell, not at what price. While the market trades at every price on its
way, the two are the same. After a gap the order fills at the first price there is, and so does the
venue's liquidation.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    positive,
    refuse,
    whole,
)
from marginlib.accounts import Accounts, equity
from marginlib.liquidation.prices import liquidation_price
from marginlib.margin import MarginModel
from marginlib.market import Market, with_price


class GappingPaths(NamedTuple):
    """Prices relative to the start, what was traded between them, and which moves are gaps."""

    prices: FloatArray  # (paths, moves + 1), each path starting at 1
    low: FloatArray  # (paths, moves) the lowest price during each move, its ends included
    high: FloatArray  # (paths, moves) the highest
    is_gap: NDArray[np.bool_]  # (moves,): no trade took place between the two ends


class Fate(IntEnum):
    """What became of a position."""

    HELD = 0
    STOPPED = 1  # by the trader's own order
    LIQUIDATED = 2  # by the venue


class Lived(NamedTuple):
    """What each path did to an account; see :func:`live_through`."""

    fate: NDArray[np.int64]  # (paths,) one of Fate
    price: FloatArray  # (paths,) at which the position was closed; the last one if it is held
    moment: NDArray[np.int64]  # (paths,) the index of that price in the path
    equity: FloatArray  # (paths,) [currency]; below zero where more was lost than there was


def gapping_paths(
    *,
    paths: int,
    steps: int,
    volatility: float,
    gap_share: float = 0.0,
    gap_frequency: float = 1.0,
    horizon: float = 1.0,
    rng: np.random.Generator,
) -> GappingPaths:
    r"""Return simulated prices that move without a break, and jump now and then.

    Every step is a smooth move, during which each price on the way is traded, and then a gap, which
    is mostly of size zero. Gaps come by chance, :math:`\lambda` in a unit of time on average, and
    their logarithms are normal. The volatility is that of both together: with a share g of the
    variance in gaps, a gap has a standard deviation of :math:`\sigma \sqrt{g / \lambda}`. So paths
    with and without gaps are equally volatile, and nobody gains on average by holding either. The
    lowest and the highest price of a smooth move are drawn from their distribution given its ends,
    so no touch of a line is missed between two looks, however few steps there are.

    Parameters
    ----------
    paths, steps : int
        Number of paths, and of steps in each.
    volatility : float
        Volatility of the price [1 / square root of a unit of time].
    gap_share : float
        Share of the variance that comes in gaps [fraction].
    gap_frequency : float
        How many gaps come in a unit of time, on average.
    horizon : float
        Length of the paths [the unit of the volatility: days for a daily volatility].
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same paths.

    Returns
    -------
    GappingPaths
        With two moves for each step, so ``prices`` has the shape (paths, 2 * steps + 1).

    Source: R. Merton, "Option pricing when underlying stock returns are discontinuous", Journal of
    Financial Economics 3, 1976, for the process; the split of the variance is an identity. The
    extremes are those of a Brownian bridge, whose law is in any text on Brownian motion.

    >>> week = gapping_paths(
    ...     paths=3, steps=7, volatility=0.04, gap_share=0.5, horizon=7,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> week.prices.shape, week.is_gap[:4].tolist()
    ((3, 15), [False, True, False, True])
    """
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    paths, steps = whole("paths", paths), whole("steps", steps)
    sigma, share = non_negative("volatility", volatility), fraction("gap_share", gap_share)
    often, step = positive("gap_frequency", gap_frequency), positive("horizon", horizon) / steps
    smooth = sigma**2 * step * (1 - share)  # variances of the logarithm
    jump = sigma**2 * share / often
    # All random numbers are drawn whatever the share: the same seed compares like with like.
    moved = rng.standard_normal((paths, steps))
    counts = rng.poisson(often * step, (paths, steps))
    jumped = rng.standard_normal((paths, steps))
    logarithms = np.zeros((paths, 2 * steps + 1))
    logarithms[:, 1::2] = np.sqrt(smooth) * moved - smooth / 2
    logarithms[:, 2::2] = np.sqrt(jump * counts) * jumped - jump * counts / 2
    np.cumsum(logarithms, axis=1, out=logarithms)
    wander = np.zeros((2, paths, 2 * steps))  # of the extremes beyond the ends, none in a gap
    wander[..., ::2] = 2 * smooth * rng.standard_exponential((2, paths, steps))
    middle = (logarithms[:, 1:] + logarithms[:, :-1]) / 2
    reach = np.sqrt(np.diff(logarithms, axis=1) ** 2 + wander) / 2
    is_gap = np.tile([False, True], steps)
    return GappingPaths(
        np.exp(logarithms), np.exp(middle - reach[0]), np.exp(middle + reach[1]), is_gap
    )


def live_through(
    account: Accounts,
    market: Market,
    model: MarginModel,
    name: str,
    paths: GappingPaths,
    stop: ArrayLike | None = None,
) -> Lived:
    """Return what is left of an account after each path of a price, with or without a stop order.

    The position is closed as a whole at the stop or at the liquidation price, whichever the price
    meets first, and nothing is bought back. If it is met while the market trades, the fill is
    there; after a gap it is the price behind the gap.

    Parameters
    ----------
    account : Accounts
        One account, of shape (), with a position in ``name``.
    market : Market
        Prices now, at which the paths start.
    model : margin model
    name : str
        The instrument whose price moves; all others stand still.
    stop : float
        Price at which the trader's own order is triggered [quote currency]: below the price now
        for a long position, above it for a short one. None for no order.

    Fees and the size of the order are left out: there is no slippage but the gap, the price that
    triggers is the one that fills, and the venue returns what is left.

    Ana is long one coin at 20,000 with 2,000, and sells at 19,500 if she can. On the first path the
    price trades its way down; on the second it opens at 17,000, and she owes 1,000:

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> prices = np.array([[1, 0.85, 0.85], [1, 1, 0.85]])
    >>> low, high = prices[:, 1:], prices[:, :-1]
    >>> falls = GappingPaths(prices, low, high, is_gap=np.array([False, True]))
    >>> live_through(ana, entry, rule, "BTC", falls, stop=19_500).equity.tolist()
    [1500.0, -1000.0]
    """
    index = market.instruments.index(name)
    held = account.quantity[..., index]
    if account.shape != () or held == 0:
        raise MarginError(
            f"account must be one account with a position in {name!r}; "
            f"got shape {account.shape} and quantity {account.quantity.tolist()}"
        )
    side, start = float(np.sign(held)), float(market.price[..., index])
    line = liquidation_price(account, market, model, name)
    refuse("liquidation price", line, side * (line - start) > 0, "has been passed at the start")
    level, fate = float(line), Fate.LIQUIDATED
    if stop is not None:
        own = positive("stop", stop)
        refuse("stop", own, side * (own - start) >= 0, "must lie on the losing side of the price")
        # On the losing side the higher of two prices comes first for a long, the lower for a short.
        if np.isnan(level) or side * (float(own) - level) >= 0:
            level, fate = float(own), Fate.STOPPED
    prices = start * paths.prices
    worst = start * (paths.low if side > 0 else paths.high)
    beyond = side * (worst - level)  # nan where there is no level
    over = beyond <= 0 if fate is Fate.STOPPED else beyond < 0  # at the venue's line one is safe
    met = over.any(axis=1)
    move = over.argmax(axis=1)
    behind = np.take_along_axis(prices, move[:, None] + 1, axis=1)[:, 0]
    filled = np.where(paths.is_gap[move], behind, level)
    price = np.where(met, filled, prices[:, -1])
    moment = np.where(met, move + 1, prices.shape[1] - 1)
    fates = np.where(met, int(fate), int(Fate.HELD))
    return Lived(fates, price, moment, equity(account, with_price(market, name, price)))
