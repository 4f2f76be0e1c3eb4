r"""The liquidation spiral: when liquidating a loan makes it worse, and drives the price down too.

To repay a value of 1, collateral worth the incentive goes. Where it must be sold at a price that
the sale itself has moved, more than that is lost: ``slippage`` times as much. The debt falls faster
than the collateral only where

.. math:: \text{loan to value} < \frac{1}{\text{incentive} \times \text{slippage}} .

Above that line each liquidation raises the loan to value, and calls for the next. Where collateral
of value :math:`V` is sold bit by bit into a linear book, in which selling a value :math:`M` would
take the whole price away, the first bit has a slippage of :math:`1 + V / M`: it makes all that is
left cheaper.

Sources: J. Warmuz, A. Chaudhary and D. Pinna, "Toxic liquidation spirals", 2022 (arXiv:2212.07306),
and McFarlane, 2025 (arXiv:2510.10171), for the line, of which the abstracts were read; that of the
linear book is derived from it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, NotSettled, fraction, numbers, positive, refuse, together
from marginlib.accounts import Accounts
from marginlib.impact import Curve
from marginlib.lending._coins import multiples, price_of
from marginlib.lending.closing import CloseFactor, largest_repayment, liquidate, seizure
from marginlib.lending.health import bad_debt, health_factor, loan_to_value
from marginlib.market import Market, with_price


def toxic_loan_to_value(incentive: ArrayLike, slippage: ArrayLike = 1.0) -> FloatArray:
    """Return the loan to value above which a liquidation raises it, shape (...) [fraction].

    Parameters
    ----------
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times], 1.05 for a bonus of 5 %.
    slippage : float or array of shape (...)
        Value given up for each unit that the sale of the collateral brings [times], at least 1.

    With bonuses of 5, 8 and 10 per cent, and then with slippage:

    >>> toxic_loan_to_value([1.05, 1.08, 1.10]).round(3).tolist()
    [0.952, 0.926, 0.909]
    >>> float(toxic_loan_to_value(1.05, slippage=1.1).round(3))
    0.866
    """
    times, worse = multiples("incentive", incentive), multiples("slippage", slippage)
    together(incentive=times.shape, slippage=worse.shape)
    return np.asarray(1 / (times * worse))


def loan_to_value_after(
    loan_to_value: ArrayLike, repaid: ArrayLike, incentive: ArrayLike
) -> FloatArray:
    r"""Return the loan to value after a liquidation at an unmoved price, shape (...) [fraction].

    .. math:: \frac{L (1 - f)}{1 - L f \times \text{incentive}}

    Parameters
    ----------
    loan_to_value : float or array of shape (...)
        Debt over collateral before, L [fraction]; may be above 1.
    repaid : float or array of shape (...)
        Part of the debt that is repaid, f [fraction].
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times].

    Returns
    -------
    array of shape (...)
        ``nan`` where the collateral does not pay for so much.

    Health is the liquidation threshold over it. With a bonus of 25 % the line is at 0.8:

    >>> loan_to_value_after([0.7, 0.8, 0.9], repaid=0.5, incentive=1.25).round(4).tolist()
    [0.6222, 0.8, 1.0286]
    """
    before, part = positive("loan_to_value", loan_to_value), fraction("repaid", repaid)
    times = multiples("incentive", incentive)
    together(loan_to_value=before.shape, repaid=part.shape, incentive=times.shape)
    left = 1 - before * part * times
    return np.asarray(before * (1 - part) / np.where(left > 0, left, np.nan))


def eligible_drop(health: ArrayLike) -> FloatArray:
    """Return the fall of the collateral after which a loan may be liquidated, shape (...).

    Parameters
    ----------
    health : float or array of shape (...)
        Health factor now; the debt keeps its value.

    Returns
    -------
    array of shape (...)
        Fall [fraction]; negative where the loan may be liquidated already.

    >>> float(eligible_drop(1.25).round(6))
    0.2
    """
    return np.asarray(1 - 1 / positive("health", health))


def exhausted_drop(health: ArrayLike, threshold: ArrayLike, incentive: ArrayLike) -> FloatArray:
    """Return the fall after which the collateral no longer pays debt and incentive, shape (...).

    Between :func:`eligible_drop` and this, a liquidation of the whole loan leaves no bad debt.

    Parameters
    ----------
    health : float or array of shape (...)
        Health factor now; the debt keeps its value.
    threshold : float or array of shape (...)
        Liquidation threshold of the collateral [fraction].
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times].

    Returns
    -------
    array of shape (...)
        Fall [fraction]; negative where it is too late already.

    Source: Gatto, "Liquidation Without Loss", 2026, known at second hand only.

    A deposit lent out twelve times over, so that the debt is 11 of 12:

    >>> health = 0.95 / (11 / 12)
    >>> float(eligible_drop(health).round(4))
    0.0351
    >>> float(exhausted_drop(health, threshold=0.95, incentive=1.01).round(4))
    0.0742
    """
    now, counted = positive("health", health), fraction("threshold", threshold)
    times = multiples("incentive", incentive)
    together(health=now.shape, threshold=counted.shape, incentive=times.shape)
    return np.asarray(1 - times * counted / now)


class Spiral(NamedTuple):
    """A loan round by round, each of shape (R + 1, ...); the first entry is the start."""

    price: FloatArray  # of the collateral [currency]
    health: FloatArray
    loan_to_value: FloatArray  # [fraction]
    bad_debt: FloatArray  # [currency]

    @property
    def recovers(self) -> NDArray[np.bool_]:
        """Whether the loan is safe in the end, shape (...)."""
        return np.asarray(self.health[-1] >= 1)


def liquidation_spiral(
    accounts: Accounts,
    market: Market,
    threshold: ArrayLike,
    rule: CloseFactor,
    debt: str,
    collateral: str,
    incentive: ArrayLike,
    impact: Curve,
    most_rounds: int = 1_000,
) -> Spiral:
    """Liquidate again and again, selling each time what is seized, until that ends by itself.

    Each round repays as much as the rule allows, seizes collateral for it at the price of the
    moment, and sells that. The price stays where the sales have left it. It ends when the loan is
    safe, or when none of this collateral is left.

    Parameters
    ----------
    accounts : Accounts
        Each loan sells into a market of its own; many in one market are a matter of
        :mod:`marginlib.cascade`.
    market : Market
    threshold : float or array of shape (I,) or (..., I)
        Liquidation threshold of each coin [fraction].
    rule : CloseFactor
    debt, collateral : str
        Coin repaid and coin seized; the currency of the ledger stands for cash.
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times].
    impact : Curve
        How the price answers to all that has been sold.
    most_rounds : int
        Rounds after which it counts as unsettled.

    Raises
    ------
    MarginError
        Where more is sold than anyone would buy at a price above zero.
    NotSettled
        Where it has not ended after ``most_rounds``; ``last`` is the :class:`Spiral` so far.

    In a deep market half of the debt is enough, in a thin one no repayment is:

    >>> from marginlib import instruments, market
    >>> from marginlib.impact import linear_book
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> loan, half = Accounts(-8_200, [10]), CloseFactor(0.5)
    >>> book = linear_book(depth=[10, 0.2])  # ETH within 1 % of the price
    >>> found = liquidation_spiral(loan, now, 0.8, half, "USD", "ETH", 1.05, book)
    >>> found.recovers.tolist(), found.bad_debt[-1].round().tolist()
    ([True, False], [0.0, 347.0])
    """
    most = numbers("most_rounds", most_rounds)
    refuse("most_rounds", most, (most < 1) | (most % 1 != 0), "must be a whole number, at least 1")
    shape = together(accounts=accounts.shape, market=market.shape, impact=impact.moved(0.0).shape)
    nobody = Accounts(0.0, np.zeros(len(market.instruments)))
    first, sold = price_of(market, collateral), np.zeros(shape)
    market = with_price(market, collateral, np.broadcast_to(first, shape))
    rounds = [_now(accounts, market, threshold, collateral, shape)]
    for _ in range(int(most)):
        allowed = largest_repayment(accounts, market, threshold, rule, debt, collateral)
        terms = seizure(accounts, market, debt, collateral, allowed, incentive)
        if not terms.repaid.any():
            return _path(rounds)
        accounts = liquidate(accounts, nobody, market, debt, collateral, terms).borrower
        sold = sold + terms.seized
        price = impact.last_price(first, -sold)
        refuse("impact", price, np.isnan(price), "must leave a price above zero for what is sold")
        market = with_price(market, collateral, price)
        rounds.append(_now(accounts, market, threshold, collateral, shape))
    raise NotSettled(f"the spiral has not ended after {most_rounds} rounds", _path(rounds))


def _now(
    accounts: Accounts,
    market: Market,
    threshold: ArrayLike,
    collateral: str,
    shape: tuple[int, ...],
) -> tuple[FloatArray, ...]:
    """Return one row of a :class:`Spiral`."""
    found = (
        price_of(market, collateral),
        health_factor(accounts, market, threshold),
        loan_to_value(accounts, market),
        bad_debt(accounts, market),
    )
    return tuple(np.broadcast_to(part, shape) for part in found)


def _path(rounds: list[tuple[FloatArray, ...]]) -> Spiral:
    return Spiral(*(np.stack(part) for part in zip(*rounds, strict=True)))
