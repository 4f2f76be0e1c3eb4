from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, equity, notional, open_accounts, position_value, trade
from marginlib.instruments import cash, join, linear
from marginlib.margin import (
    ClosingFee,
    FixedRate,
    Requirement,
    Tiered,
    at_leverage,
    free_margin,
    headroom,
    largest_position,
    margin_ratio,
    on_entry,
)
from marginlib.margin.asking import lines
from marginlib.margin.schedule import Schedule

MIXED = join(linear(["BTC", "ETH"]), cash(["SOL"]))
PRICES = market.at(MIXED, [20_000, 1_500, 30])
ANA = open_accounts(collateral=5_000, quantity=[1, -4, 10], market=PRICES)
TABLE = Schedule.continuous([0, 10_000], [0.01, 0.05])


def one_tenth(accounts: Accounts, now: market.Market) -> Requirement:
    size = notional(accounts, now).sum(axis=-1)
    return Requirement(initial=size / 10, maintenance=size / 20)


def parts(requirement: Requirement) -> tuple[float, float]:
    return float(requirement.initial), float(requirement.maintenance)


def test_one_rate_or_one_for_each() -> None:
    assert parts(FixedRate(0.1, 0.05)(ANA, PRICES)) == pytest.approx((2_600, 1_300))
    each = FixedRate([0.1, 0.2, 0.9], [0.05, 0.1, 0.9])
    assert parts(each(ANA, PRICES)) == pytest.approx((3_200, 1_600))


def test_tiers_charge_each_position_by_its_own_size() -> None:
    rule = Tiered(initial=TABLE.at_leverage(10), maintenance=TABLE)
    assert parts(rule(ANA, PRICES)) == pytest.approx((2_600, 600 + 60))
    each = Tiered(initial=[TABLE] * 3, maintenance=[TABLE, Schedule.stepped([0], [0.5]), TABLE])
    assert parts(each(ANA, PRICES)) == pytest.approx((660, 600 + 3_000))


def test_the_closing_fee_belongs_to_maintenance_and_to_initial_if_asked() -> None:
    assert parts(ClosingFee(0.001)(ANA, PRICES)) == pytest.approx((0, 26))
    assert parts(ClosingFee(0.001, initial=True)(ANA, PRICES)) == pytest.approx((26, 26))


def test_models_add_up_and_scale() -> None:
    rule = 2 * (FixedRate(0.1, 0.05) + ClosingFee(0.001)) + one_tenth
    assert parts(rule(ANA, PRICES)) == pytest.approx((5_200 + 2_600, 2 * 1_326 + 1_300))
    assert parts((one_tenth + FixedRate(0.1, 0.05) * 0.5)(ANA, PRICES)) == pytest.approx(
        (2_600 + 1_300, 1_300 + 650)
    )


def test_requirements_add_scale_and_compare() -> None:
    first, second = Requirement([1.0, 5.0], [1.0, 1.0]), Requirement([2.0, 3.0], [0.0, 2.0])
    assert (first + second).initial.tolist() == [3, 8]
    assert (first * 3).maintenance.tolist() == [3, 3]
    assert first.at_least(second).initial.tolist() == [2, 5]
    assert first.at_least(second).maintenance.tolist() == [1, 2]
    with pytest.raises(MarginError, match=r"maintenance\[1\] must not be negative"):
        Requirement([1, 1], [1, -1])


def test_on_entry_keeps_the_requirement_of_the_entry() -> None:
    rule = on_entry(FixedRate(0.1, 0.05), PRICES)
    later = market.moved(PRICES, [[0.1, 0.0, 0.0], [-0.1, 0.0, 0.0]])
    assert rule(ANA, later).maintenance == pytest.approx(np.array([1_300, 1_300]))


def test_lines_say_what_the_model_says() -> None:
    rules = [
        FixedRate(0.1, 0.05),
        Tiered(TABLE, [TABLE, Schedule.stepped([0], [0.02]), TABLE]),
        Tiered(TABLE, TABLE) + 3 * ClosingFee([0.001, 0.002, 0.003]),
        on_entry(Tiered(TABLE, TABLE), market.moved(PRICES, 0.5)) + ClosingFee(0.001),
        Tiered(TABLE, TABLE) + Tiered(TABLE, Schedule.continuous([0, 1_000], [0.02, 0.03])),
    ]
    crowd = open_accounts(collateral=5_000, quantity=[[1, -4, 10], [0.1, 50, 0]], market=PRICES)
    for accounts in (ANA, crowd):
        for rule in rules:
            for index in range(3):
                moving = lines(rule, accounts, PRICES, index)
                size = np.abs(position_value(accounts, PRICES))[..., index]
                whole = rule(accounts, PRICES).maintenance
                assert moving.maintenance(size) == pytest.approx(whole)


def test_what_jumps_or_is_only_a_function_has_no_lines() -> None:
    jumps = Tiered(TABLE, Schedule.stepped([0, 10_000], [0.01, 0.05]))
    without = [one_tenth, jumps, jumps + ClosingFee(0.001), ClosingFee(0.001) + one_tenth]
    without += [jumps + jumps + jumps, 2 * jumps]
    for rule in without:
        assert lines(rule, ANA, PRICES, 0) is None


def test_a_jump_elsewhere_or_long_ago_leaves_the_lines() -> None:
    jumps = Schedule.stepped([0, 10_000], [0.01, 0.05])
    elsewhere = Tiered(TABLE, [TABLE, jumps, TABLE])
    assert lines(elsewhere, ANA, PRICES, 0).constant == pytest.approx(60)
    long_ago = on_entry(Tiered(TABLE, jumps), PRICES)
    assert lines(long_ago, ANA, market.moved(PRICES, 1.0), 0).constant == pytest.approx(1_060)


def test_leverage_raises_the_initial_requirement_only() -> None:
    rule = at_leverage(FixedRate(0.01, 0.005) + ClosingFee(0.001, initial=True), 5)
    assert parts(rule(ANA, PRICES)) == pytest.approx((26_000 * 0.201, 26_000 * 0.006))
    # Five times is five times, whatever the rates are multiplied by, as long as they ask for less.
    scaled = at_leverage(2 * on_entry(FixedRate(0.01, 0.005), PRICES), 5)
    assert parts(scaled(ANA, PRICES)) == pytest.approx((5_200, 2 * 130))
    steep = at_leverage(2 * FixedRate(0.2, 0.005), 2.5)
    assert parts(steep(ANA, PRICES)) == pytest.approx((0.4 * 26_000, 2 * 130))
    assert at_leverage(TABLE, 20).rate[0] == 0.05


def test_leverage_may_differ_between_instruments() -> None:
    each = at_leverage(FixedRate(0.01, 0.005), [10, 20, 100])
    assert each(ANA, PRICES).initial == pytest.approx(20_000 / 10 + 6_000 / 20)
    for tiers in [Tiered(TABLE, TABLE), Tiered([TABLE] * 3, TABLE)]:
        assert at_leverage(tiers, [10, 20, 1])(ANA, PRICES).initial == pytest.approx(2_300)
    assert at_leverage(Tiered([TABLE] * 3, TABLE), 10)(ANA, PRICES).initial == pytest.approx(2_600)


def test_leverage_needs_a_model_that_has_one() -> None:
    with pytest.raises(MarginError, match="no leverage to choose; use FixedRate, Tiered"):
        at_leverage(one_tenth, 5)


def test_ratio_headroom_and_free_margin() -> None:
    rule = FixedRate(0.1, 0.05)
    assert margin_ratio(ANA, PRICES, rule) == pytest.approx(1_300 / 5_000)
    assert headroom(ANA, PRICES, rule) == pytest.approx(3_700)
    assert free_margin(ANA, PRICES, rule) == pytest.approx(2_400)


def test_the_ratio_without_equity() -> None:
    rule = FixedRate(0.1, 0.05)
    broke = Accounts([-20_000, -20_001, -1, 5], [[1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]])
    ratio = margin_ratio(broke, PRICES, rule)
    assert ratio[:2].tolist() == [np.inf, np.inf]
    assert np.isnan(ratio[2])
    assert ratio[3] == 0


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("fee", [0.0, 0.001])
@pytest.mark.parametrize(
    "rule",
    [
        FixedRate(0.1, 0.05),
        Tiered(TABLE.at_leverage(10), TABLE),
        Tiered(Schedule.stepped([0, 30_000, 90_000], [0.05, 0.1, 0.3]), TABLE),
    ],
)
def test_the_largest_position_just_fits(rule, fee: float, side: int) -> None:
    crowd = open_accounts(
        collateral=[5_000, 50_000, 500_000], quantity=[[1, -4, 10], [-1, 2, 0], [0, 0, 0]],
        market=PRICES,
    )  # fmt: skip
    largest = largest_position(crowd, PRICES, rule, "BTC", fee=fee, side=side)
    assert (np.sign(largest) == side).all()

    def left_after(quantity: np.ndarray) -> np.ndarray:
        bought = quantity[:, None] * [1, 0, 0]
        return free_margin(trade(crowd, PRICES, bought, fee=fee), PRICES, rule)

    assert (left_after(largest) >= 0).all()
    assert (left_after(largest * (1 + 1e-9)) < 0).all()


def test_the_largest_position_of_one_account() -> None:
    rule = FixedRate(0.1, 0.05)
    empty = open_accounts(collateral=2_000, quantity=[0, 0, 0], market=PRICES)
    assert largest_position(empty, PRICES, rule, "BTC") == pytest.approx(1)
    assert largest_position(empty, PRICES, rule, "ETH", side=-1) == pytest.approx(-40 / 3)
    assert largest_position(empty, PRICES, rule, "BTC", fee=0.001) == pytest.approx(1 / 1.01)


def test_nothing_can_be_opened_without_free_margin_and_anything_without_a_rule() -> None:
    rule = FixedRate(0.1, 0.05)
    full = open_accounts(collateral=1_000, quantity=[1, 0, 0], market=PRICES)
    assert largest_position(full, PRICES, rule, "ETH") == 0
    assert largest_position(ANA, PRICES, FixedRate(0, 0), "BTC") == np.inf
    assert largest_position(ANA, PRICES, FixedRate(0, 0), "BTC", side=-1) == -np.inf


def test_closing_comes_before_opening_on_the_other_side() -> None:
    rule = FixedRate(0.1, 0.05)
    full = open_accounts(collateral=1_000, quantity=[1, 0, 0], market=PRICES)
    # Selling one closes the position; the 1,000 then carry a short of 0.5.
    assert largest_position(full, PRICES, rule, "BTC", side=-1) == pytest.approx(-1.5)


def test_requirement_of_many_markets_at_once() -> None:
    grid = market.with_price(PRICES, "BTC", [10_000, 20_000])
    for rule in [FixedRate(0.1, 0.05), Tiered(TABLE.at_leverage(10), TABLE)]:
        assert rule(ANA, grid).initial == pytest.approx(np.array([1_600, 2_600]))
    assert equity(ANA, grid).shape == (2,)
