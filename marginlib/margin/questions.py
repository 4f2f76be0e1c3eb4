"""Questions to ask of any model: how close, how much is free, how much more fits."""

from __future__ import annotations

import numpy as np

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, MarginError, together
from marginlib.accounts import Accounts, equity, trade
from marginlib.margin.asking import asked
from marginlib.margin.requirement import MarginModel
from marginlib.market import Market

DOUBLINGS = 60  # of a position, after which nothing is taken to limit it


def margin_ratio(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    haircut: MarginModel | None = None,
    opening: bool = False,
) -> FloatArray:
    """Return maintenance over equity, shape (...) [fraction]: above 1 the venue steps in.

    It is infinite where margin is needed and no equity is left.

    Parameters
    ----------
    model : margin model
        Without the haircut, if one is given.
    haircut : margin model, optional
        What collateral and profits lose is taken off the equity, instead of being added to the
        maintenance. Where the ratio is 1 the two are the same, elsewhere they differ.
    opening : bool
        Whether to take initial instead of maintenance, requirement and haircut: at 1 nothing more
        can be opened.

    Source: Bybit, "Glossary of unified trading account" (2024-08), for the ratio with a haircut.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> from marginlib.margin import FixedRate
    >>> float(margin_ratio(ana, entry, FixedRate(initial=0.10, maintenance=0.05)))
    0.5
    """
    need, own = model(accounts, market), equity(accounts, market)
    if haircut is None:
        return need_over_equity(need.initial if opening else need.maintenance, own)
    lost = asked(haircut, accounts, market)
    if opening:
        return need_over_equity(need.initial, own - lost.initial)
    return need_over_equity(need.maintenance, own - lost.maintenance)


def headroom(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    """Return equity minus maintenance, shape (...) [currency]: what may still be lost."""
    return equity(accounts, market) - model(accounts, market).maintenance


def free_margin(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    """Return equity minus initial, shape (...) [currency]: what is free for new positions."""
    return equity(accounts, market) - model(accounts, market).initial


def largest_position(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    name: str,
    fee: float = 0.0,
    side: int = 1,
) -> FloatArray:
    """Return the largest quantity of ``name`` that can be bought (or sold) now.

    After the trade and its fee, equity must still cover the initial requirement of the whole
    account. The answer is found by halving an interval, so it holds for requirements that jump.

    Parameters
    ----------
    model : margin model
    name : str
        The instrument to trade.
    fee : float
        Fee for opening, on the notional [fraction].
    side : int
        1 to buy, -1 to sell.

    Returns
    -------
    array of shape (...)
        Quantity to pass to :func:`marginlib.accounts.trade` [contracts]: negative when selling,
        0 where nothing can be opened, infinite where nothing limits it.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[0], market=entry)
    >>> from marginlib.margin import FixedRate
    >>> rule = FixedRate(initial=0.10, maintenance=0.05)
    >>> round(float(largest_position(ana, entry, rule, "BTC")), 6)
    1.0
    >>> round(float(largest_position(ana, entry, rule, "BTC", fee=0.0005)), 6)
    0.995025
    """
    if side not in (1, -1):
        raise MarginError(f"side must be 1 (buy) or -1 (sell); got {side!r}")
    index = market.instruments.index(name)
    direction = np.eye(len(market.instruments))[index] * side

    def fits(amount: FloatArray) -> np.ndarray:
        after = trade(accounts, market, amount[..., None] * direction, fee)
        return free_margin(after, market, model) >= 0

    shape = together(accounts=accounts, market=market)
    held = np.broadcast_to(accounts.quantity[..., index], shape)
    # Closing what is held on the other side comes first, and that can only free margin.
    low = np.maximum(0.0, -side * held)
    nothing = ~fits(low)
    high = np.maximum(low, np.abs(equity(accounts, market) / market.value[..., index]))
    high = np.where(high > 0, high, 1.0)
    for _ in range(DOUBLINGS):
        open_ended = fits(high) & ~nothing
        if not open_ended.any():
            break
        low = np.where(open_ended, high, low)
        high = np.where(open_ended, 2 * high, high)
    most, _ = bisection(fits, low, high)
    answer = np.where(open_ended, np.inf, most)
    return np.asarray(np.where(nothing, 0.0, side * answer))


def need_over_equity(need: FloatArray, own: FloatArray) -> FloatArray:
    """Return need over equity, infinite where there is a need and nothing to meet it with."""
    left = np.where(own > 0, own, np.where(need > 0, 0.0, np.nan))
    with np.errstate(divide="ignore"):
        return np.asarray(need / left)
