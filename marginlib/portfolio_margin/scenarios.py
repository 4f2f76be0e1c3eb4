"""Scenarios: a list of joint moves of prices and volatilities, and the market after each.

A scenario says by how much prices and volatilities move at once, and how much of the outcome
counts. Named lists are :func:`span_scenarios`, :func:`equidistant` and
:func:`price_volatility_matrix`; lists are put together with ``first + second``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
from marginlib.market import Market, at, later


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Moves that are looked at together; their number is called S.

    Parameters
    ----------
    price : array of shape (S,) or (..., S, Q)
        Relative moves of prices, above -1 [fraction]: one for all that is quoted, or one for each
        instrument that is.
    volatility : float, array of shape (S,) or (..., S, O)
        Relative moves of volatilities, -1 or more [fraction]: one for all options, or one each.
    weight : float or array of shape (S,)
        Share of the profit or loss that counts [fraction]; small for moves that are very unlikely.
    labels : sequence of S str
        Names for tables and figures; made from the moves where nothing is said.
    volatility_floor : float or array of shape (S,)
        Least volatility that options are valued at [1 / square root of a year].
    either_way : bool or array of shape (S,)
        Whether the move may as well go the other way: what each expiry gains counts as lost.
    years : float
        Time that passes in every scenario [years].
    grid : tuple of two int
        Rows and columns, where the list is a table of prices by volatilities.

    >>> fall_and_rise = Scenarios(price=[-0.1, 0.1], volatility=[0.3, 0])
    >>> fall_and_rise.labels
    ('price -10 %, volatility +30 %', 'price +10 %')
    """

    price: FloatArray
    volatility: FloatArray
    weight: FloatArray
    labels: tuple[str, ...]
    volatility_floor: FloatArray
    either_way: NDArray[np.bool_]
    years: FloatArray
    grid: tuple[int, int] | None

    def __init__(
        self,
        price: ArrayLike,
        volatility: ArrayLike = 0.0,
        weight: ArrayLike = 1.0,
        labels: Sequence[str] | None = None,
        volatility_floor: ArrayLike = 0.0,
        either_way: ArrayLike = False,
        years: float = 0.0,
        grid: tuple[int, int] | None = None,
    ) -> None:
        moves = _columns("price", price)
        refuse("price", moves, moves <= -1, "must be above -1, because no price falls below zero")
        count = moves.shape[-2]
        spread = _columns("volatility", volatility, count)
        refuse("volatility", spread, spread < -1, "must not be below -1")
        together(price=moves.shape[:-1], volatility=spread.shape[:-1])
        object.__setattr__(self, "price", moves)
        object.__setattr__(self, "volatility", spread)
        object.__setattr__(self, "weight", _each("weight", weight, count))
        floor = _each("volatility_floor", volatility_floor, count)
        object.__setattr__(self, "volatility_floor", floor)
        either = np.broadcast_to(np.asarray(either_way, dtype=np.bool_), (count,))
        object.__setattr__(self, "either_way", either)
        object.__setattr__(self, "years", non_negative("years", years))
        object.__setattr__(self, "labels", _labels(labels, moves, spread))
        object.__setattr__(self, "grid", grid)
        if grid is not None and grid[0] * grid[1] != count:
            raise MarginError(f"grid must have one cell for each of {count} scenarios; got {grid}")

    def __len__(self) -> int:
        return len(self.labels)

    def __add__(self, other: Scenarios) -> Scenarios:
        """Return both lists as one."""
        if not isinstance(other, Scenarios):
            return NotImplemented
        if self.years != other.years:
            raise MarginError("scenarios can be put together if the same time passes in both")
        return Scenarios(
            _stack(self.price, other.price),
            _stack(self.volatility, other.volatility),
            np.concatenate([self.weight, other.weight]),
            self.labels + other.labels,
            np.concatenate([self.volatility_floor, other.volatility_floor]),
            np.concatenate([self.either_way, other.either_way]),
            float(self.years),
        )

    def with_beta(self, beta: ArrayLike) -> Scenarios:
        """Return the scenarios in which each quoted instrument moves ``beta`` times as far.

        Parameters
        ----------
        beta : array of shape (Q,)
            Move of each quoted instrument for a move of 1 [times]; 0 for a stable coin.

        >>> Scenarios([-0.1, 0.1]).with_beta([1, 0.5, 0]).price.tolist()
        [[-0.1, -0.05, -0.0], [0.1, 0.05, 0.0]]
        """
        return replace(self, price=self.price * numbers("beta", beta))


def moved_by(market: Market, scenarios: Scenarios) -> Market:
    """Return the markets after each scenario, shape (..., S), S last.

    >>> from marginlib import instruments
    >>> now = at(instruments.linear(["BTC"]), [20_000])
    >>> moved_by(now, Scenarios([-0.1, 0, 0.1]))["BTC"].tolist()
    [18000.0, 20000.0, 22000.0]
    """
    book = market.instruments
    price = market.quoted_price[..., None, :] * (1 + scenarios.price)
    if not len(book.options):
        return at(book, price, time=market.time[..., None])
    spread = market.volatility[..., None, :] * (1 + scenarios.volatility)
    spread = np.maximum(spread, scenarios.volatility_floor[:, None])
    terms = _with_axis(market.rate), _with_axis(market.carry), market.time[..., None]
    after = Market(book, price, spread, *terms)
    return later(after, scenarios.years) if scenarios.years else after


def span_scenarios(
    price_range: ArrayLike,
    volatility_range: ArrayLike,
    extreme_multiple: float,
    extreme_weight: float,
    years: float = 0.0,
) -> Scenarios:
    """Return the sixteen scenarios of SPAN, in the order in which its arrays are published.

    Prices stay, or move by a third, two thirds or all of the range; each with volatility up and
    down. Two extreme moves, of which only a part counts, protect who is short far out of the money.

    Parameters
    ----------
    price_range : float or array of shape (Q,)
        Price scan range as a share of the price [fraction].
    volatility_range : float or array of shape (O,)
        Volatility scan range as a share of the volatility [fraction].
    extreme_multiple : float
        How many ranges the extreme moves go [times]: 2 in older texts. The clearing house's later
        practice is said to be 3, which is not confirmed here, so nothing is taken for granted.
    extreme_weight : float
        Share of the extreme outcome that counts [fraction]: 0.35 with 2, and 0.33 with 3, the
        latter not confirmed.
    years : float
        Time ahead at which options are valued [years].

    Notes
    -----
    Volatility is left as it is in the extreme moves; this is not confirmed either.

    Source: L. McMillan, "Options as a strategic investment", chapter 34; CME Group, "SPAN
    methodology", read 2026-11-22.

    >>> grid = span_scenarios(0.06, 0.25, extreme_multiple=2, extreme_weight=0.35)
    >>> grid.price[:, 0].round(2).tolist()[:7], grid.price[-2:, 0].tolist()
    ([0.0, 0.0, 0.02, 0.02, -0.02, -0.02, 0.04], [0.12, -0.12])
    """
    wide = np.atleast_1d(positive("price_range", price_range))
    spread = np.atleast_1d(fraction("volatility_range", volatility_range))
    far = float(positive("extreme_multiple", extreme_multiple))
    part = float(fraction("extreme_weight", extreme_weight))
    steps = np.array([0, 0, 1, 1, -1, -1, 2, 2, -2, -2, 3, 3, -3, -3, 3 * far, -3 * far]) / 3
    ups = np.array([1, -1] * 7 + [0, 0])
    labels = _span_labels(steps, ups)
    weight = [1.0] * 14 + [part] * 2
    return Scenarios(steps[:, None] * wide, ups[:, None] * spread, weight, labels, years=years)


def equidistant(down: ArrayLike, up: ArrayLike, points: int = 10) -> Scenarios:
    """Return price moves at equal distances on either side, and no move, in order of price.

    Parameters
    ----------
    down, up : float or array of shape (Q,)
        Largest fall and largest rise, both positive [fraction].
    points : int
        Number of moves, half of them on either side; the price of now comes on top.

    Source: Options Clearing Corporation, customer portfolio margin: ten equidistant points over
    the range of the class, read 2026-11-22.

    >>> equidistant(0.15, 0.15).price[:, 0].round(2).tolist()
    [-0.15, -0.12, -0.09, -0.06, -0.03, 0.0, 0.03, 0.06, 0.09, 0.12, 0.15]
    """
    count = numbers("points", points)
    refuse("points", count, (count < 2) | (count % 2 != 0), "must be an even number, at least 2")
    low, high = positive("down", down), positive("up", up)
    refuse("down", low, low >= 1, "must be below 1, a fraction", hint=lambda bad: bad / 100)
    half = points // 2
    steps = np.arange(-half, half + 1)[:, None] / half
    moves = np.where(steps < 0, steps * np.atleast_1d(low), steps * np.atleast_1d(high))
    return Scenarios(moves)


def price_volatility_matrix(
    price: ArrayLike | Scenarios,
    volatility: ArrayLike,
    weight: ArrayLike = 1.0,
    volatility_floor: ArrayLike = 0.0,
) -> Scenarios:
    """Return every pair of a price move and a volatility move, row by row.

    Parameters
    ----------
    price : array of shape (P,) or Scenarios
        Price moves [fraction], one for each row.
    volatility : array of shape (V,) or (V, O)
        Volatility moves [fraction], one for each column: the same for all options, or one each.
    weight : float or array of shape (P,)
        Share of the outcome that counts in each row [fraction].
    volatility_floor : float or array of shape (V,)
        Least volatility in each column [1 / square root of a year].

    >>> table = price_volatility_matrix([-0.1, 0, 0.1], volatility=[-0.25, 0.5])
    >>> len(table), table.grid, table.labels[1]
    (6, (3, 2), 'price -10 %, volatility +50 %')
    """
    rows = price.price if isinstance(price, Scenarios) else _columns("price", price)
    columns = _columns("volatility", volatility)
    height, width = rows.shape[-2], columns.shape[-2]
    shares = _each("weight", weight, height)
    floors = _each("volatility_floor", volatility_floor, width)
    return Scenarios(
        np.repeat(rows, width, axis=-2),
        np.concatenate([columns] * height, axis=-2),
        np.repeat(shares, width),
        volatility_floor=np.tile(floors, height),
        grid=(height, width),
    )


def _columns(name: str, value: ArrayLike, count: int | None = None) -> FloatArray:
    """Return moves with the scenarios on the axis before the last."""
    moves = numbers(name, value)
    if count is not None and moves.ndim == 0:
        moves = np.broadcast_to(moves, (count,))
    if moves.ndim == 0:
        raise MarginError(f"{name} must hold one move for each scenario; got one number")
    columns = moves[:, None] if moves.ndim == 1 else moves
    if count is not None and columns.shape[-2] != count:
        raise MarginError(
            f"{name} must hold one move for each of {count} scenarios; got shape {moves.shape}"
        )
    return columns


def _each(name: str, value: ArrayLike, count: int) -> FloatArray:
    given = non_negative(name, value)
    if given.shape not in [(), (count,)]:
        raise MarginError(f"{name} must be one number or {count}; got shape {given.shape}")
    return np.broadcast_to(given, (count,))


def _stack(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the moves of both lists one after the other."""
    width = max(first.shape[-1], second.shape[-1])
    batch = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
    both = [np.broadcast_to(m, (*batch, m.shape[-2], width)) for m in (first, second)]
    return np.concatenate(both, axis=-2)


def _with_axis(term: FloatArray) -> FloatArray:
    """Return a rate, shape () or (..., O), with room for the scenarios."""
    return term[..., None, :] if term.ndim > 1 else term


def _labels(
    given: Sequence[str] | None, price: FloatArray, volatility: FloatArray
) -> tuple[str, ...]:
    """Return the labels given, or such as tell the moves of the first instrument."""
    count = price.shape[-2]
    if given is not None:
        if isinstance(given, str) or len(given) != count:
            raise MarginError(f"labels must be a list of {count} names; got {given!r}")
        return tuple(given)
    moves = price.reshape(-1, *price.shape[-2:])[0, :, 0]
    spread = volatility.reshape(-1, *volatility.shape[-2:])[0, :, 0]
    return tuple(
        f"price {percent(move)}" + (f", volatility {percent(bump)}" if bump else "")
        for move, bump in zip(moves.tolist(), spread.tolist(), strict=True)
    )


def percent(move: float) -> str:
    """Return a relative move for a label."""
    return f"{100 * move:+.4g} %" if move else "0 %"


def _span_labels(steps: FloatArray, ups: NDArray[np.int_]) -> list[str]:
    fractions = {0: "unchanged", 1: "1/3 of range", 2: "2/3 of range", 3: "full range"}
    labels = []
    for step, up in zip(steps.tolist(), ups.tolist(), strict=True):
        size = fractions.get(round(3 * abs(step)), f"{abs(step):g} ranges") if up else "extreme"
        side = "" if not step else (" up" if step > 0 else " down")
        bump = "" if not up else (", volatility up" if up > 0 else ", volatility down")
        labels.append(f"price {size}{side}{bump}")
    return labels
