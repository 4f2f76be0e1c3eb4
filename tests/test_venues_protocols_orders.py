from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, open_accounts
from marginlib.instruments import cash, inverse, join, linear
from marginlib.margin import FixedRate, free_margin
from marginlib.margin.asking import lines
from marginlib.venues.protocols.order_margin import LargerSide, OrderMargin, WorseFill
from marginlib.venues.protocols.orders import (
    Orders,
    adding_orders,
    open_size,
    orders_of,
    ranked_orders,
)

BOOK = join(linear(["BTC", "ETH"]), cash(["SOL"]))
NOW = market.at(BOOK, [20_000, 1_500, 30])
RATE = FixedRate(0.1, 0.05)
BIDS = Orders(buy=[2, 10, 0], sell=[0, 0, 0], buy_price=[19_000, 1_400, 1])


def test_orders_of_a_list_are_added_up_by_side() -> None:
    sent = orders_of(BOOK, [("ETH", 4, 1_400), ("BTC", -1, 21_000), ("ETH", 6, 1_300)])
    assert sent.buy.tolist() == [0, 10, 0]
    assert sent.sell.tolist() == [1, 0, 0]
    assert sent.buy_value(NOW).tolist() == pytest.approx([0, 13_400, 0])
    assert sent.sell_value(NOW).tolist() == pytest.approx([21_000, 0, 0])
    assert orders_of(BOOK, []).buy.sum() == 0


def test_orders_without_prices_are_at_the_market() -> None:
    assert Orders([1, 0, 0], [0, 2, 0]).sell_value(NOW).tolist() == [0, 3_000, 0]
    coin = market.at(inverse(["BTCUSD"], size=100), [20_000])
    assert Orders([4], [0], buy_price=[25_000]).buy_value(coin).tolist() == pytest.approx([0.016])


@pytest.mark.parametrize(
    ("position", "buy", "sell"), [(0, 3, 2), (-1, 2, 3), (5, 8, 0), (-9, 0, 11)]
)
def test_how_large_a_position_may_become(position: float, buy: float, sell: float) -> None:
    size = open_size(Accounts(0, [position]), Orders(buy=[3], sell=[2]))
    assert (size.buy[0], size.sell[0]) == (buy, sell)


@pytest.mark.parametrize(
    ("position", "buy", "sell"), [(0, 3, 2), (-1, 2, 2), (1.5, 3, 0.5), (-9, 0, 2)]
)
def test_what_closes_a_position_does_not_increase_it(position, buy, sell) -> None:
    (rest,) = adding_orders(Accounts(0, [position]), [Orders(buy=[3], sell=[2])])
    assert (rest.buy[0], rest.sell[0]) == (buy, sell)


def test_the_larger_side_of_each_instrument() -> None:
    held = Accounts(0, [[1, 0, 0], [-3, 2, 5]])
    rule = LargerSide(RATE, Orders([2, 10, 0], [5, 1, 0]))
    need = rule(held, NOW)
    assert need.initial.tolist() == pytest.approx([8_000 + 1_500, 16_000 + 1_800])
    assert need.maintenance.tolist() == pytest.approx([1_000, 3_000 + 150])
    both = LargerSide(RATE, Orders([2, 10, 0], [5, 1, 0]), maintenance=True)(held, NOW)
    assert both.maintenance.tolist() == pytest.approx([4_750, 8_900])


def test_margin_of_orders_at_their_own_prices() -> None:
    flat, short = Accounts(0, [0, 0, 0]), Accounts(0, [-1, 0, 0])
    rule = OrderMargin(BIDS, 0.1)
    assert float(rule(flat, NOW).initial) == pytest.approx(3_800 + 1_400)
    assert float(rule(short, NOW).initial) == pytest.approx(1_900 + 1_400)
    assert float(rule(flat, NOW).maintenance) == 0
    assert float(OrderMargin(BIDS, 0.1, maintenance=True)(flat, NOW).maintenance) == 5_200


# Printed beside a test of the engine of Vega protocol, core/risk/isolated_margin_test.go.
@pytest.mark.parametrize(("position", "printed"), [(0, 125), (0.4, 121), (2.5, 95), (-0.4, 125)])
def test_the_orders_that_fill_first_are_those_that_close(position: float, printed: float) -> None:
    book = linear(["X"])
    sizes_and_prices = [(1, 50), (2, 40), (3, 20), (-1, 20), (-2, 40), (-3, 50)]
    ranks = ranked_orders(book, [("X", size, price) for size, price in reversed(sizes_and_prices)])
    assert [float(rank.buy[0]) for rank in ranks] == [1, 2, 3]
    need = OrderMargin(ranks, 0.5)(Accounts(0, [position]), market.at(book, [30]))
    assert float(need.initial) == pytest.approx(printed)


def test_both_sides_or_the_larger_one() -> None:
    quotes = Orders([1, 0, 0], [1, 0, 0], [19_000, 1, 1], [21_000, 1, 1])
    flat = Accounts(0, [0, 0, 0])
    assert float(OrderMargin(quotes, 0.1)(flat, NOW).initial) == pytest.approx(2_100)
    assert float(OrderMargin(quotes, 0.1, both_sides=True)(flat, NOW).initial) == pytest.approx(
        4_000
    )


def test_the_worse_fill_of_each_instrument() -> None:
    rule = WorseFill(RATE, Orders([3, 0, 0], [2, 4, 0]))
    held = Accounts(0, [[1, 0, 0], [-2, -2, 0]])
    need = rule(held, NOW)
    assert need.initial.tolist() == pytest.approx([8_000 + 600, 8_000 + 900])
    assert need.maintenance.tolist() == pytest.approx([4_300, 4_450])


def test_a_fill_away_from_the_market_costs_at_once() -> None:
    rule = WorseFill(RATE, Orders([1, 0, 0], [0, 0, 0], [20_500, 1, 1]))
    assert float(rule(Accounts(0, [0, 0, 0]), NOW).initial) == pytest.approx(2_500)


def test_orders_that_close_free_nothing() -> None:
    rule = WorseFill(RATE, Orders([1, 0, 0], [0, 0, 0]))
    assert float(rule(Accounts(0, [-1, 0, 0]), NOW).initial) == pytest.approx(2_000)


def test_orders_take_free_margin() -> None:
    account = open_accounts(5_000, [1, 0, 0], NOW)
    assert float(free_margin(account, NOW, RATE + OrderMargin(BIDS, 0.1))) == pytest.approx(
        3_000 - 5_200
    )


def test_lines_where_prices_do_not_enter() -> None:
    held = Accounts(0, [1, 2, 3])
    at_market = Orders([1, 0, 0], [0, 0, 0])
    limited = Orders([1, 0, 0], [0, 0, 0], [9, 9, 9], [9, 9, 9])
    assert lines(LargerSide(RATE, at_market), held, NOW, 0) == lines(RATE, held, NOW, 0)
    assert lines(LargerSide(RATE, at_market, maintenance=True), held, NOW, 0) is None
    assert float(lines(OrderMargin(at_market, 0.1), held, NOW, 0).constant) == 0
    assert lines(OrderMargin(at_market, 0.1, maintenance=True), held, NOW, 0) is None
    kept = OrderMargin(limited, 0.1, maintenance=True)
    assert float(lines(kept, held, NOW, 0).constant) == pytest.approx(0.9)


def test_orders_of_one_account_or_of_each() -> None:
    shared, own = Orders([1, 0, 0], [0, 0, 0]), Orders(np.ones((2, 3)), np.zeros((2, 3)))
    for make in (lambda o: OrderMargin(o, 0.1), lambda o: WorseFill(RATE, o)):
        assert make(shared).fits_any_account
        assert not make(own).fits_any_account
    assert not LargerSide(lambda a, m: RATE(a, m), shared).fits_any_account


BAD = [
    (lambda: Orders(1, [1]), "must hold one value for each instrument"),
    (lambda: Orders([-1], [1]), r"buy\[0\] must not be negative"),
    (lambda: Orders([1], [1], buy_price=[0]), r"buy_price\[0\] must be positive"),
    (lambda: Orders([1, 2], [1, 2, 3]), "do not fit together"),
    (lambda: OrderMargin(BIDS, -1), "rate must not be negative"),
    (lambda: orders_of(BOOK, [("DOGE", 1, 1)]), "instrument 'DOGE' is not known"),
    (lambda: orders_of(BOOK, [("BTC", 1, -1)]), "price must be positive"),
    (lambda: LargerSide(RATE, Orders([1], [1]))(Accounts(0, [1, 1, 1]), NOW), "orders must hold"),
    (lambda: WorseFill(RATE, Orders([1], [1]))(Accounts(0, [1, 1, 1]), NOW), "orders must hold"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_orders_are_refused(make, message: str) -> None:
    with pytest.raises(MarginError, match=message):
        make()
