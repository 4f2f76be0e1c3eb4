"""How much a price forces the crowd to trade."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, positive
from marginlib.cascade.one_market import Prepared


def forced_flow(crowd: Prepared, price: ArrayLike) -> FloatArray:
    """Return what the crowd has been forced to trade once this price was reached, shape (...).

    Against the price this is the supply curve of forced sales, which rises in steps as the price
    falls. A cascade comes to rest where it crosses the line of the prices that a flow leaves,
    ``impact.last_price(shocked, flow)``.

    Parameters
    ----------
    crowd : Prepared
        From :func:`marginlib.cascade.prepare`.
    price : float or array of shape (...)
        Price [quote currency].

    Returns
    -------
    array of shape (...)
        Contracts bought less contracts sold [contracts].

    >>> import marginlib as ml
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    >>> crowd = ml.accounts.open_accounts([10, 60, 50], [[1], [3], [-2]], entry)
    >>> ready = ml.cascade.prepare(crowd, entry, ml.margin.FixedRate(0.05, 0.05), "BTC")
    >>> forced_flow(ready, [120, 100, 94, 80]).tolist()
    [2.0, 0.0, -1.0, -4.0]
    """
    reached = positive("price", price)
    longs, shorts = crowd.longs, crowd.shorts
    flow = longs.flow(longs.count(reached)) + shorts.flow(shorts.count(reached))
    return np.asarray(flow + 0.0)  # which turns -0 into 0
