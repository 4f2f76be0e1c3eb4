r"""What options on one thing can cost at most when they expire.

At expiry an option is worth what it is in the money by, so the payoff of many options is a line
with a kink at every strike. Its lowest point is at zero, at a strike, or, if more calls were sold
than bought, nowhere: then the loss grows with the price for ever.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, numbers, positive, together


def payoff(price: ArrayLike, strike: ArrayLike, is_call: ArrayLike) -> FloatArray:
    """Return what one unit of each option pays at expiry, shape (..., O) [currency].

    Parameters
    ----------
    price : float or array of shape (..., 1) or (..., O)
        Price of the underlying at expiry [currency].
    strike : array of shape (O,)
        Strikes [currency].
    is_call : array of bool, shape (O,)

    >>> payoff(120, strike=[100, 150], is_call=[True, False]).tolist()
    [20.0, 30.0]
    """
    settled, level = non_negative("price", price), positive("strike", strike)
    return np.maximum(np.where(is_call, settled - level, level - settled), 0.0)


def worst_payoff(strike: ArrayLike, is_call: ArrayLike, quantity: ArrayLike) -> FloatArray:
    """Return the lowest payoff at zero and at every strike, and never more than 0.

    Above the highest strike the payoff rises or falls with the net number of calls, which this
    leaves out; see :func:`net_calls`.

    Parameters
    ----------
    strike : array of shape (O,)
        Strikes of options with one underlying and one expiry [currency].
    is_call : array of bool, shape (O,)
    quantity : array of shape (..., O)
        Units of the underlying, positive if bought [units].

    Returns
    -------
    array of shape (...)
        Zero or below [currency].

    A put spread can lose the distance of its strikes:

    >>> float(worst_payoff([95, 100], [False, False], [1, -1]))
    -5.0
    """
    level, held = positive("strike", strike), numbers("quantity", quantity)
    call = np.asarray(is_call, dtype=bool)
    together(strike=level, is_call=call, quantity=held.shape[-1:])
    at = np.append(np.unique(level), 0.0)[:, None]
    paid: FloatArray = held @ payoff(at, level, call).T
    return np.asarray(np.minimum(paid.min(axis=-1), 0.0))


def net_calls(is_call: ArrayLike, quantity: ArrayLike) -> FloatArray:
    """Return calls bought less calls sold, shape (...) [units]: the slope of the payoff far up.

    >>> float(net_calls([True, True, False], [1, -3, 5]))
    -2.0
    """
    held = numbers("quantity", quantity)
    return np.asarray((held * np.asarray(is_call, dtype=bool)).sum(axis=-1))
