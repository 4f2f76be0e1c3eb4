from __future__ import annotations

import numpy as np
import pytest

from marginlib import market
from marginlib.instruments import inverse, linear

TWO = linear(["BTC", "ETH"])


def test_a_market_may_hold_many_prices() -> None:
    path = market.at(TWO, np.ones((7, 3, 2)))
    assert path.shape == (7, 3)
    assert path["ETH"].shape == (7, 3)


def test_moving_by_one_return_or_by_one_each() -> None:
    today = market.at(TWO, [20_000, 1_500])
    assert market.moved(today, 0.1).price == pytest.approx([22_000, 1_650])
    assert market.moved(today, [[0.1, 0], [0, -0.1]]).price == pytest.approx(
        np.array([[22_000, 1_500], [20_000, 1_350]])
    )


def test_setting_one_price_leaves_the_others() -> None:
    today = market.at(TWO, [20_000, 1_500])
    grid = market.with_price(today, "BTC", [[1.0], [2.0]])
    assert grid.shape == (2, 1)
    assert grid["BTC"].tolist() == [[1.0], [2.0]]
    assert (grid["ETH"] == 1_500).all()
    assert today["BTC"] == 20_000


def test_value_follows_the_kind() -> None:
    assert market.at(inverse(["X"], size=100), [[50.0], [200.0]]).value.tolist() == [[-2.0], [-0.5]]


def test_prices_cannot_be_written_over() -> None:
    today = market.at(TWO, np.array([20_000.0, 1_500.0]))
    with pytest.raises(ValueError, match="read-only"):
        today.price[0] = 1.0
