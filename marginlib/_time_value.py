"""What an option is worth beyond its intrinsic value, and the spread that makes it so.

The *spread* is the volatility times the root of the time that is left.
"""

from __future__ import annotations

import numpy as np
import scipy

from marginlib._checks import FloatArray
from marginlib._normal import scaled_tail

# Stands for no spread at all: ln(F / K) divided by it is out of sight, and 0 where F = K.
NO_SPREAD = 1e-30
_LARGEST_SPREAD = 80.0  # beyond it, an option is worth all that it can be
_SMALLEST = np.finfo(np.float64).tiny
_SEARCH_STEPS = 100


def time_value(
    forward: FloatArray,
    strike: FloatArray,
    half_log: FloatArray,
    half_spread: FloatArray,
    out: FloatArray,
) -> None:
    r"""Write what options are worth beyond their intrinsic value, undiscounted, into ``out``.

    It is the value of whichever of call and put is out of the money, so it depends on no sign.
    With :math:`s` the spread, :math:`h = |\ln(F / K)| / s`, :math:`m` the smaller of forward and
    strike and :math:`M` the larger, it is

    .. math:: m \, \Phi(s / 2 - h) - M \, \Phi(-s / 2 - h)
        = m \, e^{-(h - s/2)^2 / 2} \, \bigl(R(h - s/2) - R(h + s/2)\bigr),

    with R of :mod:`marginlib._normal`. Nothing large cancels, so options far from the money keep
    their digits. ``half_log`` is half of ln(F / K) and ``half_spread`` half of s; both are
    overwritten.
    """
    both, tail, work = np.empty((3, 2, *out.shape))
    nearer, farther = both
    half = np.maximum(half_spread, NO_SPREAD, out=half_spread)
    distance = np.abs(half_log, out=half_log)
    distance /= half
    np.subtract(distance, half, out=nearer)
    np.add(distance, half, out=farther)
    smaller = np.minimum(forward, strike)
    signed = np.copysign(smaller, nearer)
    np.abs(nearer, out=nearer)
    scaled_tail(both, tail, work)
    tail[0] *= signed
    tail[1] *= smaller
    np.subtract(tail[0], tail[1], out=out)
    np.multiply(nearer, nearer, out=nearer)
    nearer *= -0.5
    np.multiply(out, np.exp(nearer, out=nearer), out=out)
    # Where h - s/2 is negative, Phi(-z) = 1 - Phi(z) adds the whole of the smaller one.
    smaller -= signed
    smaller *= 0.5
    np.add(out, smaller, out=out)
    np.maximum(out, 0.0, out=out)


def normal_time_value(distance: FloatArray, spread: FloatArray) -> FloatArray:
    """Return what an option is worth beyond its intrinsic value where moves are normal in money."""
    spread = np.maximum(spread, NO_SPREAD)
    away = np.abs(distance) / spread
    density = np.exp(-away * away / 2) / np.sqrt(2 * np.pi)
    return np.asarray(
        np.maximum(spread * density - np.abs(distance) * scipy.special.ndtr(-away), 0.0)
    )


def spread_at(target: FloatArray, forward: FloatArray, strike: FloatArray) -> FloatArray:
    """Return the spread at which the time value is ``target``, all of shape (n,)."""
    distance = np.abs(np.log(forward / strike))

    def worth_at(spread: FloatArray) -> FloatArray:
        worth = np.empty(spread.shape)
        time_value(forward, strike, distance / 2, spread / 2, worth)
        return worth

    smaller = np.minimum(forward, strike)
    log_target = np.log(np.maximum(target / smaller, _SMALLEST))
    low, high = np.zeros(target.shape), np.full(target.shape, _LARGEST_SPREAD)
    # The value is steepest here; it bends upward below and downward above.
    spread = np.maximum(np.sqrt(2 * distance), 1e-8)
    worth = worth_at(spread)
    is_cheap = target < worth
    for _ in range(_SEARCH_STEPS):
        low = np.where(worth <= target, spread, low)
        high = np.where(worth >= target, spread, high)
        nearer = distance / spread - spread / 2
        slope = smaller * np.exp(-nearer * nearer / 2) / np.sqrt(2 * np.pi)
        slope = np.maximum(slope, _SMALLEST)
        log_worth = np.log(np.maximum(worth / smaller, _SMALLEST))
        # Newton's step on 1 / log(value) where the value is small, on the value itself elsewhere.
        on_value = (target - worth) / slope
        on_logarithm = (worth / slope) * log_worth * (1 - log_worth / log_target)
        step = spread + np.where(is_cheap, on_logarithm, on_value)
        # Halve where the step leads outside, and where the value is too small to lead anywhere.
        useful = (step > low) & (step < high) & (worth > 1e-280 * smaller)
        following = np.where(useful, step, (low + high) / 2)
        following = np.where(worth == target, spread, following)
        settled = np.abs(following - spread) <= 4e-16 * spread
        spread = following
        if settled.all():
            break
        worth = worth_at(spread)
    return np.asarray(spread)
