from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, open_accounts
from marginlib.instruments import cash, inverse, join, linear
from marginlib.liquidation import liquidation_price
from marginlib.margin import FixedCharge, FixedRate, Model, Tiered, pool_discount, size_discount
from marginlib.margin.asking import lines
from marginlib.margin.schedule import Schedule
from marginlib.venues.protocols.by_size import BySize, SizePremiumRate, SkewRate
from marginlib.venues.protocols.charges import ClampedCharge, Minimum, RoundedUp
from marginlib.venues.protocols.scaling import (
    fill_price,
    maintenance_rate,
    open_interest_rate,
    round_down,
    round_up,
    utilisation,
)
from marginlib.venues.protocols.weights import pool_premium, size_premium

BOOK = join(linear(["BTC", "SOL"], size=[1, 10]), cash(["USDT"]))
NOW = market.at(BOOK, [20_000, 25, 1])
TABLE = Schedule.continuous([0, 20_000], [0.02, 0.10])


def both(rule: Model, *held: float) -> tuple[float, float]:
    need = rule(Accounts(0, held), NOW)
    return float(need.initial), float(need.maintenance)


def test_open_interest_moves_the_rate_between_its_caps_only() -> None:
    used = np.array([0, 25, 30, 45, 50, 99.0])
    rates = open_interest_rate(0.2, used, lower=25, upper=50)
    np.testing.assert_allclose(rates, [0.2, 0.2, 0.36, 0.84, 1, 1])
    assert open_interest_rate(0.2, used, lower=0, upper=0).tolist() == [0.2] * 6
    assert both(FixedRate(open_interest_rate(0.2, 30, 25, 50), 0.1), 1, 0, 0) == pytest.approx(
        (7_200, 2_000)
    )


def test_a_maintenance_rate_is_cut_to_whole_parts_per_million() -> None:
    assert float(maintenance_rate(0.637239, 0.289284)) == pytest.approx(0.184343, abs=1e-12)
    assert float(maintenance_rate(0.1, 0.3)) == pytest.approx(0.03, abs=1e-15)


@pytest.mark.parametrize("step", [1, 0.1, 1e-6, 7])
def test_whole_steps_stay_and_others_move_one_way(step: float) -> None:
    whole = np.array([0, 1, 3, 1_234_567]) * step
    np.testing.assert_allclose(round_up(whole, step), whole, rtol=1e-12)
    np.testing.assert_allclose(round_down(whole, step), whole, rtol=1e-12)
    between = whole + 0.4 * step
    np.testing.assert_allclose(round_up(between, step), whole + step, rtol=1e-12)
    np.testing.assert_allclose(round_down(between, step), whole, rtol=1e-12, atol=1e-15)


def test_a_round_trip_in_a_skewed_market_costs_nothing_but_time() -> None:
    bought = fill_price(100, quantity=10, skew=50, skew_scale=1_000)
    sold = fill_price(100, quantity=-10, skew=60, skew_scale=1_000)
    assert float(bought) == float(sold) == pytest.approx(105.5)
    assert float(fill_price(100, -50, 50, 1_000)) == pytest.approx(102.5)


def test_utilisation_of_empty_and_of_one_sided_markets() -> None:
    assert float(utilisation(0, 0, 0, 0.5)) == 0
    assert float(utilisation(0, 5, 0, 0.5)) == 1
    assert float(utilisation(0, 5, 5, 0.5)) == 1
    assert float(utilisation(10, 5, 5, 0.5)) == pytest.approx(1 / 3)
    assert float(utilisation(10, 50, 0, 0.1)) == 1
    assert utilisation(110, 2, [102, 2], 0.5).tolist() == pytest.approx([102 / 112, 2 / 112])


def test_weights_do_not_jump_where_size_begins_to_count() -> None:
    edge = ((1.1 / 0.9 - 1) / 0.01) ** 2
    np.testing.assert_allclose(size_discount(0.9, 0.01, edge * np.array([1 - 1e-9, 1 + 1e-9])), 0.9)
    np.testing.assert_allclose(size_premium(1.1, 0.01, 484 * np.array([1 - 1e-9, 1 + 1e-9])), 1.1)
    np.testing.assert_allclose(pool_discount(0.9, [1 - 1e-9, 1 + 1e-9], 1), 0.9)
    np.testing.assert_allclose(pool_premium(1.1, [1 - 1e-9, 1 + 1e-9], 1), 1.1)


def test_a_premium_for_size_counts_units_of_the_base() -> None:
    rule = SizePremiumRate(0.1, 0.05, factor=0.01)
    # 40 contracts of 10 SOL: a root of 20, so 0.08 + 0.2 and 0.04 + 0.2 of 10,000.
    assert both(rule, 0, 40, 9) == pytest.approx((2_800, 2_400))
    assert both(rule, 1, 0, 0) == pytest.approx((2_000, 1_000))
    assert both(rule.at_leverage(2), 1, 40, 0)[0] == pytest.approx(10_000 + 0.6 * 10_000)


def test_a_share_of_the_market_raises_the_rate() -> None:
    rule = SkewRate(skew_scale=[100, 1_000], growth=1, minimum=0.02, maintenance_share=0.5)
    prices = market.at(linear(["BTC", "ETH"]), [20_000, 1_000])
    need = rule(Accounts(0, [-1, 50]), prices)
    assert float(need.initial) == pytest.approx(20_000 * 0.03 + 50_000 * 0.07)
    assert float(need.maintenance) == pytest.approx(float(need.initial) / 2)


def test_brackets_in_contracts() -> None:
    table = Schedule.stepped([0, 1_000], [0.01, 0.02])
    rule = BySize((table, table, table), (TABLE, table, table), [0.01, 10, 1])
    assert both(rule, 20, 500, 9) == pytest.approx((8_000 + 1_250, 8_000 + 1_250))
    coin = market.at(inverse(["BTCUSD"]), [20_000])
    in_coin = BySize((table,), (table,), [100])(Accounts(0, [200_000]), coin)
    assert float(in_coin.initial) == pytest.approx(200_000 / 20_000 * 0.02)
    with pytest.raises(MarginError, match="this rule is for 3 instruments"):
        rule(Accounts(0, [1]), coin)


def test_charges_for_each_position_that_is_open() -> None:
    assert both(FixedCharge(5), 1, -1, 7) == (0, 10)
    assert both(FixedCharge([5, 7, 9], initial=True), 0, -1, 7) == (7, 7)


def test_at_least_so_much_for_each_position() -> None:
    rule = Minimum(FixedRate(0.02, 0.01), initial=300, maintenance=[150, 100, 50])
    assert both(rule, 1, 4, 9) == pytest.approx((400 + 300, 200 + 100))
    assert both(rule, 0, 0, 9) == (0, 0)
    assert both(Minimum(FixedRate(0.02, 0.01), 300), 0.1, 0, 0) == (300, 300)


def test_rewards_between_two_bounds() -> None:
    rule = ClampedCharge([0.01, 0.02, 0.5], lowest=50, highest=500)
    assert both(rule, 0, 0, 9) == (0, 0)
    assert both(rule, 0.1, 0, 9) == (50, 50)
    assert both(rule, 1, 20, 9) == pytest.approx((300, 300))
    assert both(ClampedCharge(0.01, 50, 500, initial=False), 9, 0, 0) == (0, 500)


def test_requirements_in_whole_units_of_money() -> None:
    rule = RoundedUp(FixedRate(0.12345, 0.0012345), initial=100, maintenance=0.01)
    assert both(rule, 1, 0, 0) == pytest.approx((2_500, 24.69))


WITH_LINES = {
    "size premium": SizePremiumRate(0.1, 0.05, factor=0.01),
    "skew": SkewRate(50, 1, 0.02, 0.5),
    "contracts": BySize((TABLE,) * 3, (TABLE,) * 3, [0.001, 1, 1]),
    "charge": FixedCharge([5, 7, 0]) + FixedRate(0.1, 0.05),
    "minimum": Minimum(FixedRate(0.1, 0.05), 900, [800, 200, 0]),
    "minimum of tiers": Minimum(Tiered(TABLE, TABLE), 900, 800),
}


@pytest.mark.parametrize("name", BOOK.names)
@pytest.mark.parametrize("rule", WITH_LINES.values(), ids=WITH_LINES)
def test_lines_say_what_the_model_says(rule: Model, name: str) -> None:
    held = Accounts(0, [[1, -20, 5], [-3, 40, 0], [0, 0, 1], [0.001, 0.1, 0]])
    index = BOOK.index(name)
    there = market.with_price(NOW, name, NOW[name] * np.array([0.2, 0.7, 1, 1.4, 3])[:, None])
    moving = lines(rule, held, NOW, index)
    assert moving is not None
    size = np.abs(held.quantity[:, index] * there.value[..., index])
    np.testing.assert_allclose(
        moving.maintenance(size), rule(held, there).maintenance, rtol=1e-12, atol=1e-9
    )


def test_what_has_no_lines() -> None:
    held = Accounts(0, [1, 1, 1])
    assert lines(RoundedUp(FixedRate(0.1, 0.1), 1, 1), held, NOW, 0) is None
    assert lines(ClampedCharge(0.1, 1, 2), held, NOW, 0) is None
    assert lines(Minimum(RoundedUp(FixedRate(0.1, 0.1), 1, 1), 5), held, NOW, 0) is None


def test_a_fixed_fee_is_lost_before_the_margin_is() -> None:
    account = open_accounts(1_000, [1, 0, 0], NOW)
    price = liquidation_price(account, NOW, FixedCharge(5) + FixedRate(0.01, 0.01), "BTC")
    assert float(price) == pytest.approx(19_005 / 0.99)
    least = liquidation_price(account, NOW, Minimum(FixedRate(0.01, 0.001), 50), "BTC")
    assert float(least) == pytest.approx(19_050)


BAD = [
    (lambda: open_interest_rate(20, 1, 0, 0), "base must be a fraction; got 20"),
    (lambda: open_interest_rate(0.2, 1, 50, 25), "lower must be below upper"),
    (lambda: open_interest_rate(0.2, -1, 0, 0), "open_interest must not be negative"),
    (lambda: maintenance_rate(0.1, 50), "share must be a fraction; got 50, did you mean 0.5"),
    (lambda: round_up(1, 0), "step must be positive"),
    (lambda: fill_price(0, 1, 0, 1), "price must be positive"),
    (lambda: fill_price(1, 1, 0, 0), "skew_scale must be positive"),
    (lambda: utilisation(-1, 0, 0, 0.5), "maker must not be negative"),
    (lambda: size_discount(2, 0.1, 1), "weight must be a fraction"),
    (lambda: size_premium(1, -0.1, 1), "factor must not be negative"),
    (lambda: pool_premium(1, 1, 0), "start must be positive"),
    (lambda: SizePremiumRate(0.05, 0.1, 0), "maintenance must not exceed initial"),
    (lambda: SkewRate(0, 1, 0.1, 0.5), "skew_scale must be positive"),
    (lambda: SkewRate(1, 1, 0.1, 1.5), "maintenance_share must be a fraction"),
    (lambda: FixedCharge(-5), "amount must not be negative"),
    (lambda: Minimum(FixedRate(0, 0), 5, 10), "maintenance must not exceed initial"),
    (lambda: ClampedCharge(0.1, 2, 1), "lowest must not exceed highest"),
    (lambda: RoundedUp(FixedRate(0, 0), 0, 1), "initial must be positive"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused(make, message: str) -> None:
    with pytest.raises(MarginError, match=message):
        make()
