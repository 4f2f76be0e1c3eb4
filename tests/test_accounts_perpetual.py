"""The price of a perpetual, against the trade that would pay if it were another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from marginlib import MarginError
from marginlib.accounts.perpetual import perpetual_price

rates = st.floats(-0.2, 0.2)
speeds = st.floats(1, 5_000)


def earned(ratio: float, speed: float, factor: float, quote: float, base: float) -> float:
    """Return what a perpetual bought and coins sold short earn along a path, from no money."""
    steps = 1_000
    year = 1 / steps
    spot = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.05, steps + 1)))
    perpetual, now = ratio * spot, spot[:-1]
    trading = np.diff(perpetual) - ratio * np.diff(spot)
    funding = speed * (perpetual[:-1] - now) + factor * now
    interest = ratio * (quote - base) * now
    return float((trading + (interest - funding) * year).sum())


@given(speeds, rates, rates, rates)
def test_nothing_is_earned_for_nothing(
    speed: float, factor: float, quote: float, base: float
) -> None:
    price = float(perpetual_price(1, speed, factor, quote, base))
    assert earned(price, speed, factor, quote, base) == pytest.approx(0, abs=1e-8 * speed)
    assert earned(0.999 * price, speed, factor, quote, base) > 1e-3
    assert earned(1.001 * price, speed, factor, quote, base) < -1e-3


@given(speeds, rates, rates)
def test_it_is_an_average_of_forward_prices(speed: float, quote: float, base: float) -> None:
    def weighted(reach: float) -> float:  # a forward price times its weight
        return float(np.exp((quote - base) * reach / speed - reach))

    average = quad(weighted, 0, 80)[0]
    assert float(perpetual_price(100, speed, 0, quote, base)) == pytest.approx(100 * average)


def test_many_spot_prices_at_once() -> None:
    found = perpetual_price([[100.0], [200.0]], [10, 100], quote_rate=0.1)
    assert found.shape == (2, 2)
    np.testing.assert_allclose(found[1], 2 * found[0])


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"spot": 0, "premium_rate": 1_095}, "spot must be positive"),
        ({"spot": 1, "premium_rate": 0.05, "quote_rate": 0.05}, "above quote_rate - base_rate"),
        ({"spot": 1, "premium_rate": [3, 1], "interest_factor": 2}, r"premium_rate\[1\] must be"),
        ({"spot": 1, "premium_rate": 9, "quote_rate": [0, 0], "base_rate": [0] * 3}, "fit"),
    ],
)
def test_bad_input_is_refused(terms: dict[str, object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        perpetual_price(**terms)
