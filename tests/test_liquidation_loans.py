"""Loans are accounts: their health, and what a liquidation does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from marginlib import instruments, market
from marginlib.accounts import Accounts
from marginlib.liquidation import (
    CloseFactor,
    LiquidationIncentive,
    bad_debt,
    health_factor,
    liquidate,
    liquidation_price,
    loan_to_value,
)
from marginlib.liquidation.execution import Liquidated
from marginlib.liquidation.loan_closing import _exchanged
from marginlib.liquidation.loans import collateral_value, debt_value
from marginlib.margin import free_margin, headroom, weighted_collateral
from marginlib.market import Market, with_price
from marginlib.venues.protocols.incentives import loan_to_value_after

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
