"""Loans are accounts: health, what a liquidation does, and a spiral that ends or does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import MarginError, NotSettled, instruments, market
from marginlib.accounts import Accounts
from marginlib.impact import linear_book, square_root_law
from marginlib.liquidation import (
    CloseFactor,
    LiquidationIncentive,
    bad_debt,
    health_factor,
    liquidate,
    liquidation_price,
    liquidation_spiral,
    loan_to_value,
    toxic_loan_to_value,
)
from marginlib.liquidation.execution import Liquidated
from marginlib.liquidation.loan_closing import _exchanged
from marginlib.liquidation.loans import collateral_value, debt_value
from marginlib.liquidation.spiral import LoanSpiral
from marginlib.margin import free_margin, headroom, weighted_collateral
from marginlib.market import Market, with_price
from marginlib.venues.protocols.incentives import (
    eligible_drop,
    exhausted_drop,
    loan_to_value_after,
    toxic_below,
)

COINS = instruments.cash(["ETH", "BTC", "DAI"], currency="USD")
NOW = market.at(COINS, [2_000, 30_000, 1])
THRESHOLD = [0.8, 0.75, 0.0]
RULE = weighted_collateral(THRESHOLD)
ANA = Accounts(0, [10, 1, -24_000])  # carries 16,000 + 22,500 = 38,500


class TestHealth:
    def test_two_collaterals_and_one_debt(self) -> None:
        assert float(collateral_value(ANA, NOW)) == 50_000
        assert float(debt_value(ANA, NOW)) == 24_000
        assert float(free_margin(ANA, NOW, RULE)) == pytest.approx(14_500)
        assert float(health_factor(ANA, NOW, RULE)) == pytest.approx(38_500 / 24_000)
        assert float(loan_to_value(ANA, NOW)) == 0.48

    def test_cash_is_a_debt_below_zero_and_counts_in_full_above(self) -> None:
        owing, owning = Accounts(-1_000, [1, 0, 0]), Accounts(1_000, [1, 0, -2_000])
        assert float(health_factor(owing, NOW, RULE)) == pytest.approx(1.6)
        assert float(health_factor(owning, NOW, RULE)) == pytest.approx(1.3)

    def test_without_debt_health_is_infinite(self) -> None:
        loans = Accounts(0, [[1, 0, 0], [0, 0, 0]])
        assert np.isposinf(health_factor(loans, NOW, RULE)).all()
        assert loan_to_value(loans, NOW).tolist() == [0, 0]

    def test_without_collateral_health_is_zero(self) -> None:
        bare = Accounts(-1, [0, 0, 0])
        assert float(health_factor(bare, NOW, RULE)) == 0
        assert np.isposinf(loan_to_value(bare, NOW))

    def test_liquidation_price_of_each_coin(self) -> None:
        # BTC carries 22,500, so 1,500 must come from 10 ETH that count for four fifths.
        assert float(liquidation_price(ANA, NOW, RULE, "ETH")) == pytest.approx(187.5)
        # ETH carries 16,000, so 8,000 must come from one BTC that counts for three quarters.
        assert float(liquidation_price(ANA, NOW, RULE, "BTC")) == pytest.approx(32_000 / 3)
        # The debt coin rises until 24,000 of it are worth 38,500.
        assert float(liquidation_price(ANA, NOW, RULE, "DAI")) == pytest.approx(77 / 48)

    def test_liquidation_price_has_no_answer_where_price_cannot_matter(self) -> None:
        covered = Accounts(0, [10, 1, -20_000])  # BTC alone carries it
        for loan, rule, coin in [
            (covered, RULE, "ETH"),
            (Accounts(0, [1, 0, 0]), RULE, "ETH"),
            (Accounts(-1, [1, 0, 0]), RULE, "BTC"),
            (Accounts(-1, [1, 0, 0]), weighted_collateral(0.0), "ETH"),
        ]:
            assert np.isnan(liquidation_price(loan, NOW, rule, coin))

    def test_prices_for_each_market(self) -> None:
        crash = with_price(NOW, "ETH", [2_000, 187.5, 100])
        assert (headroom(ANA, crash, RULE) < 0).tolist() == [False, False, True]
        assert health_factor(ANA, crash, RULE)[2] == pytest.approx(23_300 / 24_000)


class TestBadDebt:
    def test_what_the_collateral_does_not_reach(self) -> None:
        loans = Accounts(0, [[10, 0, -20_000], [10, 0, -20_500], [0, 0, -5]])
        assert bad_debt(loans, NOW).tolist() == [0, 500, 5]

    def test_what_it_cannot_repay_once_each_incentive_is_paid(self) -> None:
        # 20,000 at 1.25 and 30,000 at 1.2 repay 16,000 and 25,000; cash repays itself.
        loan = Accounts(500, [10, 1, -42_000])
        assert float(bad_debt(loan, NOW, [1.25, 1.2, 1.0])) == pytest.approx(500)
        assert float(bad_debt(loan, NOW)) == 0

    def test_it_is_what_liquidating_all_of_it_leaves(self) -> None:
        loan, coin = Accounts(0, [10, 1, -42_000]), [("ETH", 1.25), ("BTC", 1.2)]
        left = loan
        for name, times in coin:
            repay = CloseFactor(1.0, debt="DAI", collateral=name)
            left = liquidate(left, NOW, RULE, repay, LiquidationIncentive(times)).accounts
        assert left.quantity.tolist() == pytest.approx([0, 0, -1_000])
        assert float(bad_debt(loan, NOW, [1.25, 1.2, 1.0])) == pytest.approx(1_000)


CLOSING = market.at(instruments.cash(["ETH", "DAI", "EUR"], currency="USD"), [1_000, 1, 1.25])
ETHER_ONLY = weighted_collateral([0.8, 0.0, 0.0])
HALF = {"share": 0.5}
# Half of all debts; everything at a health of 0.95, or where debt or collateral is below 2,000.
TWO_SPEEDS = {"share": 0.5, "of_all_debt": True, "full_at": 0.95, "small": 2_000}


def closed(
    loan: Accounts, incentive: float, now: Market = CLOSING, share: float = 1.0, **terms: Any
) -> Liquidated:
    policy = CloseFactor(share, **({"debt": "DAI", "collateral": "ETH"} | terms))
    return liquidate(loan, now, ETHER_ONLY, policy, LiquidationIncentive(incentive))


class TestClosing:
    @pytest.mark.parametrize(
        ("quantity", "rule", "debt", "most"),
        [
            pytest.param([10, -8_000, 0], HALF, "DAI", 0, id="health 1 is safe"),
            pytest.param([10, -8_200, 0], HALF, "DAI", 4_100, id="half"),
            pytest.param([10, -5_000, -3_000], HALF, "EUR", 1_500, id="half of that coin's debt"),
            pytest.param([10, -5_000, -2_560], TWO_SPEEDS, "DAI", 4_100, id="half of all debts"),
            pytest.param([10, -5_000, -2_560], TWO_SPEEDS, "EUR", 2_560, id="that debt is less"),
            pytest.param([9.5, -8_000, 0], TWO_SPEEDS, "DAI", 8_000, id="all at 0.95"),
            pytest.param([2.4, -1_990, 0], TWO_SPEEDS, "DAI", 1_990, id="all of a small debt"),
            pytest.param([2.4, -2_000, 0], TWO_SPEEDS, "DAI", 1_000, id="half of one just not"),
        ],
    )
    def test_close_factor(
        self, quantity: list[float], rule: dict[str, Any], debt: str, most: float
    ) -> None:
        done = closed(Accounts(0, quantity), 1.0, **rule, debt=debt)
        repaid = done.traded[CLOSING.instruments.index(debt)]
        assert float(repaid) == pytest.approx(most, rel=1e-12)

    def test_all_may_be_repaid_for_a_small_collateral(self) -> None:
        loan = Accounts(-3_080, [1.9, 1_900, 0])
        fallen = with_price(CLOSING, "ETH", 900)  # carries 1,368 + 1,710 = 3,078
        repay = CloseFactor(debt="USD", collateral="ETH", **TWO_SPEEDS)
        traded = repay(
            loan, fallen, weighted_collateral([0.8, 0.9, 0.0]), LiquidationIncentive(1.0)
        )
        assert traded[0] == -1.9  # worth 1,710, which is less than 2,000

    def test_a_venue_may_open_the_loan_at_health_one(self) -> None:
        loan, policy = Accounts(0, [10, -7_500, 0]), CloseFactor(0.5, "DAI", "ETH")
        rule = weighted_collateral([0.75, 0.0, 0.0])
        done = liquidate(loan, CLOSING, rule, policy, equality_is_safe=False)
        assert done.traded[1] == 3_750
        assert not liquidate(loan, CLOSING, rule, policy).traded.any()

    def test_seizure_moves_value_times_incentive(self) -> None:
        done = closed(Accounts(0, [10, 0, -6_600]), 1.05, debt="EUR", share=1_600 / 6_600)
        assert done.traded == pytest.approx([-2.1, 0, 1_600])  # 2,000 USD, and five per cent
        assert float(done.fee) == pytest.approx(100)
        assert float(done.accounts.cash) == 0

    def test_where_collateral_runs_out_it_all_goes_and_bad_debt_stays(self) -> None:
        done = closed(Accounts(0, [10, -9_500, 0]), 1.25)
        assert done.accounts.quantity == pytest.approx([0, -1_500, 0])
        assert done.traded[0] == -10
        assert float(bad_debt(done.accounts, CLOSING)) == pytest.approx(1_500)
        # The liquidator pays 8,000 of the debt coin for ten coins, and the bonus is in them.
        assert done.taken.quantity == pytest.approx([10, -8_000, 0])
        assert float(done.taken.cash + done.fee) == pytest.approx(0)

    def test_a_debt_in_the_ledger_is_repaid_with_what_is_sold(self) -> None:
        done = closed(Accounts(-8_200, [10, 0, 0]), 1.1, debt="USD", share=4_000 / 8_200)
        assert float(done.accounts.cash) == pytest.approx(-4_200)
        assert done.accounts.quantity[0] == pytest.approx(5.6)
        assert float(done.fee) == pytest.approx(400)

    @pytest.mark.parametrize(
        ("held", "share", "repaid"),
        [(5, 2_000 / 3_000, 2_000), (5, 2_001 / 3_000, 0), (5, 1, 3_000),
         (2.5, 1_600 / 3_000, 0), (2.5, 1, 2_500)],
    )  # fmt: skip
    def test_what_would_leave_dust_is_refused(
        self, held: float, share: float, repaid: float
    ) -> None:
        policy = CloseFactor(share, "DAI", "ETH", least_left=1_000)
        loan = Accounts(0, [held, -3_000, 0])
        assert policy(loan, CLOSING, ETHER_ONLY)[1] == pytest.approx(repaid)

    def test_worthless_collateral_is_seized_for_nothing(self) -> None:
        # A vault's own case: the price is zero, 0 is repaid and 100 are seized.
        assert [float(each) for each in _exchanged(np.array(5.0), np.array(0.0), 1.05)] == [0, 0]
        policy = CloseFactor(1.0, "DAI", "ETH")
        worthless = with_price(CLOSING, "ETH", 1e-300)
        traded = policy(Accounts(0, [100, -5, 0]), worthless, ETHER_ONLY)
        assert traded.tolist() == [-100, pytest.approx(0, abs=1e-290), 0]

    def test_the_toxic_zone(self) -> None:
        # Threshold 0.8 and incentive 1.1: below a health of 0.88 a liquidation makes it worse.
        assert float(toxic_below(0.8, 1.1)) == pytest.approx(0.88)
        for debt, sign in [(9_000, 1), (8_000 / 0.88, 0), (9_200, -1)]:
            loan = Accounts(0, [10, -debt, 0])
            after = closed(loan, 1.1, share=2_000 / debt).accounts
            change = health_factor(after, CLOSING, ETHER_ONLY) - health_factor(
                loan, CLOSING, ETHER_ONLY
            )
            assert np.sign(np.round(change, 10)) == sign

    def test_the_ratio_after_is_that_of_the_accounts_after(self) -> None:
        after = closed(Accounts(-8_200, [10, 0, 0]), 1.05, debt="USD", share=0.5).accounts
        found = loan_to_value_after(0.82, 0.5, 1.05)
        assert float(loan_to_value(after, CLOSING)) == pytest.approx(float(found))
        assert np.isnan(loan_to_value_after(1.5, 0.9, 1.05))


often = settings(deadline=None, max_examples=150, derandomize=True)
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
        before, line = health_factor(loan, now, rule), toxic_below(weight[1], incentive)
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
        health, line = health_factor(loan, now, rule), toxic_below(threshold, incentive)
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


SPIRALLING = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])


def spiral(
    debt: object = 8_200.0,
    depth: object = 10.0,
    incentive: float = 1.05,
    share: float = 0.5,
    weight: float = 0.8,
    **terms: Any,
) -> LoanSpiral:
    loan, book = Accounts(-np.asarray(debt, dtype=float), [10]), linear_book(depth)  # type: ignore[arg-type]
    policy, rule = CloseFactor(share, "USD", "ETH"), weighted_collateral(weight)
    return liquidation_spiral(loan, SPIRALLING, rule, policy, incentive, book, **terms)


class TestSpiral:
    @given(ratio=st.floats(0.3, 1.2), repaid=st.floats(0.01, 0.5), incentive=st.floats(1, 1.3))
    def test_a_liquidation_raises_the_loan_to_value_only_above_the_line(
        self, ratio: float, repaid: float, incentive: float
    ) -> None:
        after = float(loan_to_value_after(ratio, repaid, incentive))
        line = float(toxic_loan_to_value(incentive))
        if abs(ratio - line) > 1e-9:
            assert (after > ratio) == (ratio > line)

    @given(threshold=st.floats(0.1, 1), incentive=st.floats(1, 1.3))
    def test_the_line_is_that_of_health(self, threshold: float, incentive: float) -> None:
        health = toxic_below(threshold, incentive)
        assert threshold / health == pytest.approx(float(toxic_loan_to_value(incentive)))

    @given(health=st.floats(1, 3), threshold=st.floats(0.3, 0.95), incentive=st.floats(1, 1.2))
    def test_the_two_drops_are_where_health_and_collateral_say_so(
        self, health: float, threshold: float, incentive: float
    ) -> None:
        loan = Accounts(-10_000 * threshold / health, [10])

        def at(drop: float) -> Market:
            return with_price(SPIRALLING, "ETH", 1_000 * (1 - drop))

        first = at(float(eligible_drop(health)))
        assert float(health_factor(loan, first, weighted_collateral(threshold))) == pytest.approx(1)
        last = at(float(exhausted_drop(health, threshold, incentive)))
        assert float(bad_debt(loan, last, incentive)) == pytest.approx(0, abs=1e-8)
        worth = float(collateral_value(loan, last))
        assert worth == pytest.approx(incentive * 10_000 * threshold / health)

    @pytest.mark.parametrize("depth", [0.2, 0.5, 2.0, 10.0])
    def test_depth_is_slippage(self, depth: float) -> None:
        # 10 ETH in a book of depth within 1 %: selling depth / 0.01 would take the whole price.
        line = float(toxic_loan_to_value(1.05, slippage=1 + 10 / (100 * depth)))
        for side, worsens in [(0.999, False), (1.001, True)]:
            with pytest.raises(NotSettled) as stopped:
                spiral(10_000 * line * side, depth, share=1e-5, weight=line * 0.5, most_rounds=1)
            before, after = stopped.value.last.loan_to_value  # type: ignore[attr-defined]
            assert (after > before) == worsens

    def test_a_spiral_is_what_a_loop_by_hand_gives(self) -> None:
        debt, held, sold, price = 8_200.0, 10.0, 0.0, 1_000.0
        prices, health = [price], [held * price * 0.8 / debt]
        while health[-1] < 1:
            repaid = 0.5 * debt
            seized = repaid * 1.05 / price
            debt, held, sold = debt - repaid, held - seized, sold + seized
            price = 1_000 * (1 - 0.01 * sold / 0.3)
            prices.append(price)
            health.append(held * price * 0.8 / debt)
        found = spiral(depth=0.3)
        assert found.price == pytest.approx(np.array(prices))
        assert found.health == pytest.approx(np.array(health))
        assert len(prices) == 4
        assert found.recovers

    def test_a_safe_loan_is_left_alone(self) -> None:
        found = spiral(debt=7_000)
        assert found.price.tolist() == [1_000]
        assert found.recovers

    def test_thin_markets_end_in_bad_debt(self) -> None:
        found = spiral(depth=[10.0, 0.3, 0.25, 0.2])
        assert found.recovers.tolist() == [True, True, False, False]
        assert np.all(np.diff(found.bad_debt[-1]) >= 0)
        assert np.all(np.diff(found.price, axis=0) <= 0)
        assert found.price[-1, 2] == pytest.approx(600)  # all ten are sold
        assert np.array_equal(found.health[-1] == 0, ~found.recovers)

    def test_other_laws_of_impact_will_do(self) -> None:
        loan, policy = Accounts([-8_200.0, -9_000.0], [10]), CloseFactor(0.5, "USD", "ETH")
        root = square_root_law(volume=100, volatility=0.05)
        for law in (root, linear_book(depth=100)):
            found = liquidation_spiral(
                loan, SPIRALLING, weighted_collateral(0.8), policy, 1.05, law
            )
            assert found.health.shape[1:] == (2,)
            assert np.all(found.price[-1] < 1_000)

    def test_a_spiral_that_takes_too_long_says_so(self) -> None:
        with pytest.raises(NotSettled, match="after 2 rounds") as stopped:
            spiral(debt=9_900, share=0.01, most_rounds=2)
        assert stopped.value.last.price.shape == (3,)  # type: ignore[attr-defined]


MIXED = market.at(
    instruments.join(instruments.cash(["ETH"]), instruments.linear(["PERP"])), [2_000, 2_000]
)
BAD: dict[str, tuple[Callable[[], object], str]] = {
    "percent": (
        lambda: weighted_collateral(80),
        r"initial must be a fraction; got 80, did you mean 0.8\?",
    ),
    "a contract in a loan": (
        lambda: health_factor(Accounts(0, [1, -1]), MIXED, weighted_collateral(0.8)),
        r"a loan holds coins, and 'PERP' is none; make it with instruments.cash",
    ),
    "a bonus for an incentive": (
        lambda: LiquidationIncentive(0.05),
        r"times must be at least 1; got 0.05, did you mean 1.05\?",
    ),
    "a spiral of another policy": (
        lambda: liquidation_spiral(ANA, NOW, RULE, 0.5, 1.05, linear_book(1)),  # type: ignore[arg-type]
        r"policy must be CloseFactor .*; got 0.5",
    ),
    "incentives for other coins": (
        lambda: bad_debt(ANA, NOW, [1.05, 1.1]),
        r"incentive must be one number or 3, one for each coin \(ETH, BTC, DAI\); got shape \(2,\)",
    ),
    "a rate for an incentive": (
        lambda: closed_with_a_rate(),
        r"fee must be the incentive where a loan is closed, such as LiquidationIncentive\(1.05\)",
    ),
    "an unknown debt": (
        lambda: CloseFactor(0.5, "DIA", "ETH")(ANA, NOW, RULE),
        r"debt 'DIA' is not known; did you mean 'DAI'\?",
    ),
    "an unknown collateral": (
        lambda: CloseFactor(0.5, "DAI", "BTX")(ANA, NOW, RULE),
        "instrument 'BTX' is not known; did you mean 'BTC'",
    ),
    "a close factor in per cent": (
        lambda: CloseFactor(50, "DAI", "ETH"),
        r"share must be a fraction; got 50, did you mean 0.5\?",
    ),
    "a negative limit": (
        lambda: CloseFactor(0.5, "DAI", "ETH", small=-1),
        "small must not be negative",
    ),
    "no slippage": (
        lambda: toxic_loan_to_value(1.05, 0.9),
        "slippage must be at least 1; got 0.9",
    ),
    "no book": (lambda: spiral(depth=0.04), "impact must leave a price above zero"),
    "half a round": (lambda: spiral(most_rounds=0.5), "most_rounds must be a whole number"),
}


def closed_with_a_rate() -> object:
    return liquidate(ANA, with_price(NOW, "ETH", 100), RULE, CloseFactor(1, "DAI", "ETH"), 0.05)


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()
