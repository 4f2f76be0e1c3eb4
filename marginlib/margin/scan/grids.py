"""Named lists of scenarios: the sixteen of SPAN, equidistant points, prices by volatilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    fraction,
    non_negative,
    numbers,
    one_or_each,
    positive,
    refuse,
)
from marginlib.margin.scan.scenarios import Scenarios, move_columns


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
    rows = price.price if isinstance(price, Scenarios) else move_columns("price", price)
    columns = move_columns("volatility", volatility)
    height, width = rows.shape[-2], columns.shape[-2]
    shares = one_or_each("weight", non_negative("weight", weight), height)
    least = non_negative("volatility_floor", volatility_floor)
    floors = one_or_each("volatility_floor", least, width)
    return Scenarios(
        np.repeat(rows, width, axis=-2),
        np.concatenate([columns] * height, axis=-2),
        np.repeat(shares, width),
        volatility_floor=np.tile(floors, height),
        grid=(height, width),
    )


def _span_labels(steps: FloatArray, ups: NDArray[np.int_]) -> list[str]:
    fractions = {0: "unchanged", 1: "1/3 of range", 2: "2/3 of range", 3: "full range"}
    labels = []
    for step, up in zip(steps.tolist(), ups.tolist(), strict=True):
        size = fractions.get(round(3 * abs(step)), f"{abs(step):g} ranges") if up else "extreme"
        side = "" if not step else (" up" if step > 0 else " down")
        bump = "" if not up else (", volatility up" if up > 0 else ", volatility down")
        labels.append(f"price {size}{side}{bump}")
    return labels
