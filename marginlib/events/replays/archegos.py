"""March 2021: several dealers, each with a part, sell one after the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    non_negative,
    positive,
    refuse,
    together,
)
from marginlib.events.figures import event
from marginlib.impact import Curve


class ArchegosReplay(NamedTuple):
    """What dealers lose beyond the margin they hold, in the order in which they sell."""

    # Average price at which each sells, over the one before the fall, shape (..., K) [fraction];
    # nan where the market could not take it.
    price: FloatArray
    # Loss of each, shape (..., K) [billion dollars]: with margin as it was fixed when the swaps
    # were opened; with the same rates on what they have grown to; with the first, if all sold
    # together.
    static: FloatArray
    dynamic: FloatArray
    at_one_price: FloatArray
    # Fall of all prices alike that would have made the known loss of all dealers [fraction], and
    # what one dealer with the margin of Credit Suisse would have held, to lose in that fall what it
    # lost [billion dollars]; each of shape (2,).
    even_fall: FloatArray
    exposure_needed: FloatArray
    disagreement: str  # with the story


def archegos_2021(
    exposure: ArrayLike, margin: ArrayLike, impact: Curve, fall: float, growth: ArrayLike = 1.0
) -> ArchegosReplay:
    """Return how the loss of a client with several dealers is split between them.

    Known: gross exposure and equity of the whole, some margin rates, the loss of one dealer and a
    lower bound for all. Assumed: who held how much at which margin, and in which order they sold;
    how far prices fell before anyone did, and how they answered; that all shares are one; and that
    no dealer can reach the margin of another.

    Parameters
    ----------
    exposure : array of shape (..., K)
        What each dealer has to sell, in the order in which they do [billion dollars before the
        fall].
    margin : array of shape (..., K)
        Rate of margin each took when the swaps were opened [fraction].
    impact : Curve
        How the price answers to what is sold, with billions of dollars for contracts.
    fall : float
        Fall of the price before anyone sells [fraction].
    growth : float or array of shape (..., K)
        What the swaps are worth before the fall over what they were worth when margin was fixed
        [times].

    Three dealers with ten billion each. Prices fall by 10 % and then by 1 % for each billion sold,
    so the first sells at 95 % of that price and the last at 75 %:

    >>> from marginlib.impact import linear_book
    >>> book = linear_book(depth=1)
    >>> result = archegos_2021([10, 10, 10], [0.2, 0.1, 0.1], book, fall=0.10, growth=2)
    >>> result.price.round(3).tolist()
    [0.855, 0.765, 0.675]
    >>> result.static.round(2).tolist(), result.dynamic.round(2).tolist()
    ([0.45, 1.85, 2.75], [0.0, 1.35, 2.25])
    """
    held, rate = non_negative("exposure", exposure), fraction("margin", margin)
    grown, first = positive("growth", growth), fraction("fall", fall)
    if not held.ndim or first.ndim:
        raise MarginError("exposure must list dealers on its last axis, and fall be one number")
    together(exposure=held, margin=rate, growth=grown)
    refuse("fall", first, first >= 1, "must be below 1")
    sold = np.cumsum(held, axis=-1)
    price = _price(impact, first, sold - held, sold)
    all_sold = sold[..., -1:]
    alike = _price(impact, first, np.zeros_like(all_sold), all_sold)
    fixed = held * rate / grown
    even_fall, needed = _even()
    whole = event("archegos_2021")["gross_exposure"].value
    return ArchegosReplay(
        price,
        _loss(held, price, fixed),
        _loss(held, price, held * rate),
        _loss(held, alike, fixed),
        even_fall,
        needed,
        "The story is of too little margin. Had all prices fallen alike, the known loss of all "
        f"dealers takes a fall of {even_fall[0]:.0%} to {even_fall[1]:.0%}, and Credit Suisse "
        f"would have needed {needed.min():.0f} to {needed.max():.0f} of the {whole:g} billion to "
        "lose what it did at the margin it had: who sold later, and what, matters as much.",
    )


def _price(impact: Curve, fall: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the average price of what is sold between two totals."""
    off = impact.average_between(-before, -after)
    can_be_sold = impact.moved(-after) > -1
    return np.where(can_be_sold, (1 - fall) * (1 + off), np.nan)


def _loss(exposure: FloatArray, price: FloatArray, margin: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(exposure * (1 - price) - margin, 0.0))


def _even() -> tuple[FloatArray, FloatArray]:
    """Return what the known losses say if all equity was margin and all prices fell alike."""
    told = event("archegos_2021")
    equity = np.array([told["equity"].low, told["equity"].high])
    fall = (equity + told["industry_loss"].value) / told["gross_exposure"].value
    beyond = fall - told["margin_at_default"].value
    return fall, told["credit_suisse_loss"].value / beyond
