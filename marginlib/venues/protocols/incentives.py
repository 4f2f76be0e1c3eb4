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

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    multiples,
    non_negative,
    positive,
    refuse,
    together,
)


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

    The first liquidator to find a small discount worth the trouble acts, so the borrower loses
    little: a Dutch auction in which the price of the collateral is the clock. Source: Euler v2,
    Liquidation.sol, euler-vault-kit@5b98b420 (2025-03-05).

    >>> discount_of_health([1.1, 0.9, 0.5], largest=0.2).round(6).tolist()
    [0.0, 0.1, 0.2]
    """
    level = np.asarray(health, dtype=np.float64)
    refuse("health", level, ~(level >= 0), "must not be negative")
    return np.asarray(np.clip(1 - level, 0, fraction("largest", largest)))


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
        Liquidation threshold of the one collateral, one for each loan at most [fraction].
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
    together(health=now, threshold=counted, incentive=times)
    if counted.ndim > now.ndim:
        raise MarginError(
            "threshold must be that of one collateral, or one for each loan as health is; got "
            f"shape {counted.shape} for a health of shape {now.shape}. For several collaterals "
            "ask liquidation.bad_debt at the prices after the fall"
        )
    return np.asarray(1 - times * counted / now)


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

    With a bonus of 25 % the line is at 0.8:

    >>> loan_to_value_after([0.7, 0.8, 0.9], repaid=0.5, incentive=1.25).round(4).tolist()
    [0.6222, 0.8, 1.0286]
    """
    before, part = positive("loan_to_value", loan_to_value), fraction("repaid", repaid)
    times = multiples("incentive", incentive)
    together(loan_to_value=before, repaid=part, incentive=times)
    left = 1 - before * part * times
    return np.asarray(before * (1 - part) / np.where(left > 0, left, np.nan))
