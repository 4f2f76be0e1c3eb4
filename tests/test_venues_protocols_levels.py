from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, equity, open_accounts
from marginlib.instruments import inverse, linear
from marginlib.liquidation import liquidation_price
from marginlib.margin import (
    FixedCharge,
    FixedRate,
    Model,
    ProfitHaircut,
    free_margin,
    headroom,
    on_entry,
)
from marginlib.margin.asking import lines
from marginlib.venues.protocols.full_collateral import FullCollateral
from marginlib.venues.protocols.funding import FundingMargin, funding_payment
from marginlib.venues.protocols.levels import MarginLevels, Step, next_step
from marginlib.venues.protocols.orders import Orders
from marginlib.venues.protocols.risk_factors import RiskFactors

BOOK = linear(["X", "Y"])
NOW = market.at(BOOK, [100, 10])


def maintenance(rule: Model, *held: float) -> float:
    return float(rule(Accounts(0, held), NOW).maintenance)


def test_a_position_pays_its_sides_factor_and_the_slippage() -> None:
    rule = RiskFactors(long=[0.1, 0.2], short=[0.3, 0.4], slippage=0.05)
    assert maintenance(rule, 2, 0) == pytest.approx(30)
    assert maintenance(rule, -2, 10) == pytest.approx(70 + 25)


@pytest.mark.parametrize(("held", "bids", "need"), [(1, 1, 25), (0, 2, 20), (-1, 1, 30)])
def test_orders_count_on_the_side_that_they_can_open(held: float, bids: float, need: float) -> None:
    # The last bid only closes the short position, which needs its own 30 meanwhile.
    rule = RiskFactors(0.1, 0.25, slippage=0.05, orders=Orders([bids, 0], [0, 0]))
    assert maintenance(rule, held, 0) == pytest.approx(need)


def test_the_worse_side_counts() -> None:
    rule = RiskFactors(0.1, 0.3, slippage=0.05, orders=Orders([1, 0], [2, 0]))
    assert maintenance(rule, 1, 0) == pytest.approx(60)  # short one in the end, by two offers
    assert maintenance(rule, 4, 0) == pytest.approx(4 * 15 + 10)


def test_four_levels_rounded_or_not() -> None:
    rule = RiskFactors(0.1011, 0.2)
    exact = MarginLevels(rule, 1.5, 2, 3).levels(Accounts(0, [1, 0]), NOW)
    assert [float(level) for level in exact] == pytest.approx([10.11, 15.165, 20.22, 30.33])
    whole = MarginLevels(rule, 1.5, 2, 3, whole_units=True).levels(Accounts(0, [1, 0]), NOW)
    assert [float(level) for level in whole] == [11, 16, 22, 33]


def test_the_model_of_the_levels_asks_for_initial_and_maintenance() -> None:
    rule = MarginLevels(FixedRate(0.1, 0.1), 1.1, 1.2, 1.4)
    account = open_accounts(20, [1, 0], NOW)
    assert float(free_margin(account, NOW, rule)) == pytest.approx(8)
    assert float(headroom(account, NOW, rule)) == pytest.approx(10)
    assert float(liquidation_price(account, NOW, rule, "X")) == pytest.approx(80 / 0.9)
    assert lines(MarginLevels(FixedRate(0.1, 0.1), 1, 1, 1, True), account, NOW, 0) is None
    assert rule.fits_any_account


def test_fees_liquidate_and_leverage_reduces() -> None:
    entry = market.at(linear(["X"]), [41_000])
    contract = 1 / 41_000
    no_profit = ProfitHaircut(entry.value, 1)
    fees = on_entry(FixedRate(0.001, 0.001), entry) + FixedCharge(5) + no_profit
    leverage = on_entry(FixedRate(0.02, 0.02), entry) + no_profit
    # 90 of size need 5.09 in fees, 1,000 need 6 in fees but 20 at fifty times.
    for size, collateral, price, step in [
        (90, 9.91, 39_000, Step.NOTHING),
        (90, 9.91, 38_700, Step.LIQUIDATE),
        (1_000, 60, 39_000, Step.REDUCE),
        (1_000, 50, 39_000, Step.LIQUIDATE),
        (1_000, 15, 60_000, Step.REDUCE),  # profit does not help
    ]:
        account = open_accounts(collateral, [size * contract], entry)
        there = market.with_price(entry, "X", price)
        assert int(next_step(account, there, fees, leverage)) == step, (size, price)


def test_funding_is_the_premium_and_a_clamped_interest() -> None:
    unbound = funding_payment(100, 99, 0.05, 1, -9, 9)
    assert float(unbound) == pytest.approx(99 * 0.05)  # interest alone, the premium cancels
    tight = funding_payment(100, 99, 0.05, 1, 0, 0)
    assert float(tight) == pytest.approx(1)  # the premium alone


def test_only_what_is_paid_is_set_aside() -> None:
    rule = FundingMargin([2, -3], 0.5)
    assert maintenance(rule, 4, 2) == pytest.approx(4)
    assert maintenance(rule, -4, -2) == pytest.approx(3)
    account = open_accounts(50, [4, 0], NOW)
    assert float(liquidation_price(account, NOW, rule, "X")) == pytest.approx((350 + 4) / 4)


def test_paid_in_full_nothing_is_left_to_lose() -> None:
    rule = FullCollateral([150, 20])
    for held in ([3, -2], [-3, 2]):
        need = rule(Accounts(0, held), NOW).initial
        account = open_accounts(need, held, NOW)
        corners = [[1e-9, 20], [150, 1e-9], [150, 20], [1e-9, 1e-9], [70, 9]]
        prices = market.at(BOOK, corners)
        left = equity(account, prices)
        assert (left > -1e-6).all()
        assert left.min() == pytest.approx(0, abs=1e-6)
        np.testing.assert_allclose(rule(account, prices).maintenance, left, atol=1e-9)


def test_orders_for_paid_contracts_add_the_larger_side() -> None:
    rule = FullCollateral([150, 20], Orders([1, 0], [2, 5], [90, 1], [110, 12]))
    assert maintenance(rule, 0, 0) == pytest.approx(90 + 40)
    assert maintenance(rule, 1, 0) == pytest.approx(100 + 90 + 40)


def test_inverse_contracts_keep_their_sides() -> None:
    coin = market.at(inverse(["BTCUSD"], size=100), [20_000])
    rule = RiskFactors(0.1, 0.3)
    need = rule(Accounts(1, [[200], [-200]]), coin).maintenance
    assert need.tolist() == pytest.approx([0.1, 0.3])


WITH_LINES = {
    "factors": RiskFactors([0.1, 0.2], 0.3, 0.05),
    "factors and orders": RiskFactors(0.1, 0.3, 0.05, Orders([1, 3], [2, 0])),
    "levels": MarginLevels(RiskFactors(0.1, 0.3), 1.1, 1.2, 1.4),
    "funding": FundingMargin([2, -3], 0.5) + FixedRate(0.1, 0.05),
}


@pytest.mark.parametrize("name", BOOK.names)
@pytest.mark.parametrize("rule", WITH_LINES.values(), ids=WITH_LINES)
def test_lines_say_what_the_model_says(rule: Model, name: str) -> None:
    held = Accounts(0, [[1, -20], [-3, 40], [3, 3]])
    index = BOOK.index(name)
    there = market.with_price(NOW, name, NOW[name] * np.array([0.2, 0.7, 1, 1.4, 3])[:, None])
    moving = lines(rule, held, NOW, index)
    assert moving is not None
    size = np.abs(held.quantity[:, index] * there.value[..., index])
    np.testing.assert_allclose(moving.maintenance(size), rule(held, there).maintenance, rtol=1e-12)


def test_orders_of_each_account_fit_only_those_accounts() -> None:
    own = Orders(np.ones((2, 2)), np.ones((2, 2)))
    assert RiskFactors(0.1, 0.1).fits_any_account
    assert not RiskFactors(0.1, 0.1, orders=own).fits_any_account
    assert FullCollateral(150).fits_any_account
    assert not FullCollateral(150, own).fits_any_account


BAD = [
    (lambda: RiskFactors(-0.1, 0.1), "long must not be negative"),
    (lambda: RiskFactors(0.1, 0.1, slippage=-1), "slippage must not be negative"),
    (lambda: MarginLevels(FixedRate(0, 0), 0.9, 1.2, 1.4), "search must be at least 1"),
    (lambda: MarginLevels(FixedRate(0, 0), 1.1, 1.0, 1.4), "initial must be at least 1.1"),
    (lambda: MarginLevels(FixedRate(0, 0), 1.1, 1.2, 1.1), "release must be at least 1.2"),
    (lambda: funding_payment(0, 1, 0, 1, 0, 0), "contract must be positive"),
    (lambda: funding_payment(1, 1, 0, -1, 0, 0), "years must not be negative"),
    (lambda: funding_payment(1, 1, 0, 1, 0.1, -0.1), "lower must not be above upper"),
    (lambda: FundingMargin(1, -0.5), "factor must not be negative"),
    (lambda: FullCollateral(0), "maximum must be positive"),
    (
        lambda: RiskFactors(0.1, 0.1, orders=Orders([1], [1]))(Accounts(0, [1, 1]), NOW),
        "orders must hold one value for each instrument",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused(make, message: str) -> None:
    with pytest.raises(MarginError, match=message):
        make()
