"""Rounds that add up, and the gain of a crowd at a price."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError
from marginlib.feedback import (
    amplification,
    crowd_gain,
    moves_by_round,
    sales_density,
    shock_needed,
)


@given(gain=st.floats(-0.95, 0.95))
def test_the_rounds_add_up_to_the_amplification(gain: float) -> None:
    rounds = moves_by_round(gain, 1_000)
    assert rounds[0] == 1
    assert rounds[-1] == pytest.approx(float(amplification(gain)))


def test_at_a_gain_of_one_the_rounds_never_end() -> None:
    assert np.isposinf(amplification([1, 1.5])).all()
    assert moves_by_round(1, 7).tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert shock_needed(0.2, [1, 1.5]).tolist() == [0, 0]


@given(move=st.floats(-1, 1), gain=st.floats(-5, 0.99))
def test_the_shock_needed_makes_the_whole_move(move: float, gain: float) -> None:
    assert shock_needed(move, gain) * amplification(gain) == pytest.approx(move)


def test_density_counts_who_stands_near() -> None:
    rng = np.random.default_rng(4)
    threshold, quantity = rng.normal(100, 5, size=300), rng.uniform(0, 2, size=300)
    price, reach = np.linspace(80, 120, 9), 1.5
    near = np.abs(threshold - price[:, None]) <= reach
    expected = (near * quantity).sum(axis=-1) / (2 * reach)
    assert sales_density(price, threshold, quantity, reach) == pytest.approx(expected)
    assert sales_density(price, [], 1, reach).tolist() == [0] * 9


def test_the_density_gathers_all_that_is_sold() -> None:
    price = np.linspace(80, 120, 4_001)
    found = sales_density(price, threshold=[95, 100, 101], quantity=[1, 2, 3], within=2)
    assert found.sum() * 0.01 == pytest.approx(6, rel=1e-2)


def test_the_gain_is_the_slope_of_the_next_price() -> None:
    # Between 80 and 120, the crowd sells 0.5 units for each unit that the price falls.
    threshold, impact = np.linspace(80, 120, 20_001), 1.4

    def next_price(price: float) -> float:
        return 110 - impact * float((threshold >= price).sum()) * 20 / len(threshold)

    gain = crowd_gain(100, sales_density(100, threshold, 20 / len(threshold), 4), impact)
    assert gain == pytest.approx((next_price(102) - next_price(98)) / 4, rel=1e-3)
    assert gain == pytest.approx(0.7, rel=1e-3)


def test_a_density_may_be_a_function_of_the_price() -> None:
    price = np.array([[90.0, 100.0], [110.0, 120.0]])
    found = crowd_gain(price, lambda at: np.maximum(0, 1 - np.abs(at - 100) / 20), 0.5)
    assert found == pytest.approx(np.array([[0.25, 0.5], [0.25, 0]]))
    assert crowd_gain([90, 100], 0.3, 2).tolist() == [0.6, 0.6]


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "half a round": (lambda: moves_by_round(0.5, 1.5), "rounds must be a whole number"),  # type: ignore[arg-type]
    "no reach": (lambda: sales_density(90, [80], 1, 0), "within must be positive; got 0"),
    "one threshold": (lambda: sales_density(90, 80, 1, 1), "threshold must be a list of prices"),
    "quantities": (lambda: sales_density(90, [80, 85], [1, 2, 3], 1), "one number or one for each"),
    "rising sales": (lambda: crowd_gain(90, -1, 1), "density must not be negative; got -1"),
    "sizes": (lambda: shock_needed([1, 2], [0.1, 0.2, 0.3]), "do not fit together"),
}


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()
