r"""The prices at which an account is liquidated, and at which nothing is left.

**The liquidation price in closed form.** Freeze every other position. Let :math:`y` be the equity
with this position valued at zero, :math:`M` the maintenance of the others, and :math:`w` the signed
value of this position (quantity times value). Where its maintenance is the largest of the lines
:math:`r_k |w| - c_k`, it is also the largest of the lines :math:`\pm r_k w - c_k`. The account is
safe exactly when, for every k and both signs,

.. math:: y + w \ge M \pm r_k w - c_k
          \quad\Longleftrightarrow\quad
          w \ge \frac{(M - y) - c_k}{1 \mp r_k} .

All must hold, so the largest right-hand side is the value at liquidation. No search, no bracket to
guess, and one line for long and short, linear and inverse.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, together
from marginlib.accounts import Accounts, equity
from marginlib.instruments import unit_price
from marginlib.margin import Lines, MarginModel, lines
from marginlib.market import Market, with_price
from marginlib.schedule import maximum_of_lines

# The search looks at the present price and then ever further out, both ways: the first step is one
# per cent, each next one a tenth longer, the last about a factor of a million away.
_STEPS = 0.01 * (1.1 ** np.arange(1, 53) - 1) / 0.1


def liquidation_price(
    accounts: Accounts, market: Market, model: MarginModel, name: str
) -> FloatArray:
    """Return the price of ``name`` at which equity equals maintenance, all other prices frozen.

    Exact where the maintenance is the largest of some lines in the notional with rates below 1
    (every model of :mod:`marginlib.margin` whose schedules do not jump). For anything else the
    nearest crossing is searched for, from the present price outwards up to a factor of a million;
    two crossings closer together than the search's step may then be missed. The step is one per
    cent at the present price and grows to a tenth of the distance (in logarithms) far from it.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
        Present prices.
    model : margin model
    name : str
        The instrument whose price moves.

    Returns
    -------
    array of shape (...)
        Price [quote currency]; ``nan`` where there is none, as for a position that no price can
        bring down. Where equity is already below maintenance it is the price that would save it.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> round(float(liquidation_price(ana, entry, rule, "BTC")), 2)  # 18,000 / 0.95
    18947.37
    """
    moving = lines(model, accounts, market, market.instruments.index(name))
    if moving is None or (moving.rate >= 1).any():
        return _search(accounts, market, model, name)
    return _closed_form(accounts, market, moving, name)


def bankruptcy_price(accounts: Accounts, market: Market, name: str) -> FloatArray:
    """Return the price of ``name`` at which equity is zero, all other prices frozen, shape (...).

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(bankruptcy_price(ana, entry, "BTC"))
    18000.0
    """
    return _closed_form(accounts, market, Lines.flat(np.zeros(())), name)


def distance(accounts: Accounts, market: Market, model: MarginModel, name: str) -> FloatArray:
    """Return how far the liquidation price is from the price now, shape (...) [fraction].

    It is liquidation price / price - 1: negative for a long position, positive for a short one.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> round(float(distance(ana, entry, rule, "BTC")), 4)
    -0.0526
    """
    return liquidation_price(accounts, market, model, name) / market[name] - 1


def _closed_form(accounts: Accounts, market: Market, moving: Lines, name: str) -> FloatArray:
    """Solve for the value at liquidation as the largest of lines; see the top of this module."""
    index = market.instruments.index(name)
    gap = _gap_left_by_others(accounts, market, moving, index)
    if moving.rate.ndim == 1:
        steepness = np.concatenate([1 / (1 - moving.rate), 1 / (1 + moving.rate)])
        value = maximum_of_lines(gap, steepness, np.tile(moving.deduction, 2) * steepness)
    else:
        value = np.maximum.reduce(
            [
                (gap - deduction) / (1 - side * rate)
                for rate, deduction in zip(moving.rate, moving.deduction, strict=True)
                for side in (1, -1)
            ]
        )
    quantity = accounts.quantity[..., index]
    held = np.where(quantity == 0, np.nan, quantity)
    return unit_price(market.instruments, name, value / held)


def _gap_left_by_others(
    accounts: Accounts, market: Market, moving: Lines, index: int
) -> FloatArray:
    """Return M - y: what this position must be worth just to carry the rest of the account."""
    gap = np.zeros(together(accounts=accounts.shape, market=market.shape))
    gap += moving.constant
    gap -= accounts.cash
    for other in range(len(market.instruments)):
        if other != index:
            gap -= accounts.quantity[..., other] * market.value[..., other]
    return gap


def _search(accounts: Accounts, market: Market, model: MarginModel, name: str) -> FloatArray:
    """Find the nearest price at which equity minus maintenance changes sign."""
    shape = together(accounts=accounts.shape, market=market.shape)

    def is_safe(step: FloatArray) -> NDArray[np.bool_]:
        """Tell who is safe with the price of ``name`` multiplied by exp(step)."""
        there = with_price(market, name, market[name] * np.exp(step))
        return equity(accounts, there) >= model(accounts, there).maintenance

    up = _first_change(is_safe, 1.0, shape)
    down = _first_change(is_safe, -1.0, shape)
    nearest = np.where(np.isnan(down) | (up < -down), up, down)
    return np.asarray(market[name] * np.exp(nearest))


def _first_change(
    is_safe: Callable[[FloatArray], NDArray[np.bool_]], side: float, shape: tuple[int, ...]
) -> FloatArray:
    """Return the first step on one side where ``is_safe`` changes; ``nan`` where it never does."""
    start = is_safe(np.zeros(shape))
    near, far, found = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    for step in _STEPS:
        here = np.full(shape, side * step)
        far = np.where(found, far, here)
        found = found | (is_safe(here) != start)
        near = np.where(found, near, here)
        if found.all():
            break
    # Halve the interval between the last step before the change and the first one after it.
    for _ in range(55):
        middle = (near + far) / 2
        unchanged = is_safe(middle) == start
        near, far = np.where(unchanged, middle, near), np.where(unchanged, far, middle)
    return np.where(found, far, np.nan)
