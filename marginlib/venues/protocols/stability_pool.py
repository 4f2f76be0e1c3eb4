"""Debts of an insolvent loan: a stability pool first, then all other borrowers by their stakes.

A stability pool holds the coin that was lent. It cancels the debt with its own coins and receives
the collateral in the same proportion, usually worth more than the debt. What the pool cannot cancel
is handed to the other borrowers, debt and collateral together, in proportion to their stakes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, positive, together
from marginlib.venues.protocols.fee_rates import liquidation_fee


class Redistribution(NamedTuple):
    """Where the debt and the collateral of one loan went, each of shape (...)."""

    liquidator: FloatArray  # collateral paid to whoever called the liquidation [coins]
    debt_offset: FloatArray  # cancelled by the pool [currency]
    collateral_to_pool: FloatArray  # [coins]
    debt_redistributed: FloatArray  # handed to the other borrowers [currency]
    collateral_redistributed: FloatArray  # [coins]
    surplus: FloatArray  # collateral that its owner keeps [coins]


class PerStake(NamedTuple):
    """What one unit of stake receives, each of shape (...)."""

    debt: FloatArray  # [currency / coin]
    collateral: FloatArray  # [coins / coin]


def composite_debt(debt: ArrayLike, reserve: ArrayLike) -> FloatArray:
    """Return what counts as debt: what was drawn, and the reserve kept for the liquidator.

    >>> float(composite_debt(10, reserve=200))
    210.0
    """
    drawn, kept = non_negative("debt", debt), non_negative("reserve", reserve)
    together(debt=drawn, reserve=kept)
    return np.asarray(drawn + kept)


def offset_and_redistribute(
    collateral: ArrayLike, debt: ArrayLike, pool: ArrayLike, liquidator_rate: ArrayLike = 0.0
) -> Redistribution:
    """Liquidate a loan: the pool cancels what it can, the rest goes to the other borrowers.

    Parameters
    ----------
    collateral : float or array of shape (...)
        Collateral of the loan [coins].
    debt : float or array of shape (...)
        Its composite debt [currency].
    pool : float or array of shape (...)
        Coins in the stability pool; 0 for a rule that redistributes at once [currency].
    liquidator_rate : float
        Part of the collateral that pays the caller [fraction].

    Source: Liquity v1, commit 39f1f7f8, ``TroveManager._getOffsetAndRedistributionVals``.

    >>> parts = offset_and_redistribute(10, 1_000, pool=400)
    >>> float(parts.collateral_to_pool), float(parts.debt_redistributed)
    (4.0, 600.0)
    """
    coins, owed, money = (
        non_negative("collateral", collateral),
        non_negative("debt", debt),
        non_negative("pool", pool),
    )
    shape = together(collateral=coins, debt=owed, pool=money)
    paid = np.broadcast_to(liquidation_fee(coins, liquidator_rate), shape)
    seized = coins - paid
    cancelled = np.minimum(owed, money)
    # Divide first: if the pool cancels all of the debt, the part is exactly 1.
    part = cancelled / np.where(owed > 0, owed, 1.0)
    to_pool = np.asarray(seized * part)
    # Without debt there is nothing to hand over, and its owner keeps the collateral.
    surplus = np.where(owed > 0, 0.0, seized)
    rest = np.where(owed > 0, seized - to_pool, 0.0)
    return Redistribution(paid, cancelled, to_pool, np.asarray(owed - cancelled), rest, surplus)


def offset_with_cap(
    collateral: ArrayLike,
    debt: ArrayLike,
    price: ArrayLike,
    cap: float,
    liquidator_rate: ArrayLike = 0.0,
) -> Redistribution:
    """Liquidate a sound loan in an emergency: the pool seizes at most ``cap`` times the debt.

    All of the debt is cancelled by the pool, which must be large enough for it. The collateral
    beyond the cap stays with its owner.

    Parameters
    ----------
    collateral : float or array of shape (...)
        Collateral of the loan, worth at least cap times the debt for the cap to matter [coins].
    debt : float or array of shape (...)
        Its composite debt [currency].
    price : float or array of shape (...)
        Price of one coin [currency].
    cap : float
        Value seized over debt cancelled, such as 1.1 [times].
    liquidator_rate : float
        Part of the collateral seized that pays the caller [fraction].

    Source: Liquity v1, commit 39f1f7f8, ``TroveManager._getCappedOffsetVals``.

    >>> parts = offset_with_cap(30, 2_000, price=100, cap=1.1)
    >>> float(parts.collateral_to_pool.round(9)), float(parts.surplus.round(9))
    (22.0, 8.0)
    """
    coins, owed = non_negative("collateral", collateral), non_negative("debt", debt)
    value, most = positive("price", price), positive("cap", cap)
    together(collateral=coins, debt=owed, price=value)
    seized = np.asarray(np.minimum(coins, owed * most / value))
    paid = liquidation_fee(seized, liquidator_rate)
    nothing = np.zeros_like(seized)
    return Redistribution(
        paid,
        np.broadcast_to(owed, seized.shape),
        np.asarray(seized - paid),
        nothing,
        nothing,
        np.asarray(coins - seized),
    )


def per_stake(parts: Redistribution, stakes: ArrayLike) -> PerStake:
    """Return the debt and the collateral that each unit of stake receives.

    Parameters
    ----------
    stakes : float or array of shape (...)
        Stakes of all other borrowers together [coins].

    Returns
    -------
    PerStake
        ``nan`` where nobody is left.

    >>> share = per_stake(offset_and_redistribute(10, 1_000, pool=400), stakes=60)
    >>> float(share.debt), float(share.collateral)
    (10.0, 0.1)
    """
    total = non_negative("stakes", stakes)
    together(parts=parts.debt_redistributed, stakes=total)
    divisor = np.where(total > 0, total, np.nan)
    return PerStake(
        np.asarray(parts.debt_redistributed / divisor),
        np.asarray(parts.collateral_redistributed / divisor),
    )
