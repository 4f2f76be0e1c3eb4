"""March 2020: how much of the margin that was called follows from volatility alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, positive, together
from marginlib.calibration import step_response
from marginlib.events.figures import event


class DashForCashReplay(NamedTuple):
    """What a margin that follows volatility does with the March of 2020."""

    peak_in_deviations: float  # the move of the peak day [standard deviations of the days before]
    rise_next_day: FloatArray  # of the margin rate from that day alone [fraction]
    rise_in_month: FloatArray  # after so many days of higher volatility [fraction]
    # Initial margin before, if all of its rise in March came from that [billion dollars].
    margin_before: FloatArray
    share_not_required: float  # part of the rise of collateral beyond what was required [fraction]
    disagreement: str  # with the story


def dash_for_cash_2020(
    decay: ArrayLike, jump: ArrayLike, days: ArrayLike = 22
) -> DashForCashReplay:
    r"""Return how far exponentially weighted margin follows the March of 2020.

    Known: variation margin on average and at its peak; the rise of initial margin and of collateral
    in excess. Assumed: that variation margin is in proportion to the size of a normal daily move,
    whose mean is :math:`\sqrt{2 / \pi}` standard deviations, on unchanged positions; that margin
    rates are a multiple of exponentially weighted volatility; and how volatile the month was.

    Parameters
    ----------
    decay : float or array of shape (...)
        Weight of yesterday's variance in today's [fraction].
    jump : float or array of shape (...)
        Volatility during the month over that before [times].
    days : int or array of shape (...)
        Trading days of the month.

    Variation margin at 5.6 times its average is a move of 4.5 standard deviations. With a decay of
    0.97 it raises the next day's margin by a quarter:

    >>> result = dash_for_cash_2020(decay=[0.94, 0.97, 0.99], jump=3)
    >>> round(result.peak_in_deviations, 2), result.rise_next_day.round(2).tolist()
    (4.47, [0.46, 0.25, 0.09])
    >>> round(result.share_not_required, 2)
    0.28
    """
    cash = event("dash_for_cash_2020")
    kept, times, length = positive("decay", decay), positive("jump", jump), positive("days", days)
    together(decay=kept, jump=times, days=length)
    ratio = cash["variation_margin_peak"].value / cash["variation_margin_usual"].value
    peak = ratio * np.sqrt(2 / np.pi)
    in_month = step_response(length, kept, times) - 1
    rise = cash["initial_margin_rise"].value
    free = cash["excess_collateral_rise"].value / cash["collateral_rise"].value
    return DashForCashReplay(
        float(peak),
        np.asarray(step_response(1, kept, peak) - 1),
        np.asarray(in_month),
        np.asarray(rise / np.where(in_month > 0, in_month, np.nan)),
        free,
        f"The story is of {cash['collateral_rise'].value:g} billion dollars called. {free:.0%} of "
        "them were more than was required; and variation margin, which was called within hours, "
        "is paid on to the winning side: it moves cash, and takes none away.",
    )
