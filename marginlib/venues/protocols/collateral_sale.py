"""Selling collateral at a discount: the buyer pays the debt, and a part goes to the fund.

The liquidator takes collateral below its price and pays in the coin of the debt. The discount is in
two parts: one is his reward, the other is paid to the insurance fund and does not reduce the debt.
Prices that are only known to lie in a band are taken at the end that is worse for the borrower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    hold,
    non_negative,
    positive,
    refuse,
    together,
)
from marginlib._fields import NonNegative, checked


class PriceBand(NamedTuple):
    """The lowest and the highest price that are credible, each of shape (...)."""

    low: FloatArray
    high: FloatArray


def price_band(price: ArrayLike, width: ArrayLike) -> PriceBand:
    """Return the band around a price: collateral counts at its low end, debt at its high end.

    Parameters
    ----------
    price : float or array of shape (...)
        Price [currency].
    width : float or array of shape (...)
        Half the width of the band, such as a multiple of the confidence interval [fraction].

    >>> [float(end) for end in price_band(10, 0.02)]
    [9.8, 10.2]
    """
    middle, half = positive("price", price), fraction("width", width)
    together(price=middle, width=half)
    return PriceBand(np.asarray(middle * (1 - half)), np.asarray(middle * (1 + half)))


@checked
class SecuredDebt:
    """A debt in one coin against collateral in another.

    Parameters
    ----------
    collateral, debt : float or array of shape (...)
        Quantities, zero or more [coins].
    """

    collateral: NonNegative
    debt: NonNegative

    def __post_init__(self) -> None:
        shape = together(collateral=self.collateral, debt=self.debt)
        hold(
            self,
            collateral=np.broadcast_to(self.collateral, shape),
            debt=np.broadcast_to(self.debt, shape),
        )


@dataclass(frozen=True, eq=False)
class CollateralSale:
    """A sale of collateral, and the loan after it. What is paid is repaid or goes to the fund."""

    paid: FloatArray  # by the liquidator, shape (...) [coins of the debt]
    repaid: FloatArray  # of the debt, shape (...) [coins of the debt]
    fund: FloatArray  # to the insurance fund, shape (...) [coins of the debt]
    loan: SecuredDebt  # after the sale


def sell_collateral(
    loan: SecuredDebt,
    quantity: ArrayLike,
    collateral_price: ArrayLike,
    debt_price: ArrayLike,
    liquidator_discount: ArrayLike,
    fund_discount: ArrayLike,
) -> CollateralSale:
    """Sell some collateral of a loan at a discount to repay its debt.

    Parameters
    ----------
    quantity : float or array of shape (...)
        Collateral sold, at most what there is [coins].
    collateral_price, debt_price : float or array of shape (...)
        Prices of both coins, usually the low and the high end of their bands [currency].
    liquidator_discount : float
        The part of the price that the liquidator need not pay [fraction].
    fund_discount : float
        The part that he pays to the fund instead of repaying debt with it [fraction].

    Raises
    ------
    MarginError
        If more collateral is sold than there is, or more debt repaid.

    Source: marginfi v2, commit 3031ba3b, ``tests/10_liquidate.spec.ts``.

    >>> sale = sell_collateral(SecuredDebt(2, 5), 0.2, 10, 1, 0.025, 0.025)
    >>> float(sale.paid), float(sale.repaid), float(sale.fund.round(9)), float(sale.loan.debt)
    (1.95, 1.9, 0.05, 3.1)
    """
    sold = non_negative("quantity", quantity)
    shape = together(quantity=sold, loan=loan.debt)
    sold = np.broadcast_to(sold, shape)
    refuse("quantity", sold, sold > loan.collateral, "must be at most the collateral")
    reward = fraction("liquidator_discount", liquidator_discount)
    levy = fraction("fund_discount", fund_discount)
    if (reward + levy > 1).any():
        raise MarginError(
            f"liquidator_discount and fund_discount must be at most 1 together; "
            f"got {reward} and {levy}"
        )
    worth = (
        sold * positive("collateral_price", collateral_price) / positive("debt_price", debt_price)
    )
    paid, repaid = np.asarray(worth * (1 - reward)), np.asarray(worth * (1 - reward - levy))
    refuse("quantity", sold, repaid > loan.debt, "must not repay more than the debt")
    after = SecuredDebt(loan.collateral - sold, loan.debt - repaid)
    return CollateralSale(paid, repaid, np.asarray(paid - repaid), after)
