"""Liquidation and absorption of loans, on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import instruments, lending, market
from marginlib.accounts import Accounts, merge
from marginlib.lending import CloseFactor

COINS = instruments.cash(["ETH", "DAI", "EUR"], currency="USD")
NOW = market.at(COINS, [1_000, 1, 1.25])
THRESHOLD = [0.8, 0.0, 0.0]
HALF = CloseFactor(share=0.5)
# Half of all debts; everything at a health of 0.95, or where debt or collateral is below 2,000.
TWO_SPEEDS = CloseFactor(share=0.5, of_all_debt=True, full_at=0.95, small=2_000)


def allowed(quantity: list[float], rule: CloseFactor, debt: str = "DAI") -> float:
    loan = Accounts(0, quantity)
    return float(lending.largest_repayment(loan, NOW, THRESHOLD, rule, debt, "ETH"))


@pytest.mark.parametrize(
    ("quantity", "rule", "debt", "most"),
    [
        pytest.param([10, -8_000, 0], HALF, "DAI", 0, id="health 1 is safe"),
        pytest.param([10, -8_200, 0], HALF, "DAI", 4_100, id="half"),
        pytest.param([10, -5_000, -3_000], HALF, "EUR", 1_500, id="half of that coin's debt"),
        pytest.param([10, -5_000, -2_560], TWO_SPEEDS, "DAI", 4_100, id="half of all debts"),
        pytest.param([10, -5_000, -2_560], TWO_SPEEDS, "EUR", 2_560, id="that coin's debt is less"),
        pytest.param([9.5, -8_000, 0], TWO_SPEEDS, "DAI", 8_000, id="all at 0.95"),
        pytest.param([2.4, -1_990, 0], TWO_SPEEDS, "DAI", 1_990, id="all of a small debt"),
        pytest.param(
            [2.4, -2_000, 0], TWO_SPEEDS, "DAI", 1_000, id="half of a debt just not small"
        ),
    ],
)
def test_close_factor(quantity: list[float], rule: CloseFactor, debt: str, most: float) -> None:
    assert allowed(quantity, rule, debt) == pytest.approx(most, rel=1e-12)


def test_all_may_be_repaid_for_a_small_collateral() -> None:
    thresholds = [0.8, 0.9, 0.0]
    loan = Accounts(-3_080, [1.9, 1_900, 0])  # carries 1,520 + 1,710 = 3,230 at first
    fallen = market.with_price(NOW, "ETH", 900)  # and 1,368 + 1,710 = 3,078 now
    most = lending.largest_repayment(loan, fallen, thresholds, TWO_SPEEDS, "USD", "ETH")
    assert float(most) == 3_080


def test_a_strict_trigger_opens_the_loan_at_health_one() -> None:
    loan = Accounts(0, [10, -8_000, 0])
    most = lending.largest_repayment(
        loan, NOW, THRESHOLD, HALF, "DAI", "ETH", equality_is_safe=False
    )
    assert float(most) == 4_000


def test_seizure_moves_value_times_incentive() -> None:
    loan = Accounts(0, [10, 0, -6_600])
    terms = lending.seizure(loan, NOW, "EUR", "ETH", repaid=1_600, incentive=1.05)
    assert float(terms.repaid) == 1_600
    assert float(terms.seized) == pytest.approx(2.1)  # 2,000 USD, and five per cent


def test_no_more_is_repaid_than_owed() -> None:
    terms = lending.seizure(Accounts(0, [10, -500, 0]), NOW, "DAI", "ETH", 9_999, incentive=1.1)
    assert (float(terms.repaid), float(terms.seized)) == pytest.approx((500, 0.55))


def test_where_collateral_runs_out_it_all_goes_and_bad_debt_stays() -> None:
    loan, liquidator = Accounts(0, [10, -9_500, 0]), Accounts(0, [0, 20_000, 0])
    terms = lending.seizure(loan, NOW, "DAI", "ETH", repaid=9_500, incentive=1.25)
    after = lending.liquidate(loan, liquidator, NOW, "DAI", "ETH", terms)
    assert after.borrower.quantity.tolist() == [0, -1_500, 0]
    assert after.liquidator.quantity.tolist() == [10, 12_000, 0]
    assert float(lending.bad_debt(after.borrower, NOW)) == 1_500


def test_the_lender_keeps_a_part_of_the_bonus() -> None:
    loan, liquidator = Accounts(-8_200, [10, 0, 0]), Accounts(5_000, [0, 0, 0])
    terms = lending.seizure(loan, NOW, "USD", "ETH", repaid=4_000, incentive=1.1, fee=0.25)
    after = lending.liquidate(loan, liquidator, NOW, "USD", "ETH", terms)
    assert after.liquidator.quantity[0] == pytest.approx(4.3)  # 4 for the debt, 0.3 of the bonus
    assert after.lender.quantity[0] == pytest.approx(0.1)
    assert after.borrower.quantity[0] == pytest.approx(5.6)
    assert (float(after.borrower.cash), float(after.liquidator.cash)) == (-4_200, 1_000)
    assert float(after.lender.cash) == 0


def test_what_would_leave_dust_is_refused() -> None:
    loan = Accounts(0, [5, -3_000, 0])
    offers = [2_000.0, 2_001.0, 3_000.0]  # leaves 1,000 of debt; leaves less; clears it
    terms = lending.seizure(loan, NOW, "DAI", "ETH", offers, incentive=1.0, least_left=1_000)
    assert terms.repaid.tolist() == [2_000, 0, 3_000]
    assert terms.seized.tolist() == [2, 0, 3]
    poor = Accounts(0, [2.5, -3_000, 0])  # here the collateral would be dust, or is all taken
    terms = lending.seizure(
        poor, NOW, "DAI", "ETH", [1_600, 2_500], incentive=1.0, least_left=1_000
    )
    assert terms.repaid.tolist() == [0, 2_500]


def test_a_liquidator_without_the_coin_takes_the_debt_over() -> None:
    loan, liquidator = Accounts(0, [10, -9_000, 0]), Accounts(0, [20, 0, 0])
    terms = lending.seizure(loan, NOW, "DAI", "ETH", repaid=9_000, incentive=1.0)
    after = lending.liquidate(loan, liquidator, NOW, "DAI", "ETH", terms)
    assert after.liquidator.quantity.tolist() == [29, -9_000, 0]


def test_repayment_to_a_target_health() -> None:
    loan = Accounts(0, [10, -8_400, 0])
    repaid = lending.repayment_to_health(
        loan, NOW, THRESHOLD, "DAI", "ETH", incentive=1.05, target=1.04
    )
    terms = lending.seizure(loan, NOW, "DAI", "ETH", repaid, incentive=1.05)
    after = lending.liquidate(loan, Accounts(0, [0, 0, 0]), NOW, "DAI", "ETH", terms)
    assert float(lending.health_factor(after.borrower, NOW, THRESHOLD)) == pytest.approx(1.04)


def test_repayment_to_health_has_no_answer_where_none_gets_there() -> None:
    loans = Accounts(0, [[10, -8_000, 0], [10, -9_900, 0], [10, -500, -7_000]])
    repaid = lending.repayment_to_health(loans, NOW, THRESHOLD, "DAI", "ETH", incentive=1.05)
    # safe already; toxic, since 0.8 x 1.05 exceeds its health of 0.81; the other debt is too large
    assert repaid.tolist()[:1] == [0]
    assert np.isnan(repaid[1:]).all()


def test_repayment_against_cash_counts_it_in_full() -> None:
    loan = Accounts(1_000, [1, -1_900, 0])
    # Health is 1,800 / 1,900. Each unit repaid frees one of debt for one of cash: no gain at all.
    nowhere = lending.repayment_to_health(loan, NOW, THRESHOLD, "DAI", "USD", incentive=1.0)
    assert np.isnan(nowhere)


def test_the_toxic_zone() -> None:
    # Threshold 0.8 and incentive 1.1: below a health of 0.88 a liquidation makes it worse.
    assert float(lending.toxic_below(0.8, 1.1)) == pytest.approx(0.88)
    loans = Accounts(0, [[10, -9_000, 0], [10, -8_000 / 0.88, 0], [10, -9_200, 0]])
    before = lending.health_factor(loans, NOW, THRESHOLD)
    terms = lending.seizure(loans, NOW, "DAI", "ETH", repaid=2_000, incentive=1.1)
    after = lending.liquidate(loans, Accounts(0, [0, 0, 0]), NOW, "DAI", "ETH", terms).borrower
    change = lending.health_factor(after, NOW, THRESHOLD) - before
    assert change[0] > 0.001
    assert change[1] == pytest.approx(0, abs=1e-12)
    assert change[2] < -0.001


def test_incentives() -> None:
    assert float(lending.incentive_of_threshold(0.86)) == pytest.approx(1 / 0.958)
    assert float(lending.incentive_of_threshold(0.5)) == 1.15  # 1 / 0.85 is more than is ever paid
    assert float(lending.incentive_of_threshold(1.0)) == 1
    assert float(lending.incentive_of_threshold(0.0, cursor=1.0)) == 1.15
    assert lending.discount_of_health([np.inf, 1, 0.95, 0.5], 0.2).tolist() == pytest.approx(
        [0, 0, 0.05, 0.2]
    )


def test_absorption_pays_the_rest_out_or_takes_the_loss() -> None:
    loans, lender = Accounts([-9_000, -9_700], [10, 0, 0]), Accounts(1_000, [1, 0, 0])
    after = lending.absorb(loans, lender, NOW, factor=[0.95, 0, 0])
    assert after.borrower.cash.tolist() == [500, 0]
    assert after.borrower.quantity.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert after.lender.cash.tolist() == [-8_500, -8_700]
    assert after.lender.quantity[:, 0].tolist() == [11, 11]
    assert after.loss.tolist() == [0, 200]


def test_absorption_takes_only_those_chosen_and_can_be_added_up() -> None:
    loans = Accounts(0, [[10, -7_000, 0], [10, -9_000, 0], [1, -2_000, 0]])
    failed = lending.is_liquidatable(loans, NOW, THRESHOLD)
    after = lending.absorb(loans, Accounts(0, [0, 0, 0]), NOW, factor=0.9, which=failed)
    assert after.borrower.quantity.tolist() == [[10, -7_000, 0], [0, 0, 0], [0, 0, 0]]
    assert after.loss.tolist() == [0, 0, 1_100]
    pooled = merge(after.lender)
    assert pooled.quantity.tolist() == [11, -11_000, 0]


def test_store_front_never_sells_below_what_was_credited() -> None:
    factors = np.linspace(0, 1, 11)
    price = lending.store_front_price(200, factors[:, None], factors)
    assert (price >= 200 * factors - 1e-12).all()
    assert lending.store_front_quote([0, 160], 2, 200, 0.5, 0.6).tolist() == [0, 2]


def test_write_off_frees_only_who_has_nothing_left_and_owes_enough() -> None:
    loans = Accounts(0, [[0, -300, 0], [0.001, -300, 0], [0, -3, 0], [0, 0, 0]])
    after = lending.write_off(loans, Accounts(0, [0, 900, 0]), NOW, least=10)
    assert after.borrower.quantity[:, 1].tolist() == [0, -300, -3, 0]
    assert after.lender.quantity[:, 1].tolist() == [600, 900, 900, 900]
    assert after.loss.tolist() == [300, 0, 0, 0]
