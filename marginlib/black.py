r"""What an option is worth, from the forward price of what it is on.

Black's formula values a European option on the forward price :math:`F`, with strike :math:`K`,
:math:`T` years to expiry, volatility :math:`\sigma` and discount factor :math:`D`:

.. math::

    V = D \, \theta \, \bigl(F \, \Phi(\theta d_1) - K \, \Phi(\theta d_2)\bigr), \qquad
    d_{1,2} = \frac{\ln(F / K)}{\sigma \sqrt{T}} \pm \frac{\sigma \sqrt{T}}{2},

with :math:`\theta = 1` for a call and :math:`-1` for a put. The formula of Black and Scholes for a
share is the same one with :math:`F = S e^{rT}` and :math:`D = e^{-rT}`.

All arguments broadcast against each other like any numpy arrays.

Source: F. Black, "The pricing of commodity contracts", Journal of Financial Economics 3, 1976.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from marginlib._checks import FloatArray, non_negative, numbers, positive, together

# Options are valued some thousands at a time, so that every step finds its numbers in the cache.
_BLOCK = 8192
# Stands for no spread at all: ln(F / K) divided by it is out of sight, and 0 where F = K.
_NO_SPREAD = 1e-300
_SMALLEST = np.finfo(np.float64).tiny
_SEARCH_STEPS = 100


class Greeks(NamedTuple):
    """How the value of an option answers to what it depends on, each by itself.

    Attributes
    ----------
    delta : array
        First derivative with respect to the forward price.
    gamma : array
        Second derivative with respect to the forward price [1 / currency].
    vega : array
        Derivative with respect to the volatility [currency per 1.00 of volatility].
    theta : array
        Change as the calendar moves on [currency / year], forward and discount held; not positive.
    """

    delta: FloatArray
    gamma: FloatArray
    vega: FloatArray
    theta: FloatArray


def value(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> FloatArray:
    """Return the value of a European option on one unit.

    Parameters
    ----------
    forward : float or array
        Forward price of the underlying at expiry, positive [currency].
    strike : float or array
        Strike, positive [currency].
    years : float or array
        Time to expiry [years]; at 0 the value is what the option pays.
    volatility : float or array
        Volatility [1 / square root of a year]; at 0 the value is the discounted intrinsic one.
    is_call : bool or array
        True for calls, False for puts.
    discount : float or array
        Value now of 1 paid at expiry [fraction]; 1 for options that are margined daily.

    Returns
    -------
    array
        Values of the shape to which the arguments broadcast [currency].

    Hull's example: a share at 42, strike 40, interest 10 %, volatility 20 %, half a year.

    >>> price, growth = 42.0, np.exp(0.10 * 0.5)
    >>> both = value(price * growth, 40, 0.5, 0.20, [True, False], discount=1 / growth)
    >>> both.round(2).tolist()
    [4.76, 0.81]
    """
    price, fixed, spread, sign, factor = _terms(
        forward, strike, years, volatility, is_call, discount
    )
    shape = together(
        forward=price.shape, strike=fixed.shape, volatility=spread.shape,
        is_call=sign.shape, discount=factor.shape,
    )  # fmt: skip
    answer = np.empty(shape)
    blocks = np.nditer(
        [price, fixed, spread, sign, factor, answer],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"]] * 5 + [["writeonly"]],  # type: ignore[arg-type]
        buffersize=_BLOCK,
    )
    for one_price, one_strike, one_spread, one_sign, one_factor, out in blocks:
        _undiscounted(one_price, one_strike, one_spread, one_sign, out)
        out *= one_factor
    return answer


def greeks(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Greeks:
    """Return the derivatives of :func:`value`, which takes the same arguments.

    An option without time or volatility left has only a delta: its discounted chance of paying,
    which is none, all, or a half exactly at the strike.

    >>> at_the_money = greeks(100, 100, years=1, volatility=0.2, is_call=True)
    >>> [round(float(part), 4) for part in at_the_money]
    [0.5398, 0.0198, 39.6953, -3.9695]
    """
    price, fixed, spread, sign, factor = _terms(
        forward, strike, years, volatility, is_call, discount
    )
    root = np.sqrt(np.asarray(years, dtype=np.float64))
    sigma = np.asarray(volatility, dtype=np.float64)
    upper = np.log(price / fixed) / spread + spread / 2
    alive = spread > _NO_SPREAD
    density = np.where(alive, factor * np.exp(-upper * upper / 2) / np.sqrt(2 * np.pi), 0.0)
    vega = density * price * root
    return Greeks(
        delta=np.asarray(factor * sign * ndtr(sign * upper)),
        gamma=np.asarray(density / (price * np.where(alive, spread, 1.0))),
        vega=np.asarray(vega),
        theta=np.asarray(-vega * sigma / (2 * np.where(alive, years, 1.0))),
    )


def implied_volatility(
    value: ArrayLike,
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> FloatArray:
    """Return the volatility at which an option is worth ``value``; ``nan`` where none is.

    What the option is worth beyond its intrinsic value is found by Newton's method, kept inside
    an interval that is halved wherever the method would leave it.

    Parameters
    ----------
    value : float or array
        Value of the option on one unit [currency].
    forward, strike, years, is_call, discount
        As in :func:`value`.

    Returns
    -------
    array
        Volatility [1 / square root of a year]. It is 0 at the intrinsic value, and ``nan`` below
        it, above what any volatility gives, and for an option that has expired.

    Source: the two forms of Newton's step are those of P. Jaeckel, "Let's be rational", 2015.

    >>> float(implied_volatility(7.965567, 100, 100, years=1, is_call=True).round(6))
    0.2
    >>> float(implied_volatility(101, 100, 100, years=1, is_call=True))
    nan
    """
    paid = numbers("value", value)
    price, fixed, time, sign, factor = np.broadcast_arrays(
        *_terms(forward, strike, years, 1.0, is_call, discount), paid
    )[:5]
    beyond = paid / factor - np.maximum(sign * (price - fixed), 0.0)
    # Rounding of a value that is nearly all intrinsic is not a time value.
    beyond = np.where(np.abs(beyond) <= 4e-16 * (price + fixed), 0.0, beyond)
    solvable = (beyond >= 0) & (beyond < np.minimum(price, fixed)) & (time > _NO_SPREAD)
    target = np.where(solvable & (beyond > 0), beyond, _SMALLEST)
    out_of_the_money = np.where(price < fixed, 1.0, -1.0)
    spread = _spread_at(target, price, fixed, out_of_the_money)
    found = np.where(beyond > 0, spread / time, 0.0)
    return np.asarray(np.where(solvable, found, np.nan))


def _terms(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return forward, strike, spread (volatility x root of time), sign and discount, checked."""
    time, sigma = non_negative("years", years), non_negative("volatility", volatility)
    together(years=time.shape, volatility=sigma.shape)
    spread = np.maximum(sigma * np.sqrt(time), _NO_SPREAD)
    sign = np.where(np.asarray(is_call, dtype=np.bool_), 1.0, -1.0)
    price, fixed = positive("forward", forward), positive("strike", strike)
    return price, fixed, spread, sign, positive("discount", discount)


def _undiscounted(
    forward: FloatArray,
    strike: FloatArray,
    spread: FloatArray,
    sign: FloatArray,
    out: FloatArray,
) -> None:
    """Write Black's value without its discount factor into ``out``."""
    upper, lower = np.empty(out.shape), np.empty(out.shape)
    np.divide(forward, strike, out=upper)
    np.log(upper, out=upper)
    upper /= spread
    np.multiply(spread, 0.5, out=out)
    upper += out
    np.subtract(upper, spread, out=lower)
    # With the sign inside the normal distribution, no value comes out of two large ones that
    # cancel, so options far from the money keep all their digits, puts as well as calls.
    upper *= sign
    lower *= sign
    ndtr(upper, out=upper)
    ndtr(lower, out=lower)
    upper *= forward
    lower *= strike
    np.subtract(upper, lower, out=out)
    np.multiply(out, sign, out=out)
    np.maximum(out, 0.0, out=out)


def _spread_at(
    target: FloatArray, forward: FloatArray, strike: FloatArray, sign: FloatArray
) -> FloatArray:
    """Return the spread at which options out of the money are worth ``target``."""
    distance = np.log(forward / strike)
    low, high = np.zeros(target.shape), np.full(target.shape, 100.0)
    # The value is steepest here; it bends upward below and downward above.
    spread = np.maximum(np.sqrt(2 * np.abs(distance)), 1e-8)
    worth = np.empty(target.shape)
    _undiscounted(forward, strike, spread, sign, worth)
    is_cheap = target < worth
    log_target = np.log(target / np.maximum(forward, strike))
    for _ in range(_SEARCH_STEPS):
        low = np.where(worth <= target, spread, low)
        high = np.where(worth >= target, spread, high)
        upper = distance / spread + spread / 2
        slope = forward * np.exp(-upper * upper / 2) / np.sqrt(2 * np.pi)
        slope = np.maximum(slope, _SMALLEST)
        log_worth = np.log(np.maximum(worth, _SMALLEST) / np.maximum(forward, strike))
        # Newton's step on 1 / log(value) where the value is small, on the value itself elsewhere.
        on_value = (target - worth) / slope
        on_logarithm = (worth / slope) * log_worth * (1 - log_worth / log_target)
        step = spread + np.where(is_cheap, on_logarithm, on_value)
        inside = (step > low) & (step < high)
        following = np.where(inside, step, (low + high) / 2)
        settled = np.abs(following - spread) <= 4e-16 * spread
        spread = np.where(worth == target, spread, following)
        if (settled | (worth == target)).all():
            break
        _undiscounted(forward, strike, spread, sign, worth)
    return np.asarray(spread)
