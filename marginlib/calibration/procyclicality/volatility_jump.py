"""How fast an exponentially weighted margin answers a jump of volatility."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, positive, refuse, together
from marginlib.calibration._series import decays


def half_life(decay: ArrayLike) -> FloatArray:
    """Return the days after which a day's weight in an exponentially weighted variance is halved.

    >>> half_life([0.94, 0.99]).round(2).tolist()
    [11.2, 68.97]
    """
    return np.asarray(np.log(0.5) / np.log(decays(decay)))


def step_response(days: ArrayLike, decay: ArrayLike, jump: ArrayLike) -> FloatArray:
    r"""Return an exponentially weighted margin after volatility has jumped and stays there.

    .. math:: \sqrt{k^2 - (k^2 - 1) \lambda^n}

    times the margin before, with squared returns at their mean.

    Parameters
    ----------
    days : array
        Days n since the jump [days].
    decay : array
        Weight of yesterday's variance, λ [fraction].
    jump : array
        Factor k by which volatility has changed [times].

    Source: derived; the question is that of P. Gurrola-Perez and D. Murphy (2024).

    >>> step_response([0, 4, 1000], decay=0.94, jump=2).round(3).tolist()
    [1.0, 1.288, 2.0]
    """
    since, kept = non_negative("days", days), decays(decay)
    factor = positive("jump", jump)
    together(days=since, decay=kept, jump=factor)
    return np.asarray(np.sqrt(factor**2 - (factor**2 - 1) * kept**since))


def days_to_rise(multiple: ArrayLike, decay: ArrayLike, jump: ArrayLike) -> FloatArray:
    """Return the first whole day on which the margin of :func:`step_response` is so many times old.

    Parameters
    ----------
    multiple : array
        Multiple of the margin before, 1 or more [times].
    decay, jump : array
        As in :func:`step_response`, with a jump above 1.

    Returns
    -------
    array
        Days; ``nan`` where the margin never gets there.

    A quarter more, the usual buffer, is used up within days once volatility has doubled:

    >>> days_to_rise(1.25, decay=[0.94, 0.97, 0.99], jump=2).tolist()
    [4.0, 7.0, 21.0]
    """
    aim, kept, factor = positive("multiple", multiple), decays(decay), positive("jump", jump)
    refuse("multiple", aim, aim < 1, "must be at least 1")
    refuse("jump", factor, factor <= 1, "must be above 1")
    together(multiple=aim, decay=kept, jump=factor)
    left = (factor**2 - aim**2) / (factor**2 - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(left > 0, np.ceil(np.log(left) / np.log(kept)), np.nan))
