r"""What a bank has at stake in the sales of others, and in assets that it does not hold.

If bank j sells a share :math:`\Gamma_j` of what it holds, bank i loses, for small sales,
:math:`\Omega_{ij} \Gamma_j`, with the *liquidity-weighted overlap* of the two

.. math:: \Omega_{ij} = \sum_k \frac{\Pi_{ik} \Pi_{jk}}{D_k} :

what both hold, and more if it can hardly be sold. Followed to its rest, a fall of one asset costs
a bank what the fall takes from its own holding, and what the sales that follow take from all it
holds. The second, over the fall, is its *indirect exposure* to the asset: what it might as well
hold of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    one_number,
    positive,
    together,
)
from marginlib.contagion._tables import fits
from marginlib.contagion.threshold import LimitedBanks, deleverage, shocked


def liquidity_weighted_overlap(marketable: ArrayLike, depth: ArrayLike) -> FloatArray:
    """Return what each bank (row) loses if another (column) sells all it has, shape (..., N, N).

    Parameters
    ----------
    marketable : array of shape (..., N, K)
        What each bank holds of each asset [currency].
    depth : float or array of shape (..., K)
        Of each market [currency].

    Returns
    -------
    array of shape (..., N, N)
        To first order in the sales; on the diagonal, what a bank's own sales cost it [currency].

    Source: R. Cont and E. Schaanning, "Fire sales, indirect contagion and systemic stress testing",
    Norges Bank Working Paper 2/2017.

    >>> liquidity_weighted_overlap([[80, 0], [40, 40]], [1_000, 100]).round(9).tolist()
    [[6.4, 3.2], [3.2, 17.6]]
    """
    held, deep = non_negative("marketable", marketable), positive("depth", depth)
    if held.ndim < 2:
        raise MarginError(
            "marketable must be a table, a row for each bank and a column for each asset; "
            f"got shape {held.shape}"
        )
    together(marketable=held.shape[:-2], depth=deep.shape[:-1])
    deep = fits("depth", deep, held.shape[-1], "asset") * np.ones(held.shape[-1])
    return np.asarray(held @ np.swapaxes(held / deep[..., None, :], -1, -2))


def indirect_exposure(
    banks: LimitedBanks,
    fall: ArrayLike,
    depth: ArrayLike,
    *,
    bound: ArrayLike = 0.5,
    shortfall: ArrayLike = 0.5,
) -> FloatArray:
    """Return what each bank loses by the sales that follow a fall, over that fall.

    Parameters
    ----------
    banks : LimitedBanks
        Before the fall.
    fall : float
        Of one asset after the other, each alone [fraction]. As banks sell only above their limits,
        the answer may be 0 up to some fall, and large beyond it.
    depth, bound, shortfall
        As in :func:`~marginlib.contagion.deleverage`.

    Returns
    -------
    array of shape (..., N, K)
        For each asset that falls [currency].

    Source: as in :func:`liquidity_weighted_overlap`, for the idea; the definition is ours.

    The second bank does not hold the first asset. When that falls, the first bank must sell what
    both hold, which costs the second as much as a holding of 86.69 would:

    >>> pair = LimitedBanks([[40, 40], [0, 80]], 20, [5, 10], limit=20)
    >>> indirect_exposure(pair, 0.01, depth=1_000).round(2).tolist()
    [[74.12, 74.12], [86.69, 84.97]]
    """
    by = one_number("fall", positive("fall", fraction("fall", fall)))
    lost = []
    for alone in np.eye(banks.marketable.shape[-1]):
        after = shocked(banks, by * alone)
        rest = deleverage(after, depth, bound=bound, shortfall=shortfall).banks
        lost.append((after.equity - rest.equity) / by)
    return np.stack(lost, axis=-1)
