"""How far volatilities move in a scenario: near expiries more than far ones, or the wings alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative
from marginlib._fields import NonNegative, Numbers, OneNonNegative, OneNumber, checked, default
from marginlib.market import Market

_MONTH = 30 / 365  # years; where the two powers meet
_SECOND = 1 / (365 * 86_400)  # years; stands for no time at all
_NO_WIDTH = 1e-18  # log-strike; stands for none


@checked
class VolatilityShock:
    r"""Moves of volatility that fade with the time to expiry, by the power rule of the trade.

    At t years to expiry, an up move is :math:`u \, (m / t)^p` of the volatility with m thirty days,
    and a down move the same with d, but never more than all of it. The power p is one to thirty
    days and another beyond, so that the far end of the curve can move less, or more, than the near
    end suggests.

    Parameters
    ----------
    up, down : float
        Relative moves at thirty days [fraction].
    short_power, long_power : float
        Powers up to thirty days and beyond.
    floor : float
        Least volatility at which options are valued after an up move [1 / square root of a year].
    least_years : float
        Time that an expiry is taken to be away at least [years].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22. Deribit
    publishes the same powers, 0.30 and 0.13, with its risk matrix.

    >>> rule = VolatilityShock(up=0.5, down=0.275, short_power=0.30, long_power=0.13)
    >>> rule.size(rule.up, years=[7.5 / 365, 30 / 365, 1]).round(4).tolist()
    [0.7579, 0.5, 0.3613]
    """

    up: NonNegative
    down: NonNegative
    short_power: OneNonNegative
    long_power: OneNonNegative
    floor: OneNonNegative = default(0.0)
    least_years: OneNonNegative = default(1 / 365)

    def size(self, at_a_month: ArrayLike, years: ArrayLike) -> FloatArray:
        """Return the relative move of options that expire in ``years`` [fraction]."""
        time = non_negative("years", years)
        power = np.where(time <= _MONTH, self.short_power, self.long_power)
        nearness = _MONTH / np.maximum(time, max(self.least_years, _SECOND))
        return np.asarray(non_negative("at_a_month", at_a_month) * nearness**power)

    def up_moves(self, market: Market) -> FloatArray:
        """Return the up move of each option's volatility, shape (..., O) [fraction]."""
        return self.size(self.up, market.years)

    def down_moves(self, market: Market) -> FloatArray:
        """Return the down move of each option's volatility, shape (..., O), at least -1."""
        return np.maximum(-1.0, -self.size(self.down, market.years))


@checked
class SkewShock:
    r"""Moves that tilt the smile, or lift both of its wings, and leave its middle in place.

    With :math:`k = \ln(K / F)` for a tilt and :math:`|k|` for the wings, the volatility moves by

    .. math:: c \, k / k^*, \quad \text{at most } c \text{ on either side}, \qquad
        c = \text{cap} + \text{cap slope} \, \sqrt{T},

    where :math:`k^* = \max(\text{least width}, \sqrt{T} \, \text{width} \, (a + b \sqrt{T}))` is
    about where the smile becomes flat, at ``width`` standard deviations of the volatility a, with
    slope b.

    Parameters
    ----------
    tilt, wings : tuple of two float
        Cap [fraction] and its slope [fraction / square root of a year] of either move.
    width, least_width : float
        Where the smile becomes flat [standard deviations], and its least distance [log-strike].
    volatility, volatility_slope : float
        The a and b above [1 / square root of a year; 1 / year].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22.
    """

    tilt: Numbers
    wings: Numbers
    width: OneNonNegative
    least_width: OneNonNegative
    volatility: OneNonNegative
    volatility_slope: OneNumber = default(0.0)

    def tilt_moves(self, market: Market) -> FloatArray:
        """Return the move of each volatility as the smile tilts, shape (..., O) [fraction]."""
        return self._moves(market, _log_strike(market), *self.tilt)

    def wing_moves(self, market: Market) -> FloatArray:
        """Return the move of each volatility as both wings rise, shape (..., O) [fraction]."""
        return self._moves(market, np.abs(_log_strike(market)), *self.wings)

    def _moves(
        self, market: Market, log_strike: FloatArray, cap: float, slope: float
    ) -> FloatArray:
        root = np.sqrt(market.years)
        most = cap + slope * root
        flat = root * self.width * (self.volatility + self.volatility_slope * root)
        # Where the smile is flat at once, every strike off the middle moves by all of the cap.
        distance = np.maximum(np.maximum(flat, self.least_width), _NO_WIDTH)
        move = log_strike * most / distance
        capped = np.where(log_strike >= 0, np.minimum(most, move), np.maximum(-most, move))
        return np.maximum(-1.0, capped)


def _log_strike(market: Market) -> FloatArray:
    return np.asarray(np.log(market.instruments.option_terms.strike / market.forward))
