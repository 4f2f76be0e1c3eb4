r"""How far forced sales take a price down: nearly in proportion at first, then less and less.

Selling :math:`q` of an asset whose market has depth :math:`D` takes its price down by

.. math:: \Psi(q) = b \Bigl(1 - \exp\Bigl(-\frac{q}{b D}\Bigr)\Bigr),

which is q / D for small sales and never more than the bound b. The depth is what would take all
of the price if small sales set the rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive, together


def bounded_impact(sold: ArrayLike, depth: ArrayLike, bound: ArrayLike = 0.5) -> FloatArray:
    """Return how far sales take a price down, shape (...) [fraction].

    Parameters
    ----------
    sold : float or array of shape (...)
        [currency]
    depth : float or array of shape (...)
        What would take all of the price, at the rate of small sales [currency].
    bound : float or array
        Further than this no sale takes it [fraction].

    Source: R. Cont and E. Schaanning, "Fire sales, indirect contagion and systemic stress testing",
    Norges Bank Working Paper 2/2017; that the bound is about a half is from memory.

    >>> bounded_impact([1, 1e9], depth=1_000).round(6).tolist()
    [0.000999, 0.5]
    """
    amount, deep = non_negative("sold", sold), positive("depth", depth)
    most = positive("bound", fraction("bound", bound))
    together(sold=amount.shape, depth=deep.shape, bound=most.shape)
    return np.asarray(-most * np.expm1(-amount / (most * deep)))


def market_depth(
    volume: ArrayLike, volatility: ArrayLike, days: ArrayLike = 1.0, coefficient: ArrayLike = 1.0
) -> FloatArray:
    r"""Return how deep a market is for sales that are spread over some days [currency].

    .. math:: D = c \, \frac{\text{volume}}{\sigma} \sqrt{\tau}

    Parameters
    ----------
    volume : float or array of shape (...)
        What is traded in a day [currency].
    volatility : float or array of shape (...)
        Standard deviation of the price over a day [fraction].
    days : float or array
        Over how many days it is sold.
    coefficient : float or array
        To be found from data; of the order of one.

    Source: the form is that of Cont and Schaanning, as in :func:`bounded_impact`, from memory.

    A day's volume of 1,000 sold in a day moves a price of 2 % a day by 2 %, and by half in four:

    >>> deep = market_depth(1_000, 0.02, days=[1, 4])
    >>> deep.tolist(), (1_000 / deep).tolist()
    ([50000.0, 100000.0], [0.02, 0.01])
    """
    traded, daily = positive("volume", volume), positive("volatility", volatility)
    time, scale = positive("days", days), positive("coefficient", coefficient)
    together(volume=traded.shape, volatility=daily.shape, days=time.shape, coefficient=scale.shape)
    return np.asarray(scale * traded / daily * np.sqrt(time))
