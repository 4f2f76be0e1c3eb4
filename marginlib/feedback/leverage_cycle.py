r"""The leverage cycle of Geanakoplos: who buys with borrowed money, and what bad news then does.

Everyone believes in something else. Agent :math:`h` gives good news the probability :math:`h`, and
the agents are spread evenly from 0 to 1. Each starts with one unit of an asset, which pays ``up``
after good news and ``down`` after bad, and with some cash. Optimists buy, pessimists sell, and the
*marginal buyer* thinks the price just right:

.. math:: p = \text{down} + b \, (\text{up} - \text{down}) .

Nobody lends more on the asset than it is worth at the worst. So bad news hurts three times: the
asset is worth less to everyone, those who thought most of it are wiped out, and lenders ask for
more margin of those who are left.

Source: J. Geanakoplos, "The Leverage Cycle", NBER Macroeconomics Annual 24, 2010. The equations are
those of its example as commonly given, for any payoffs and any cash; its text was not at hand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._bisection import bisection
from marginlib._checks import (
    FloatArray,
    fraction,
    non_negative,
    positive,
    refuse,
    together,
    whole_numbers,
)


class OnePeriod(NamedTuple):
    """Price and marginal buyer, each of shape (...)."""

    price: FloatArray  # [currency]
    buyer: FloatArray  # belief of the marginal buyer [fraction]


def one_period(
    up: ArrayLike = 1.0, down: ArrayLike = 0.2, cash: ArrayLike = 1.0, loan: ArrayLike = 0.0
) -> OnePeriod:
    r"""Return the price when news comes once.

    Agents above the marginal buyer :math:`b` spend all their cash and all they can borrow on all of
    the asset, which costs :math:`p`. The rest of them have sold theirs, so

    .. math:: p \, b = (1 - b) \, \text{cash} + \text{loan} .

    Parameters
    ----------
    up, down : float or array of shape (...)
        What the asset pays after good and after bad news [currency].
    cash : float or array of shape (...)
        Cash of every agent for one unit of the asset [currency].
    loan : float or array of shape (...)
        What is lent on one unit [currency], at most ``down``: the worst that can happen must leave
        the lender whole. 0 where nobody lends.

    Alone, and with the largest loan (0.8 b² + 1.2 b is 1, and then 1.2):

    >>> price, buyer = one_period(up=1, down=0.2, loan=[0, 0.2])
    >>> price.round(3).tolist(), buyer.round(3).tolist()
    ([0.677, 0.749], [0.596, 0.686])
    """
    good, bad, money = _economy(up, down, cash)
    lent = non_negative("loan", loan)
    together(up=good, down=bad, cash=money, loan=lent)
    refuse("loan", lent, lent > bad, "must not exceed what the asset pays at the worst")
    buyer = _positive_root(good - bad, bad + money, money + lent)
    return OnePeriod(np.asarray(bad + (good - bad) * buyer), buyer)


class LeverageCycle(NamedTuple):
    """Prices and marginal buyers before and after bad news, each of shape (...)."""

    price: FloatArray  # at the start [currency]
    price_after: FloatArray  # after bad news [currency]
    buyer: FloatArray  # belief of the marginal buyer at the start [fraction]
    buyer_after: FloatArray  # and after bad news
    down: FloatArray  # the worst payoff [currency]

    @property
    def crash(self) -> FloatArray:
        """How far the price falls on bad news [fraction]."""
        return np.asarray(1 - self.price_after / self.price)

    @property
    def loan_to_value(self) -> FloatArray:
        """What is lent at the start over the price [fraction]; the margin is the rest."""
        return np.asarray(self.price_after / self.price)

    @property
    def loan_to_value_after(self) -> FloatArray:
        """What is lent after bad news over the price [fraction]."""
        return np.asarray(self.down / self.price_after)


def leverage_cycle(
    up: ArrayLike = 1.0, down: ArrayLike = 0.2, cash: ArrayLike = 1.0
) -> LeverageCycle:
    r"""Return the prices when news comes twice, and only bad news after bad news is bad in the end.

    The asset pays ``down`` after two pieces of bad news and ``up`` otherwise. At the start it can
    be worth no less than its price after bad news, so that much is lent on it. After bad news
    those who bought are wiped out, and the rest may borrow ``down``. With marginal buyers :math:`a`
    at the start and :math:`b` after bad news, payoffs :math:`u` and :math:`d`, and cash :math:`c`,

    .. math::

        p_D &= d + b (u - d) \\
        &= \frac{c (a - b) + a d}{b}, \\
        p_0 &= \frac{c (1 - a) + p_D}{a}, \\
        \frac{a (u - p_D)}{p_0 - p_D} &= a + (1 - a) \frac{a (u - d)}{p_D - d} .

    In the last line agent :math:`a` is as well off buying at the start with all the leverage there
    is as waiting with the cash in hand, to buy after bad news.

    Parameters
    ----------
    up, down : float or array of shape (...)
        What the asset pays in the end, if it is good and if it is bad [currency].
    cash : float or array of shape (...)
        Cash of every agent for one unit of the asset [currency].

    Nobody's view of the asset falls by more than 0.2 (see :func:`expected_payoff`); its price does:

    >>> cycle = leverage_cycle(up=1, down=0.2)
    >>> [round(float(value), 3) for value in cycle[:4]]
    [0.947, 0.693, 0.87, 0.616]
    >>> [round(float(value), 3) for value in
    ...     (cycle.crash, cycle.loan_to_value, cycle.loan_to_value_after)]
    [0.268, 0.732, 0.289]
    """
    good, bad, money = np.broadcast_arrays(*_economy(up, down, cash))
    low = np.zeros(good.shape)
    # Nobody is above 1, so neither is the marginal buyer at the start.
    high = _positive_root(good - bad, bad + money, money + bad)

    def waits(buyer_after: FloatArray) -> NDArray[np.bool_]:
        return _better_to_buy_now(_cycle(buyer_after, good, bad, money), good) < 0

    low, high = bisection(waits, low, high)
    return _cycle((low + high) / 2, good, bad, money)


def expected_payoff(
    belief: ArrayLike, up: ArrayLike = 1.0, down: ArrayLike = 0.2, periods: int = 1
) -> FloatArray:
    """Return what an agent expects of the asset, shape (...) [currency].

    Parameters
    ----------
    belief : float or array of shape (...)
        Probability that the agent gives to good news each time [fraction].
    up, down : float or array of shape (...)
        Payoffs [currency].
    periods : int
        How often news is still to come; only bad news every time makes the asset pay ``down``.

    Before bad news and after it, for an agent who gives good news one half:

    >>> float(expected_payoff(0.5, periods=2)), float(expected_payoff(0.5, periods=1))
    (0.8, 0.6)
    """
    good, bad, _ = _economy(up, down, 1.0)
    hope, left = fraction("belief", belief), whole_numbers("periods", periods, least=0)
    together(belief=hope, up=good, down=bad)
    return np.asarray(good - (1 - hope) ** left * (good - bad))


def _cycle(
    buyer_after: FloatArray, up: FloatArray, down: FloatArray, cash: FloatArray
) -> LeverageCycle:
    """Return what follows from the marginal buyer after bad news."""
    after = down + buyer_after * (up - down)
    buyer = buyer_after * (after + cash) / (down + cash)
    with np.errstate(divide="ignore"):
        price = (cash * (1 - buyer) + after) / buyer
    parts = (price, after, buyer, buyer_after, down)
    return LeverageCycle(*(np.asarray(part) for part in parts))


def _better_to_buy_now(cycle: LeverageCycle, up: FloatArray) -> FloatArray:
    """Return what the marginal buyer gains from not waiting; its sign is all that counts."""
    b, after = cycle.buyer_after, cycle.price_after
    return np.asarray((up - after) * b - (cycle.price - after) * (b + 1 - cycle.buyer))


def _positive_root(second: FloatArray, first: FloatArray, whole: FloatArray) -> FloatArray:
    """Return the x above zero at which ``second * x ** 2 + first * x`` is ``whole``."""
    return np.asarray(2 * whole / (first + np.sqrt(first**2 + 4 * second * whole)))


def _economy(up: ArrayLike, down: ArrayLike, cash: ArrayLike) -> tuple[FloatArray, ...]:
    good, bad, money = positive("up", up), non_negative("down", down), positive("cash", cash)
    together(up=good, down=bad, cash=money)
    refuse("down", bad, bad >= good, "must be below up")
    return good, bad, money
