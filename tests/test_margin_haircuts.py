from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, open_accounts
from marginlib.instruments import cash, join, linear
from marginlib.liquidation import liquidation_price
from marginlib.margin import (
    FixedRate,
    Haircut,
    Model,
    ProfitHaircut,
    TieredHaircut,
    counted_value,
    free_margin,
    headroom,
    margin_ratio,
    weighted_collateral,
)
from marginlib.margin.asking import lines
from marginlib.margin.haircut_rules import FlatHaircut, HaircutPerAsset, HaircutRule, LargestHaircut
from marginlib.venues.protocols.settlement_haircut import SettlementHaircut
from marginlib.venues.protocols.weights import PoolDiscount, PoolPremium, SizeDiscount, SizePremium

COINS = cash(["BTC", "ETH"])
PRICES = market.at(COINS, [20_000, 1_500])
BOOK = join(linear(["PERP", "ALT"]), cash(["BTC", "ETH"]))
NOW = market.at(BOOK, [20_000, 50, 20_000, 1_500])


def maintenance(rule: Model, *held: float, money: float = 0.0) -> float:
    return float(rule(Accounts(money, held), PRICES).maintenance)


def test_assets_lose_and_debts_gain_each_by_its_own_rate() -> None:
    rule = Haircut([0.1, 0.2], [0.05, 0.1], debt_initial=[0.3, 0.4], debt_maintenance=0.2)
    need = rule(Accounts(0, [[1, 10], [1, -10], [-1, 10]]), PRICES)
    assert need.initial.tolist() == pytest.approx([2_000 + 3_000, 2_000 + 6_000, 6_000 + 3_000])
    assert need.maintenance.tolist() == pytest.approx([2_500, 1_000 + 3_000, 4_000 + 1_500])


def test_a_haircut_looks_at_nothing_but_collateral() -> None:
    rule = Haircut(0.1)
    without = rule(Accounts(0, [0, 0, 1, 0]), NOW)
    with_contracts = rule.requirement(Accounts(-9_000, [5, -7, 1, 0]), NOW)
    assert float(with_contracts.initial) == float(without.initial) == pytest.approx(2_000)


def test_weights_are_haircuts_the_other_way_round() -> None:
    rule = weighted_collateral([0.9, 0.8], [0.95, 0.9], liability_initial=[1.1, 1.2])
    same = Haircut([0.1, 0.2], [0.05, 0.1], debt_initial=[0.1, 0.2])
    held = Accounts(0, [[1, 10], [-1, 10], [1, -10]])
    np.testing.assert_allclose(rule(held, PRICES).initial, same(held, PRICES).initial)
    np.testing.assert_allclose(rule(held, PRICES).maintenance, same(held, PRICES).maintenance)


def test_the_price_band_takes_assets_low_and_debts_high() -> None:
    rule = weighted_collateral(0.8, liability_initial=1.25, band=0.02)
    counted = counted_value(Accounts(0, [1, -10]), PRICES, rule)
    np.testing.assert_allclose(counted, [20_000 * 0.98 * 0.8, -15_000 * 1.02 * 1.25])


def test_tiers_of_quantity_and_of_value() -> None:
    by_quantity = Haircut(TieredHaircut([0, 10, 20], [0.98, 0.95, 0], by="quantity"))
    assert maintenance(by_quantity, 25, 0) == pytest.approx(20_000 * (0.2 + 0.5 + 5))
    by_value = Haircut(TieredHaircut([0, 100_000], [1, 0.5], by="value"))
    assert maintenance(by_value, 6, 10) == pytest.approx(10_000)
    assert maintenance(by_value, 0, 0) == 0
    tiers = TieredHaircut([0, 10], [0.98, 0.95], by="quantity")
    first = tiers.rate(np.array([0.0, 1e-9]), np.ones(2))
    np.testing.assert_allclose(first, 0.02)  # what nothing would lose is what a little loses


def test_one_rule_for_each_asset() -> None:
    rule = Haircut([TieredHaircut([0, 1], [1, 0.5], by="quantity"), 0.2])
    assert maintenance(rule, 3, 10) == pytest.approx(20_000 + 3_000)


def test_weights_that_move_with_the_size() -> None:
    rule = Haircut(SizeDiscount(0.01, weight=0.9), debt_initial=SizePremium(0.01, weight=1.1))
    assert maintenance(rule, 1, 0) == pytest.approx(2_000)
    assert maintenance(rule, 10_000, 0) == pytest.approx(10_000 * 20_000 * (1 - 0.55))
    assert maintenance(rule, -10_000, 0) == pytest.approx(10_000 * 20_000 * (0.88 + 1 - 1))


def test_weights_that_move_with_the_pool() -> None:
    start = [np.inf, 30_000]
    rule = Haircut(
        PoolDiscount([9e9, 40], start, 0.9), debt_initial=PoolPremium([9e9, 40], start, 1.1)
    )
    assert maintenance(rule, 1, 10) == pytest.approx(2_000 + 15_000 * (1 - 0.45))
    assert maintenance(rule, -1, -10) == pytest.approx(2_000 + 15_000 * (2.2 - 1))


def test_the_largest_of_two_haircuts() -> None:
    rule = LargestHaircut(
        (FlatHaircut(np.array([0.1, 0.6])), PoolDiscount([1, 40], [np.inf, 30_000]))
    )
    assert maintenance(Haircut(rule), 1, 10) == pytest.approx(2_000 + 9_000)
    assert rule.moves_with_price
    assert not LargestHaircut((FlatHaircut(np.array(0.1)), SizeDiscount(0.1))).moves_with_price


def test_profit_counts_fully_in_part_or_not_at_all() -> None:
    entry = market.at(BOOK, [18_000, 60, 1, 1])
    held = Accounts(0, [1, 10, 1, 1])  # 2,000 gained, 100 lost, collateral does not matter
    for share, cut in [(0, 0), (0.25, 500), (1, 2_000)]:
        assert float(ProfitHaircut(entry.value, share)(held, NOW).maintenance) == pytest.approx(cut)
    net = ProfitHaircut(entry.value, 0.5, 0.1, net=True)(held, NOW)
    assert float(net.initial) == pytest.approx(950)
    assert float(net.maintenance) == pytest.approx(190)


def test_large_profits_count_less() -> None:
    entry = market.at(BOOK, [10_000, 50, 1, 1])
    rule = ProfitHaircut(entry.value, SizeDiscount(0.01))
    assert float(rule(Accounts(0, [1, 0, 0, 0]), NOW).initial) == pytest.approx(10_000 * 0.45)


def test_profit_after_the_requirement_of_the_position() -> None:
    entry = market.at(BOOK, [18_000, 50, 1, 1])
    rule = ProfitHaircut(entry.value, 0.5, after=FixedRate(0.05, 0.01))
    need = rule(Accounts(0, [1, 3, 0, 0]), NOW)
    assert float(need.initial) == pytest.approx(500)
    assert float(need.maintenance) == pytest.approx(900)


def test_the_ledgers_own_coin_has_weights_too() -> None:
    rule = SettlementHaircut(
        FixedRate(0.1, 0.05), 0.2, 0.1, debt_initial=0.5, debt_maintenance=0.25
    )
    held = [1, 0, 1, 0]
    entry = open_accounts([23_000, 20_500, 22_000], held, NOW)  # the coin costs 20,000
    need = rule(entry, NOW)
    assert need.initial.tolist() == pytest.approx([2_200, 2_000 + 750, 2_000])
    assert need.maintenance.tolist() == pytest.approx([1_000 + 200, 1_000 + 125, 1_000 + 100])


def test_adding_the_haircut_or_taking_it_off_is_the_same_at_the_limit() -> None:
    rule, haircut = FixedRate(0.1, 0.05), Haircut([0, 0, 0.1, 0.2])
    account = open_accounts(4_000, [1, 0, 0, 10 / 3], NOW)
    price = liquidation_price(account, NOW, rule + haircut, "PERP")
    there = market.with_price(NOW, "PERP", price)
    assert float(margin_ratio(account, there, rule, haircut)) == pytest.approx(1)
    assert float(margin_ratio(account, there, rule + haircut)) == pytest.approx(1)
    assert float(margin_ratio(account, NOW, rule, haircut)) == pytest.approx(1_000 / 3_000)
    assert float(margin_ratio(account, NOW, rule, haircut, opening=True)) == pytest.approx(
        2_000 / 3_000
    )
    assert float(margin_ratio(account, NOW, rule, opening=True)) == pytest.approx(0.5)
    poor = Accounts(-1, [0, 0, 0, -1])
    assert np.isposinf(margin_ratio(poor, NOW, haircut + one_dollar, opening=True))


def one_dollar(accounts: Accounts, now: market.Market):
    return (FixedRate(0, 0) + Haircut(0, debt_initial=1 / 1_500))(accounts, now)


def test_a_unified_account_of_five_instruments_is_liquidated_where_the_ledger_says() -> None:
    coins, contracts = ["BTC", "ETH"], ["BTC-PERP", "ETH-PERP", "SOL-PERP"]
    prices = market.at(join(cash(coins), linear(contracts)), [20_000, 1_500, 20_000, 1_500, 30])
    account = open_accounts(16_000, [0.5, 4, 1.5, -10, 100], prices)
    rule = FixedRate(0.10, 0.05) + Haircut([0.05, 0.10, 0, 0, 0])
    price = liquidation_price(account, prices, rule, "BTC-PERP")
    assert float(price) == pytest.approx(16_000 / (1.5 * 0.95))
    # The coin may lose all its value: what it counted for, 9,500, is less than the headroom.
    assert float(headroom(account, prices, rule)) == pytest.approx(12_500)
    assert np.isnan(liquidation_price(account, prices, rule, "BTC"))
    assert float(liquidation_price(account, prices, rule, "ETH-PERP")) > 1_500


ENTRY = market.at(BOOK, [19_000, 60, 1, 1])
WITH_LINES = {
    "flat": Haircut([0, 0, 0.1, 0.2], debt_initial=0.3, band=0.01),
    "tiers of value": Haircut(TieredHaircut([0, 10_000], [0.9, 0.5]), debt_initial=0.3, band=0.01),
    "tiers of quantity": Haircut(TieredHaircut([0, 0.5], [0.9, 0.5], by="quantity")),
    "each its own": Haircut([0, 0, TieredHaircut([0, 10_000], [0.9, 0.5]), SizeDiscount(1)]),
    "size": Haircut(SizeDiscount(0.5), debt_initial=SizePremium(0.5)),
    "profit": ProfitHaircut(ENTRY.value, [0.5, 0.4, 0.3, 0.2]),
    "net profit": ProfitHaircut(ENTRY.value, 0.5, net=True),
    "settled": SettlementHaircut(FixedRate(0.1, 0.05), 0.2, debt_initial=0.3),
}


@pytest.mark.parametrize("name", BOOK.names)
@pytest.mark.parametrize("rule", WITH_LINES.values(), ids=WITH_LINES)
def test_lines_say_what_the_model_says(rule: Model, name: str) -> None:
    held = np.array([[1, -20, 2, 3], [-1, 30, -2, 4], [0, 0, 3, -1]]) * rule.covers(BOOK)
    held = Accounts([0, 5_000, -2_000], held)
    index = BOOK.index(name)
    there = market.with_price(NOW, name, NOW[name] * np.array([0.2, 0.7, 1, 1.4, 3])[:, None])
    moving = lines(rule, held, NOW, index)
    assert moving is not None
    size = np.abs(held.quantity[:, index] * there.value[..., index])
    np.testing.assert_allclose(
        moving.maintenance(size), rule(held, there).maintenance, rtol=1e-12, atol=1e-9
    )


def test_what_has_no_lines() -> None:
    held = Accounts(0, [0, 0, 1, 1])
    pool = Haircut(PoolDiscount(1, 5))
    assert lines(pool, held, NOW, 2) is None
    assert lines(pool, held, NOW, 0) is not None
    assert lines(SettlementHaircut(pool, 0.1), held, NOW, 2) is None
    after = ProfitHaircut(ENTRY.value, 0.5, after=FixedRate(0.1, 0.05))
    assert lines(after, Accounts(0, [1, 1, 1, 1]), NOW, 0) is None


def test_only_what_is_the_same_for_all_fits_any_account() -> None:
    assert Haircut(0.1).fits_any_account
    assert ProfitHaircut(ENTRY.value, 0.5).fits_any_account
    assert not ProfitHaircut(ENTRY.value * np.ones((2, 1)), 0.5).fits_any_account
    assert SettlementHaircut(FixedRate(0.1, 0.1), 0.1).fits_any_account
    assert not SettlementHaircut(lambda a, m: FixedRate(0, 0)(a, m), 0.1).fits_any_account


BAD = [
    (lambda: Haircut(5), r"initial must be a fraction; got 5, did you mean 0.05\?"),
    (lambda: Haircut(0.1, -0.1), "maintenance must not be negative"),
    (lambda: Haircut(0.1, debt_initial=-0.2), "debt_initial must not be negative"),
    (lambda: Haircut([0.1, TieredHaircut([0], [1]), 2.0]), "initial must be a fraction"),
    (lambda: weighted_collateral(1.2), "initial must be a fraction"),
    (
        lambda: weighted_collateral(0.5, liability_initial=0.9),
        "liability_initial must be at least 1",
    ),
    (
        lambda: TieredHaircut([0, 5, 5], [1, 0.9, 0.8]),
        r"floor\[2\] must be above the floor before it",
    ),
    (lambda: TieredHaircut([1], [1]), r"floor\[0\] must start at 0"),
    (lambda: TieredHaircut([0, 1], [0.9, 0.95]), r"ratio\[1\] must not be above the ratio"),
    (lambda: TieredHaircut([0, 1], [0.9]), "columns of one length"),
    (lambda: TieredHaircut([0], [0.9], by="price"), "by 'price' is not known"),  # type: ignore[arg-type]
    (lambda: SizePremium(0.1, weight=0.9), "weight must be at least 1"),
    (lambda: PoolDiscount(1, start=0), "start must be positive"),
    (lambda: ProfitHaircut([1.0], [0.5, 0.5], net=True), "must be one number each"),
    (lambda: Haircut([0.1] * 3)(Accounts(0, [1, 1]), PRICES), "one number or 2"),
    (
        lambda: HaircutPerAsset((FlatHaircut(np.array(0.1)),)).rate(np.ones(2), np.ones(2)),
        "one rule or 2",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_haircuts_are_refused(make, message: str) -> None:
    with pytest.raises(MarginError, match=message):
        make()


class Unknown(HaircutRule):
    """A rule of a reader's own."""

    def rate(self, quantity: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.where(quantity > 1, 0.5, 0.0)


def test_a_rule_of_ones_own_fits_in() -> None:
    rule = FixedRate(0, 0) + Haircut([0.0, 0.0, Unknown(), 0.0])
    account = open_accounts(25_000, [1, 0, 2, 0], NOW)
    assert float(free_margin(account, NOW, rule)) == pytest.approx(5_000)
    assert float(liquidation_price(account, NOW, rule, "BTC")) == pytest.approx(15_000)
