"""Prices that answer to flow in other ways: bounded, exponential, through a book, crosswise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from marginlib.impact import Curve, Exponential, OrderBook, Transient, linear_book, square_root_law
from marginlib.impact.pressure import at_rest, price, trade, wait

BOOK = OrderBook([0.001, 0.01, 0.3], bids=[40, 60, 1e4], asks=[10, 0, 1e4])
CURVES: dict[str, Curve] = {
    "linear": linear_book(depth=50),
    "square root": square_root_law(volume=5_000, volatility=0.04),
    "exponential": Exponential(depth=3_000),
    "book": BOOK,
    "transient": Transient(linear_book(depth=50), half_life=3),
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
    start = at_rest([100.0])
    once = trade(curve, start, [first + second])
    half = trade(curve, start, [first])
    rest = trade(curve, half.pressure, [second])
    if not np.isnan(once.last_price + half.last_price):
        assert rest.last_price == pytest.approx(once.last_price, rel=1e-9)
        paid = first * half.average_price + second * rest.average_price
        assert paid == pytest.approx((first + second) * once.average_price, rel=1e-7, abs=1e-3)


def test_a_small_trade_after_a_large_one_keeps_its_digits() -> None:
    # Where the difference of two areas has no digits left, the middle of the trade has them all.
    for size in (1e-9, 1e-7, 1e-5):
        for curve in CURVES.values():
            off = curve.average_between(np.array([-500.0]), np.array([-500.0 - size]))
            assert off == pytest.approx(curve.moved(np.array([-500.0 - size / 2])), rel=1e-13)


def test_an_exponential_leaves_a_price_whatever_is_sold() -> None:
    assert Exponential(depth=10).last_price(100.0, [-10.0, -100.0, -300.0]).min() > 0
    assert float(Exponential(1.0).last_price(100.0, -2.0)) == pytest.approx(100 * np.exp(-2))


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


def test_a_flow_is_forgotten_in_part_and_with_time() -> None:
    law = Transient(linear_book(depth=50), half_life=2, lasting=0.25)
    sold = trade(law, at_rest([100.0]), [-100])
    assert sold.last_price.tolist() == [98]
    later = [wait(law, sold.pressure, steps) for steps in (0, 2, 4, 1_000)]
    prices = [price(law, pressure).item() for pressure in later]
    assert prices == pytest.approx([98, 98.75, 99.125, 99.5])


def test_waiting_twice_is_waiting_longer() -> None:
    law = Transient(linear_book(50), half_life=3)
    assert law.remembered(law.remembered(-20.0, 1), 1) == pytest.approx(law.remembered(-20.0, 2))
    assert law.remembered(20.0, 2) == -law.remembered(-20.0, 2)
    assert linear_book(depth=50).remembered(-20.0, 1_000) == -20
