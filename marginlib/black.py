r"""What an option is worth, from the forward price of what it is on.

Black's formula values a European option on the forward price :math:`F`, with strike :math:`K`,
:math:`T` years to expiry, volatility :math:`\sigma` and discount factor :math:`D`:

.. math::

    V = D \, \theta \, \bigl(F \, \Phi(\theta d_1) - K \, \Phi(\theta d_2)\bigr), \qquad
    d_{1,2} = \frac{\ln(F / K)}{\sigma \sqrt{T}} \pm \frac{\sigma \sqrt{T}}{2},

with :math:`\theta = 1` for a call and :math:`-1` for a put. The formula of Black and Scholes for a
share is the same one with :math:`F = S e^{rT}` and :math:`D = e^{-rT}`.

It asks for a forward price above zero. Where prices may fall below, Bachelier's formula takes
moves that are normal in money and not in per cent, with :math:`\sigma` in money per square root of
a year:

.. math::

    V = D \, \bigl(\theta (F - K) \, \Phi(\theta d) + \sigma \sqrt{T} \, \varphi(d)\bigr), \qquad
    d = \frac{F - K}{\sigma \sqrt{T}}.

All arguments broadcast against each other like any numpy arrays.

Source: F. Black, "The pricing of commodity contracts", Journal of Financial Economics 3, 1976;
L. Bachelier, "Théorie de la spéculation", Annales scientifiques de l'École normale supérieure 17,
1900.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, non_negative, numbers, positive, together, truths
from marginlib._time_value import NO_SPREAD, normal_time_value, spread_at, time_value

__all__ = [
    "Greeks",
    "bachelier_greeks",
    "bachelier_value",
    "bachelier_volatility",
    "black_greeks",
    "black_value",
    "black_volatility",
]

# Options are valued in blocks, so that every step finds its numbers in the processor's cache.
_BLOCK = 16_384


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


def black_value(
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
    >>> both = black_value(price * growth, 40, 0.5, 0.20, [True, False], discount=1 / growth)
    >>> both.round(2).tolist()
    [4.76, 0.81]
    """
    price, fixed, root, sigma, sign, factor = _terms(
        forward, strike, years, volatility, is_call, discount
    )
    # Logarithms are taken before forwards and strikes meet: in a scan of scenarios there are far
    # fewer of them.
    terms = (price, fixed, np.log(price) / 2, np.log(fixed) / 2, root / 2, sigma, sign, factor)
    answer = np.empty(np.broadcast_shapes(*(term.shape for term in terms)))
    blocks = np.nditer(
        [*terms, answer],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"]] * len(terms) + [["writeonly"]],  # type: ignore[arg-type]
        buffersize=_BLOCK,
    )
    for price, fixed, log_price, log_fixed, root, sigma, sign, factor, out in blocks:
        time_value(price, fixed, log_price - log_fixed, root * sigma, out)
        intrinsic = (price - fixed) * sign
        out += np.maximum(intrinsic, 0.0, out=intrinsic)
        out *= factor
    return answer


def black_greeks(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Greeks:
    """Return the derivatives of :func:`black_value`, which takes the same arguments.

    An option without time or volatility left has only a delta: its discounted chance of paying,
    which is none, all, or a half exactly at the strike.

    >>> at_the_money = black_greeks(100, 100, years=1, volatility=0.2, is_call=True)
    >>> [round(float(part), 4) for part in at_the_money]
    [0.5398, 0.0198, 39.6953, -3.9695]
    """
    price, fixed, root, sigma, sign, factor = _terms(
        forward, strike, years, volatility, is_call, discount
    )
    spread = root * sigma
    alive = spread > 0
    spread = np.maximum(spread, NO_SPREAD)
    upper = np.log(price / fixed) / spread + spread / 2
    density = np.where(alive, factor * np.exp(-upper * upper / 2) / np.sqrt(2 * np.pi), 0.0)
    vega = density * price * root
    return Greeks(
        delta=np.asarray(factor * sign * scipy.special.ndtr(sign * upper)),
        gamma=np.asarray(density / (price * np.where(alive, spread, 1.0))),
        vega=np.asarray(vega),
        theta=np.asarray(-density * price * sigma / (2 * np.where(alive, root, 1.0))),
    )


def black_volatility(
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
        As in :func:`black_value`.

    Returns
    -------
    array
        Volatility [1 / square root of a year]. It is 0 at the intrinsic value, and ``nan`` below
        it, above what any volatility gives, and for an option that has expired.

    Source: the two forms of Newton's step are those of P. Jaeckel, "Let's be rational", 2015.

    >>> float(black_volatility(7.965567, 100, 100, years=1, is_call=True).round(6))
    0.2
    >>> float(black_volatility(101, 100, 100, years=1, is_call=True))
    nan
    """
    paid = numbers("value", value)
    terms = _terms(forward, strike, years, 1.0, is_call, discount)
    price, fixed, root, _, sign, factor, paid = np.broadcast_arrays(*terms, paid)
    beyond = _beyond_intrinsic(paid / factor, sign * (price - fixed))
    solvable = (beyond >= 0) & (beyond < np.minimum(price, fixed)) & (root > 0)
    has_time_value = solvable & (beyond > 0)
    spread = np.zeros(paid.shape)
    spread[has_time_value] = spread_at(
        beyond[has_time_value], price[has_time_value], fixed[has_time_value]
    )
    return np.asarray(np.where(solvable, spread / np.where(solvable, root, 1.0), np.nan))


def bachelier_value(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> FloatArray:
    """Return the value of a European option on what may have any price, on one unit.

    Parameters
    ----------
    forward, strike : float or array
        Forward price and strike, of either sign [currency].
    volatility : float or array
        Volatility in money [currency / square root of a year].
    years, is_call, discount
        As in :func:`black_value`.

    Oil at -37.63: the right to be paid for taking it at -50 is worth more than what it pays now.

    >>> float(bachelier_value(-37.63, -50, years=1 / 12, volatility=60, is_call=True).round(2))
    14.79
    """
    price, fixed, root, sigma, sign, factor = _terms(
        forward, strike, years, volatility, is_call, discount, check=numbers
    )
    intrinsic = np.maximum(sign * (price - fixed), 0.0)
    return np.asarray(factor * (intrinsic + normal_time_value(price - fixed, root * sigma)))


def bachelier_greeks(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Greeks:
    """Return the derivatives of :func:`bachelier_value`, which takes the same arguments.

    >>> at_the_money = bachelier_greeks(0, 0, years=1, volatility=20, is_call=True)
    >>> [round(float(part), 4) for part in at_the_money]
    [0.5, 0.0199, 0.3989, -3.9894]
    """
    price, fixed, root, sigma, sign, factor = _terms(
        forward, strike, years, volatility, is_call, discount, check=numbers
    )
    spread = root * sigma
    alive, spread = spread > 0, np.maximum(spread, NO_SPREAD)
    away = (price - fixed) / spread
    density = np.where(alive, factor * np.exp(-away * away / 2) / np.sqrt(2 * np.pi), 0.0)
    return Greeks(
        delta=np.asarray(factor * sign * scipy.special.ndtr(sign * away)),
        gamma=np.asarray(density / np.where(alive, spread, 1.0)),
        vega=np.asarray(density * root),
        theta=np.asarray(-density * sigma / (2 * np.where(alive, root, 1.0))),
    )


def bachelier_volatility(
    value: ArrayLike,
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike = 1.0,
) -> FloatArray:
    """Return the volatility at which :func:`bachelier_value` is ``value``; ``nan`` where none is.

    It is 0 at the intrinsic value, and ``nan`` below it and for an option that has expired.

    >>> float(bachelier_volatility(3.989423, 100, 100, years=1, is_call=True).round(5))
    10.0
    """
    paid = numbers("value", value)
    terms = _terms(forward, strike, years, 1.0, is_call, discount, check=numbers)
    price, fixed, root, _, sign, factor, paid = np.broadcast_arrays(*terms, paid)
    beyond = _beyond_intrinsic(paid / factor, sign * (price - fixed))
    solvable = (beyond >= 0) & (root > 0)
    wanted = np.where(solvable, beyond, 0.0)
    # The time value at a spread s is at least s / sqrt(2 pi) - |F - K| / 2.
    highest = np.sqrt(2 * np.pi) * (wanted + np.abs(price - fixed) / 2)
    spread, _ = bisection(
        lambda at: normal_time_value(price - fixed, at) <= wanted, np.zeros(wanted.shape), highest
    )
    spread = np.where(wanted > 0, spread, 0.0)
    return np.asarray(np.where(solvable, spread / np.where(solvable, root, 1.0), np.nan))


def _beyond_intrinsic(value: FloatArray, inside: FloatArray) -> FloatArray:
    """Return the time value of an option that is so far in the money, below 0 where out of it."""
    intrinsic = np.maximum(inside, 0.0)
    beyond = value - intrinsic
    # Where nearly all of the value is intrinsic, what differs by its rounding is no time value.
    return np.where(np.abs(beyond) <= 4e-16 * intrinsic, 0.0, beyond)


def _terms(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    is_call: ArrayLike,
    discount: ArrayLike,
    check: Callable[[str, ArrayLike], FloatArray] = positive,
) -> tuple[FloatArray, ...]:
    """Return forward, strike, root of time, volatility, sign and discount, all checked."""
    terms = (
        check("forward", forward),
        check("strike", strike),
        np.sqrt(non_negative("years", years)),
        non_negative("volatility", volatility),
        np.where(truths("is_call", is_call), 1.0, -1.0),
        positive("discount", discount),
    )
    names = ("forward", "strike", "years", "volatility", "is_call", "discount")
    together(**dict(zip(names, terms, strict=True)))
    return terms
