"""How single protocols close positions: sizes, fees, orders, transfers, and shared losses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from marginlib import MarginError, market
from marginlib.accounts import equity, open_accounts
from marginlib.instruments import linear
from marginlib.liquidation import ReduceTo, restoring_quantity
from marginlib.margin import FixedRate
from marginlib.venues.protocols import closing_orders, closing_sizes, fee_rates, indices, transfers

PEOPLE = 5
money = st.one_of(st.just(0.0), st.floats(1e-3, 1e9))
some = st.floats(1e-3, 1e9)
signed = st.builds(lambda size, side: side * size, money, st.sampled_from([-1.0, 1.0]))
fractions = st.one_of(st.just(0.0), st.floats(1e-6, 1))
often = settings(max_examples=150)


def many(values: st.SearchStrategy[float], count: int = PEOPLE) -> st.SearchStrategy[np.ndarray]:
    return st.lists(values, min_size=count, max_size=count).map(np.array)


@pytest.mark.parametrize(
    ("change", "rate"),
    [
        ({}, 0.019),
        ({"shortage": 1}, 0.03705),
        ({"shortage": 1_000}, 0.0),
        ({"liquidator_fee": 0.1}, 0.0),
        ({"price": 0}, 0.0),
        ({"quantity": 0}, 0.0),
        ({"quantity": -10}, 0.019),
        ({"largest": 0.01}, 0.01),
    ],
)
def test_fee_that_leaves_the_account_solvent(change: dict[str, float], rate: float) -> None:
    # Source: Drift protocol-v2, commit 0ae3e3b1, tests of calculate_perp_if_fee.
    usual = {
        "largest": 0.05,
        "margin_rate": 0.05,
        "liquidator_fee": 0.01,
        "shortage": 20,
        "quantity": 10,
        "price": 100,
    }
    assert_allclose(fee_rates.solvent_fee_rate(**(usual | change)), rate, atol=1e-12)


def test_fee_ramp_begins_at_the_end_of_the_grace() -> None:
    fee = fee_rates.ramped_fee(0.02, 0.05, [1_499, 1_500, 29_999, 40_000], grace=1_500, slope=1e-6)
    assert_allclose(fee, [0.02, 0.0215, 0.049999, 0.05])


def test_fillable_price_gives_way_from_the_mark_to_the_spread() -> None:
    own = [[20], [10], [5], [0], [-9]]
    price = closing_orders.fillable_price(100, [1, -1], own, 10, 10, 1, 0.1)
    assert_allclose(price[:, 0], [100, 100, 99.5, 99, 99])
    assert_allclose(price[:, 1], [100, 100, 100.5, 101, 101])


def test_collateralisation_price_of_a_short_position() -> None:
    # 1,500 owned is 1.1 times 10 x 136.36 owed.
    assert_allclose(transfers.collateralisation_price(1_500, -10, 1.1), 1_500 / 11)


@pytest.mark.parametrize(("margin", "position"), [(500, 10), (-500, -10), (-5, 0), (0, 0)])
def test_what_owes_nothing_has_no_bankruptcy_price(margin: float, position: float) -> None:
    assert np.isnan(transfers.collateralisation_price(margin, position))


def test_a_liquidator_may_go_on_holding() -> None:
    after = transfers.transfer_pro_rata(-500, 10, 1_000, 0, 10)
    assert tuple(map(float, after)) == (0, 0, 500, 10)


def test_orders_of_a_short_position() -> None:
    kept = closing_orders.orders_kept(-5, size=[3, 3, 2], price=[100, 90, 95])
    assert_array_equal(kept, [3, 0, 2])


def test_all_orders_go_where_nothing_is_held() -> None:
    assert_array_equal(closing_orders.orders_kept(0, [1, 2], [10, 11]), [0, 0])


def test_a_loss_without_positions_is_left() -> None:
    shared = indices.share_by_open_interest(100, [0, 0])
    assert_array_equal(shared.paid, [0, 0])
    assert float(shared.left) == 100
    assert np.isnan(indices.funding_index_step(100, 0))


def test_funding_index() -> None:
    # Source: Drift protocol-v2, commit 0ae3e3b1: 9090910000 in units of 1e-9, steps of 1e-5.
    assert_allclose(indices.funding_index_step(100, 11, unit=1e-5), 9.09091, rtol=0, atol=1e-12)
    assert_allclose(indices.funding_index_step(100, 11) * [7, 4], [700 / 11, 400 / 11])


def test_deposit_index() -> None:
    # Source: Drift protocol-v2, commit 0ae3e3b1: the index falls by 0.0916666667.
    assert_allclose(1 - indices.cut_deposit_index(1, 11, 120), 0.0916666667, rtol=0, atol=1e-9)
    assert float(indices.cut_deposit_index(1.111, 0, 0)) == 1.111
    assert float(indices.cut_deposit_index(2, 50, 50)) == 0


@often
@given(money, many(signed))
def test_open_interest_pays_on_both_sides(loss: float, quantity: np.ndarray) -> None:
    paid, left = indices.share_by_open_interest(loss, quantity)
    assert_allclose(paid.sum() + left, loss, rtol=1e-15)
    assert_array_equal(paid, indices.share_by_open_interest(loss, -quantity).paid)
    if quantity.any():
        step = indices.funding_index_step(loss, np.abs(quantity).sum())
        assert_allclose(paid, step * np.abs(quantity), rtol=1e-9, atol=1e-12)


@often
@given(some, fractions, many(some))
def test_a_cut_index_takes_the_loss_from_all_deposits(
    index: float, part: float, shares: np.ndarray
) -> None:
    deposits = (index * shares).sum()
    after = indices.cut_deposit_index(index, part * deposits, deposits)
    assert_allclose((after * shares).sum(), (1 - part) * deposits, atol=1e-12 * deposits)


@often
@given(fractions, fractions, fractions, money, signed, some)
def test_after_a_solvent_fee_the_shortage_can_still_be_ended(
    largest: float,
    margin_rate: float,
    fee: float,
    shortage: float,
    quantity: float,
    price: float,
) -> None:
    rate = fee_rates.solvent_fee_rate(largest, margin_rate, fee, shortage, quantity, price)
    assert 0 <= rate <= largest
    if rate > 0:
        value = abs(quantity) * price
        assert (margin_rate - fee - rate) * value >= shortage * (1 - 1e-9)


@often
@given(some, some, st.sampled_from([-1, 1]), signed, signed, fractions)
def test_a_transfer_is_done_at_the_bankruptcy_price(
    margin: float, size: float, side: int, own: float, held: float, part: float
) -> None:
    money, position = -side * margin, side * size
    after = transfers.transfer_pro_rata(money, position, own, held, part * size)
    scale = 1e-15 * (margin + abs(own))
    assert_allclose(after.margin + after.taker_margin, money + own, rtol=0, atol=4 * scale)
    held_after = after.position + after.taker_position
    assert_allclose(held_after, position + held, rtol=0, atol=4e-15 * (size + abs(held)))
    assert abs(after.position) <= size
    assert after.position * position >= 0
    if part < 0.99:
        assert_allclose(
            transfers.collateralisation_price(after.margin, after.position),
            transfers.collateralisation_price(money, position),
            rtol=1e-9,
        )


@often
@given(signed, many(st.integers(1, 50)), many(some))
def test_kept_orders_fit_and_cancelled_ones_did_not(
    position: float, size: np.ndarray, price: np.ndarray
) -> None:
    kept = closing_orders.orders_kept(position, size, price)
    assert kept.sum() <= abs(position)
    cancelled = np.flatnonzero(kept == 0)
    if cancelled.size:
        eager = np.sign(position) * price[cancelled]
        best = cancelled[np.argmin(eager)]
        assert kept.sum() + size[best] > abs(position)


def test_windows() -> None:
    assert closing_sizes.window_capacity(0.007, 0.003, 1_000, 10) == pytest.approx(100)
    # The published test goes on: 50 are used, then the second trader may lose 50 more.
    assert closing_sizes.window_capacity(0.007, 0.003, 1_000, 10, used=50) == pytest.approx(50)
    assert closing_sizes.window_capacity(0.007, 0.003, 1_000, 10, multiplier=2, used=300) == 0


def test_the_programmes_cut_off_weight_explains_its_fifth_digit() -> None:
    """0.8 x 1.1 / 0.9 = 0.977777..., which the programme holds as 0.97777."""
    printed = 0.475669504
    exact = closing_sizes.restoring_transfer(10, 100, 0.8, 1.2, 1.1, 0.9, 0.01)
    assert exact != pytest.approx(printed, rel=1e-5)
    cut = closing_sizes.restoring_transfer(10, 100, 0.97777, 1.2, fund_fee=0.01)
    assert cut == pytest.approx(printed, rel=1e-8)


def test_restoring_sizes_by_hand() -> None:
    assert restoring_quantity(10, 100, 0.1, 0.01) == pytest.approx(10 / 9)
    assert restoring_quantity(10, 100, 0.1, 0.01, 0.01) == pytest.approx(1.25)
    assert restoring_quantity(10, 100, 0.1, 0.1) == np.inf
    assert restoring_quantity(0, 100, 0.1, 0.1) == 0
    assert closing_sizes.restoring_transfer(10, 100, 0.8, 1.2, 1.1, 0.9) == pytest.approx(0.45)
    assert closing_sizes.restoring_transfer(10, 100, 1.0, 1.0) == np.inf


@often
@given(
    st.floats(0.02, 0.3),
    st.floats(0, 0.3),
    st.floats(0.01, 0.99),
    st.sampled_from([-1, 1]),
)
def test_the_closed_form_is_what_the_policy_finds(rate, fee, health, side) -> None:
    now = market.at(linear(["BTC"]), [20_000])
    rule = FixedRate(rate, rate)
    ana = open_accounts(health * rate * 20_000, [side], now)
    shortage = rule(ana, now).maintenance - equity(ana, now)
    expected = min(float(restoring_quantity(shortage, 20_000, rate, fee)), 1.0)
    traded = ReduceTo("maintenance")(ana, now, rule, fee)
    assert -side * traded[0] == pytest.approx(expected, abs=1e-9)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "ramp downhill": (
        lambda: fee_rates.ramped_fee(0.05, 0.02, 1, 0, 0),
        "base must be at most largest; got base 0.05, largest 0.02",
    ),
    "a fee in per cent": (
        lambda: fee_rates.liquidation_fee(100, 5),
        r"rate must be a fraction.*mean 0.05\?",
    ),
    "ratio below one": (
        lambda: transfers.collateralisation_price(-1, 1, 0.1),
        r"ratio must be at least 1; got 0.1, did you mean 1.1\?",
    ),
    "too much transferred": (
        lambda: transfers.transfer_pro_rata(-500, 10, 0, 0, 11),
        "amount must be at most the position; got 11",
    ),
    "taker would flip": (
        lambda: transfers.transfer_pro_rata(-500, 10, 0, -5, 6, reduce_only=True),
        "amount must be at most what the taker holds against it; got 6",
    ),
    "taker on the same side": (
        lambda: transfers.transfer_pro_rata(-500, 10, 0, 5, 5, reduce_only=True),
        "what the taker holds against it",
    ),
    "loss above deposits": (
        lambda: indices.cut_deposit_index(1, 11, 10),
        "loss must be at most the deposits; got 11",
    ),
    "a rate in per cent": (
        lambda: restoring_quantity(10, 100, 10),
        r"margin_rate must be a fraction; got 10",
    ),
    "a negative shortage": (
        lambda: restoring_quantity(-1, 100, 0.1),
        "shortage must not be negative",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_says_what_to_type(call: Callable[[], object], words: str) -> None:
    with pytest.raises(MarginError, match=words):
        call()
