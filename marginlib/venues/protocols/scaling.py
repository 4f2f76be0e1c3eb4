"""How a whole market enters a margin: its open interest, its skew, how much of it is in use."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    fraction,
    non_negative,
    numbers,
    positive,
    refuse,
    together,
)


def open_interest_rate(
    base: ArrayLike, open_interest: ArrayLike, lower: ArrayLike, upper: ArrayLike
) -> FloatArray:
    """Return the initial rate of a market whose open interest has grown.

    Between the two caps it rises in a straight line from the base rate to 1:
    ``base + (1 - base) x clip((open interest - lower) / (upper - lower), 0, 1)``. Maintenance is
    not scaled.

    Parameters
    ----------
    base : float or array
        Rate while open interest is small [fraction].
    open_interest : float or array
        Notional of all long positions of the market [currency].
    lower, upper : float or array
        Open interest where the rate starts to rise and where it is 1 [currency]. An upper cap of 0
        means that there is none.

    Source: dYdX v4, ``liquidity_tier.go``, commit 84d4664b.

    >>> open_interest_rate(0.2, [10e6, 37.5e6, 80e6], lower=25e6, upper=50e6).round(6).tolist()
    [0.2, 0.6, 1.0]
    """
    rate, used = fraction("base", base), non_negative("open_interest", open_interest)
    low, high = non_negative("lower", lower), non_negative("upper", upper)
    together(base=rate, open_interest=used, lower=low, upper=high)
    capped = high > 0
    refuse("lower", low, capped & (low >= high), "must be below upper")
    share = (used - low) / np.where(capped, high - low, 1.0)
    return np.asarray(rate + (1 - rate) * np.where(capped, np.clip(share, 0.0, 1.0), 0.0))


def maintenance_rate(initial: ArrayLike, share: ArrayLike, step: ArrayLike = 1e-6) -> FloatArray:
    """Return a maintenance rate that is a share of the initial one, cut to whole steps.

    Parameters
    ----------
    initial : float or array
        Initial rate, before any scaling with open interest [fraction].
    share : float or array
        Maintenance over initial [fraction].
    step : float
        Smallest unit of a rate [fraction]; parts per million if nothing is said.

    Source: dYdX v4, ``liquidity_tier.go``, commit 84d4664b.

    >>> float(maintenance_rate(0.05, share=0.6))
    0.03
    """
    rate, part = fraction("initial", initial), fraction("share", share)
    together(initial=rate, share=part)
    return round_down(rate * part, step)


def fill_price(
    price: ArrayLike, quantity: ArrayLike, skew: ArrayLike, skew_scale: ArrayLike
) -> FloatArray:
    """Return the price at which a trade fills in a market priced by its skew.

    The skew is what traders hold long less what they hold short. Each unit moves the premium over
    the index by ``1 / skew scale``; the trade pays the average of the premiums before and after:
    ``price x (1 + (skew + quantity / 2) / skew scale)``.

    Parameters
    ----------
    price : float or array
        Index price [quote currency].
    quantity : float or array
        Size of the trade, positive to buy [units of the base].
    skew : float or array
        Skew before the trade [units of the base].
    skew_scale : float or array
        Skew at which the premium would be the whole price [units of the base].

    Source: Synthetix v3, ``markets/perps-market``, commit 23585f73.

    >>> float(fill_price(30_000, quantity=-1, skew=0, skew_scale=100))
    29850.0
    """
    index, size = positive("price", price), numbers("quantity", quantity)
    before, scale = numbers("skew", skew), positive("skew_scale", skew_scale)
    together(price=index, quantity=size, skew=before, skew_scale=scale)
    return np.asarray(index * (1 + (before + size / 2) / scale))


def utilisation(
    maker: ArrayLike, long: ArrayLike, short: ArrayLike, efficiency_limit: ArrayLike
) -> FloatArray:
    """Return how much of a market's liquidity is in use, at most 1 [fraction].

    With the larger side of the takers as major and the other as minor it is
    ``max(major / (maker + minor), major x limit / maker)``: what stands against the major side, and
    how far makers alone are from the smallest share of it that is allowed.

    Parameters
    ----------
    maker : float or array
        Liquidity that makers provide [units of the base].
    long, short : float or array
        Open positions of takers on both sides [units of the base].
    efficiency_limit : float or array
        Smallest allowed maker over major [fraction].

    Source: Perennial v2, ``Position.test.ts``, commit 99780561.

    >>> float(utilisation(maker=100, long=190, short=180, efficiency_limit=0.5))
    0.95
    """
    provided, limit = non_negative("maker", maker), fraction("efficiency_limit", efficiency_limit)
    up, down = non_negative("long", long), non_negative("short", short)
    together(maker=provided, long=up, short=down, efficiency_limit=limit)
    major, minor = np.maximum(up, down), np.minimum(up, down)
    return np.minimum(
        1.0, np.maximum(_share(major, provided + minor), _share(major * limit, provided))
    )


def round_up(amount: ArrayLike, step: ArrayLike) -> FloatArray:
    """Return ``amount`` raised to the next multiple of ``step``.

    What is a multiple up to the rounding of the computer stays as it is.

    >>> round_up([135_696.65, 0.3], step=[1, 0.1]).round(6).tolist()
    [135697.0, 0.3]
    """
    return _whole(amount, step, np.ceil)


def round_down(amount: ArrayLike, step: ArrayLike) -> FloatArray:
    """Return ``amount`` lowered to the multiple of ``step`` before it.

    What is a multiple up to the rounding of the computer stays as it is.

    >>> round_down([0.184343052, 0.3], step=[1e-6, 0.1]).round(6).tolist()
    [0.184343, 0.3]
    """
    return _whole(amount, step, np.floor)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part over whole; 1 where there is a part of nothing, 0 where there is neither."""
    nothing = whole == 0
    return np.where(nothing, part > 0, part / np.where(nothing, 1.0, whole))


def _whole(amount: ArrayLike, step: ArrayLike, direction: np.ufunc) -> FloatArray:
    unit = positive("step", step)
    count = numbers("amount", amount) / unit
    nearest = np.rint(count)
    exact = np.abs(count - nearest) <= 1e-12 * np.maximum(1.0, np.abs(count))
    return np.asarray(np.where(exact, nearest, direction(count)) * unit)
