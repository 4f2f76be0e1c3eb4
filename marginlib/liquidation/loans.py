r"""Loans against collateral, in the trade's words.

A loan is an account: coins supplied are positive quantities, coins owed are negative ones (or
negative cash, for a debt in the currency of the ledger). Collateral counts only in part, which is a
margin model, :func:`marginlib.margin.weighted_collateral`. So whatever can be asked of an account
can be asked of a loan: its :func:`~marginlib.liquidation.liquidation_price`, what may still be
borrowed (:func:`marginlib.margin.free_margin`), and what its liquidation does
(:func:`~marginlib.liquidation.liquidate`). Here is what lenders ask besides. With weights
:math:`w_i`,

.. math::

    \text{health} = \frac{\sum_{q_i > 0} w_i \, q_i P_i}{\sum_{q_i < 0} -q_i P_i}
                  = 1 + \frac{\text{headroom}}{\text{debt}} ,

and a loan is liquidated below health 1. A liquidator repays debt worth 1 and receives collateral
worth the *incentive*: 1.05 is a bonus of five per cent. The debt falls faster than the collateral
only where the loan to value is below 1 / incentive; above that line each liquidation makes the loan
worse.

One quantity cannot be supplied and owed at once. Who holds both sides of a coin lists it twice,
under two names.

>>> import marginlib as ml
>>> market = ml.market.at(ml.instruments.cash(["ETH"], currency="USD"), price=[2_000])
>>> ana = ml.accounts.Accounts(cash=-12_000, quantity=[10])
>>> rule = ml.margin.weighted_collateral(0.8)
>>> float(health_factor(ana, market, rule).round(6))
1.333333
>>> float(ml.liquidation.liquidation_price(ana, market, rule, "ETH").round(6))
1500.0
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, multiples, together
from marginlib.accounts import Accounts, position_value
from marginlib.margin import MarginModel, headroom
from marginlib.market import Market


def health_factor(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    """Return what the collateral can carry over the debt, shape (...); infinite without debt.

    Parameters
    ----------
    model : margin model
        What the collateral counts, as ``margin.weighted_collateral`` of the thresholds.

    It is below 1 exactly where :func:`marginlib.margin.headroom` is negative. Source: Aave v3,
    GenericLogic.sol, aave-v3-origin@fd1fbd91 (2026-06-19).

    >>> from marginlib import instruments, margin, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> float(health_factor(Accounts(-1_280, [1]), now, margin.weighted_collateral(0.8)))
    1.25
    """
    owed = debt_value(accounts, market)
    spare = headroom(accounts, market, model)
    return np.asarray(np.where(owed > 0, 1 + spare / np.where(owed > 0, owed, 1.0), np.inf))


def loan_to_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return debt over collateral, shape (...) [fraction]; infinite without collateral.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> float(loan_to_value(Accounts(-3_000, [2]), now))
    0.75
    """
    owed, held = debt_value(accounts, market), collateral_value(accounts, market)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(owed == 0, 0.0, owed / held))


def bad_debt(accounts: Accounts, market: Market, incentive: ArrayLike = 1.0) -> FloatArray:
    """Return the debt that the collateral cannot repay, shape (...) [currency].

    Parameters
    ----------
    incentive : float or array of shape (I,)
        Value given for each unit of value repaid, of each coin [times]: a coin worth 105 repays
        100 at 1.05. At 1 it is the debt that nothing stands behind.

    A lender who pays incentives loses more than what nothing stands behind. Morpho Midnight writes
    off the debt that remains once they are paid, known at second hand only.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> bad_debt(Accounts([-1_900, -2_100], [1]), now).tolist()
    [0.0, 100.0]
    >>> float(bad_debt(Accounts(-1_900, [1]), now, incentive=1.25))  # 2,000 repay 1,600
    300.0
    """
    times = multiples("incentive", incentive)
    if times.shape not in [(), (1,), (len(market.instruments),)]:
        raise MarginError(
            f"incentive must be one number or {len(market.instruments)}, one for each coin "
            f"({', '.join(market.instruments.names)}); got shape {times.shape}"
        )
    repays = (np.maximum(coin_values(accounts, market), 0) / times).sum(axis=-1)
    missing = debt_value(accounts, market) - repays - np.maximum(accounts.cash, 0)
    return np.asarray(np.maximum(missing, 0))


def toxic_loan_to_value(incentive: ArrayLike, slippage: ArrayLike = 1.0) -> FloatArray:
    """Return the loan to value above which a liquidation raises it, shape (...) [fraction].

    Parameters
    ----------
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times], 1.05 for a bonus of 5 %.
    slippage : float or array of shape (...)
        Value given up for each unit that the sale of the collateral brings [times], at least 1.

    Sources: J. Warmuz, A. Chaudhary and D. Pinna, "Toxic liquidation spirals", 2022
    (arXiv:2212.07306), and McFarlane, 2025 (arXiv:2510.10171), of which the abstracts were read.

    With bonuses of 5, 8 and 10 per cent, and then with slippage:

    >>> toxic_loan_to_value([1.05, 1.08, 1.10]).round(3).tolist()
    [0.952, 0.926, 0.909]
    >>> float(toxic_loan_to_value(1.05, slippage=1.1).round(3))
    0.866
    """
    times, worse = multiples("incentive", incentive), multiples("slippage", slippage)
    together(incentive=times, slippage=worse)
    return np.asarray(1 / (times * worse))


def collateral_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return what the coins supplied are worth, shape (...) [currency], before any weight."""
    value = coin_values(accounts, market)
    return np.asarray(np.maximum(value, 0).sum(axis=-1) + np.maximum(accounts.cash, 0))


def debt_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return what the coins owed are worth, shape (...) [currency], as a positive number."""
    value = coin_values(accounts, market)
    return np.asarray(np.maximum(-value, 0).sum(axis=-1) + np.maximum(-accounts.cash, 0))


def coin_values(accounts: Accounts, market: Market) -> FloatArray:
    """Return the value of every coin, shape (..., I) [currency]: owed is negative."""
    value = position_value(accounts, market)
    other = ~market.instruments.is_cash & (accounts.quantity != 0)
    if other.any():
        name = market.instruments.names[int(np.argwhere(other)[0][-1])]
        raise MarginError(
            f"a loan holds coins, and {name!r} is none; make it with instruments.cash, "
            "or keep it in another account"
        )
    return value
