"""What single protocols do with failed loans: who takes them over, and at which discount."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from marginlib import MarginError, instruments, market
from marginlib.accounts import Accounts, equity
from marginlib.liquidation.loans import collateral_value, debt_value, health_factor
from marginlib.margin import free_margin, weighted_collateral
from marginlib.market import Market
from marginlib.venues.protocols import absorption, collateral_sale, incentives, stability_pool

COINS = instruments.cash(["ETH", "DAI", "EUR"], currency="USD")
NOW = market.at(COINS, [1_000, 1, 1.25])
THRESHOLD = [0.8, 0.0, 0.0]
NONE = Accounts(0, [0, 0, 0])
often = settings(max_examples=150)

money = st.one_of(st.just(0.0), st.floats(1e-3, 1e9))
some = st.floats(1e-3, 1e9)
signed = st.floats(-1e5, 1e5).map(lambda amount: round(amount, 3))
fractions = st.one_of(st.just(0.0), st.floats(1e-6, 1))
markets = st.lists(st.floats(0.01, 1e5), min_size=3, max_size=3).map(
    lambda each: market.at(COINS, each)
)
factors = st.lists(st.floats(0.0, 0.95), min_size=3, max_size=3)


def assert_same_money(found: float, expected: float) -> None:
    """Compare two amounts to a few units in the last place."""
    assert abs(found - expected) <= 4 * np.spacing(abs(expected)), (found, expected)


@st.composite
def books(draw: st.DrawFn) -> Accounts:
    """Return five accounts of any coins held and owed."""
    return Accounts(
        draw(arrays(float, 5, elements=signed)), draw(arrays(float, (5, 3), elements=signed))
    )


def test_the_pool_takes_all_it_can() -> None:
    parts = stability_pool.offset_and_redistribute(21, 2_000, [0, 390, 5_000], 0.005)
    assert_allclose(parts.liquidator, 0.105)
    assert_allclose(parts.debt_offset, [0, 390, 2_000])
    assert_allclose(parts.collateral_to_pool, [0, 4.074525, 20.895])


def test_a_debt_cancelled_in_full_leaves_not_one_unit_in_the_last_place() -> None:
    # Here 47,930,191 x debt / debt is more than 47,930,191 in 64-bit numbers.
    parts = stability_pool.offset_and_redistribute(47_930_191, 46_980_823.25, 46_980_824)
    assert float(parts.collateral_to_pool) == 47_930_191
    assert float(parts.collateral_redistributed) == 0


def test_a_loan_without_debt_loses_only_the_fee() -> None:
    parts = stability_pool.offset_and_redistribute(10, 0, 100, 0.005)
    assert float(parts.surplus) == 9.95
    assert float(parts.collateral_redistributed) == 0


def test_nobody_left_to_take_it() -> None:
    share = stability_pool.per_stake(stability_pool.offset_and_redistribute(10, 100, 0), stakes=0)
    assert np.isnan(share.debt)
    assert np.isnan(share.collateral)


def test_the_cap_returns_the_rest() -> None:
    # Source: Liquity v1, commit 39f1f7f8: seized 1.1 x 250 / 100 coins, of which 0.5% is paid.
    parts = stability_pool.offset_with_cap(3, 250, 100, cap=1.1, liquidator_rate=0.005)
    assert_allclose(parts.collateral_to_pool, 2.75 * 0.995)
    assert_allclose(parts.surplus, 0.25)


@often
@given(money, money, money, fractions, some)
def test_every_coin_of_a_liquidated_loan_goes_somewhere(
    coins: float, debt: float, pool: float, rate: float, price: float
) -> None:
    for parts in [
        stability_pool.offset_and_redistribute(coins, debt, pool, rate),
        stability_pool.offset_with_cap(coins, debt, price, 1.1, rate),
    ]:
        collateral = [
            parts.liquidator,
            parts.collateral_to_pool,
            parts.collateral_redistributed,
            parts.surplus,
        ]
        assert min(collateral) >= 0
        assert_allclose(math.fsum(collateral), coins, rtol=1e-15)
        assert_allclose(parts.debt_offset + parts.debt_redistributed, debt, rtol=1e-15)


@often
@given(some, fractions, some, some, st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_sale_of_collateral_pays_debt_and_fund(
    coins: float, part: float, price: float, other: float, reward: float, levy: float
) -> None:
    sold = part * coins
    loan = collateral_sale.SecuredDebt(coins, 1.1 * coins * price / other)
    sale = collateral_sale.sell_collateral(loan, sold, price, other, reward, levy)
    assert_same_money(float(sale.repaid + sale.fund), float(sale.paid))
    assert_allclose(sale.loan.debt + sale.repaid, loan.debt, rtol=1e-14)
    assert_allclose(sale.loan.collateral + sold, coins, rtol=1e-14)
    assert sale.paid * other <= sold * price * (1 + 1e-12)


def test_incentives() -> None:
    assert float(incentives.incentive_of_threshold(0.86)) == pytest.approx(1 / 0.958)
    assert (
        float(incentives.incentive_of_threshold(0.5)) == 1.15
    )  # 1 / 0.85 is more than is ever paid
    assert float(incentives.incentive_of_threshold(1.0)) == 1
    assert float(incentives.incentive_of_threshold(0.0, cursor=1.0)) == 1.15
    assert incentives.discount_of_health([np.inf, 1, 0.95, 0.5], 0.2).tolist() == pytest.approx(
        [0, 0, 0.05, 0.2]
    )


def test_absorption_pays_the_rest_out_or_takes_the_loss() -> None:
    loans, lender = Accounts([-9_000, -9_700], [10, 0, 0]), Accounts(1_000, [1, 0, 0])
    after = absorption.absorb(loans, lender, NOW, factor=[0.95, 0, 0])
    assert after.borrower.cash.tolist() == [500, 0]
    assert after.borrower.quantity.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert after.lender.cash.tolist() == [-8_500, -8_700]
    assert after.lender.quantity[:, 0].tolist() == [11, 11]
    assert after.loss.tolist() == [0, 200]


def test_store_front_never_sells_below_what_was_credited() -> None:
    factors = np.linspace(0, 1, 11)
    price = absorption.store_front_price(200, factors[:, None], factors)
    assert (price >= 200 * factors - 1e-12).all()
    assert absorption.store_front_quote([0, 160], 2, 200, 0.5, 0.6).tolist() == [0, 2]


def test_write_off_frees_only_who_has_nothing_left_and_owes_enough() -> None:
    loans = Accounts(0, [[0, -300, 0], [0.001, -300, 0], [0, -3, 0], [0, 0, 0]])
    after = absorption.write_off(loans, Accounts(0, [0, 900, 0]), NOW, least=10)
    assert after.borrower.quantity[:, 1].tolist() == [0, -300, -3, 0]
    assert after.lender.quantity[:, 1].tolist() == [600, 900, 900, 900]
    assert after.loss.tolist() == [300, 0, 0, 0]


def test_absorption_takes_only_those_chosen_and_can_be_added_up() -> None:
    loans = Accounts(0, [[10, -7_000, 0], [10, -9_000, 0], [1, -2_000, 0]])
    failed = health_factor(loans, NOW, weighted_collateral(THRESHOLD)) < 1
    after = absorption.absorb(loans, Accounts(0, [0, 0, 0]), NOW, factor=0.9, which=failed)
    assert after.borrower.quantity.tolist() == [[10, -7_000, 0], [0, 0, 0], [0, 0, 0]]
    assert after.loss.tolist() == [0, 0, 1_100]
    assert after.lender.quantity.sum(axis=0).tolist() == [11, -11_000, 0]


@often
@given(books(), books(), markets, factors)
def test_absorption_conserves_every_coin_and_leaves_no_debt(
    book: Accounts, lenders: Accounts, now: Market, weight: list[float]
) -> None:
    after = absorption.absorb(book, lenders, now, weight)
    np.testing.assert_array_equal(after.borrower.quantity, 0)
    np.testing.assert_array_equal(debt_value(after.borrower, now), 0)
    np.testing.assert_allclose(after.lender.quantity, book.quantity + lenders.quantity)
    total = after.borrower.cash + after.lender.cash
    np.testing.assert_allclose(total, book.cash + lenders.cash, atol=1e-4, rtol=1e-12)
    # What the lender loses on the deal is the loss, less the collateral's part that was not paid.
    short = -np.minimum(free_margin(book, now, weighted_collateral(weight)), 0)
    np.testing.assert_allclose(after.loss, short, rtol=1e-12, atol=1e-4)


@often
@given(books(), markets, st.floats(0, 1e4))
def test_a_write_off_only_moves_debt(book: Accounts, now: Market, least: float) -> None:
    lenders = Accounts(np.zeros(5), np.zeros(3))
    after = absorption.write_off(book, lenders, now, least)
    np.testing.assert_allclose(
        equity(after.borrower, now) + equity(after.lender, now), equity(book, now), atol=1e-3
    )
    assert (after.lender.quantity <= 0).all()
    freed = after.loss > 0
    assert not collateral_value(book, now)[freed].any()
    assert (debt_value(book, now)[freed] >= least).all()


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "sells what is not there": (
        lambda: collateral_sale.sell_collateral(collateral_sale.SecuredDebt(1, 5), 2, 1, 1, 0, 0),
        "quantity must be at most the collateral; got 2",
    ),
    "repays too much": (
        lambda: collateral_sale.sell_collateral(collateral_sale.SecuredDebt(2, 1), 2, 1, 1, 0, 0),
        "quantity must not repay more than the debt; got 2",
    ),
    "discounts above the price": (
        lambda: collateral_sale.sell_collateral(
            collateral_sale.SecuredDebt(2, 1), 2, 1, 1, 0.6, 0.6
        ),
        "must be at most 1 together",
    ),
    "factors for other coins": (
        lambda: absorption.absorb(NONE, NONE, NOW, [0.8, 0.7]),
        r"factor must be one fraction or 3, one for each coin \(ETH, DAI, EUR\); got shape \(2,\)",
    ),
    "collateral for nothing": (
        lambda: incentives.incentive_of_discount(1.0),
        "discount must be below 1",
    ),
    "a health below zero": (
        lambda: incentives.discount_of_health(-0.5, 0.2),
        "health must not be negative; got -0.5",
    ),
    "no health": (lambda: incentives.eligible_drop(0), "health must be positive; got 0"),
    "a percentage": (
        lambda: incentives.loan_to_value_after(0.8, 50, 1.05),
        "repaid must be a fraction",
    ),
    "a threshold for each coin": (
        lambda: incentives.exhausted_drop(1.2, [0.8, 0.7], 1.05),
        r"threshold must be that of one collateral.*ask liquidation.bad_debt",
    ),
    "free collateral in the store front": (
        lambda: absorption.store_front_quote(1, 1, 200, 1.0, 0.0),
        "price after the discount must be positive",
    ),
    "choices that do not fit": (
        lambda: absorption.absorb(Accounts([0, 0], NONE.quantity), NONE, NOW, 0.9, [True] * 3),
        r"do not fit together: which \(3,\), loans \(2,\)",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_says_what_to_type(call: Callable[[], object], words: str) -> None:
    with pytest.raises(MarginError, match=words):
        call()
