from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import market
from marginlib.instruments import cash, inverse, join, linear, options, shares

CALLS_AND_PUTS = join(
    options(["call"], "ACME", strike=40, expiry=0.5, is_call=True),
    shares(["ACME"]),
    options(
        ["put", "old put"], "ACME", strike=[40, 50], expiry=[0.5, 0.1], is_call=False, size=100
    ),
    cash(["EUR"]),
)
TODAY = market.at(CALLS_AND_PUTS, price=[42, 1.1], volatility=[0.2, 0.2, 0.3], rate=0.10)
IN_COIN = join(
    inverse(["BTC"], size=100),
    options(
        ["call", "put"], "BTC", 20_000, 0.25, [True, False], size=2, currency="BTC", inverse=True
    ),
)
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


def test_options_are_valued_in_their_places() -> None:
    assert TODAY.price[[0, 1, 2, 4]].round(2).tolist() == [4.76, 42, 0.81, 1.1]  # Hull, ex. 15.6
    assert TODAY.value[2] == pytest.approx(100 * TODAY["put"])
    assert TODAY.forward == pytest.approx(42 * np.exp(0.10 * np.array([0.5, 0.5, 0.1])))
    assert TODAY.underlying_price.tolist() == [42, 42, 42]


def test_a_market_that_moves_moves_its_options() -> None:
    grid = market.moved(TODAY, [[-0.1, 0], [0.1, 0]], volatility=[[0.5], [-0.5]])
    for row, move, bump in [(0, 0.9, 1.5), (1, 1.1, 0.5)]:
        alone = market.at(
            CALLS_AND_PUTS, [42 * move, 1.1], np.array([0.2, 0.2, 0.3]) * bump, rate=0.10
        )
        assert grid.price[row] == pytest.approx(alone.price, rel=1e-12)
        for found, expected in zip(grid.greeks, alone.greeks, strict=True):
            assert found[row] == pytest.approx(expected, rel=1e-12)
    assert market.with_price(TODAY, "ACME", [40.0, 44.0])["call"][1] > TODAY["call"]
    assert market.with_price(TODAY, "EUR", [1.0, 1.2]).price.shape == (2, 5)
    assert market.with_volatility(TODAY, [0.3, 0.3, 0.3])["call"] > TODAY["call"]


def test_axes_of_prices_volatilities_and_time_broadcast() -> None:
    grid = market.at(
        CALLS_AND_PUTS,
        price=np.array([[42, 1.1], [40, 1.1]])[:, None, None, :],
        volatility=np.full((3, 1, 3), 0.2),
        time=np.linspace(0, 0.4, 4),
    )
    assert grid.shape == (2, 3, 4)
    assert grid.price.shape == (2, 3, 4, 5)
    one = market.at(CALLS_AND_PUTS, [40, 1.1], [0.2] * 3, time=0.4)
    assert grid.price[1, 2, 3] == pytest.approx(one.price, rel=1e-12)


def test_an_expired_option_is_worth_what_it_pays() -> None:
    after = market.later(TODAY, [0.1, 0.5, 2.0])
    assert after["old put"] == pytest.approx([8, 8, 8])
    assert after["call"][1:] == pytest.approx([2, 2])
    assert after.greeks.theta[2].tolist() == [0, 0, 0]
    assert after.greeks.delta[2] == pytest.approx([1, 0, -100])


def test_carry_is_zero_for_options_on_a_future() -> None:
    book = join(linear(["F"]), options(["c", "p"], "F", 100, 1, [True, False]))
    now = market.at(book, [100], [0.2, 0.2], rate=0.05, carry=0)
    assert now["c"] == pytest.approx(now["p"])
    assert now["c"] == pytest.approx(7.965567 * np.exp(-0.05))
    each = market.at(book, [100], [0.2, 0.2], carry=[0.0, 0.1])
    assert each.forward == pytest.approx([100, 100 * np.exp(0.1)])


def test_an_inverse_option_is_paid_in_coin() -> None:
    now = market.at(IN_COIN, [25_000], [0.6, 0.6])
    usual = join(cash(["BTC"]), options(["call", "put"], "BTC", 20_000, 0.25, [True, False]))
    in_dollars = market.at(usual, [25_000], [0.6, 0.6])
    assert now.price[1:] == pytest.approx(in_dollars.price[1:] / 25_000)
    assert now.value == pytest.approx([-100 / 25_000, *(2 * now.price[1:])])
    # Parity in coin: a call less a put is 1 - K / S.
    assert now["call"] - now["put"] == pytest.approx(1 - 20_000 / 25_000)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(
    st.floats(-0.4, 0.4),
    st.floats(0.2, 1.0),
    st.floats(-0.05, 0.1),
    st.floats(-0.05, 0.1),
    st.booleans(),
)
def test_greeks_are_derivatives_of_the_value(move, sigma, rate, carry, in_coin) -> None:
    book = IN_COIN if in_coin else CALLS_AND_PUTS
    price = [20_000 * (1 + move)] if in_coin else [42 * (1 + move), 1.1]
    count = len(book.options)
    name = "BTC" if in_coin else "ACME"
    now = market.at(book, price, [sigma] * count, rate=rate, carry=carry)

    def value(spot=0.0, volatility=0.0, years=0.0):
        there = market.with_price(now, name, now[name] + spot)
        there = market.with_volatility(there, now.volatility + volatility)
        return market.later(there, years).value[..., book.options]

    step, point, hour = 1e-3 * now[name], 1e-4, 1e-5
    scale = np.abs(book.option_terms.size) * (1 if in_coin else now[name])
    unit = scale / now[name]
    delta = (value(spot=step) - value(spot=-step)) / (2 * step)
    gamma = (value(spot=step) - 2 * value() + value(spot=-step)) / step**2
    assert now.greeks.delta / unit == pytest.approx(delta / unit, abs=1e-4)
    assert now.greeks.gamma / unit * now[name] == pytest.approx(gamma / unit * now[name], abs=2e-3)
    vega = (value(volatility=point) - value(volatility=-point)) / (2 * point)
    assert now.greeks.vega / scale == pytest.approx(vega / scale, abs=1e-6)
    theta = (value(years=hour) - value()) / hour
    assert now.greeks.theta / scale == pytest.approx(theta / scale, abs=1e-3)


def test_without_options_the_prices_are_not_copied() -> None:
    prices = np.array([[20_000.0, 1_500.0], [21_000.0, 1_600.0]])
    today = market.at(TWO, prices)
    assert np.shares_memory(today.price, prices)
    assert today.price is today.quoted_price
    assert np.shares_memory(market.later(today, 1).price, prices)
