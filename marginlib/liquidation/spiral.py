r"""The liquidation spiral: when liquidating a loan makes it worse, and drives the price down too.

Where seized collateral must be sold at a price that the sale itself has moved, more is lost than
the incentive: ``slippage`` times as much, and the line of
:func:`~marginlib.liquidation.toxic_loan_to_value` is lower. Where collateral of value :math:`V` is
sold bit by bit into a linear book, in which selling a value :math:`M` would take the whole price
away, the first bit has a slippage of :math:`1 + V / M`: it makes all that is left cheaper. That is
derived from the line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, MarginError, NotSettled, refuse, together, whole
from marginlib.accounts import Accounts
from marginlib.impact import Curve
from marginlib.liquidation.execution import liquidate
from marginlib.liquidation.loan_closing import CloseFactor, LiquidationIncentive
from marginlib.liquidation.loans import bad_debt, health_factor, loan_to_value
from marginlib.margin import MarginModel
from marginlib.market import Market, with_price


class LoanSpiral(NamedTuple):
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
    model: MarginModel,
    policy: CloseFactor,
    incentive: float,
    impact: Curve,
    most_rounds: int = 1_000,
) -> LoanSpiral:
    """Liquidate again and again, selling each time what is seized, until that ends by itself.

    Each round repays as much as the policy allows, seizes collateral for it at the price of the
    moment, and sells that. The price stays where the sales have left it. It ends when the loan is
    safe, or when none of this collateral is left.

    Parameters
    ----------
    accounts : Accounts
        Each loan sells into a market of its own; many in one market are a matter of
        :mod:`marginlib.cascade`.
    model : margin model
        What the collateral counts, as ``margin.weighted_collateral`` of the thresholds.
    incentive : float
        Value seized for each unit of value repaid [times].
    impact : Curve
        How the price of the collateral answers to all that has been sold.
    most_rounds : int
        Rounds after which it counts as unsettled.

    Raises
    ------
    MarginError
        Where more is sold than anyone would buy at a price above zero.
    NotSettled
        Where it has not ended after ``most_rounds``; ``last`` is the :class:`LoanSpiral` so far.

    In a deep market half of the debt is enough, in a thin one no repayment is:

    >>> from marginlib import instruments, margin, market
    >>> from marginlib.impact import linear_book
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> loan, half = Accounts(-8_200, [10]), CloseFactor(0.5, debt="USD", collateral="ETH")
    >>> book = linear_book(depth=[10, 0.2])  # ETH within 1 % of the price
    >>> found = liquidation_spiral(loan, now, margin.weighted_collateral(0.8), half, 1.05, book)
    >>> found.recovers.tolist(), found.bad_debt[-1].round().tolist()
    ([True, False], [0.0, 347.0])
    """
    if not isinstance(policy, CloseFactor):
        raise MarginError(
            "policy must be a CloseFactor, such as "
            f'CloseFactor(0.5, debt="USD", collateral="ETH"); got {policy!r}'
        )
    most, fee = whole("most_rounds", most_rounds), LiquidationIncentive(incentive)
    shape = together(accounts=accounts, market=market, impact=impact.moved(0.0))
    place, name = market.instruments.index(policy.collateral), policy.collateral
    first, sold = market[name], np.zeros(shape)
    market = with_price(market, name, np.broadcast_to(first, shape))
    rounds = [_now(accounts, market, model, name, shape)]
    for _ in range(most):
        done = liquidate(accounts, market, model, policy, fee)
        if not done.traded.any():
            return _path(rounds)
        accounts, sold = done.accounts, sold - done.traded[..., place]
        price = impact.last_price(first, -sold)
        refuse("impact", price, np.isnan(price), "must leave a price above zero for what is sold")
        market = with_price(market, name, price)
        rounds.append(_now(accounts, market, model, name, shape))
    raise NotSettled(f"the spiral has not ended after {most_rounds} rounds", _path(rounds))


def _now(
    accounts: Accounts, market: Market, model: MarginModel, name: str, shape: tuple[int, ...]
) -> tuple[FloatArray, ...]:
    """Return one row of a :class:`LoanSpiral`."""
    found = (
        market[name],
        health_factor(accounts, market, model),
        loan_to_value(accounts, market),
        bad_debt(accounts, market),
    )
    return tuple(np.broadcast_to(part, shape) for part in found)


def _path(rounds: list[tuple[FloatArray, ...]]) -> LoanSpiral:
    return LoanSpiral(*(np.stack(part) for part in zip(*rounds, strict=True)))
