r"""What a perpetual is worth beside the spot price it follows.

A perpetual never expires, so nothing forces its price f to the spot price x but funding: the long
pays the short, in each year, :math:`\kappa (f - x) + \iota x`. With constant rates that settles the
price. Buy one perpetual, sell c coins short, and hold the price at :math:`f = c \, x`:

* what the perpetual gains the coins lose, :math:`df = c \, dx`, wherever the price goes;
* the :math:`c \, x` from the sale earn the interest of the quote currency, :math:`r_a c \, x`, and
  the borrowed coins cost theirs, :math:`r_b c \, x`;
* funding costs :math:`(\kappa (c - 1) + \iota) \, x`.

The position needed no money, so it must earn none, which gives the ratio of
:func:`perpetual_price`: :math:`c \, (r_a - r_b) = \kappa (c - 1) + \iota`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, numbers, positive, refuse, together


def perpetual_price(
    spot: ArrayLike,
    premium_rate: ArrayLike,
    interest_factor: ArrayLike = 0.0,
    quote_rate: ArrayLike = 0.0,
    base_rate: ArrayLike = 0.0,
) -> FloatArray:
    r"""Return the price of a linear perpetual at which nothing is earned for nothing.

    .. math:: f = x \, \frac{\kappa - \iota}{\kappa + r_b - r_a}

    With no interest factor it is the average of the forward prices of all maturities s, with
    weights that fall like :math:`e^{-\kappa s}`: the faster the funding, the nearer the spot price.

    Parameters
    ----------
    spot : float or array of shape (...)
        Price of what the perpetual is on, x [quote currency].
    premium_rate : float or array
        Share of the gap between perpetual and spot that funding pays, κ [1 / year]. Where each
        payment is the whole gap on average over the period, it is the number of payments: 1,095 a
        year at one every eight hours.
    interest_factor : float or array
        What the long pays without any gap, ι [1 / year].
    quote_rate, base_rate : float or array
        Interest on the currency of the price and on the coin, :math:`r_a` and :math:`r_b`
        [1 / year, continuous].

    Returns
    -------
    array of shape (...)
        Price of the perpetual [quote currency].

    Raises
    ------
    MarginError
        If the premium rate is not above ``quote_rate - base_rate``: funding then is too slow to
        hold the price. Nor may it be below the interest factor, as the price would be negative.

    Interest, funding and what may be borrowed have no spread and no limit here, payments are
    continuous, and there is no margin; real perpetuals stray farther.

    Source: D. Ackerer, J. Hugonnier and U. Jermann, "Perpetual futures pricing", arXiv:2310.11771
    (2023); the formula for constant rates, derived again above.

    At 5 % on the dollar, a perpetual that pays every eight hours stands 0.457 hundredths of a per
    cent above the coin, unless its interest factor makes up for that:

    >>> perpetual_price(20_000, 1_095, [0, 0.05], quote_rate=0.05).round(3).tolist()
    [20000.913, 20000.0]
    """
    price, speed = positive("spot", spot), positive("premium_rate", premium_rate)
    extra = numbers("interest_factor", interest_factor)
    earned, paid = numbers("quote_rate", quote_rate), numbers("base_rate", base_rate)
    together(
        spot=price, premium_rate=speed, interest_factor=extra, quote_rate=earned, base_rate=paid
    )
    carry = earned - paid
    rule = "must be above interest_factor, and above quote_rate - base_rate"
    refuse("premium_rate", speed, speed <= np.maximum(extra, carry), rule)
    return np.asarray(price * (speed - extra) / (speed - carry))
