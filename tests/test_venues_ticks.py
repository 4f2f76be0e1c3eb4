"""Prices and sizes on the grid that a venue trades on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError, venues


def test_what_is_on_the_grid_stays() -> None:
    grid = venues.Ticks(price=0.1, size=0.01)
    for rounding in ("nearest", "down", "up"):
        assert grid.rounded_price([0.3, 0.7, 1e6], rounding).tolist() == [0.3, 0.7, 1e6]
    assert grid.rounded_size([-0.29, 0.299], "up").tolist() == [-0.29, 0.3]


def test_one_for_each_instrument() -> None:
    grid = venues.Ticks(price=[0.5, 100])
    assert grid.rounded_price([[1.3, 149], [1.2, 151]]).tolist() == [[1.5, 100], [1, 200]]
    assert np.isnan(grid.rounded_price([np.nan, 100])).tolist() == [True, False]


def test_a_slip_is_told() -> None:
    with pytest.raises(MarginError, match="price must be positive; got 0"):
        venues.Ticks(price=0)
    with pytest.raises(MarginError, match="rounding 'floor' is not known; choose from"):
        venues.Ticks(price=1).rounded_price(1.5, "floor")


@given(st.floats(-1e6, 1e6), st.sampled_from([1e-5, 0.001, 0.01, 0.05, 0.25, 0.5, 1, 5, 100]))
def test_a_price_lies_between_its_neighbours_on_the_grid(value: float, tick: float) -> None:
    grid = venues.Ticks(price=tick, size=tick)
    down, near, up = (float(grid.rounded_price(value, to)) for to in ("down", "nearest", "up"))
    off = 1e-9 * max(abs(value), tick)
    assert down - off <= value <= up + off
    assert up - down <= tick * (1 + 1e-6) + 2 * off
    assert min(value - down, up - value) == pytest.approx(abs(near - value), abs=2 * off)
    for found in (down, near, up):
        assert float(grid.rounded_price(found, "down")) == found
        assert float(grid.rounded_price(found, "up")) == found
    assert abs(float(grid.rounded_size(value))) <= abs(value) + off
    assert float(grid.rounded_size(-value, "up")) == -float(grid.rounded_size(value, "up"))
