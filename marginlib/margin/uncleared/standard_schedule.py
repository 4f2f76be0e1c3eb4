r"""The standard schedule: initial margin as a share of notional, with some credit for netting.

Every trade needs its rate times the size of its notional; together that is the gross margin. The
net-to-gross ratio R says how much of what the trades are worth is left after netting,

.. math:: R = \frac{\max(0, \sum V)}{\sum \max(0, V)}, \qquad M = (0.4 + 0.6\,R)\,M_\text{gross},

with V the values of the trades to the side that collects. The other side sees the same trades with
the opposite sign, so the two sides of one portfolio need different margins.

Where no trade has a positive value the ratio is 0/0. The rule of the United States sets it to 1,
and so does this module unless told otherwise.

Source: BCBS and IOSCO, "Margin requirements for non-centrally cleared derivatives" (d499,
April 2020), Appendix A; Delegated Regulation (EU) 2016/2251, Annex IV; 12 CFR 45, Appendix A.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, known, non_negative, numbers, together

_FLOOR, _NETTED = 0.4, 0.6  # share of the gross margin that stays, and that follows the ratio


@dataclass(frozen=True, eq=False)
class ScheduleMargin:
    """What the schedule asks for, and how it gets there.

    Parameters
    ----------
    gross : array of shape (...)
        Rates times sizes, added up [currency].
    gross_replacement_cost, net_replacement_cost : array of shape (...)
        Values of the trades that are positive, and of all after netting, zero or more [currency].
    net_to_gross_ratio : array of shape (...)
        The second over the first [fraction].
    margin : array of shape (...)
        The requirement [currency].
    """

    gross: FloatArray
    gross_replacement_cost: FloatArray
    net_replacement_cost: FloatArray
    net_to_gross_ratio: FloatArray
    margin: FloatArray


def rates(
    asset_class: str | Sequence[str], duration: ArrayLike = 0.0, *, united_states: bool = False
) -> FloatArray:
    """Return the rate on the notional of each trade.

    Parameters
    ----------
    asset_class : str or sequence of N str
        commodity, credit, equity, foreign_exchange, interest_rate or other; under the rule of the
        United States also cross_currency_swap.
    duration : float or array of shape (..., N)
        Read for credit, rates and cross-currency swaps only [years]. The schedule does not say
        which bracket exactly 2 or 5 years fall in; here it is the one with the higher rate.
    united_states : bool
        Whether the classes of the United States apply.

    Returns
    -------
    array of shape (..., N), or () for one trade
        Rates [fraction].

    >>> rates(["equity", "interest_rate", "credit"], [0, 3, 7]).tolist()
    [0.15, 0.02, 0.1]
    >>> float(rates("cross_currency_swap", 1.5, united_states=True))
    0.01
    """
    table = _table()["international"] | (_table()["united_states"] if united_states else {})
    years = non_negative("duration", duration)
    if isinstance(asset_class, str):
        return _rate(table[known("asset_class", asset_class, table)], years)
    names = [known(f"asset_class[{i}]", name, table) for i, name in enumerate(asset_class)]
    each = np.broadcast_to(years, together(asset_class=(len(names),), duration=years))
    return np.stack([_rate(table[name], each[..., i]) for i, name in enumerate(names)], axis=-1)


def initial_margin(
    notional: ArrayLike,
    rate: ArrayLike,
    value: ArrayLike,
    *,
    side: str = "collect",
    empty_ratio: float = 1.0,
) -> ScheduleMargin:
    """Return the initial margin of the standard schedule on one netting set.

    Parameters
    ----------
    notional : array of shape (..., N)
        Notionals of the N trades; only their sizes count [currency].
    rate : array of shape (..., N)
        Rates; see :func:`rates` [fraction].
    value : array of shape (..., N)
        What each trade is worth to the side that computes, zero where it is not known [currency].
    side : str
        "collect" for what this side asks for, "post" for what the other side asks of it.
    empty_ratio : float
        Net-to-gross ratio where no trade has a positive value to the collecting side [fraction].

    Three trades, with a gross margin of 20 + 30 + 30 = 80 million and a ratio of 8 / 14:
    80 x (0.4 + 0.6 x 8 / 14) = 59.43 million.

    >>> need = initial_margin([1000, 500, 200], [0.02, 0.06, 0.15], [10, -6, 4])
    >>> float(need.gross), round(float(need.margin), 6)
    (80.0, 59.428571)
    >>> float(initial_margin([1000, 500, 200], [0.02, 0.06, 0.15], [10, -6, 4], side="post").margin)
    32.0
    """
    size, share = np.abs(numbers("notional", notional)), fraction("rate", rate)
    worth, empty = numbers("value", value), fraction("empty_ratio", empty_ratio)
    shape = together(notional=size, rate=share, value=worth)
    if known("side", side, ("collect", "post")) == "post":
        worth = -worth
    worth = np.broadcast_to(worth, shape)
    gross = np.broadcast_to(size * share, shape).sum(axis=-1)
    gross_cost = np.maximum(worth, 0.0).sum(axis=-1)
    net_cost = np.maximum(worth.sum(axis=-1), 0.0)
    ratio = np.where(gross_cost > 0, net_cost / np.where(gross_cost > 0, gross_cost, 1.0), empty)
    margin = (_FLOOR + _NETTED * ratio) * gross
    return ScheduleMargin(gross, gross_cost, net_cost, ratio, margin)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _rate(row: dict[str, list[float]], years: FloatArray) -> FloatArray:
    start = row.get("from_years", [0.0])
    return np.asarray(np.array(row["rate"])[np.searchsorted(start, years, side="right") - 1])
