"""Scenarios: a list of joint moves of prices and volatilities, and the market after each.

A scenario says by how much prices and volatilities move at once, and how much of the outcome
counts. Lists are put together with ``first + second``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    hold,
    non_negative,
    numbers,
    one_or_each,
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
        moves = move_columns("price", price)
        refuse("price", moves, moves <= -1, "must be above -1, because no price falls below zero")
        count = moves.shape[-2]
        spread = move_columns("volatility", volatility, count)
        refuse("volatility", spread, spread < -1, "must not be below -1")
        together(price=moves.shape[:-1], volatility=spread.shape[:-1])
        hold(self, price=moves, volatility=spread)
        share = non_negative("weight", weight)
        floor = non_negative("volatility_floor", volatility_floor)
        hold(
            self,
            weight=one_or_each("weight", share, count),
            volatility_floor=one_or_each("volatility_floor", floor, count),
        )
        either = np.broadcast_to(np.asarray(either_way, dtype=np.bool_), (count,))
        hold(
            self,
            either_way=either,
            years=non_negative("years", years),
            labels=_labels(labels, moves, spread),
            grid=grid,
        )
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
    before = market.quoted_price[..., None, :]
    together(market=before, scenarios=scenarios.price)
    price = before * (1 + scenarios.price)
    if not len(book.options):
        return at(book, price, time=market.time[..., None])
    spread = market.volatility[..., None, :] * (1 + scenarios.volatility)
    spread = np.maximum(spread, scenarios.volatility_floor[:, None])
    terms = _with_axis(market.rate), _with_axis(market.carry), market.time[..., None]
    after = Market(book, price, spread, *terms)
    return later(after, scenarios.years) if scenarios.years else after


def move_columns(name: str, value: ArrayLike, count: int | None = None) -> FloatArray:
    """Return moves with the scenarios on the axis before the last."""
    moves = numbers(name, value)
    if count is not None and moves.ndim == 0:
        moves = np.broadcast_to(moves, (count,))
    if moves.ndim == 0:
        raise MarginError(f"{name} must hold one move for each scenario; got one number")
    columns = moves[:, None] if moves.ndim == 1 else moves
    if not columns.size:
        raise MarginError(f"{name} must hold at least one move; got shape {moves.shape}")
    if count is not None and columns.shape[-2] != count:
        raise MarginError(
            f"{name} must hold one move for each of {count} scenarios; got shape {moves.shape}"
        )
    return columns


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
