"""What holds for any loan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import instruments, market
from marginlib.accounts import Accounts
from marginlib.liquidation import (
    CloseFactor,
    LiquidationIncentive,
    bad_debt,
    health_factor,
    liquidate,
    liquidation_price,
)
from marginlib.liquidation.loans import collateral_value, debt_value
from marginlib.margin import headroom, weighted_collateral
from marginlib.market import Market, with_price

COINS = instruments.cash(["ETH", "BTC", "DAI"], currency="USD")
often = settings(max_examples=150)
prices = st.floats(0.01, 1e5)
amounts = st.floats(0.001, 1e5)
signed = st.floats(-1e5, 1e5).map(lambda amount: round(amount, 3))
fractions = st.floats(0.0, 0.95)
incentives = st.floats(1.0, 1.4)
markets = st.lists(prices, min_size=3, max_size=3).map(lambda each: market.at(COINS, each))
factors = st.lists(fractions, min_size=3, max_size=3)


@st.composite
def books(draw: st.DrawFn) -> Accounts:
    """Return five accounts of any coins held and owed."""
    return Accounts(
        draw(arrays(float, 5, elements=signed)), draw(arrays(float, (5, 3), elements=signed))
    )


@st.composite
def loans(draw: st.DrawFn) -> Accounts:
    """Return a loan of DAI against ETH and BTC."""
    return Accounts(0, [draw(amounts), draw(amounts), -draw(amounts)])


@st.composite
def struggling(draw: st.DrawFn) -> tuple[Accounts, Market, list[float]]:
    """Return a loan near its liquidation, with prices and thresholds."""
    now, weight = draw(markets), [draw(st.floats(0.3, 0.95)), draw(st.floats(0.3, 0.95)), 0.0]
    held = np.array([draw(st.floats(0.0, 1.0)), 1.0, 0.0]) * 1e4 / now.price
    owed = (held * now.price * weight).sum() / draw(st.floats(0.5, 1.1))
    return Accounts(0, held - [0, 0, float(owed / now["DAI"])]), now, weight


class TestProperties:
    @often
    @given(books(), markets, factors)
    def test_health_is_below_one_exactly_where_headroom_is_negative(
        self, book: Accounts, now: Market, weight: list[float]
    ) -> None:
        rule = weighted_collateral(weight)
        spare, owed = headroom(book, now, rule), debt_value(book, now)
        sick = health_factor(book, now, rule) < 1
        assert (spare[sick] < 0).all()
        assert sick[spare < -1e-15 * owed].all()
        carried = (np.maximum(book.quantity * now.price, 0) * weight).sum(-1)
        carried += np.maximum(book.cash, 0)
        near = np.abs(carried - owed) <= 1e-9 * (collateral_value(book, now) + owed)
        np.testing.assert_array_equal(sick[~near], (carried < owed)[~near])

    @often
    @given(books(), markets, factors)
    def test_a_batch_is_its_accounts_one_by_one(
        self, book: Accounts, now: Market, weight: list[float]
    ) -> None:
        rule = weighted_collateral(weight)
        np.testing.assert_array_equal(
            health_factor(book, now, rule), [health_factor(row, now, rule) for row in book]
        )
        np.testing.assert_array_equal(bad_debt(book, now), [bad_debt(row, now) for row in book])

    @often
    @given(books(), markets, factors, st.permutations(range(3)))
    def test_the_order_of_coins_does_not_matter(
        self, book: Accounts, now: Market, weight: list[float], order: list[int]
    ) -> None:
        shuffled = market.at(
            instruments.cash([COINS.names[place] for place in order]), now.price[order]
        )
        other = Accounts(book.cash, book.quantity[:, order])
        owed = debt_value(book, now)
        size = 1 + collateral_value(book, now) / np.where(owed > 0, owed, 1.0)
        found = health_factor(other, shuffled, weighted_collateral(np.asarray(weight)[order]))
        here = health_factor(book, now, weighted_collateral(weight))
        both = np.isfinite(here)
        np.testing.assert_array_equal(both, np.isfinite(found))
        assert (np.abs(found[both] - here[both]) <= 1e-12 * size[both]).all()

    @often
    @given(books(), markets, factors, st.sampled_from([0.25, 2.0, 1024.0]))
    def test_health_does_not_depend_on_size_nor_on_the_unit_of_account(
        self, book: Accounts, now: Market, weight: list[float], times: float
    ) -> None:
        rule = weighted_collateral(weight)
        before = health_factor(book, now, rule)
        larger = Accounts(times * book.cash, times * book.quantity)
        np.testing.assert_array_equal(health_factor(larger, now, rule), before)
        dearer = market.at(COINS, times * now.price)
        paid = Accounts(times * book.cash, book.quantity)
        np.testing.assert_array_equal(health_factor(paid, dearer, rule), before)

    @often
    @given(loans(), markets, factors, st.floats(1.0, 3.0))
    def test_health_rises_with_collateral_and_falls_with_the_price_of_the_debt(
        self, loan: Accounts, now: Market, weight: list[float], times: float
    ) -> None:
        rule = weighted_collateral(weight)
        before = health_factor(loan, now, rule)
        slack = 1e-12 * (1 + float(collateral_value(loan, now) / debt_value(loan, now)) * times)
        up, down = (with_price(now, coin, times * now[coin]) for coin in ("ETH", "DAI"))
        assert health_factor(loan, up, rule) >= before - slack
        assert health_factor(loan, down, rule) <= before + slack

    @often
    @given(books(), markets, factors, st.sampled_from(COINS.names))
    def test_health_is_one_at_the_liquidation_price(
        self, book: Accounts, now: Market, weight: list[float], coin: str
    ) -> None:
        rule = weighted_collateral(weight)
        for one, at in zip(book, liquidation_price(book, now, rule, coin), strict=True):
            if not np.isnan(at):
                then = with_price(now, coin, at)
                size = collateral_value(one, then) + debt_value(one, then)
                assert abs(headroom(one, then, rule)) <= 1e-9 * size

    @often
    @given(struggling(), st.floats(0, 1), incentives, st.booleans())
    def test_a_liquidation_conserves_every_coin_and_flips_none(
        self,
        case: tuple[Accounts, Market, list[float]],
        part: float,
        incentive: float,
        dust: bool,
    ) -> None:
        loan, now, weight = case
        policy = CloseFactor(part, "DAI", "BTC", least_left=1_000 if dust else 0)
        done = liquidate(
            loan, now, weighted_collateral(weight), policy, LiquidationIncentive(incentive)
        )
        held = done.accounts.quantity + done.taken.quantity
        np.testing.assert_allclose(held, loan.quantity, rtol=1e-13)
        assert float(done.accounts.cash) == 0
        assert done.accounts.quantity[2] <= 0 <= done.accounts.quantity[1]
        gained = -done.traded[1] * now["BTC"]
        repaid = done.traded[2] * now["DAI"]
        assert float(gained) == pytest.approx(float(repaid * incentive))
        left = np.abs(done.accounts.quantity[[1, 2]]) * now.price[[1, 2]]
        enough = (left >= policy.least_left * (1 - 1e-9)).all() or (left <= 1e-9).any()
        assert repaid == 0 or enough

    @often
    @given(struggling(), incentives, st.floats(0.01, 0.9))
    def test_a_liquidation_improves_health_just_above_the_toxic_zone(
        self, case: tuple[Accounts, Market, list[float]], incentive: float, part: float
    ) -> None:
        loan, now, weight = case
        rule, policy = weighted_collateral(weight), CloseFactor(part, "DAI", "BTC")
        before, line = health_factor(loan, now, rule), weight[1] * incentive
        assume(before < 1)
        assume(abs(before - line) > 1e-6)
        done = liquidate(loan, now, rule, policy, LiquidationIncentive(incentive))
        assert (health_factor(done.accounts, now, rule) > before) == (before > line)

    @often
    @given(amounts, st.floats(0.5, 1.5), markets, st.floats(0.05, 0.95), incentives)
    def test_a_single_collateral_in_the_toxic_zone_leaves_bad_debt(
        self, held: float, ratio: float, now: Market, threshold: float, incentive: float
    ) -> None:
        owed = ratio * held * now["ETH"] / now["DAI"]
        loan, rule = Accounts(0, [held, 0, -owed]), weighted_collateral(threshold)
        health, line = health_factor(loan, now, rule), threshold * incentive
        assume(health < 1)
        assume(abs(health - line) > 1e-9 * line)
        policy = CloseFactor(1.0, "DAI", "ETH")
        after = liquidate(loan, now, rule, policy, LiquidationIncentive(incentive)).accounts
        left = bad_debt(after, now) > 1e-12 * owed * now["DAI"]
        assert left == (health < line)
        assert (bad_debt(loan, now, incentive) > 0) == (health < line)

    @often
    @given(loans(), markets, factors, fractions, st.booleans())
    def test_a_close_factor_opens_only_loans_that_failed(
        self, loan: Accounts, now: Market, weight: list[float], share: float, of_all: bool
    ) -> None:
        rule = weighted_collateral(weight)
        policy = CloseFactor(share, "DAI", "ETH", of_all_debt=of_all, full_at=0.5, small=100)
        done = liquidate(loan, now, rule, policy)
        assert 0 <= done.traded[2] <= -loan.quantity[2]
        assert done.traded.any() <= (headroom(loan, now, rule) < 0)
