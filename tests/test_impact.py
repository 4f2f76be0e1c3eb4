"""How a price answers to a trade."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib.impact import linear_book, square_root_law
from marginlib.impact.power import PowerImpact

sizes = st.floats(1e-3, 1e6)


def test_average_price_is_the_price_of_all_contracts_together() -> None:
    # Walk the book contract by contract, in the middle of each thousandth of the trade.
    for impact in (linear_book(depth=50), square_root_law(volume=5_000, volatility=0.04)):
        parts = -30 * (np.arange(100_000) + 0.5) / 100_000
        walked = impact.last_price(20_000, parts).mean()
        assert impact.average_price(20_000, -30) == pytest.approx(walked, rel=1e-7)


def test_linear_book_by_hand() -> None:
    book = linear_book(depth=50)
    assert book.moved([50, -50, 100, 0]).tolist() == [0.01, -0.01, 0.02, 0.0]
    assert float(book.average_price(18_000, -50)) == pytest.approx(18_000 * 0.995)
    assert np.allclose(linear_book(depth=100, within=0.02).moved(7), linear_book(depth=50).moved(7))


def test_four_times_the_size_moves_the_price_twice_as_far_under_the_square_root_law() -> None:
    law = square_root_law(volume=1_000, volatility=0.04, coefficient=0.8)
    assert float(law.moved(400)) == pytest.approx(2 * float(law.moved(100)))
    assert float(law.moved(1_000)) == pytest.approx(0.032)


def test_nobody_buys_at_zero_or_below() -> None:
    book = linear_book(depth=1)  # 100 contracts down to a price of zero
    assert np.isnan(book.last_price(20_000, [-100, -101])).all()
    assert np.isnan(book.average_price(20_000, [-100, -150])).all()
    assert float(book.average_price(20_000, -99)) == pytest.approx(20_000 * (1 - 0.495))
    assert np.isfinite(book.last_price(20_000, 1_000))  # sellers are found at any price above


def test_batch_is_the_same_as_one_by_one() -> None:
    depth, quantity = np.array([10.0, 20.0, 40.0]), np.array([[-5.0], [3.0]])
    together = linear_book(depth).average_price(20_000, quantity)
    assert together.shape == (2, 3)
    for row, column in np.ndindex(2, 3):
        alone = linear_book(depth[column]).average_price(20_000, quantity[row, 0])
        assert together[row, column] == alone


@given(quantity=sizes, more=st.floats(1.01, 10), depth=sizes, within=st.floats(1e-4, 1))
def test_larger_trades_and_thinner_books_move_more(
    quantity: float, more: float, depth: float, within: float
) -> None:
    book = linear_book(depth, within)
    assert book.moved(more * quantity) > book.moved(quantity) > 0
    assert book.moved(-quantity) == -book.moved(quantity)
    assert linear_book(more * depth, within).moved(quantity) < book.moved(quantity)
    assert 0 < book.average(quantity) < book.moved(quantity)


@given(quantity=sizes, size=sizes, unit=st.floats(1e-3, 1e3), exponent=st.sampled_from([0.5, 1.0]))
def test_the_unit_of_size_does_not_matter(
    quantity: float, size: float, unit: float, exponent: float
) -> None:
    here, there = PowerImpact(0.01, size, exponent), PowerImpact(0.01, unit * size, exponent)
    assert np.allclose(here.moved(quantity), there.moved(unit * quantity), rtol=1e-12)
