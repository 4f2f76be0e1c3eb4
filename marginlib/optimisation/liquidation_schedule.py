r"""How fast to close a large position: the schedule of Almgren and Chriss.

Selling at once is dear, because the trade itself moves the price; selling slowly is risky, because
the price moves by itself meanwhile. With :math:`x_k` contracts left after period k and
:math:`n_k` sold in it, each of N periods of length :math:`\tau`, cost has the mean and variance

.. math::

    E = \tfrac12 \gamma X^2 + \epsilon X + \frac{\tilde\eta}{\tau} \sum_k n_k^2, \qquad
    V = \sigma^2 \tau \sum_k x_k^2, \qquad \tilde\eta = \eta - \tfrac12 \gamma \tau,

and :math:`E + \lambda V` is smallest where

.. math::

    x_k = X \, \frac{\sinh \kappa (T - k \tau)}{\sinh \kappa T}, \qquad
    \frac{2 (\cosh \kappa \tau - 1)}{\tau^2} = \frac{\lambda \sigma^2}{\tilde\eta} .

Source: R. Almgren and N. Chriss, "Optimal execution of portfolio transactions", Journal of Risk
3(2), 2001, equations 14 to 21.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, numbers, positive, refuse, together, whole
from marginlib._fields import NonNegative, Positive, checked, default


@checked
class TradingCost:
    r"""What it costs to trade, and how the price moves meanwhile.

    Parameters
    ----------
    volatility : float or array of shape (...)
        Standard deviation :math:`\sigma` of the price over a day [currency].
    temporary : float or array of shape (...)
        How much worse a price gets by each contract that is traded in a day, for as long as the
        trading goes on: :math:`\eta` [currency x days / contract].
    permanent : float or array of shape (...)
        How far each contract moves the price for good: :math:`\gamma` [currency / contract].
    spread : float or array of shape (...)
        Half the spread between bid and ask, and fees: :math:`\epsilon` [currency].
    """

    volatility: NonNegative
    temporary: Positive
    permanent: NonNegative = default(0.0)
    spread: NonNegative = default(0.0)

    def adjusted(self, period: FloatArray) -> FloatArray:
        r"""Return :math:`\tilde\eta`, the temporary impact less what is permanent anyway."""
        spared = self.permanent * period / 2
        left = np.asarray(self.temporary - spared)
        given = np.broadcast_to(self.temporary, left.shape)
        rule = "must exceed permanent x period / 2; trade in shorter periods, or look at the units"
        refuse("temporary", given, left <= 0, rule)
        return left


class LiquidationSchedule(NamedTuple):
    """What is left after each period, and what that costs."""

    held: FloatArray  # contracts left, from all of them to none, shape (..., N + 1) [contracts]
    expected_cost: FloatArray  # mean cost against the price at the start, shape (...) [currency]
    variance: FloatArray  # of the cost, shape (...) [currency squared]
    objective: FloatArray  # mean plus risk aversion times variance, the smallest [currency]
    decay: FloatArray  # how fast it shrinks at first: kappa [1 / day]; 0 without risk aversion

    @property
    def sold(self) -> FloatArray:
        """Contracts sold in each period, shape (..., N) [contracts]; bought back if negative."""
        return -np.diff(self.held, axis=-1)

    @property
    def time_constant(self) -> FloatArray:
        """Days in which a position without a deadline shrinks to 1 / e [days].

        The paper calls it half-life. ``inf`` without risk aversion.
        """
        with np.errstate(divide="ignore"):
            return np.asarray(1 / self.decay)


def liquidation_schedule(
    quantity: ArrayLike,
    costs: TradingCost,
    risk_aversion: ArrayLike,
    days: ArrayLike,
    periods: int,
) -> LiquidationSchedule:
    """Return the schedule with the smallest mean plus risk aversion times variance of the cost.

    Parameters
    ----------
    quantity : float or array of shape (...)
        What is to be closed: positive to sell, negative to buy back [contracts].
    risk_aversion : float or array of shape (...)
        Mean cost accepted for less variance [1 / currency]; 0 sells as much in every period.
    days : float or array of shape (...)
        When all must be closed [days].
    periods : int
        Number of equal periods N, at least 1.

    The schedule does not see the account. It knows of no margin call, and of no price that jumps or
    trends; the price may reach the liquidation price before the last contract is sold, and the
    venue then finishes the job at its own pace. Its risk is a variance, to which a gain is as bad
    as a loss. The less a trader fears, the longer the position stands:

    >>> costs = TradingCost(volatility=0.95, temporary=2.5e-6, permanent=2.5e-7, spread=0.0625)
    >>> calm = liquidation_schedule(1e6, costs, risk_aversion=0, days=5, periods=5)
    >>> calm.held.tolist()
    [1000000.0, 800000.0, 600000.0, 400000.0, 200000.0, 0.0]
    >>> float(calm.expected_cost.round(6))
    662500.0
    >>> afraid = liquidation_schedule(1e6, costs, risk_aversion=1e-6, days=5, periods=5)
    >>> afraid.held.round().tolist()[:3], float(afraid.decay.round(3))
    ([1000000.0, 541956.0, 289854.0], 0.607)
    >>> bool(afraid.expected_cost > calm.expected_cost), bool(afraid.variance < calm.variance)
    (True, True)
    """
    start, fear = numbers("quantity", quantity), non_negative("risk_aversion", risk_aversion)
    count = whole("periods", periods)
    period = positive("days", days) / count
    together(
        quantity=start,
        risk_aversion=fear,
        days=period,
        volatility=costs.volatility,
        temporary=costs.temporary,
        permanent=costs.permanent,
        spread=costs.spread,
    )
    impact = costs.adjusted(period)
    # cosh(k) - 1 = 2 sinh(k / 2)^2, which keeps its digits where k is small.
    step = 2 * np.arcsinh(np.sqrt(fear / impact) * costs.volatility * period / 2)
    held = np.asarray(start)[..., None] * _share_left(np.asarray(step), count)
    sold, all_of_it = -np.diff(held, axis=-1), np.abs(start)
    mean = (
        costs.permanent * all_of_it**2 / 2
        + costs.spread * all_of_it
        + impact / period * (sold**2).sum(axis=-1)
    )
    variance = costs.volatility**2 * period * (held[..., 1:] ** 2).sum(axis=-1)
    return LiquidationSchedule(
        held,
        np.asarray(mean),
        np.asarray(variance),
        np.asarray(mean + fear * variance),
        np.asarray(step / period),
    )


def _share_left(step: FloatArray, count: int) -> FloatArray:
    """Return sinh(step (N - k)) / sinh(step N) for k from 0 to N, also where sinh overflows."""
    k = np.arange(count + 1)
    width = step[..., None]
    with np.errstate(invalid="ignore"):
        curve = (
            np.exp(-width * k) * np.expm1(-2 * width * (count - k)) / np.expm1(-2 * width * count)
        )
    return np.where(width > 0, curve, (count - k) / count)
