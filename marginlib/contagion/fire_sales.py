r"""Banks that sell only when they must: a limit on leverage, and a target to return to.

Targeting banks sell after any loss. Banks with a limit do nothing until a loss takes their leverage
above it, as an account gets no call while it has margin. Then bank i, of equity E, sells the share

.. math:: \Gamma_i = \min\Bigl(1, \max\Bigl(0,
          1 - \frac{\lambda_{target} E_i - \Theta_i}{\sum_k \Pi_{ik}}\Bigr)\Bigr)

of its marketable assets :math:`\Pi`; its illiquid ones :math:`\Theta` cannot be sold. A bank can
end in two ways that are not the same: *insolvent*, its equity gone; or *illiquid*, solvent but
above its limit with nothing left to sell.

Sales of :math:`q` in a market of depth :math:`D` take a price down by
:math:`b \, (1 - e^{-q / (b D)})`: by q / D for small sales, and never by more than the bound b. So
if bank j sells a share :math:`\Gamma_j` of what it holds, bank i loses :math:`\Omega_{ij} \Gamma_j`
for small sales, with the *liquidity-weighted overlap* of the two

.. math:: \Omega_{ij} = \sum_k \frac{\Pi_{ik} \Pi_{jk}}{D_k} .
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    NotSettled,
    fraction,
    hold,
    leverages,
    non_negative,
    numbers,
    positive,
    refuse,
    together,
    whole,
)
from marginlib.contagion._networks import fits, held_by

_MET = 1 + 1e-9  # of a limit: what is above it by less is rounding, and asks for no sale


@dataclass(frozen=True, eq=False)
class LimitedBanks:
    """N banks that hold illiquid assets and K marketable ones, under a limit on leverage.

    Parameters
    ----------
    marketable : array of shape (..., N, K)
        What each bank holds of each asset that can be sold [currency].
    illiquid : float or array of shape (..., N)
        What it holds of everything else [currency].
    equity : array of shape (..., N)
        [currency]; zero or below where it is insolvent.
    limit : float or array of shape (..., N)
        The leverage, all assets over equity, above which it must sell.
    target : float or array of shape (..., N), optional
        The leverage that it then sells down to; the limit where nothing is said.

    Raises
    ------
    MarginError
        If an amount is negative, a target is above its limit, or the shapes do not fit.

    >>> pair = LimitedBanks([[80, 0], [40, 40]], 20, [5, 10], limit=20, target=18)
    >>> pair.leverage.tolist()
    [20.0, 10.0]
    """

    marketable: FloatArray
    illiquid: FloatArray
    equity: FloatArray
    limit: FloatArray
    target: FloatArray

    def __init__(
        self,
        marketable: ArrayLike,
        illiquid: ArrayLike,
        equity: ArrayLike,
        limit: ArrayLike,
        target: ArrayLike | None = None,
    ) -> None:
        held = held_by("marketable", marketable)
        each = {
            "illiquid": non_negative("illiquid", illiquid),
            "equity": numbers("equity", equity),
            "limit": leverages("limit", limit),
            "target": leverages("target", limit if target is None else target),
        }
        for name, value in each.items():
            fits(name, value, held.shape[-2], "bank")
        shape = together(marketable=held.shape[:-1], **each)
        every = {name: np.broadcast_to(value, shape) for name, value in each.items()}
        hold(self, marketable=held, **every)
        refuse("target", self.target, self.target > self.limit, "must not exceed the limit")

    @property
    def leverage(self) -> FloatArray:
        """All assets over equity, shape (..., N); ``nan`` where a bank is insolvent."""
        assets = self.illiquid + self.marketable.sum(axis=-1)
        solvent = self.equity > 0
        return np.where(solvent, assets / np.where(solvent, self.equity, 1.0), np.nan)

    @property
    def insolvent(self) -> NDArray[np.bool_]:
        """Whether a bank's equity is gone, shape (..., N)."""
        return np.asarray(self.equity <= 0)

    @property
    def illiquid_only(self) -> NDArray[np.bool_]:
        """Whether it is solvent, above its limit, and has nothing left to sell, shape (..., N)."""
        with np.errstate(invalid="ignore"):
            above = self.leverage > self.limit * _MET
        return np.asarray(above & (self.marketable.sum(axis=-1) <= 0))


@dataclass(frozen=True, eq=False)
class FireSale:
    """Round by round, from the banks at first to rest; R rounds of sales."""

    marketable: FloatArray  # shape (R + 1, ..., N, K) [currency]
    equity: FloatArray  # shape (R + 1, ..., N) [currency]
    price: FloatArray  # over that at first, shape (R + 1, ..., K) [fraction]
    sold: FloatArray  # in each round, before it moves the price, shape (R, ..., N, K) [currency]
    banks: LimitedBanks  # at rest


def shocked_banks(
    banks: LimitedBanks, fall: ArrayLike, illiquid_fall: ArrayLike = 0.0
) -> LimitedBanks:
    """Return the banks after a first loss.

    Parameters
    ----------
    fall : float or array of shape (..., K)
        Of each marketable asset's price [fraction].
    illiquid_fall : float or array of shape (..., N)
        Of what else each bank holds [fraction].

    >>> pair = LimitedBanks([[80, 0], [40, 40]], 20, [5, 10], limit=20, target=18)
    >>> shocked_banks(pair, [0.01, 0]).equity.round(6).tolist()
    [4.2, 9.6]
    """
    count, kinds = banks.marketable.shape[-2:]
    down = fits("fall", fraction("fall", fall), kinds, "asset") * np.ones(kinds)
    other = fits("illiquid_fall", fraction("illiquid_fall", illiquid_fall), count, "bank")
    together(marketable=banks.limit, fall=(*down.shape[:-1], 1), illiquid_fall=other)
    lost = banks.marketable * down[..., None, :]
    written_off = banks.illiquid * other
    equity = banks.equity - lost.sum(axis=-1) - written_off
    held, illiquid = banks.marketable - lost, banks.illiquid - written_off
    return LimitedBanks(held, illiquid, equity, banks.limit, banks.target)


def fire_sale(
    banks: LimitedBanks,
    depth: ArrayLike,
    *,
    bound: ArrayLike = 0.5,
    shortfall: ArrayLike = 0.5,
    rounds: int = 1_000,
) -> FireSale:
    """Return the rounds of sales until no bank above its limit has anything left to sell.

    In each round all banks above their limits sell at once, every asset by the same share. What
    they keep falls with the price; what they sell bears a part of the fall. An insolvent bank sells
    all it has, as the formula for the share says.

    Parameters
    ----------
    banks : LimitedBanks
        After a loss, see :func:`shocked_banks`.
    depth : float or array of shape (..., K)
        Of each market: what would take all of the price, at the rate of small sales [currency].
    bound : float or array of shape (..., K)
        Further than this no sale takes the price [fraction].
    shortfall : float or array of shape (...)
        What part of the round's fall the sold assets bear: 0 sold before it, 1 after it, and a half
        on the way down a linear book [fraction].
    rounds : int
        After how many to give up.

    Raises
    ------
    NotSettled
        If banks still sell after so many rounds; its ``last`` holds what was reached.

    Source: R. Cont and E. Schaanning, "Fire sales, indirect contagion and systemic stress testing",
    Norges Bank Working Paper 2/2017, of which only the abstract was read: that sales bear half
    of the fall, that the bound is a half, and that insolvent banks sell are from memory.

    The first bank sells 23.6 into a depth of 2,360, and takes 1 % off the price, or nearly. It
    loses that on the 55.6 that it keeps, and half of that on what it sold. Its equity of 3.53 still
    allows 20 times that, 70.6, but it has 75.04 left, and sells again:

    >>> pair = LimitedBanks([[80, 0], [40, 40]], 20, [5, 10], limit=20, target=18)
    >>> found = fire_sale(shocked_banks(pair, [0.01, 0]), depth=2_360)
    >>> found.equity[:3, 0].round(2).tolist()
    [4.2, 3.53, 3.29]
    """
    kinds = banks.marketable.shape[-1]
    deep = fits("depth", positive("depth", depth), kinds, "asset")
    part = np.asarray(fraction("shortfall", shortfall))[..., None]
    most = fits("bound", positive("bound", fraction("bound", bound)), kinds, "asset")
    leading = together(
        banks=banks.limit.shape[:-1],
        depth=deep.shape[:-1],
        bound=most.shape[:-1],
        shortfall=part.shape[:-1],
    )
    held = np.broadcast_to(banks.marketable, (*leading, *banks.marketable.shape[-2:]))
    equity = np.broadcast_to(banks.equity, held.shape[:-1])
    price = np.ones((*leading, kinds))
    states = [(held, equity, price)]
    sales: list[FloatArray] = []
    for _ in range(whole("rounds", rounds)):
        share = _share(banks, held.sum(axis=-1), equity)
        if not share.any():
            return _recorded(banks, states, sales)
        sold = share[..., None] * held
        fall = bounded_impact(sold.sum(axis=-2), deep, most)
        down = fall[..., None, :]
        equity = equity - ((held - sold) * down).sum(axis=-1) - part * (sold * down).sum(axis=-1)
        held, price = (held - sold) * (1 - down), price * (1 - fall)
        states.append((held, equity, price))
        sales.append(sold)
    raise NotSettled(
        f"banks still sell after {rounds} rounds; type a larger rounds=",
        _recorded(banks, states, sales),
    )


def bounded_impact(sold: ArrayLike, depth: ArrayLike, bound: ArrayLike = 0.5) -> FloatArray:
    """Return how far sales take a price down, shape (...) [fraction].

    Parameters
    ----------
    sold : float or array of shape (...)
        [currency]
    depth : float or array of shape (...)
        What would take all of the price, at the rate of small sales [currency].
    bound : float or array
        Further than this no sale takes it [fraction].

    Source: as in :func:`fire_sale`; that the bound is about a half is from memory.

    >>> bounded_impact([1, 1e9], depth=1_000).round(6).tolist()
    [0.000999, 0.5]
    """
    amount, deep = non_negative("sold", sold), positive("depth", depth)
    most = positive("bound", fraction("bound", bound))
    together(sold=amount, depth=deep, bound=most)
    return np.asarray(-most * np.expm1(-amount / (most * deep)))


def liquidity_weighted_overlap(marketable: ArrayLike, depth: ArrayLike) -> FloatArray:
    """Return what each bank (row) loses if another (column) sells all it has, shape (..., N, N).

    Parameters
    ----------
    marketable : array of shape (..., N, K)
        What each bank holds of each asset [currency].
    depth : float or array of shape (..., K)
        Of each market [currency].

    Returns
    -------
    array of shape (..., N, N)
        To first order in the sales; on the diagonal, what a bank's own sales cost it [currency].

    Source: as in :func:`fire_sale`.

    >>> liquidity_weighted_overlap([[80, 0], [40, 40]], [1_000, 100]).round(9).tolist()
    [[6.4, 3.2], [3.2, 17.6]]
    """
    held, deep = held_by("marketable", marketable), positive("depth", depth)
    together(marketable=held.shape[:-2], depth=deep.shape[:-1])
    deep = fits("depth", deep, held.shape[-1], "asset") * np.ones(held.shape[-1])
    return np.asarray(held @ np.swapaxes(held / deep[..., None, :], -1, -2))


def _share(banks: LimitedBanks, liquid: FloatArray, equity: FloatArray) -> FloatArray:
    """Return what share of its marketable assets each bank must sell, given what it has left."""
    own = np.maximum(equity, 0.0)
    left = np.where(liquid > 0, liquid, 1.0)
    wanted = np.clip(1 - (banks.target * own - banks.illiquid) / left, 0.0, 1.0)
    above = banks.illiquid + liquid > banks.limit * own * _MET
    return np.where(above & (liquid > 0), wanted, 0.0)


def _recorded(
    banks: LimitedBanks,
    states: list[tuple[FloatArray, FloatArray, FloatArray]],
    sales: list[FloatArray],
) -> FireSale:
    """Return the rounds as arrays, and the banks as they are in the end."""
    held, equity, price = (np.stack(each) for each in zip(*states, strict=True))
    sold = np.stack(sales) if sales else np.zeros((0, *held.shape[1:]))
    rest = LimitedBanks(held[-1], banks.illiquid, equity[-1], banks.limit, banks.target)
    return FireSale(held, equity, price, sold, rest)
