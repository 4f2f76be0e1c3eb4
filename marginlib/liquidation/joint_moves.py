"""Where an account is liquidated when several prices move: along a direction, and on a surface."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, last_axis, numbers, positive
from marginlib.accounts import Accounts, equity
from marginlib.liquidation._blocks import in_blocks
from marginlib.liquidation._search import first_changes
from marginlib.liquidation.prices import liquidation_price, revalues_options
from marginlib.margin import MarginModel, headroom
from marginlib.margin.asking import value_rates
from marginlib.market import Market, moved, with_price


class Moves(NamedTuple):
    """The nearest moves that liquidate, on both sides of the present prices."""

    down: FloatArray  # (...) [fraction], negative; nan where there is none
    up: FloatArray  # (...) [fraction], positive; nan where there is none


def along(accounts: Accounts, market: Market, model: MarginModel, direction: ArrayLike) -> Moves:
    r"""Return how far prices can move together before the account is liquidated.

    Every price becomes price x (1 + t x direction). Where values and maintenance are in proportion
    to prices, as :meth:`marginlib.margin.Model.value_rates` tells, headroom is a straight line in
    t, and the account is liquidated at one move at most:

    .. math:: t = -\frac{\text{headroom}}
              {\sum_i \text{direction}_i \, (\text{value}_i - \text{rate}_i |\text{value}_i|)} .

    Otherwise the nearest moves are searched for, until the price that moves most is a million times
    higher or lower; see :func:`marginlib.liquidation.liquidation_price` for the resolution.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
        Present prices. Options are valued anew at each move.
    model : margin model
    direction : float or array of shape (Q,)
        How far each quoted price moves for each unit of t [fraction]: 1 where all move alike, the
        betas in a one-factor market, 0 for a price that stays.

    Returns
    -------
    Moves
        ``down`` (t < 0) and ``up`` (t > 0), each of shape (...) [fraction]. For an account that is
        already below maintenance they are the moves that would save it.

    Bitcoin with ether at its heels: 5,000 + 35,000 t is left, and 5 % of 35,000 (1 + t) is needed.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1, 10], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> round(float(along(ana, entry, rule, direction=1).down), 6)  # -3,250 / 33,250
    -0.097744
    """
    heading = _direction(market, direction)

    def moves_of(some: Accounts) -> FloatArray:
        exact = _closed_form(some, market, model, heading)
        return _search(some, market, model, heading) if exact is None else exact

    return Moves(*in_blocks(moves_of, accounts, market, model))


def surface(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    name_1: str,
    prices_1: ArrayLike,
    name_2: str,
    prices_2: ArrayLike,
) -> FloatArray:
    """Return the headroom at every pair of prices of two instruments.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
        One market: the prices of everything else.
    model : margin model
        One that fits any account.
    name_1, name_2 : str
    prices_1, prices_2 : arrays of shape (M,) and (N,)
        Prices [quote currency].

    Returns
    -------
    array of shape (..., M, N)
        Equity minus maintenance [currency]; the line where it is 0 is :func:`frontier`.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1, 10], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> surface(ana, entry, rule, "BTC", [20_000, 18_000], "ETH", [1_500, 1_400]).tolist()
    [[3250.0, 2300.0], [1350.0, 400.0]]
    """
    _one_market(market)
    _different(name_1, name_2)
    first, second = _column("prices_1", prices_1), _column("prices_2", prices_2)
    grid = with_price(with_price(market, name_1, first[:, None]), name_2, second)
    return headroom(_with_axes(accounts, 2), grid, model)


def frontier(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    name_1: str,
    prices_1: ArrayLike,
    name_2: str,
) -> FloatArray:
    """Return the liquidation price of one instrument at every price of another.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
        One market: the prices of everything else.
    model : margin model
        One that fits any account.
    name_1 : str
        The instrument whose prices are given.
    prices_1 : array of shape (M,)
        Prices [quote currency].
    name_2 : str
        The instrument whose liquidation price is asked for.

    Returns
    -------
    array of shape (..., M)
        Price of ``name_2`` [quote currency]; ``nan`` where there is none.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1, 10], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> line = frontier(ana, entry, rule, "BTC", [20_000, 18_000], "ETH")
    >>> line.round(2).tolist()  # (11,000 / 0.95) / 10 and (12,900 / 0.95) / 10
    [1157.89, 1357.89]
    """
    _one_market(market)
    _different(name_1, name_2)
    line = with_price(market, name_1, _column("prices_1", prices_1))
    return liquidation_price(_with_axes(accounts, 1), line, model, name_2)


def _direction(market: Market, direction: ArrayLike) -> FloatArray:
    quoted = tuple(market.instruments.names[place] for place in market.instruments.quoted)
    given = numbers("direction", direction)
    each = given if given.ndim else np.broadcast_to(given, (len(quoted),))
    heading = last_axis("direction", each, quoted)
    if heading.ndim > 1:
        raise MarginError(f"direction must be one for all accounts; got shape {heading.shape}")
    if not heading.any():
        raise MarginError("direction must move at least one price; got only zeros")
    return heading


def _closed_form(
    accounts: Accounts, market: Market, model: MarginModel, heading: FloatArray
) -> FloatArray | None:
    """Return the moves down and up, shape (2, ...), where headroom is a straight line; or None."""
    instruments = market.instruments
    each = np.zeros(len(instruments))
    each[instruments.quoted] = heading
    rates = value_rates(model, accounts, market)
    curved = (instruments.is_inverse & (each != 0)).any() or any(
        revalues_options(instruments, index) for index in np.flatnonzero(each).tolist()
    )
    if rates is None or curved:
        return None
    worth = accounts.quantity * market.value
    slope = np.einsum("...i,i->...", worth - rates * np.abs(worth), each)
    move = -headroom(accounts, market, model) / np.where(slope == 0, np.nan, slope)
    # No price falls to zero.
    reached = (1 + move[..., None] * each > 0).all(axis=-1)
    return np.array(
        [
            np.where(reached & (move <= 0), move, np.nan),
            np.where(reached & (move > 0), move, np.nan),
        ]
    )


def _search(
    accounts: Accounts, market: Market, model: MarginModel, heading: FloatArray
) -> FloatArray:
    """Return the nearest moves down and up at which the account changes sides, shape (2, ...)."""

    def is_safe(some: Accounts, step: FloatArray) -> NDArray[np.bool_]:
        there = moved(market, _move(heading, step)[..., None] * heading)
        return equity(some, there) >= model(some, there).maintenance

    return _move(heading, first_changes(is_safe, accounts, market, model))


def _move(heading: FloatArray, step: FloatArray) -> FloatArray:
    """Return the move t at each step, so that the price that moves most moves by exp(step).

    Going down, a price with a positive direction falls; it must stay above zero, so t ends where
    the first price would reach it. If none falls, the price that rises most sets the pace.
    """

    def pace(side: float) -> FloatArray:
        falling = np.max(np.maximum(-side * heading, 0.0))
        rising = np.max(np.maximum(side * heading, 0.0))
        distance = np.abs(step)
        if falling > 0:
            return np.asarray(-side * np.expm1(-distance) / falling)
        return np.asarray(side * np.expm1(distance) / rising)

    return np.where(step < 0, pace(-1.0), pace(1.0))


def _one_market(market: Market) -> None:
    if market.shape:
        raise MarginError(
            f"market must hold one set of prices here; got shape {market.shape}: the prices that "
            "vary are given apart"
        )


def _different(name_1: str, name_2: str) -> None:
    if name_1 == name_2:
        raise MarginError(f"name_1 and name_2 must differ; got {name_1!r} twice")


def _column(name: str, prices: ArrayLike) -> FloatArray:
    column = positive(name, prices)
    if column.ndim != 1:
        raise MarginError(f"{name} must be a list of prices; got shape {column.shape}")
    return column


def _with_axes(accounts: Accounts, count: int) -> Accounts:
    """Return the accounts with axes of length 1 appended, along which prices may vary."""
    new = (None,) * count
    return Accounts(accounts.cash[(..., *new)], accounts.quantity[(..., *new, slice(None))])
