r"""What a liquidation costs, and who keeps what is better than bankruptcy.

A liquidation fee pays the one who closes the position, and feeds the insurance fund. Taken without
care it makes the gap that it is meant to insure, so that good rules stop at what the account has.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    known,
    non_negative,
    numbers,
    together,
)


class Split(NamedTuple):
    """What a closing trade brought beyond the bankruptcy value, and who has it."""

    fund: FloatArray  # (...) [currency]; negative where the fund pays
    trader: FloatArray  # (...) [currency]; never negative


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
    together(value=size.shape, rate=share.shape, fixed=amount.shape)
    return np.asarray(size * share + amount)


def affordable_fee(fee: ArrayLike, equity: ArrayLike) -> FloatArray:
    """Return the fee, or all the equity that is left where that is less; 0 where there is none.

    Parameters
    ----------
    fee : float or array of shape (...)
        Fee that the rate asks [currency].
    equity : float or array of shape (...)
        Equity after the position was closed [currency].

    >>> affordable_fee(100, [250, 60, -20]).tolist()
    [100.0, 60.0, 0.0]
    """
    asked, own = non_negative("fee", fee), numbers("equity", equity)
    together(fee=asked.shape, equity=own.shape)
    return np.asarray(np.minimum(asked, np.maximum(own, 0.0)))


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

    Notes
    -----
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
        largest=cap.shape,
        margin_rate=rate.shape,
        liquidator_fee=other.shape,
        shortage=missing.shape,
        quantity=held.shape,
        price=value.shape,
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

    Notes
    -----
    Source: Drift protocol-v2, commit 0ae3e3b1, ``math/liquidation.rs``, ``get_liquidation_fee``.

    >>> [float(ramped_fee(0.02, 0.05, t, grace=1_500, slope=1e-6)) for t in (10, 10_000, 100_000)]
    [0.02, 0.03, 0.05]
    """
    first, last = fraction("base", base), fraction("largest", largest)
    time = non_negative("elapsed", elapsed)
    together(base=first.shape, largest=last.shape, elapsed=time.shape)
    if (first > last).any():
        raise MarginError(f"base must be at most largest; got base {first}, largest {last}")
    grown = np.minimum(first + non_negative("slope", slope) * time, last)
    return np.where(time < non_negative("grace", grace), first, grown)


ResidualRule = Literal["returned", "kept", "capped"]


def split_residual(
    proceeds: ArrayLike,
    bankruptcy_value: ArrayLike,
    rule: ResidualRule,
    largest_fee: ArrayLike | None = None,
) -> Split:
    """Return who has what a closing trade brought beyond the bankruptcy value.

    If it brought less, the fund pays the difference, whatever the rule. Fund and trader together
    have proceeds minus bankruptcy value.

    Parameters
    ----------
    proceeds : float or array of shape (...)
        Money received for what was sold, negative for what was paid to buy it back [currency].
    bankruptcy_value : float or array of shape (...)
        What the trade must bring to leave nothing; see :func:`bankruptcy_value` [currency].
    rule : {"returned", "kept", "capped"}
        A better result is returned to the trader (Kraken), kept by the fund (BitMEX), or kept up
        to a fee and the rest returned (dYdX v4).
    largest_fee : float or array of shape (...), optional
        For "capped": the most that the fund keeps, on the proceeds [fraction].

    Returns
    -------
    Split
        ``fund`` (negative where it pays) and ``trader``, each of shape (...) [currency].

    Notes
    -----
    Sources: Kraken, "Equity Protection Process", 17 March 2026; BitMEX, "Liquidation"; dYdX
    v4-chain, commit 84d4664b, ``GetLiquidationInsuranceFundDelta``.

    >>> better = split_residual(5_100, 5_000, "capped", largest_fee=0.015)
    >>> float(better.fund), float(better.trader)
    (76.5, 23.5)
    >>> float(split_residual(4_900, 5_000, "returned").fund)
    -100.0
    """
    known("rule", rule, ("returned", "kept", "capped"))
    if (rule == "capped") != (largest_fee is not None):
        raise MarginError(
            f"largest_fee belongs to the rule 'capped' and only to it; got rule {rule!r} and "
            f"largest_fee {largest_fee!r}"
        )
    received, least = numbers("proceeds", proceeds), numbers("bankruptcy_value", bankruptcy_value)
    together(proceeds=received.shape, bankruptcy_value=least.shape)
    residual = np.asarray(received - least)
    if rule == "kept":
        return Split(residual, np.zeros_like(residual))
    rate = np.zeros(()) if largest_fee is None else fraction("largest_fee", largest_fee)
    together(residual=residual.shape, largest_fee=rate.shape)
    fund = np.asarray(np.minimum(residual, rate * np.abs(received)))
    return Split(fund, np.asarray(residual - fund))
