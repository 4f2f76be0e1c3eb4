"""Prices that answer to flow in other ways: bounded, exponential, through a book, crosswise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

import marginlib as ml
from marginlib.impact import (
    Bounded,
    Cross,
    Curve,
    Exponential,
    OrderBook,
    Refilled,
    Transient,
    linear,
    square_root,
)

BOOK = OrderBook([0.001, 0.01, 0.3], bids=[40, 60, 1e4], asks=[10, 0, 1e4])
CURVES: dict[str, Curve] = {
    "linear": linear(depth=50),
    "square root": square_root(volume=5_000, volatility=0.04),
    "bounded": Bounded(depth=2_000, bound=0.6),
    "exponential": Exponential(depth=3_000),
    "book": BOOK,
    "transient": Transient(linear(depth=50), half_life=3),
    "refilled": Refilled(BOOK, rate=5),
    "crossed": Cross(linear(depth=50), matrix=[[1.5]]),
}
flows = st.floats(-900, 900)
every_curve = pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)


@every_curve
@given(start=flows, end=flows)
def test_average_is_the_area_under_the_curve(curve: Curve, start: float, end: float) -> None:
    def moved(flow: float) -> float:
        return curve.moved(np.array([flow])).item()

    bends = [0.0, -40.0, -100.0, 10.0]
    area = quad(moved, start, end, points=bends, limit=500)[0] if start != end else 0.0
    mean = area / (end - start) if abs(end - start) > 1e-3 else moved((start + end) / 2)
    found = curve.average_between(np.array([start]), np.array([end])).item()
    low, high = sorted([moved(start), moved(end)])
    assert low <= found <= high
    if abs(end - start) > 1e-3:
        assert found == pytest.approx(mean, rel=1e-6, abs=1e-9)


@every_curve
@given(flow=st.lists(flows, min_size=2, max_size=2))
def test_more_bought_is_never_cheaper(curve: Curve, flow: list[float]) -> None:
    less, more = (curve.moved(np.array([each])).item() for each in sorted(flow))
    assert less <= more
    assert curve.moved(np.zeros(1)).item() == 0


@every_curve
@given(first=flows, second=st.floats(-400, 400))
def test_two_trades_end_where_one_does_and_cost_as_much(
    curve: Curve, first: float, second: float
) -> None:
    start = ml.impact.at_rest([100.0])
    once = ml.impact.trade(curve, start, [first + second])
    half = ml.impact.trade(curve, start, [first])
    rest = ml.impact.trade(curve, half.pressure, [second])
    if not np.isnan(once.last_price + half.last_price):
        assert rest.last_price == pytest.approx(once.last_price, rel=1e-9)
        paid = first * half.average_price + second * rest.average_price
        assert paid == pytest.approx((first + second) * once.average_price, rel=1e-7, abs=1e-3)


def test_a_small_trade_after_a_large_one_keeps_its_digits() -> None:
    for curve in CURVES.values():
        off = curve.average_between(np.array([-500.0]), np.array([-500.0 - 1e-9]))
        assert off == pytest.approx(curve.moved(np.array([-500.0])), rel=1e-9)


def test_bounded_and_exponential_leave_a_price_whatever_is_sold() -> None:
    for law in (Bounded(depth=10, bound=0.5), Exponential(depth=10)):
        assert law.last_price(100.0, [-10.0, -100.0, -300.0]).min() > 0
    assert float(Bounded(10, 0.5).last_price(100.0, -1e6)) == 50
    assert float(Exponential(1.0).last_price(100.0, -2.0)) == pytest.approx(100 * np.exp(-2))


def test_bounded_begins_like_a_linear_book() -> None:
    begins = Bounded(depth=5_000, bound=0.4).moved([-1.0, 1.0])
    assert begins == pytest.approx(linear(depth=50).moved([-1.0, 1.0]), rel=1e-3)


def test_order_book_by_hand() -> None:
    book = OrderBook([0.01, 0.02, 0.05], bids=[10, 20, 100], asks=[5, 5, 5])
    assert book.moved([-10, -10.5, -130, 4, 15]).tolist() == [-0.01, -0.02, -0.05, 0.01, 0.05]
    assert np.isnan(book.moved([-131, 16])).all()
    assert float(book.average(15)) == pytest.approx((0.01 + 0.02 + 0.05) / 3)
    assert np.isnan(book.average_price(100.0, [-131])).all()
    one_each = OrderBook([0.01, 0.02], bids=[[10, 10], [1, 1]])
    assert one_each.moved([-2, -2]).tolist() == [-0.01, -0.02]


def test_a_book_of_empty_levels_has_no_price_for_any_sale() -> None:
    empty = OrderBook([0.01, 0.02], bids=[0, 0], asks=[1, 1])
    assert np.isnan(empty.last_price(100.0, -1e-9))
    assert float(empty.last_price(100.0, 0.0)) == 100
    assert float(empty.last_price(100.0, 1.0)) == 101


def test_cross_impact_moves_what_is_not_traded() -> None:
    law = Cross(linear(depth=[10, 100]), matrix=[[1, 0.02], [5, 1]])
    assert law.moved([-10, 0]).tolist() == pytest.approx([-0.01, -0.005])
    assert law.moved([0, 100]).tolist() == pytest.approx([0.002, 0.01])
    assert law.moved(0.0).tolist() == [0, 0]


@given(own=st.floats(0.1, 1), other=st.floats(0.1, 1))
def test_round_trips_earn_nothing_only_where_cross_impact_is_symmetric_in_money(
    own: float, other: float
) -> None:
    price, depth = np.array([100.0, 20.0]), np.array([50.0, 300.0])

    def earned(matrix: list[list[float]]) -> float:
        law, pressure, money = Cross(linear(depth), matrix), ml.impact.at_rest(price), 0.0
        for bought in ([9, 0], [0, 40], [-9, 0], [0, -40]):
            done = ml.impact.trade(law, pressure, bought)
            pressure, money = done.pressure, money - float(bought @ done.average_price)
        return money

    def money_move(row: int, weight: float) -> float:
        return price[row] * weight / depth[row]

    symmetric = other * depth[1] / price[1]
    assert earned([[1, other * depth[0] / price[0]], [symmetric, 1]]) == pytest.approx(0, abs=1e-8)
    skewed = own + 0.1
    matrix = [[1, other * depth[0] / price[0]], [symmetric + skewed, 1]]
    difference = money_move(1, symmetric + skewed) - money_move(0, matrix[0][1])
    assert abs(earned(matrix)) == pytest.approx(0.01 * 9 * 40 * difference, rel=1e-9)


def test_a_flow_is_forgotten_in_part_and_with_time() -> None:
    law = Transient(linear(depth=50), half_life=2, lasting=0.25)
    sold = ml.impact.trade(law, ml.impact.at_rest([100.0]), [-100])
    assert sold.last_price.tolist() == [98]
    later = [ml.impact.wait(law, sold.pressure, steps) for steps in (0, 2, 4, 1_000)]
    prices = [ml.impact.price(law, pressure).item() for pressure in later]
    assert prices == pytest.approx([98, 98.75, 99.125, 99.5])


def test_waiting_twice_is_waiting_longer() -> None:
    for law in (Transient(linear(50), half_life=3), Refilled(BOOK, rate=7)):
        twice = law.remembered(law.remembered(-20.0, 1), 1)
        assert twice == pytest.approx(law.remembered(-20.0, 2))
        assert law.remembered(20.0, 2) == -law.remembered(-20.0, 2)
    assert linear(depth=50).remembered(-20.0, 1_000) == -20


def test_a_book_refills_until_it_is_full() -> None:
    law = Refilled(OrderBook([0.01, 0.02], bids=[10, 20]), rate=4)
    sold = ml.impact.trade(law, ml.impact.at_rest([100.0]), [-12])
    prices = [ml.impact.price(law, ml.impact.wait(law, sold.pressure, n)).item() for n in range(5)]
    assert prices == [98, 99, 99, 100, 100]


def test_wrapped_laws_keep_what_they_wrap() -> None:
    inner = Transient(linear(depth=[50, 100]), half_life=2, lasting=0.3)
    law = Cross(inner, matrix=np.eye(2))
    assert float(law.lasting_share) == 0.3
    assert law.remembered([-4.0, 2.0], 2).tolist() == [-2, 1]
    assert law.integral([-4.0, 2.0]).tolist() == inner.integral([-4.0, 2.0]).tolist()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Bounded(depth=0), "depth must be positive"),
        (lambda: Bounded(depth=1, bound=50), r"bound must be a fraction; got 50, did you mean 0.5"),
        (lambda: Bounded(depth=1, bound=1), "bound must be below 1"),
        (lambda: Exponential(depth=-1), "depth must be positive"),
        (lambda: OrderBook([0.02, 0.01], [1, 1]), "offset.* must rise"),
        (lambda: OrderBook([0.5, 1.0], [1, 1]), "offset.* must be below 1"),
        (lambda: OrderBook(0.01, [1]), "offset must have shape"),
        (lambda: OrderBook([0.01], [1, 2]), "bids must hold one size for each of the 1 levels"),
        (lambda: OrderBook([0.01], [1], asks=[-1]), "asks.* must not be negative"),
        (lambda: Cross(linear(1), [1, 2]), r"matrix must have shape \(Q, Q\)"),
        (lambda: Cross(linear(1), np.eye(2)).moved([1, 2, 3]), "do not fit together"),
        (lambda: Transient(linear(1), half_life=0), "half_life must be positive"),
        (lambda: Transient(linear(1), 1, lasting=2), "lasting must be a fraction"),
        (lambda: Refilled(linear(1), rate=-1), "rate must not be negative"),
        (lambda: ml.impact.at_rest([0.0]), "price.* must be positive"),
    ],
)
def test_bad_input_is_refused(wrong: Callable[[], object], said: str) -> None:
    with pytest.raises(ml.MarginError, match=said):
        wrong()
