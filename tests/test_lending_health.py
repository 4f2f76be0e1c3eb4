"""Health, liquidity and liquidation price of loans, on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import instruments, lending, market
from marginlib.accounts import Accounts, equity
from marginlib.liquidation import liquidation_price
from marginlib.margin import Haircut, MarginModel, Requirement
from marginlib.market import Market

COINS = instruments.cash(["ETH", "BTC", "DAI"], currency="USD")
NOW = market.at(COINS, [2_000, 30_000, 1])
THRESHOLD = [0.8, 0.75, 0.0]
ANA = Accounts(0, [10, 1, -24_000])  # carries 16,000 + 22,500 = 38,500


def haircut_margin(threshold: list[float]) -> MarginModel:
    """Return a loan as a margin model: the requirement is the collateral that does not count."""

    def model(accounts: Accounts, now: Market) -> Requirement:
        value = np.maximum(accounts.quantity * now.value, 0)
        haircut = (value * (1 - np.asarray(threshold))).sum(axis=-1)
        return Requirement(haircut, haircut)

    return model


def test_two_collaterals_and_one_debt() -> None:
    assert float(lending.collateral_value(ANA, NOW)) == 50_000
    assert float(lending.debt_value(ANA, NOW)) == 24_000
    assert float(lending.borrowing_power(ANA, NOW, THRESHOLD)) == 38_500
    assert float(lending.liquidity(ANA, NOW, THRESHOLD)) == 14_500
    assert float(lending.shortfall(ANA, NOW, THRESHOLD)) == 0
    assert float(lending.health_factor(ANA, NOW, THRESHOLD)) == pytest.approx(38_500 / 24_000)
    assert float(lending.loan_to_value(ANA, NOW)) == 0.48
    assert float(lending.value_held(ANA, NOW, "DAI")) == -24_000


def test_cash_is_a_debt_below_zero_and_counts_in_full_above() -> None:
    owing, owning = Accounts(-1_000, [1, 0, 0]), Accounts(1_000, [1, 0, -2_000])
    assert float(lending.health_factor(owing, NOW, THRESHOLD)) == pytest.approx(1.6)
    assert float(lending.borrowing_power(owning, NOW, THRESHOLD)) == pytest.approx(2_600)
    assert float(lending.value_held(owing, NOW, "USD")) == -1_000


def test_without_debt_health_is_infinite_and_nothing_is_liquidatable() -> None:
    loans = Accounts(0, [[1, 0, 0], [0, 0, 0]])
    assert np.isposinf(lending.health_factor(loans, NOW, THRESHOLD)).all()
    assert not lending.is_liquidatable(loans, NOW, THRESHOLD, equality_is_safe=False).any()
    assert lending.loan_to_value(loans, NOW).tolist() == [0, 0]


def test_without_collateral_health_is_zero() -> None:
    bare = Accounts(-1, [0, 0, 0])
    assert float(lending.health_factor(bare, NOW, THRESHOLD)) == 0
    assert bool(lending.is_liquidatable(bare, NOW, THRESHOLD))
    assert np.isposinf(lending.loan_to_value(bare, NOW))


@pytest.mark.parametrize(
    ("debt", "safe", "strictly_safe"), [(1_599, 1, 1), (1_600, 1, 0), (1_601, 0, 0)]
)
def test_a_health_of_one_is_safe_or_not_as_the_rule_says(
    debt: float, safe: int, strictly_safe: int
) -> None:
    loan = Accounts(-debt, [1, 0, 0])
    assert bool(lending.is_liquidatable(loan, NOW, THRESHOLD)) is not bool(safe)
    at_edge = lending.is_liquidatable(loan, NOW, THRESHOLD, equality_is_safe=False)
    assert bool(at_edge) is not bool(strictly_safe)


def test_liquidation_price_of_each_coin() -> None:
    # BTC carries 22,500, so 1,500 must come from 10 ETH that count for four fifths.
    assert float(lending.liquidation_price(ANA, NOW, THRESHOLD, "ETH")) == pytest.approx(187.5)
    # ETH carries 16,000, so 8,000 must come from one BTC that counts for three quarters.
    assert float(lending.liquidation_price(ANA, NOW, THRESHOLD, "BTC")) == pytest.approx(32_000 / 3)
    # The debt coin rises until 24,000 of it are worth 38,500.
    assert float(lending.liquidation_price(ANA, NOW, THRESHOLD, "DAI")) == pytest.approx(77 / 48)


def test_liquidation_price_has_no_answer_where_price_cannot_matter() -> None:
    covered = Accounts(0, [10, 1, -20_000])  # BTC alone carries it
    assert np.isnan(lending.liquidation_price(covered, NOW, THRESHOLD, "ETH"))
    assert np.isnan(lending.liquidation_price(Accounts(0, [1, 0, 0]), NOW, THRESHOLD, "ETH"))
    assert np.isnan(lending.liquidation_price(Accounts(-1, [1, 0, 0]), NOW, THRESHOLD, "BTC"))
    assert np.isnan(lending.liquidation_price(Accounts(-1, [1, 0, 0]), NOW, 0.0, "ETH"))


@pytest.mark.parametrize("coin", ["ETH", "BTC", "DAI"])
@pytest.mark.parametrize("model", [haircut_margin(THRESHOLD), Haircut([0.2, 0.25, 1.0])])
def test_a_loan_is_a_margin_account_with_a_haircut(coin: str, model: MarginModel) -> None:
    searched = liquidation_price(ANA, NOW, model, coin)
    assert float(searched) == pytest.approx(
        float(lending.liquidation_price(ANA, NOW, THRESHOLD, coin)), rel=1e-9
    )
    headroom = equity(ANA, NOW) - model(ANA, NOW).maintenance
    assert float(headroom) == pytest.approx(float(lending.liquidity(ANA, NOW, THRESHOLD)))


def test_a_threshold_for_each_account_and_prices_for_each_market() -> None:
    strict = [[0.8, 0.75, 0.0], [0.4, 0.0, 0.0]]
    assert lending.borrowing_power(ANA, NOW, strict).tolist() == [38_500, 8_000]
    falling = market.moved(NOW, [[0.0], [-0.5]])
    assert lending.health_factor(ANA, falling, THRESHOLD).tolist() == pytest.approx(
        [38_500 / 24_000, 38_500 / 24_000]
    )
    crash = market.with_price(NOW, "ETH", [2_000, 187.5, 100])
    assert lending.is_liquidatable(ANA, crash, THRESHOLD).tolist() == [False, False, True]


def test_bad_debt_is_what_the_collateral_does_not_reach() -> None:
    loans = Accounts(0, [[10, 0, -20_000], [10, 0, -20_500], [0, 0, -5]])
    assert lending.bad_debt(loans, NOW).tolist() == [0, 500, 5]
