"""How much single protocols close: a debt that restores margin, and the most for a window."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers, positive, together
from marginlib.liquidation.restoring import size_that_restores


def restoring_transfer(
    shortage: ArrayLike,
    liability_price: ArrayLike,
    asset_weight: ArrayLike,
    liability_weight: ArrayLike,
    asset_multiplier: ArrayLike = 1.0,
    liability_multiplier: ArrayLike = 1.0,
    fund_fee: ArrayLike = 0.0,
) -> FloatArray:
    """Return how much of a debt must be taken over, against an asset, to make good a shortage.

    A liquidator repays the debt and is given the asset at better than market prices. Each unit
    of value repaid releases the weight of the debt and costs that of the asset.

    Parameters
    ----------
    shortage : float or array of shape (...)
        Requirement minus equity, in weighted values [currency].
    liability_price : float or array of shape (...)
        Price of what is owed [currency].
    asset_weight, liability_weight : float or array of shape (...)
        Weight of the asset (at most 1) and of the debt (at least 1) in the account's health.
    asset_multiplier, liability_multiplier : float or array of shape (...)
        1 + the liquidator's premium on the asset, and 1 - his discount on the debt.
    fund_fee : float or array of shape (...)
        What the insurance fund takes, as part of the debt [fraction].

    Returns
    -------
    array of shape (...)
        Quantity of the debt [units]; infinite where no part of it is enough.

    Source: Drift, protocol-v2, math/liquidation.rs (read in 2026). The programme cuts the weight of
    the asset off after five digits, so its answers differ from these in the fifth.

    >>> round(float(restoring_transfer(10, 100, asset_weight=0.8, liability_weight=1.2)), 9)
    0.25
    """
    missing, price = (
        non_negative("shortage", shortage),
        positive("liability_price", liability_price),
    )
    asset, debt = (
        non_negative("asset_weight", asset_weight),
        positive("liability_weight", liability_weight),
    )
    premium = positive("asset_multiplier", asset_multiplier)
    discount = positive("liability_multiplier", liability_multiplier)
    fee = fraction("fund_fee", fund_fee)
    released = debt - asset * premium / discount - fee * debt
    together(shortage=missing, liability_price=price, weights=released)
    return size_that_restores(missing, price * released)


def window_capacity(
    maker_fee: ArrayLike,
    taker_fee: ArrayLike,
    skew_scale: ArrayLike,
    seconds: ArrayLike,
    multiplier: ArrayLike = 1.0,
    used: ArrayLike = 0.0,
) -> FloatArray:
    """Return how much of one market may still be liquidated in the present window.

    Closing faster than this would move the price by more than trading fees take in.

    Parameters
    ----------
    maker_fee, taker_fee : float or array
        Fees of the market [fraction].
    skew_scale : float or array
        Size of the skew at which the price is off by 100 % [contracts].
    seconds : float or array
        Length of the window [s].
    multiplier : float or array
        Factor of the venue.
    used : float or array
        What was liquidated in this window already [contracts].

    Source: Synthetix v3 perps-market, Liquidation.maxLiquidationAmount.test.ts (2024).

    >>> float(window_capacity(0.007, 0.003, skew_scale=1_000, seconds=10))
    100.0
    """
    fees = numbers("maker_fee", maker_fee) + numbers("taker_fee", taker_fee)
    scale, window = positive("skew_scale", skew_scale), positive("seconds", seconds)
    times, gone = non_negative("multiplier", multiplier), non_negative("used", used)
    together(fees=fees, skew_scale=scale, seconds=window, used=gone)
    return np.maximum(fees * scale * window * times - gone, 0.0)
