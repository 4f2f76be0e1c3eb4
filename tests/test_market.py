from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import MarginError, black, liquidation, margin, market
from marginlib.accounts import Accounts, equity, notional, open_accounts
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
    assert market.moved(TODAY, 0, volatility=0.5)["call"] > TODAY["call"]


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


@settings(max_examples=100)
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
        there = market.moved(there, 0, volatility / sigma)
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


def test_without_options_the_prices_are_what_is_quoted() -> None:
    today = market.at(TWO, np.array([[20_000.0, 1_500.0], [21_000.0, 1_600.0]]))
    assert today.price is today.quoted_price


# ---- quotes


def test_a_quote_is_what_an_option_is_worth_until_something_moves() -> None:
    quoted = market.at(CALLS_AND_PUTS, [42, 1.1], quote=[5.0, 1.0, 8.5], rate=0.10)
    assert quoted.price[[0, 2, 3]].tolist() == [5, 1, 8.5]
    assert quoted.value[2] == 100
    valued = market.at(CALLS_AND_PUTS, [42, 1.1], quoted.volatility, rate=0.10)
    assert valued.price == pytest.approx(quoted.price, rel=1e-12)
    for moved in (
        lambda now: market.moved(now, [-0.1, 0]),
        lambda now: market.with_price(now, "ACME", [38.0, 45.0]),
        lambda now: market.later(now, 0.05),
    ):
        assert moved(quoted).price == pytest.approx(moved(valued).price, rel=1e-12)
    for found, expected in zip(quoted.greeks, valued.greeks, strict=True):
        assert found == pytest.approx(expected, rel=1e-9)


def test_a_volatility_beside_a_quote_says_how_the_option_moves() -> None:
    both = market.at(CALLS_AND_PUTS, [42, 1.1], [0.2, 0.2, 0.3], rate=0.1, quote=[5, np.nan, 8])
    assert both.price == pytest.approx([5, 42, float(TODAY["put"]), 8, 1.1])
    assert both.volatility.tolist() == [0.2, 0.2, 0.3]
    assert market.moved(both, 0).price == pytest.approx(TODAY.price)
    mixed = market.at(
        CALLS_AND_PUTS, [42, 1.1], [np.nan, 0.2, 0.3], rate=0.1, quote={"call": 5, "put": np.nan,
        "old put": np.nan}
    )  # fmt: skip
    assert mixed.price[[0, 2, 3]] == pytest.approx([5, *TODAY.price[[2, 3]]])
    assert mixed.volatility[0] > 0.2


def test_a_quote_below_intrinsic_value_counts_and_says_who_has_no_volatility() -> None:
    book = join(shares(["SPY", "GLD"]), options(["C", "G"], ["SPY", "GLD"], [300, 400], 0.1, True))
    now = market.at(book, [425, 410], quote=[124, 20])
    assert now["C"] == 124
    # What moves is not on it, so the quote stays; the other option has a volatility.
    there = market.with_price(now, "GLD", 420)
    assert there["C"] == 124
    assert there["G"] > 20
    message = "option 'C': no volatility gives its quote of 124, which is below its intrinsic value"
    for ask in (lambda: now.volatility, lambda: market.with_price(now, "SPY", 424)):
        with pytest.raises(MarginError, match=message):
            ask()
    assert market.with_price(market.at(book, [425, 410], [0.2, 0.2], quote=[124, 20]), "SPY", 424)[
        "C"
    ] == pytest.approx(124, abs=0.01)


def test_a_quote_of_an_inverse_option_is_in_coin() -> None:
    valued = market.at(IN_COIN, [25_000], [0.6, 0.6])
    quoted = market.at(IN_COIN, [25_000], quote=valued.price[1:])
    assert quoted.volatility == pytest.approx([0.6, 0.6])
    assert market.moved(quoted, 0.1).value == pytest.approx(market.moved(valued, 0.1).value)


def test_brokers_ask_of_a_quoted_option_on_its_quote() -> None:
    # A short call of strike 300 on SPY at 425, quoted at 124: 100 x (124 + 20 % of 425).
    book = join(shares(["SPY"]), options(["C"], "SPY", 300, 0.1, is_call=True, size=100))
    now = market.at(book, [425], quote=[124])
    sold = open_accounts(30_000, [0, -1], now)
    premium = -float(now.value[1] * sold.quantity[1])
    for rule in (
        margin.ShortOptions(*[margin.ShortOptionRate(0.20, 0.10)] * 2),
        margin.StrategyMargin(),
    ):
        assert float(rule(sold, now).initial) == pytest.approx(8_500)
        assert premium + float(rule(sold, now).initial) == pytest.approx(20_900)
    assert premium == 12_400


# ---- prices of nothing, and below


def test_what_is_held_may_be_worth_nothing() -> None:
    book = join(cash(["COIN"]), shares(["ACME"]), linear(["BTC"]))
    now = market.at(book, [0, 0, 20_000])
    assert now.value.tolist() == [0, 0, 20_000]
    assert market.moved(market.at(book, [5, 5, 20_000]), [-1, -1, 0]).price.tolist() == [
        0, 0, 20_000
    ]  # fmt: skip
    with pytest.raises(MarginError, match=r"returns\[2\] must be above -1"):
        market.moved(market.at(book, [5, 5, 20_000]), -1)
    assert equity(Accounts(100, [7, 7, 0]), now) == 100


def test_oil_below_zero() -> None:
    oil = linear(["CL"], size=1_000, below_zero=True)
    before, after = market.at(oil, [18.27]), market.at(oil, [-37.63])
    long = open_accounts(20_000, [1], before)
    assert float(equity(long, after)) == pytest.approx(20_000 - 55_900)
    assert notional(long, after) == pytest.approx([37_630])
    assert market.moved(before, -3).price == pytest.approx([-36.54])
    rule = margin.FixedRate(0.1, 0.05)
    # Below zero the value is negative and the requirement is not: 25 + P - 18.27 = 5 % of -P.
    rich = open_accounts(25_000, [1], before)
    price = float(liquidation.liquidation_price(rich, before, rule, "CL"))
    assert price == pytest.approx((18.27 - 25) / 1.05)
    there = market.with_price(before, "CL", price)
    assert float(equity(rich, there)) == pytest.approx(float(rule(rich, there).maintenance))
    assert float(liquidation.bankruptcy_price(rich, before, "CL")) == pytest.approx(-6.73)
    below, above = liquidation.liquidation_prices(rich, before, rule, "CL")
    assert (float(below), np.isnan(above)) == (pytest.approx(price), True)


def test_options_on_oil_are_valued_by_the_formula_of_bachelier() -> None:
    book = join(
        linear(["CL"], size=1_000, below_zero=True),
        shares(["ACME"]),
        options(["c", "a", "p"], ["CL", "ACME", "CL"], [-10, 40, 20], 0.5, [True, True, False]),
    )
    now = market.at(book, [-5, 42], [60, 0.2, 60], rate=0.1, carry=[0, 0.1, 0])
    assert now["a"] == pytest.approx(TODAY["call"])
    for name, strike, is_call in [("c", -10, True), ("p", 20, False)]:
        worth = black.bachelier_value(-5, strike, 0.5, 60, is_call, np.exp(-0.05))
        assert now[name] == pytest.approx(float(worth))
    step = 1e-4
    up, down = (market.with_price(now, "CL", -5 + move).price[[2, 4]] for move in (step, -step))
    assert now.greeks.delta[[0, 2]] == pytest.approx((up - down) / (2 * step), rel=1e-6)
    quoted = market.at(book, [-5, 42], quote=now.price[2:], rate=0.1, carry=[0, 0.1, 0])
    assert quoted.volatility == pytest.approx([60, 0.2, 60], rel=1e-9)
    # The search crosses zero too: a call sold against the future.
    writer = open_accounts(60_000, [1, 0, -1, 0, 0], now)

    def rule(account: Accounts, there: market.Market) -> margin.Requirement:
        size = np.abs(account.quantity[..., 0] * there.value[..., 0])
        return margin.Requirement(0.1 * size, 0.05 * size)

    for price in liquidation.liquidation_prices(writer, now, rule, "CL"):
        there = market.with_price(now, "CL", np.where(np.isnan(price), -5, price))
        found = equity(writer, there) - rule(writer, there).maintenance
        assert np.isnan(price) or abs(float(found)) < 1e-6


# ---- what is on one thing moves together


def test_a_coin_and_what_is_on_it_move_together() -> None:
    book = join(
        cash(["BTC", "ETH"]),
        linear(["BTC-PERP", "BTC-JUN"], underlying="BTC"),
        options(["C"], "BTC-JUN", 20_000, 0.5, is_call=True),
    )
    now = market.at(book, [20_000, 1_500, 20_010, 20_300], [0.6])
    there = market.moved(now, {"BTC": -0.1, "ETH": 0.2})
    assert there.price[:4] == pytest.approx([18_000, 1_800, 18_009, 18_270])
    assert there["C"] < now["C"]
    assert market.moved(now, {"BTC-PERP": -0.1}).price == pytest.approx(
        market.moved(now, {"BTC": -0.1}).price
    )
    assert book.following("ETH").tolist() == [False, True, False, False]
    assert book.following("C").tolist() == [True, False, True, True]
    with pytest.raises(MarginError, match="instrument 'SOL' is not known"):
        market.moved(now, {"SOL": 0.1})


def test_what_a_market_says_cannot_be_written_over() -> None:
    told = (TODAY.price, TODAY.value, TODAY.underlying_price, TODAY.years, TODAY.forward)
    for each in (*told, TODAY.volatility, market.at(TWO, [1, 2]).value):
        with pytest.raises(ValueError, match="read-only"):
            each[0] = 1.0
