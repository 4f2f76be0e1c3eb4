"""Orders that close a position: the price of the venue's own, and which of the owner's are kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, numbers, together
from marginlib.waterfall.allocation import people


def fillable_price(
    price: ArrayLike,
    quantity: ArrayLike,
    equity: ArrayLike,
    maintenance: ArrayLike,
    position_maintenance: ArrayLike,
    adjustment: ArrayLike,
    spread: ArrayLike,
) -> FloatArray:
    r"""Return the limit price of a liquidation order: worse than the mark as the account is worse.

    The price gives way by ``spread`` times the maintenance of the position at bankruptcy, by
    nothing where equity equals maintenance, and in proportion between:

    .. math:: \text{price} - \frac{\text{position maintenance}}{\text{quantity}}
              \times \text{spread} \times
              \min\Big(1, \Big(\text{adjustment} \times
              \big(1 - \tfrac{\text{equity}}{\text{maintenance}}\big)\Big)^+\Big)

    Parameters
    ----------
    price : float or array of shape (...)
        Mark price [quote currency].
    quantity : float or array of shape (...)
        The position; long is positive [units].
    equity, maintenance : float or array of shape (...)
        Of the whole account [currency].
    position_maintenance : float or array of shape (...)
        Maintenance of this position [currency].
    adjustment : float
        How fast the price gives way; at 2 it has given way fully at half the maintenance.
    spread : float
        The most it gives way, on the maintenance of the position [fraction].

    Returns
    -------
    array of shape (...)
        Limit price [quote currency]; ``nan`` where there is no position or no maintenance.

    Source: dYdX v4-chain, commit 84d4664b, ``GetFillablePrice``.

    >>> float(fillable_price(50_000, 0.1, equity=250, maintenance=500, position_maintenance=500,
    ...                      adjustment=1, spread=0.1))  # half of 10% of 500, on 0.1 coins
    49750.0
    """
    mark, held, own = (
        numbers("price", price),
        numbers("quantity", quantity),
        numbers("equity", equity),
    )
    need = non_negative("maintenance", maintenance)
    its_need = non_negative("position_maintenance", position_maintenance)
    together(price=mark, quantity=held, equity=own, maintenance=need, position_maintenance=its_need)
    lacking = 1 - own / np.where(need > 0, need, np.nan)
    given_way = np.clip(non_negative("adjustment", adjustment) * lacking, 0.0, 1.0)
    each = its_need / np.where(held == 0, np.nan, held)
    return np.asarray(mark - each * fraction("spread", spread) * given_way)


def orders_kept(position: ArrayLike, size: ArrayLike, price: ArrayLike) -> FloatArray:
    """Return what is left of the orders that close a position, after cancelling what is too much.

    An account short of initial margin may only reduce. Its closing orders must not add up to more
    than the position, so the most passive are cancelled, each as a whole, until they do not: the
    dearest sell orders of a long position, the cheapest buy orders of a short one.

    Parameters
    ----------
    position : float or array of shape (...)
        Position; long is positive [contracts].
    size : array of shape (..., N)
        Sizes of the orders on the closing side [contracts].
    price : array of shape (..., N)
        Their limit prices [quote currency]. Of two at one price, the later in the list goes first.

    Returns
    -------
    array of shape (..., N)
        The size of each order, or 0 where it is cancelled [contracts].

    Source: Paradex, "Deleveraging", commit 9b82a75a, whose example this is.

    >>> orders_kept(10, size=[5, 3, 3], price=[2_150, 2_100, 2_200]).tolist()
    [5.0, 3.0, 0.0]
    """
    held, sizes, limit = numbers("position", position), people("size", size), people("price", price)
    shape = together(position=(*held.shape, 1), size=sizes, price=limit)
    # From the most eager order to the most passive.
    order = np.argsort(np.broadcast_to(np.sign(held)[..., None] * limit, shape), -1, kind="stable")
    ranked = np.take_along_axis(np.broadcast_to(sizes, shape), order, -1)
    fits = np.cumsum(ranked, axis=-1) <= np.abs(held)[..., None]
    kept = np.empty(shape)
    np.put_along_axis(kept, order, np.where(fits, ranked, 0.0), -1)
    return kept
