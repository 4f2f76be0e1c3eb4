"""Fees of venues as rates: flat, growing while nobody acts, or leaving enough behind."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, numbers, together


def liquidation_fee(value: ArrayLike, rate: ArrayLike, fixed: ArrayLike = 0.0) -> FloatArray:
    """Return a fee at a flat rate on what is closed, and a fixed amount.

    Parameters
    ----------
    value : float or array of shape (...)
        Value of what is closed or seized; its sign does not matter [currency, or units].
    rate : float or array
        Rate [fraction].
    fixed : float or array
        Amount for each liquidation, whatever its size [as value].

    >>> float(liquidation_fee(20_000, rate=0.005, fixed=5))
    105.0
    """
    size, share, amount = (
        np.abs(numbers("value", value)),
        fraction("rate", rate),
        non_negative("fixed", fixed),
    )
    together(value=size, rate=share, fixed=amount)
    return np.asarray(size * share + amount)


def solvent_fee_rate(
    largest: ArrayLike,
    margin_rate: ArrayLike,
    liquidator_fee: ArrayLike,
    shortage: ArrayLike,
    quantity: ArrayLike,
    price: ArrayLike,
    kept: ArrayLike = 0.95,
) -> FloatArray:
    r"""Return the rate of an insurance fee that leaves enough to end the shortage of margin.

    Closing a position frees margin at its margin rate and costs the liquidator's fee. What remains,
    less the shortage over the value of the position, can be asked for without making the account
    bankrupt; only a part of it is, for safety:

    .. math:: \min(\text{largest},\; \text{kept} \times x^+), \qquad
              x = \text{margin rate} - \text{liquidator fee} -
              \frac{\text{shortage}}{|\text{quantity}| \times \text{price}}

    Parameters
    ----------
    largest : float or array of shape (...)
        The rate of the fee where there is room for it [fraction].
    margin_rate : float or array of shape (...)
        Margin rate of the position [fraction].
    liquidator_fee : float or array of shape (...)
        Fee of the liquidator [fraction].
    shortage : float or array of shape (...)
        Requirement minus equity [currency].
    quantity : float or array of shape (...)
        Position, signed or not [contracts].
    price : float or array of shape (...)
        Price of one contract [currency]. Where the position is worth nothing the fee is 0.
    kept : float
        Part of the room that is used [fraction].

    Returns
    -------
    array of shape (...)
        Rate of the fee [fraction of the value].

    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``, ``calculate_perp_if_fee``.

    >>> round(float(solvent_fee_rate(0.05, 0.05, 0.01, 20, quantity=10, price=100)), 6)  # 95% of 2%
    0.019
    """
    cap, rate, other = (
        fraction("largest", largest),
        fraction("margin_rate", margin_rate),
        fraction("liquidator_fee", liquidator_fee),
    )
    missing, value = non_negative("shortage", shortage), non_negative("price", price)
    held = np.abs(numbers("quantity", quantity))
    together(
        largest=cap,
        margin_rate=rate,
        liquidator_fee=other,
        shortage=missing,
        quantity=held,
        price=value,
    )
    size = held * value
    room = np.maximum(rate - other - missing / np.where(size > 0, size, 1.0), 0.0)
    return np.where(size > 0, np.minimum(cap, fraction("kept", kept) * room), 0.0)


def ramped_fee(
    base: ArrayLike, largest: ArrayLike, elapsed: ArrayLike, grace: float, slope: float
) -> FloatArray:
    """Return the rate of a fee that grows while nobody takes the position.

    Within the grace period it is the base rate. After it, it has grown since the very beginning,
    not since the end of the grace, so that it jumps there by grace times slope.

    Parameters
    ----------
    base, largest : float or array of shape (...)
        Rate at the beginning, and the rate at which growth stops [fraction]; base is at most
        largest.
    elapsed : float or array of shape (...)
        Time since the account was last active [any unit of time, such as blocks].
    grace : float
        Time for which the base rate is kept [as elapsed].
    slope : float
        Growth of the rate in one unit of time [fraction].

    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``, ``get_liquidation_fee``.

    >>> [float(ramped_fee(0.02, 0.05, t, grace=1_500, slope=1e-6)) for t in (10, 10_000, 100_000)]
    [0.02, 0.03, 0.05]
    """
    first, last = fraction("base", base), fraction("largest", largest)
    time = non_negative("elapsed", elapsed)
    together(base=first, largest=last, elapsed=time)
    if (first > last).any():
        raise MarginError(f"base must be at most largest; got base {first}, largest {last}")
    grown = np.minimum(first + non_negative("slope", slope) * time, last)
    return np.where(time < non_negative("grace", grace), first, grown)
