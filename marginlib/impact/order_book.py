"""Impact in an order book: so many contracts at each distance from the price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    hold,
    non_negative,
    numbers,
    refuse,
    together,
)
from marginlib.impact.curve import Curve


@dataclass(frozen=True, eq=False)
class OrderBook(Curve):
    """Levels that are taken one after the other, the nearest first.

    Parameters
    ----------
    offset : array of shape (K,)
        Distance of each level from the price, rising, below 1 [fraction].
    bids : array of shape (..., K)
        Contracts that are bid for at each level below the price [contracts]. 0 is an empty level,
        and a book of empty levels has no price for any sale.
    asks : array of shape (..., K), optional
        Contracts that are offered at each level above it; as many as are bid for where nothing is
        said.

    >>> book = OrderBook([0.01, 0.02, 0.05], bids=[10, 20, 100])
    >>> book.moved([-10, -11, -30, -131]).tolist()  # nobody bids for the 131st
    [-0.01, -0.02, -0.02, nan]
    >>> float(book.average(-30).round(6))  # 10 at 1 %, 20 at 2 %
    -0.016667
    """

    offset: FloatArray
    bids: FloatArray
    asks: FloatArray

    def __init__(self, offset: ArrayLike, bids: ArrayLike, asks: ArrayLike | None = None) -> None:
        levels = fraction("offset", offset)
        if levels.ndim != 1 or not levels.size:
            raise MarginError(f"offset must have shape (K,); got shape {levels.shape}")
        refuse("offset", levels, levels >= 1, "must be below 1, so that a price is left")
        refuse("offset", levels, np.diff(levels, prepend=-1) <= 0, "must rise from level to level")
        hold(self, offset=levels)
        for name, value in [("bids", bids), ("asks", bids if asks is None else asks)]:
            size = non_negative(name, value)
            if size.ndim == 0 or size.shape[-1] != levels.size:
                raise MarginError(
                    f"{name} must hold one size for each of the {levels.size} levels on its last "
                    f"axis; got shape {size.shape}"
                )
            hold(self, **{name: size})

    def moved(self, quantity: ArrayLike) -> FloatArray:
        """Return how far the last level is that is touched, shape (...) [fraction].

        ``nan`` where the book does not hold so much.
        """
        flow = numbers("quantity", quantity)
        reached = np.cumsum(self._sizes(flow), axis=-1)
        passed = (reached < np.abs(flow)[..., None]).sum(axis=-1)
        place = np.append(self.offset, np.nan)[passed]
        return np.where(flow == 0, 0.0, np.sign(flow) * place)

    def integral(self, quantity: ArrayLike) -> FloatArray:
        """Return what is paid away to the levels touched, shape (...); ``nan`` alike."""
        flow = numbers("quantity", quantity)
        sizes = self._sizes(flow)
        before = np.cumsum(sizes, axis=-1) - sizes
        taken = np.clip(np.abs(flow)[..., None] - before, 0.0, sizes)
        paid = (taken * self.offset).sum(axis=-1)
        return np.where(np.isnan(self.moved(flow)), np.nan, paid)

    def _sizes(self, flow: FloatArray) -> FloatArray:
        """Return the sizes on the side that the flow takes, shape (..., K)."""
        together(quantity=flow, bids=self.bids.shape[:-1], asks=self.asks.shape[:-1])
        return np.where((flow < 0)[..., None], self.bids, self.asks)
