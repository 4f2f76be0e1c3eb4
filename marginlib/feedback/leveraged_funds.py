r"""Funds that buy what is cheap with borrowed money, and the crashes that follow.

Noise traders spend :math:`\xi` on an asset of which there are ``supply`` units; what they spend
wanders around what the asset is worth,

.. math:: \log \xi_{t+1} = \rho \log \xi_t + (1 - \rho) \log(V N) + \sigma \chi_t .

Fund :math:`h` buys when the price is below the value :math:`V`, the more so the cheaper it is, up
to its largest leverage :math:`\lambda`; at or above the value it holds nothing:

.. math:: D_h \, p = W_h \min(\beta_h (V - p), \lambda) , \qquad
          \frac{\xi}{p} + \sum_h D_h(p) = N .

While the funds are below their cap they buy into a fall, and calm it. At the cap a fall makes
them sell: their wealth has shrunk, and leverage must not exceed the cap.

Source: S. Thurner, J. D. Farmer and J. Geanakoplos, "Leverage causes fat tails and clustered
volatility", Quantitative Finance 12(5), 2012; the parameters are theirs as commonly given. Here two
things are simpler: a fund orders by the wealth that it had a step before, so that just one price
clears the market; and investors bring wealth back towards its start at a steady rate, instead of
chasing performance. Tails come out thinner than theirs, and how fat they are hangs on that rule.
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
    non_negative,
    numbers,
    positive,
    refuse,
    together,
)


@dataclass(frozen=True, eq=False)
class LeveragedFunds:
    """A market of noise traders and funds; many at once where the cap is an array.

    Parameters
    ----------
    largest_leverage : float or array of shape (...)
        Cap on the value held over wealth, λ [times].
    volatility_response : float or array of shape (...)
        How strongly lenders lower the cap when prices move: it is ``λ / (1 + response * variance)``
        of the log returns of the last ``window`` steps, but no less than 1. 0 leaves it alone.
    window : int
        Steps that the variance is taken over.
    aggression : array of shape (H,)
        How strongly each of H funds buys, β [times / currency].
    wealth : float
        Of each fund at the start [currency].
    inflow : float
        Part of the way back to its first wealth that investors bring each step [fraction].
    value, supply : float
        Value V of the asset [currency], and units of it, N.
    persistence, volatility : float
        Of what noise traders spend, ρ [fraction] and σ [1 / square root of a step].
    """

    largest_leverage: ArrayLike
    volatility_response: ArrayLike = 0.0
    window: int = 10
    aggression: ArrayLike = (5, 10, 15, 20, 25, 30, 35, 40, 45, 50)
    wealth: float = 2.0
    inflow: float = 0.02
    value: float = 1.0
    supply: float = 1_000.0
    persistence: float = 0.99
    volatility: float = 0.035

    def __post_init__(self) -> None:
        cap = positive("largest_leverage", self.largest_leverage)
        response = non_negative("volatility_response", self.volatility_response)
        together(largest_leverage=cap.shape, volatility_response=response.shape)
        window = numbers("window", self.window)
        bad = (window < 2) | (window % 1 != 0)
        refuse("window", window, bad, "must be a whole number, at least 2")
        for name in ("wealth", "value", "supply", "volatility"):
            positive(name, getattr(self, name))
        fraction("inflow", self.inflow)
        stays = fraction("persistence", self.persistence)
        refuse("persistence", stays, stays >= 1, "must be below 1, or nothing draws spending back")
        if positive("aggression", self.aggression).ndim != 1:
            raise MarginError("aggression must be a list, one number for each fund")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the markets that run side by side."""
        return np.broadcast_shapes(
            np.shape(self.largest_leverage), np.shape(self.volatility_response)
        )


class FundPaths(NamedTuple):
    """What happened, step by step."""

    price: FloatArray  # shape (T, ...) [currency]
    wealth: FloatArray  # of all funds together, shape (T, ...) [currency]
    holding: FloatArray  # of all funds together, shape (T, ...) [units]
    cap: FloatArray  # largest leverage allowed, shape (T, ...) [times]


def clearing_price(
    spending: ArrayLike,
    wealth: ArrayLike,
    cap: ArrayLike,
    aggression: ArrayLike,
    value: float = 1.0,
    supply: float = 1_000.0,
) -> FloatArray:
    """Return the one price at which noise traders and funds hold all of the supply, shape (...).

    Parameters
    ----------
    spending : float or array of shape (...)
        What noise traders spend [currency].
    wealth : array of shape (..., H)
        Wealth of each fund [currency].
    cap : float or array of shape (...)
        Largest leverage [times].
    aggression : array of shape (H,)
        How strongly each fund buys [times / currency].
    value, supply : float
        As in :class:`LeveragedFunds`.

    Half a unit too cheap, the fund is as leveraged as it may be, and 400 + 100 is 1,000 halves:

    >>> float(clearing_price(400, wealth=[50], cap=2, aggression=[40]))
    0.5
    """
    spent, owned = positive("spending", spending), non_negative("wealth", wealth)
    most, zeal = positive("cap", cap), positive("aggression", aggression)
    if owned.ndim == 0 or zeal.ndim != 1 or owned.shape[-1] not in (1, len(zeal)):
        raise MarginError(
            "wealth must hold one number for each fund on its last axis, as aggression does; "
            f"got shapes {owned.shape} and {zeal.shape}"
        )
    together(spending=spent.shape, wealth=owned.shape[:-1], cap=most.shape)
    worth, units = float(positive("value", value)), float(positive("supply", supply))
    prices, bought = _kinks(most, zeal, worth)
    return _clear(spent, owned, prices, bought, worth, units)


def simulate_funds(funds: LeveragedFunds, steps: int, *, rng: np.random.Generator) -> FundPaths:
    """Return the paths of a market of noise traders and leveraged funds.

    Markets that run side by side see the same noise traders, so that what differs between them is
    the leverage alone. A fund left with less than a tenth of its first wealth is replaced by a new
    one; what it owes beyond its wealth is its lender's loss, and goes no further.

    Parameters
    ----------
    funds : LeveragedFunds
    steps : int
        Number of steps T.
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same paths.

    Returns
    -------
    FundPaths

    Funds lift a low price, the more so the more leverage they have:

    >>> market = LeveragedFunds(largest_leverage=[1, 10])
    >>> path = simulate_funds(market, steps=200, rng=np.random.default_rng(1))
    >>> low = path.price[:, 0] < 1
    >>> bool((path.price[low, 1] > path.price[low, 0]).mean() > 0.9)
    True
    """
    if not isinstance(rng, np.random.Generator):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    count = numbers("steps", steps)
    refuse("steps", count, (count < 1) | (count % 1 != 0), "must be a whole number, at least 1")
    spending = _spending(funds, int(count), rng)
    zeal, shape = np.asarray(funds.aggression, dtype=np.float64), funds.shape
    paths = FundPaths(*(np.empty((len(spending), *shape)) for _ in FundPaths._fields))
    wealth, held = np.full((*shape, len(zeal)), funds.wealth), np.zeros((*shape, len(zeal)))
    price = np.full(shape, funds.value)
    calm = np.broadcast_to(np.asarray(funds.largest_leverage, dtype=np.float64), shape)
    responds, returns = np.any(funds.volatility_response), np.zeros((int(funds.window), *shape))
    cap, (kinks, bought) = calm, _kinks(calm, zeal, funds.value)
    for step, spent in enumerate(spending):
        if responds:
            cap = np.maximum(calm / (1 + funds.volatility_response * returns.var(axis=0)), 1.0)
            cap = np.minimum(cap, calm)  # who may not even borrow at rest is not allowed more
            kinks, bought = _kinks(cap, zeal, funds.value)
        before, price = price, _clear(spent, wealth, kinks, bought, funds.value, funds.supply)
        exposure = _exposure(zeal, price[..., None], cap[..., None], funds.value)
        # Wealth first takes the gain of what was held, then investors come or go.
        gained = wealth + held * (price - before)[..., None]
        held = wealth * exposure / price[..., None]
        wealth = gained + funds.inflow * (funds.wealth - gained)
        wealth = np.where(wealth < 0.1 * funds.wealth, funds.wealth, wealth)
        returns[step % len(returns)] = np.log(price / before)
        for path, now in zip(paths, (price, wealth.sum(-1), held.sum(-1), cap), strict=True):
            path[step] = now
    return paths


def _spending(funds: LeveragedFunds, steps: int, rng: np.random.Generator) -> FloatArray:
    """Return what noise traders spend, shape (steps,) [currency]."""
    noise, off = funds.volatility * rng.normal(size=steps), np.empty(steps)
    last = 0.0
    for step, push in enumerate(noise):
        off[step] = last = funds.persistence * last + push
    return np.asarray(funds.value * funds.supply * np.exp(off))


def _exposure(
    aggression: FloatArray, price: FloatArray, cap: FloatArray, value: float
) -> FloatArray:
    """Return the value held over wealth, shape (..., H) [times]."""
    return np.asarray(np.minimum(aggression * np.maximum(value - price, 0), cap))


def _kinks(cap: FloatArray, aggression: FloatArray, value: float) -> tuple[FloatArray, FloatArray]:
    """Return the prices between which demand is a straight line, and each fund's exposure there.

    Shapes (..., H + 2), from the value down to zero, and (..., H + 2, H).
    """
    reached = np.sort(np.maximum(value - cap[..., None] / aggression, 0))[..., ::-1]
    ends = np.zeros((*cap.shape, 1))
    prices = np.concatenate([ends + value, reached, ends], axis=-1)
    return prices, _exposure(aggression, prices[..., None], cap[..., None, None], value)


def _clear(
    spending: FloatArray,
    wealth: FloatArray,
    kinks: FloatArray,
    bought: FloatArray,
    value: float,
    supply: float,
) -> FloatArray:
    """Return the price at which what is spent is what the supply is worth, shape (...)."""
    spent = np.asarray(spending)[..., None] + (bought @ wealth[..., None])[..., 0]
    unsold = supply * kinks - spent  # falls from kink to kink, and is below zero at the last
    below = np.clip((unsold >= 0).sum(axis=-1), 1, kinks.shape[-1] - 1)[..., None]
    low, high = (np.take_along_axis(kinks, below - back, axis=-1)[..., 0] for back in (0, 1))
    short, over = (np.take_along_axis(unsold, below - back, axis=-1)[..., 0] for back in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = low + (high - low) * short / (short - over)
    return np.asarray(np.where(spending >= supply * value, spending / supply, between))
