r"""What a liquidator earns, and when earning it does harm.

A liquidator repays debt worth 1 and receives collateral worth the *incentive*: 1.05 is a bonus of
five per cent, and the same as buying the collateral at a discount of :math:`1 - 1 / 1.05`.

Repaying a value :math:`x` takes :math:`x` off the debt and :math:`x` times incentive off the
collateral, which counted at its threshold. Health therefore rises if

.. math:: \text{threshold} \times \text{incentive} < \text{health} ,

and falls if it is the other way round. Below that line, the *toxic zone*, every partial liquidation
makes the loan worse. With a single collateral the line is also where the collateral is worth the
debt times the incentive: a loan in the toxic zone leaves bad debt even if all of it is liquidated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive, refuse
from marginlib.accounts import Accounts
from marginlib.lending._coins import factors, held, is_ledger, multiples, price_of
from marginlib.lending.health import borrowing_power, debt_value
from marginlib.market import Market


def seized_amount(
    repaid: ArrayLike,
    debt_price: ArrayLike,
    collateral_price: ArrayLike,
    incentive: ArrayLike,
    exchange_rate: ArrayLike = 1.0,
) -> FloatArray:
    """Return the collateral handed over for a repayment, shape (...) [units].

    Parameters
    ----------
    repaid : float or array of shape (...)
        Debt repaid [units of the debt coin].
    debt_price, collateral_price : float or array of shape (...)
        Prices [currency].
    incentive : float or array of shape (...)
        Value handed over for each unit of value repaid [times], 1.05 for a bonus of 5 %.
    exchange_rate : float or array of shape (...)
        Collateral that one receipt token stands for [units / token], if the answer is to be
        counted in such tokens.

    Notes
    -----
    Source: Compound v2, Comptroller.liquidateCalculateSeizeTokens,
    compound-protocol@a3214f67 (2022-06-06).

    >>> float(seized_amount(1_000, debt_price=1, collateral_price=2_100, incentive=1.05))
    0.5
    """
    value = non_negative("repaid", repaid) * positive("debt_price", debt_price)
    token = positive("collateral_price", collateral_price) * positive(
        "exchange_rate", exchange_rate
    )
    return np.asarray(value * multiples("incentive", incentive) / token)


def incentive_of_threshold(
    threshold: ArrayLike, cursor: float = 0.3, largest: float = 1.15
) -> FloatArray:
    """Return the incentive that goes with a liquidation threshold [times].

    Parameters
    ----------
    threshold : float or array
        Liquidation threshold, the loan to value at which liquidation starts [fraction].
    cursor : float
        Discount for each unit of collateral above the debt [fraction].
    largest : float
        The most that is ever paid [times].

    Notes
    -----
    ``min(largest, 1 / (1 - cursor * (1 - threshold)))``: the more room between threshold and full
    value, the more can be given away. Source: Morpho Blue, Morpho.sol and ConstantsLib.sol,
    morpho-blue@3085651a.

    >>> float(incentive_of_threshold(0.8).round(6)), float(incentive_of_threshold(0.25))
    (1.06383, 1.15)
    """
    room = 1 - fraction("threshold", threshold)
    discount = fraction("cursor", cursor) * room
    most = multiples("largest", largest)
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(most, 1 / (1 - discount)))


def incentive_of_discount(discount: ArrayLike) -> FloatArray:
    """Return the incentive that equals buying collateral at ``discount`` below its price [times].

    >>> float(incentive_of_discount(0.2))
    1.25
    """
    off = fraction("discount", discount)
    refuse("discount", off, off >= 1, "must be below 1, or the collateral would be free")
    return np.asarray(1 / (1 - off))


def discount_of_health(health: ArrayLike, largest: ArrayLike) -> FloatArray:
    """Return a discount that grows as health falls: ``1 - health``, within 0 and ``largest``.

    Parameters
    ----------
    health : float or array of shape (...)
        Health factor; infinite without debt.
    largest : float
        The most that is ever given [fraction].

    Notes
    -----
    The first liquidator to find a small discount worth the trouble acts, so the borrower loses
    little: a Dutch auction in which the price of the collateral is the clock. Source: Euler v2,
    Liquidation.sol, euler-vault-kit@5b98b420 (2025-03-05).

    >>> discount_of_health([1.1, 0.9, 0.5], largest=0.2).round(6).tolist()
    [0.0, 0.1, 0.2]
    """
    level = np.asarray(health, dtype=np.float64)
    refuse("health", level, ~(level >= 0), "must not be negative")
    return np.asarray(np.clip(1 - level, 0, fraction("largest", largest)))


def toxic_below(threshold: ArrayLike, incentive: ArrayLike) -> FloatArray:
    """Return the health below which a liquidation lowers health.

    Parameters
    ----------
    threshold : float or array
        Liquidation threshold of the collateral that is seized [fraction].
    incentive : float or array
        Value seized for each unit of value repaid [times].

    >>> float(toxic_below(threshold=0.75, incentive=1.08))
    0.81
    """
    return np.asarray(fraction("threshold", threshold) * multiples("incentive", incentive))


def repayment_to_health(
    accounts: Accounts,
    market: Market,
    threshold: ArrayLike,
    debt: str,
    collateral: str,
    incentive: ArrayLike,
    target: ArrayLike = 1.0,
) -> FloatArray:
    """Return the repayment after which health is ``target`` [units of the debt coin].

    Parameters
    ----------
    accounts : Accounts
    market : Market
    threshold : float or array of shape (I,) or (..., I)
        Liquidation threshold of each coin [fraction].
    debt, collateral : str
        Coin repaid and coin seized; the currency of the ledger stands for cash.
    incentive : float or array of shape (...)
        Value seized for each unit of value repaid [times].
    target : float or array of shape (...)
        Health to be reached.

    Returns
    -------
    array of shape (...)
        0 where health is there already; ``nan`` where no repayment of this coin against this
        collateral gets there.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
    >>> loan = Accounts(-840, [1])
    >>> float(repayment_to_health(loan, now, 0.8, "USD", "ETH", incentive=1.05).round(6))
    250.0
    """
    times, goal = multiples("incentive", incentive), positive("target", target)
    power, owed = borrowing_power(accounts, market, threshold), debt_value(accounts, market)
    missing = np.maximum(goal * owed - power, 0)
    gained = goal - _factor_of(collateral, threshold, market) * times
    value = missing / np.where(gained > 0, gained, np.nan)
    repaid = np.where(missing == 0, 0.0, value / price_of(market, debt))
    most = np.maximum(-held(accounts, market, debt), 0)
    seized = repaid * price_of(market, debt) * times / price_of(market, collateral)
    within = (repaid <= most) & (seized <= np.maximum(held(accounts, market, collateral), 0))
    return np.asarray(np.where(within, repaid, np.nan))


def _factor_of(coin: str, threshold: ArrayLike, market: Market) -> FloatArray:
    """Return the factor of one coin, shape (...); cash counts in full."""
    if is_ledger(market, coin):
        return np.ones(())
    each = factors("threshold", threshold, market)
    return np.asarray(each[..., market.instruments.index(coin)] if each.shape[-1:] > (1,) else each)
