r"""The prices at which an account is liquidated, and at which nothing is left.

**The liquidation price in closed form.** Freeze every other position. Let :math:`y` be the equity
with this position valued at zero, :math:`M` the maintenance of the others, and :math:`w` the signed
value of this position (quantity times value), of sign :math:`s`. Where its maintenance is the
largest of the lines :math:`r_k |w| - c_k`, the account is safe exactly when, for every k,

.. math:: y + w \ge M + r_k s w - c_k
          \quad\Longleftrightarrow\quad
          (1 - s r_k)\, w \ge (M - y) - c_k .

Each line with :math:`s r_k < 1` sets a lowest safe value, and each with :math:`s r_k > 1` a highest
one. All must hold, so the safe values run from the largest of the former to the smallest of the
latter: one liquidation price where all rates are below 1, two or none where some are above. No
search, no bracket to guess, and the same lines for long and short, linear and inverse. A contract
whose price may fall below zero changes the sign of its value on the way: then both signs must hold.

With options on the instrument there is no such form, and the boundary is searched for.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, MarginError, refuse, together
from marginlib.accounts import Accounts, equity
from marginlib.instruments import Instruments
from marginlib.instruments.unit_values import unit_price
from marginlib.liquidation._blocks import in_blocks
from marginlib.liquidation._search import first_changes, nearest
from marginlib.margin import MarginModel, Requirement
from marginlib.margin.asking import lines
from marginlib.margin.lines import Lines
from marginlib.margin.schedule import maximum_of_lines
from marginlib.market import Market, with_price


class PriceRange(NamedTuple):
    """The nearest liquidation prices on both sides of the present price."""

    below: FloatArray  # (...) [quote currency]; nan where there is none
    above: FloatArray  # (...) [quote currency]; nan where there is none


def liquidation_price(
    accounts: Accounts, market: Market, model: MarginModel, name: str
) -> FloatArray:
    """Return the price of ``name`` at which equity equals maintenance, all other prices frozen.

    Exact where the maintenance is the largest of some lines in the notional, as in every model of
    :mod:`marginlib.margin` whose schedules do not jump. For anything else, and where options on
    ``name`` are listed, the nearest crossing is searched for, from the present price outwards up to
    a factor of a million; two crossings closer together than the search's step may then be missed.
    The step is one per cent at the present price and grows to a tenth of the distance (in
    logarithms) far from it.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
        Present prices.
    model : margin model
    name : str
        The instrument whose price moves. Options on it are valued anew.

    Returns
    -------
    array of shape (...)
        Price [quote currency]; the nearer one where there are two (see :func:`liquidation_prices`);
        ``nan`` where there is none. Where equity is already below maintenance it is the price that
        would save it. :func:`marginlib.liquidation.outlook` tells these apart.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> round(float(liquidation_price(ana, entry, rule, "BTC")), 2)  # 18,000 / 0.95
    18947.37
    """
    index = _quoted(market.instruments, name)

    def price_of(some: Accounts) -> FloatArray:
        moving = _moving_lines(some, market, model, index)
        if moving is None:
            return _search(some, market, model, name)
        return _closed_form(some, market, moving, name)

    return in_blocks(price_of, accounts, market, model)


def liquidation_prices(
    accounts: Accounts, market: Market, model: MarginModel, name: str
) -> PriceRange:
    """Return the nearest liquidation prices of ``name`` below and above its present price.

    As :func:`liquidation_price`, which gives the nearer of the two. A position in futures has one;
    options, or rates of 1 and more, can give two prices or none.

    Returns
    -------
    PriceRange
        ``below`` and ``above``, each of shape (...) [quote currency]; ``nan`` where there is none.

    A call and a put sold at 100, with 30 of cash, are safe between two prices:

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import ShortOptionRate, ShortOptions
    >>> nothing = ShortOptions(ShortOptionRate(), ShortOptionRate())
    >>> pair = instruments.options(["C", "P"], "X", strike=100, expiry=0, is_call=[True, False])
    >>> now = market.at(instruments.join(instruments.cash(["X"]), pair), [100], volatility=[0, 0])
    >>> sold = Accounts(30, [0, -1, -1])
    >>> below, above = liquidation_prices(sold, now, nothing, "X")
    >>> round(float(below), 6), round(float(above), 6)
    (70.0, 130.0)
    """
    index = _quoted(market.instruments, name)

    def prices_of(some: Accounts) -> FloatArray:
        moving = _moving_lines(some, market, model, index)
        if moving is None:
            return _search_both(some, market, model, name)
        ends = _ends_of_safety(some, market, moving, name)
        now = np.broadcast_to(market[name], ends.shape)
        below = np.fmax.reduce(np.where(ends <= now, ends, np.nan))
        return np.array([below, np.fmin.reduce(np.where(ends > now, ends, np.nan))])

    return PriceRange(*in_blocks(prices_of, accounts, market, model))


def bankruptcy_price(accounts: Accounts, market: Market, name: str) -> FloatArray:
    """Return the price of ``name`` at which equity is zero, all other prices frozen, shape (...).

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> float(bankruptcy_price(ana, entry, "BTC"))
    18000.0
    """
    if revalues_options(market.instruments, _quoted(market.instruments, name)):
        return _search(accounts, market, _nothing, name)
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
    now = market[name]
    return np.asarray(np.sign(now) * (liquidation_price(accounts, market, model, name) / now - 1))


def _quoted(instruments: Instruments, name: str) -> int:
    """Return the place of ``name``, which must have a price of its own."""
    index = instruments.index(name)
    if instruments.is_option[index]:
        raise MarginError(
            f"{name!r} is an option, so its price is computed; ask for the price of "
            f"{instruments.each[index].underlying!r}, which it is on"
        )
    return index


def revalues_options(instruments: Instruments, index: int) -> bool:
    """Tell whether some option is valued from the price of this instrument."""
    name = instruments.names[index]
    return any(instruments.each[option].underlying == name for option in instruments.options)


def _moving_lines(
    accounts: Accounts, market: Market, model: MarginModel, index: int
) -> Lines | None:
    """Return the lines of the maintenance where only this position's value moves, or None."""
    if revalues_options(market.instruments, index):
        return None
    return lines(model, accounts, market, index)


def _closed_form(accounts: Accounts, market: Market, moving: Lines, name: str) -> FloatArray:
    """Return the nearest end of the safe prices, solved for as at the top of this module."""
    if moving.rate.ndim > 1 or (moving.rate < 0).any() or (moving.rate >= 1).any():
        low, high = _ends_of_safety(accounts, market, moving, name)
        below, above = np.fmin(low, high), np.fmax(low, high)
        return nearest(below, np.where(above > below, above, np.nan), market[name])
    # With all rates below 1, and lines for both signs at once, one maximum answers for everyone.
    steepness = np.concatenate([1 / (1 - moving.rate), 1 / (1 + moving.rate)])
    gap = _gap_left_by_others(accounts, market, moving, market.instruments.index(name))
    value = maximum_of_lines(gap, steepness, np.tile(moving.deduction, 2) * steepness)
    return _price_at(accounts, market, name, value)


def _ends_of_safety(accounts: Accounts, market: Market, moving: Lines, name: str) -> FloatArray:
    """Return the prices at both ends of the safe values, shape (2, ...); ``nan`` where none is."""
    index = market.instruments.index(name)
    gap = _gap_left_by_others(accounts, market, moving, index)
    sides = [np.sign(accounts.quantity[..., index] * market.value[..., index])]
    if market.instruments.below_zero[index]:
        least = moving.rate + 0 * gap
        refuse("rate", least, least < 0, f"must not be negative where {name!r} may fall below zero")
        sides = [np.ones(gap.shape), -np.ones(gap.shape)]
    low, high = np.full(gap.shape, -np.inf), np.full(gap.shape, np.inf)
    for side, (rate, deduction) in product(sides, zip(moving.rate, moving.deduction, strict=True)):
        steep = 1 - side * rate
        with np.errstate(divide="ignore", invalid="ignore"):
            bound = (gap - deduction) / steep
        low = np.where(steep > 0, np.maximum(low, bound), low)
        high = np.where(steep < 0, np.minimum(high, bound), high)
        # A line as steep as the position itself is below it everywhere or nowhere.
        low = np.where((steep == 0) & (gap > deduction), np.inf, low)
    ends = np.array([low, high])
    reached = np.isfinite(ends) & (low <= high)
    return _price_at(accounts, market, name, np.where(reached, ends, np.nan))


def _price_at(accounts: Accounts, market: Market, name: str, value: FloatArray) -> FloatArray:
    """Return the price at which the position in ``name`` has this value."""
    quantity = accounts.quantity[..., market.instruments.index(name)]
    return unit_price(market.instruments, name, value / np.where(quantity == 0, np.nan, quantity))


def _gap_left_by_others(
    accounts: Accounts, market: Market, moving: Lines, index: int
) -> FloatArray:
    """Return M - y: what this position must be worth just to carry the rest of the account."""
    gap = np.zeros(together(accounts=accounts, market=market))
    gap += moving.constant
    gap -= accounts.cash
    for other in range(len(market.instruments)):
        if other != index:
            gap -= accounts.quantity[..., other] * market.value[..., other]
    return gap


def _search(accounts: Accounts, market: Market, model: MarginModel, name: str) -> FloatArray:
    """Find the nearest price at which equity minus maintenance changes sign."""
    below, above = _search_both(accounts, market, model, name)
    return nearest(below, above, market[name])


def _search_both(accounts: Accounts, market: Market, model: MarginModel, name: str) -> FloatArray:
    """Find the nearest such prices below and above the present one, shape (2, ...)."""
    now, crosses = market[name], market.instruments.below_zero[market.instruments.index(name)]

    def price_after(step: FloatArray) -> FloatArray:
        """Return the price multiplied by exp(step), or as far along a line that crosses zero."""
        return now + step * np.maximum(np.abs(now), 1.0) if crosses else now * np.exp(step)

    def is_safe(some: Accounts, step: FloatArray) -> NDArray[np.bool_]:
        """Tell who is safe at the price after that step."""
        there = with_price(market, name, price_after(step))
        return equity(some, there) >= model(some, there).maintenance

    return np.asarray(price_after(first_changes(is_safe, accounts, market, model)))


def _nothing(accounts: Accounts, market: Market) -> Requirement:
    """Ask for nothing: then the liquidation price is the bankruptcy price."""
    nothing = np.zeros(together(accounts=accounts, market=market))
    return Requirement(nothing, nothing)
