"""Add-ons for size and for collateral that falls with the position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import calibration, optimisation

rates = st.floats(0.001, 0.9)


@given(st.floats(1, 99), st.floats(1e3, 1e9), st.floats(0.001, 0.2))
def test_the_largest_size_needs_just_its_leverage(
    leverage: float, volume: float, volatility: float
) -> None:
    size = calibration.largest_size(leverage, 0.01, volume, volatility)
    rate = calibration.concentration_rate(0.01, size, volume, volatility)
    assert rate == pytest.approx(1 / leverage)


def test_no_size_where_leverage_leaves_nothing() -> None:
    assert calibration.largest_size([100, 200], 0.01, 1e6, 0.03).tolist() == [0, 0]


def test_tiers_cover_the_close_out_of_every_size() -> None:
    tiers = calibration.leverage_tiers([50, 25, 10, 5], rate=0.01, volume=1e8, volatility=0.03)
    sizes = np.linspace(1, float(tiers.floor[-1]), 500)
    asked = calibration.concentration_rate(0.01, sizes, 1e8, 0.03)
    assert (tiers.rate_at(sizes) >= asked - 1e-12).all()


def test_selling_at_the_critical_leverage_leaves_nothing() -> None:
    impact = 0.1
    leverage = optimisation.critical_leverage(impact)
    # Impact of selling everything, where volume and volatility make it so.
    cost = calibration.concentration_rate(0.0, 1.0, volume=1.0, volatility=impact)
    assert cost == pytest.approx(1 / leverage)


@given(rates, rates, st.floats(-1, 1))
def test_collateral_just_covers_both_losses(rate: float, haircut: float, rho: float) -> None:
    c = float(calibration.collateral_rate(rate, haircut, rho))
    together = rate**2 + 2 * rho * rate * haircut * c + (haircut * c) ** 2
    assert c == pytest.approx(np.sqrt(max(together, 0.0)), rel=1e-6)


@given(rates, rates)
def test_the_three_plain_cases(rate: float, haircut: float) -> None:
    opposite, unrelated, same = calibration.collateral_rate(rate, haircut, [-1, 0, 1])
    assert opposite == pytest.approx(rate / (1 + haircut))
    assert unrelated == pytest.approx(rate / np.sqrt(1 - haircut**2))
    assert same == pytest.approx(rate / (1 - haircut))


def test_cash_needs_no_add_on() -> None:
    assert calibration.collateral_rate(0.1, 0.0, [-1, 0.5, 1]).tolist() == [0.1, 0.1, 0.1]
