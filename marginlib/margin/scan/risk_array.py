"""The risk array: what an account gains or loses in each scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, hold, last_axis, numbers, together
from marginlib.accounts import Accounts
from marginlib.margin.scan.expiries import Discount, expiries
from marginlib.margin.scan.scenarios import Scenarios, moved_by
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class RiskArray:
    """Profit and loss of accounts over a list of scenarios.

    Parameters
    ----------
    labels : sequence of S str
        What happens in each scenario.
    profit : array of shape (..., S)
        Profit of each account, negative for a loss [currency].
    grid : tuple of two int
        Rows and columns, where the scenarios are a table of prices by volatilities.

    >>> print(RiskArray(["price -10 %", "price +10 %"], [-2_000, 2_000]))
    price -10 %     -2,000.00  worst
    price +10 %      2,000.00
    """

    labels: tuple[str, ...]
    profit: FloatArray
    grid: tuple[int, int] | None

    def __init__(
        self, labels: Sequence[str], profit: ArrayLike, grid: tuple[int, int] | None = None
    ) -> None:
        hold(self, labels=tuple(labels))
        hold(self, profit=last_axis("profit", numbers("profit", profit), (*labels,)))
        hold(self, grid=grid)

    @property
    def worst(self) -> FloatArray:
        """Profit in the worst scenario, shape (...) [currency]; positive if none of them loses."""
        return np.asarray(self.profit.min(axis=-1))

    @property
    def worst_loss(self) -> FloatArray:
        """Loss in the worst scenario, shape (...) [currency]; 0 if none of them loses."""
        return np.maximum(0.0, -self.worst)

    @property
    def argworst(self) -> NDArray[np.intp]:
        """Place of the worst scenario, shape (...); the first of those that are equally bad."""
        return np.asarray(self.profit.argmin(axis=-1))

    @property
    def worst_label(self) -> str:
        """What happens to one account in its worst scenario."""
        if self.profit.ndim > 1:
            raise MarginError("worst_label is for one account; use labels and argworst for many")
        return self.labels[int(self.argworst)]

    @property
    def matrix(self) -> FloatArray:
        """Profit as a table, shape (..., rows, columns): price moves by volatility moves."""
        if self.grid is None:
            raise MarginError(
                "these scenarios are a list and no table; use price_volatility_matrix for a table"
            )
        return self.profit.reshape(*self.profit.shape[:-1], *self.grid)

    def __add__(self, other: RiskArray) -> RiskArray:
        """Return the array of both books held together: losses and gains net."""
        if not isinstance(other, RiskArray):
            return NotImplemented
        if self.labels != other.labels:
            raise MarginError("risk arrays add up only over the same scenarios")
        together(first=self.profit, second=other.profit)
        return RiskArray(self.labels, self.profit + other.profit, self.grid)

    def __str__(self) -> str:
        if self.profit.ndim > 1:
            return (
                f"risk arrays of shape {self.profit.shape[:-1]} over {len(self.labels)} scenarios"
            )
        width = max(len(label) for label in self.labels)
        lines = (
            f"{label:<{width}}  {profit:>12,.2f}{'  worst' if place == self.argworst else ''}"
            for place, (label, profit) in enumerate(
                zip(self.labels, self.profit.tolist(), strict=True)
            )
        )
        return "\n".join(lines)


def value_changes(market: Market, scenarios: Scenarios) -> FloatArray:
    """Return how one unit of each instrument changes in each scenario, in full and unweighted.

    Returns
    -------
    array of shape (..., I, S)
        Change of the value of one unit [currency of the ledger].

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.inverse(["BTCUSD"], size=100), [20_000])
    >>> value_changes(now, Scenarios([-0.2, 0.25])).round(6).tolist()
    [[-0.00125, 0.001]]
    """
    after = moved_by(market, scenarios).value
    return np.swapaxes(after - market.value[..., None, :], -1, -2)


def risk_array(
    accounts: Accounts,
    market: Market,
    scenarios: Scenarios,
    discount: Discount | None = None,
) -> RiskArray:
    """Return what each account gains or loses in each scenario, shape (..., S).

    Every instrument is valued once in every scenario, however many accounts there are; the rest is
    one product of quantities and value changes.

    Parameters
    ----------
    scenarios : Scenarios
        Outcomes are multiplied by their weights.
    discount : Discount
        How the options of an expiry are marked down after the move; not at all by default.

    >>> from marginlib import accounts, instruments, market
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=now)
    >>> print(risk_array(ana, now, Scenarios([-0.1, 0.1])))
    price -10 %     -2,000.00  worst
    price +10 %      2,000.00
    """
    last_axis("quantity", accounts.quantity, market.instruments.names)
    after = moved_by(market, scenarios).value
    profit = profit_after(accounts.quantity, market, after, scenarios, discount)
    return RiskArray(scenarios.labels, profit, scenarios.grid)


def profit_after(
    quantity: FloatArray,
    market: Market,
    after: FloatArray,
    scenarios: Scenarios,
    discount: Discount | None = None,
) -> FloatArray:
    """Return the weighted profit, shape (..., S), of quantities whose unit values become ``after``.

    ``after`` has shape (..., S, I). Where options are marked down, or a move may go either way,
    each expiry is taken by itself.
    """
    change = np.swapaxes(after - market.value[..., None, :], -1, -2)
    if discount is None and not scenarios.either_way.any():
        return _product(quantity, change * scenarios.weight)
    quoted = market.instruments.quoted
    profit = _product(quantity[..., quoted], change[..., quoted, :])
    for options in expiries(market.instruments):
        places = market.instruments.options[options]
        held, now = quantity[..., places], market.value[..., places]
        worth = _product(held, np.swapaxes(after[..., places], -1, -2))
        if discount is not None:
            worth = discount.apply(worth, market, int(options[0]))
        gain = worth - np.asarray((held * now).sum(axis=-1))[..., None]
        profit = profit + np.where(scenarios.either_way, -np.abs(gain), gain)
    return profit * scenarios.weight


def published_risk_array(
    quantity: ArrayLike, arrays: ArrayLike, labels: Sequence[str] | None = None
) -> RiskArray:
    """Return the risk array of a book from arrays that a clearing house publishes.

    Parameters
    ----------
    quantity : array of shape (..., I)
        Contracts held [contracts]; long is positive.
    arrays : array of shape (I, S)
        Profit of one long contract in each scenario [currency]. Some clearing houses publish
        losses as positive numbers; then give the arrays with a minus sign.
    labels : sequence of S str
        What happens in each scenario; numbered where nothing is said.

    >>> hedged = published_risk_array([1, -2], [[-100, 100], [-30, 45]])
    >>> hedged.profit.tolist(), float(hedged.worst_loss)
    ([-40.0, 10.0], 40.0)
    """
    held, each = numbers("quantity", quantity), numbers("arrays", arrays)
    if each.ndim != 2 or held.ndim == 0 or held.shape[-1] != each.shape[0]:
        raise MarginError(
            "arrays must hold one row of scenarios for each instrument in quantity; got shapes "
            f"{each.shape} and {held.shape}"
        )
    names = [f"scenario {n + 1}" for n in range(each.shape[1])] if labels is None else labels
    return RiskArray(names, held @ each)


def _product(quantity: FloatArray, change: FloatArray) -> FloatArray:
    """Return quantity times change summed over the instruments, shapes (..., I) and (..., I, S)."""
    together(accounts=quantity.shape[:-1], market=change.shape[:-2])
    if change.ndim == 2:
        return np.asarray(quantity @ change)
    return np.asarray((quantity[..., None, :] @ change)[..., 0, :])
