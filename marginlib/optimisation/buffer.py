r"""How much spare cash to leave in an account: idle money against a forced exit.

Spare cash costs what it would earn elsewhere, and moves the price at which the account is closed
by force further away. With spare cash s, headroom H and exposure K, that price is at a distance of
:math:`(H + s) / K`, and a price without drift touches it within a time T with the probability

.. math:: p(s) = 2 \, \Phi\!\left(-\frac{H + s}{K \sigma \sqrt{T}}\right) .

The cost :math:`c \, T s + p(s) \, L` is convex in s, for the density falls with the distance. So
the slope has one root, and the best buffer a closed form.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, positive, together
from marginlib.scenarios import touch_probability


class BufferCost(NamedTuple):
    """What a buffer costs, and what it guards against; see :func:`buffer_cost`."""

    idle: FloatArray  # cost of idle cash over the horizon [currency]
    probability: FloatArray  # of a forced exit within the horizon [fraction]
    expected_loss: FloatArray  # probability times the loss on exit [currency]
    total: FloatArray  # idle and expected loss [currency]


def buffer_cost(
    spare: ArrayLike,
    headroom: ArrayLike,
    exposure: ArrayLike,
    volatility: ArrayLike,
    loss: ArrayLike,
    carry: ArrayLike,
    horizon: ArrayLike = 1.0,
) -> BufferCost:
    """Return what each amount of spare cash costs: a frontier, if several are given.

    Parameters
    ----------
    spare : float or array
        Cash added to the account [currency].
    headroom : float or array
        Equity above the maintenance requirement without it [currency].
    exposure : float or array
        Headroom that an adverse move of 100 % would take [currency]. Under a maintenance rate m it
        is the notional times 1 - m for a long position, for which the requirement falls with the
        price, and times 1 + m for a short one.
    volatility : float or array
        Standard deviation of the return over one unit of time [fraction].
    loss : float or array
        What a forced exit costs beyond the move itself [currency]: the fee, the slippage, the way
        back in.
    carry : float or array
        What cash would earn elsewhere [fraction per unit of time].
    horizon : float or array
        Time [the unit of the volatility: days for a daily volatility].

    Returns
    -------
    BufferCost
        Fields of the shape that all arguments broadcast to.

    The price is watched without a break and has neither drift nor jumps nor fat tails, all of which
    real prices have. The loss is the same wherever the exit happens; after a jump over the level it
    is larger. Where a venue keeps what is left of an
    isolated margin, spare cash is lost as well, and a buffer outside the account is worth more.
    Whoever can pay in within minutes needs less of it inside.

    Ana holds one coin at 20,000 with 2,000, at a maintenance rate of 5 %. At 4 % a day she is
    closed out in four of five months, unless she adds cash:

    >>> frontier = buffer_cost(
    ...     spare=[0, 4_000, 8_000], headroom=1_000, exposure=19_000, volatility=0.04, loss=400,
    ...     carry=0.0002, horizon=30,
    ... )
    >>> frontier.probability.round(3).tolist()
    [0.81, 0.23, 0.031]
    >>> frontier.total.round(2).tolist()
    [324.06, 115.88, 60.25]
    """
    terms = _terms(headroom, exposure, volatility, loss, carry, horizon)
    cash = non_negative("spare", spare)
    shape = together(spare=cash, others=np.shape(terms.spread))
    chance = np.broadcast_to(touch_probability((terms.headroom + cash) / terms.spread, 1.0), shape)
    idle, lost = np.broadcast_to(terms.price * cash, shape), np.asarray(chance * terms.loss)
    return BufferCost(idle, chance, lost, np.asarray(idle + lost))


def best_buffer(
    headroom: ArrayLike,
    exposure: ArrayLike,
    volatility: ArrayLike,
    loss: ArrayLike,
    carry: ArrayLike,
    horizon: ArrayLike = 1.0,
) -> FloatArray:
    r"""Return the spare cash with the least cost of idle money and forced exits together.

    Where the next unit costs as much as it saves,

    .. math:: s^* = \max\Bigl(0, K \sigma \sqrt{T}
        \sqrt{2 \log \frac{2 L}{c \, T K \sigma \sqrt{2 \pi T}}} - H\Bigr) ,

    and nothing where the logarithm is negative: then no cash is worth its cost.

    Parameters
    ----------
    headroom, exposure, volatility, loss, carry, horizon :
        As in :func:`buffer_cost`, where it is told what this does not see.

    Returns
    -------
    array
        Spare cash [currency], of the shape that the arguments broadcast to.

    >>> best = best_buffer(1_000, 19_000, volatility=0.04, loss=400, carry=0.0002, horizon=30)
    >>> float(best.round(0))
    8397.0
    >>> cost = buffer_cost(best, 1_000, 19_000, 0.04, 400, 0.0002, horizon=30)
    >>> float(cost.probability.round(3)), float(cost.total.round(2))
    (0.024, 59.97)
    """
    terms = _terms(headroom, exposure, volatility, loss, carry, horizon)
    worth = np.sqrt(2 / np.pi) * terms.loss / (terms.price * terms.spread)
    deviations = np.sqrt(2 * np.log(np.maximum(1.0, worth)))
    return np.asarray(np.maximum(0.0, terms.spread * deviations - terms.headroom))


class _Terms(NamedTuple):
    """The problem in currency, all of one shape."""

    headroom: FloatArray
    spread: FloatArray  # standard deviation of the headroom over the horizon
    loss: FloatArray
    price: FloatArray  # of a unit of cash over the horizon


def _terms(
    headroom: ArrayLike,
    exposure: ArrayLike,
    volatility: ArrayLike,
    loss: ArrayLike,
    carry: ArrayLike,
    horizon: ArrayLike,
) -> _Terms:
    above, moved = non_negative("headroom", headroom), positive("exposure", exposure)
    sigma, lost = positive("volatility", volatility), non_negative("loss", loss)
    earned, time = positive("carry", carry), positive("horizon", horizon)
    names = ("headroom", "exposure", "volatility", "loss", "carry", "horizon")
    each = (above, moved, sigma, lost, earned, time)
    together(**dict(zip(names, each, strict=True)))
    terms = (above, moved * sigma * np.sqrt(time), lost, earned * time)
    return _Terms(*np.broadcast_arrays(*terms))
