from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, isolate, open_accounts
from marginlib.instruments import cash, inverse, join, linear
from marginlib.liquidation import liquidation_price
from marginlib.margin import FixedRate, Model, Netted
from marginlib.margin.asking import by_position, lines
from marginlib.margin.netting import long_and_short, underlyings
from marginlib.margin.schedule import Schedule

BOOK = join(
    linear(["BTC-PERP", "BTC-JUN"], underlying="BTC"), linear(["ETH-PERP"]), cash(["BTC", "USDT"])
)
NOW = market.at(BOOK, [20_000, 21_000, 1_500, 20_000, 1])
TABLE = Schedule.continuous([0, 30_000], [0.02, 0.10])
RATES = {"one": 0.05, "each": [0.05, 0.08, 0.1, 0, 0], "tiers": TABLE}


def initial(rule: Model, *held: float) -> float:
    return float(rule(Accounts(0, held), NOW).initial)


def test_the_larger_side_of_each_underlying() -> None:
    rule = Netted(0.1, 0.05)
    assert initial(rule, 1, -1, 0, 9, 9) == pytest.approx(2_100)
    assert initial(rule, 2, -1, -10, 0, 0) == pytest.approx(4_000 + 1_500)
    assert initial(rule, 1, 1, 0, 0, 0) == pytest.approx(4_100)


def test_net_larger_side_and_gross_are_one_formula() -> None:
    held = (2, -1, 10, 0, 0)
    assert initial(Netted(0.1, 0.1, hedged=0), *held) == pytest.approx(1_900 + 1_500)
    assert initial(Netted(0.1, 0.1, hedged=2), *held) == pytest.approx(
        initial(FixedRate(0.1, 0.1), *held)
    )


def test_each_instrument_may_have_its_rate() -> None:
    rule = Netted([0.1, 0.2, 0.3, 0, 0], 0.05)
    assert initial(rule, 1, -1, 1, 0, 0) == pytest.approx(4_200 + 450)


def test_schedules_take_the_netted_size() -> None:
    rule = Netted([TABLE, Schedule.stepped([0], [0.5])], TABLE)
    assert initial(rule, 2, -1, 1, 0, 0) == pytest.approx(600 + 1_000 + 750)
    maintenance = rule(Accounts(0, [2, -1, 1, 0, 0]), NOW).maintenance
    assert float(maintenance) == pytest.approx(1_600 + 30)


def test_hedge_mode_is_two_legs_on_one_underlying() -> None:
    modes = linear(["BTC long", "BTC short"], underlying="BTC")
    prices = market.at(modes, [20_000, 20_000])
    both = open_accounts(5_000, [2, -1], prices)
    assert float(FixedRate(0.1, 0.05)(both, prices).maintenance) == pytest.approx(3_000)
    assert float(Netted(0.1, 0.05)(both, prices).maintenance) == pytest.approx(2_000)
    assert float(Netted(0.1, 0.05, hedged=0)(both, prices).maintenance) == pytest.approx(1_000)


def test_a_long_inverse_contract_is_long() -> None:
    book = inverse(["PERP", "JUN"], size=100, underlying="BTC")
    both = long_and_short(Accounts(1, [300, -100]), market.at(book, [20_000, 25_000]))
    assert both.long.tolist() == pytest.approx([1.5])
    assert both.short.tolist() == pytest.approx([0.4])


def test_underlyings_are_those_of_contracts_in_order() -> None:
    assert underlyings(BOOK) == ("BTC", "ETH-PERP")


@pytest.mark.parametrize("hedged", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    "rate", [0.05, [0.05, 0.08, 0.1, 0, 0], TABLE], ids=["one", "each", "tiers"]
)
@pytest.mark.parametrize("name", BOOK.names)
def test_lines_say_what_the_model_says(name: str, rate, hedged: float) -> None:
    rule = Netted(rate, rate, hedged)
    held = Accounts(0, [[2, -1, 3, 1, 1], [-2, 3, -3, 1, 1], [1, 1, 0, 0, 0], [0, -2, 5, 0, 0]])
    index = BOOK.index(name)
    there = market.with_price(NOW, name, NOW[name] * np.array([0.2, 0.7, 1, 1.4, 3])[:, None])
    moving = lines(rule, held, NOW, index)
    assert moving is not None
    size = np.abs(held.quantity[:, index] * there.value[..., index]) * BOOK.is_margined[index]
    np.testing.assert_allclose(
        moving.maintenance(size), rule(held, there).maintenance, rtol=1e-12, atol=1e-9
    )


def test_a_schedule_that_jumps_has_no_lines() -> None:
    rule = Netted(0.1, Schedule.stepped([0, 100], [0.01, 0.02]))
    assert lines(rule, Accounts(0, [1, 0, 0, 0, 0]), NOW, 0) is None


def test_a_calendar_spread_is_liquidated_by_the_spread_alone() -> None:
    rule = Netted(0.02, 0.01)
    spread = open_accounts(500, [1, -1, 0, 0, 0], NOW)
    price = liquidation_price(spread, NOW, rule, "BTC-JUN")
    # 500 less the loss of the short leg is one per cent of that leg.
    assert float(price) == pytest.approx(21_500 / 1.01)


def test_isolating_never_needs_less_than_netting_by_rates() -> None:
    rule, held = Netted(0.1, 0.05), open_accounts(20_000, [2, -1, 3, 0, 0], NOW)
    positions, _ = isolate(held, NOW, margin=[9_000, 9_000, 1_000, 0, 0])
    apart = rule(positions, NOW).maintenance.sum()
    assert apart > float(rule(held, NOW).maintenance)


def test_tiers_on_the_netted_size_can_make_isolating_cheaper() -> None:
    # Two longs on one underlying fill the cheap bracket twice if each is looked at alone.
    rule, held = Netted(TABLE, TABLE), Accounts(0, [1, 1, 0, 0, 0])
    together = float(rule(held, NOW).maintenance)
    assert float(by_position(rule, held, NOW).maintenance.sum()) == pytest.approx(820)
    assert together == pytest.approx(600 + 1_100)


def test_leverage_raises_the_initial_rates() -> None:
    assert initial(Netted(0.05, 0.02).at_leverage(5), 1, -1, 0, 0, 0) == pytest.approx(4_200)
    assert initial(Netted(TABLE, TABLE).at_leverage(5), 1, 0, 0, 0, 0) == pytest.approx(4_000)


BAD = [
    (lambda: Netted(5, 0.05), "initial must be a fraction; got 5, did you mean 0.05"),
    (lambda: Netted(0.1, 0.05, hedged=3), "hedged must be at most 2"),
    (lambda: Netted(0.1, 0.05, hedged=-1), "hedged must not be negative"),
    (lambda: initial(Netted([TABLE] * 3, 0.1), 1, 0, 0, 0, 0), "one or 2, one for each underlying"),
    (lambda: initial(Netted([0.1, 0.2], 0.1), 1, 0, 0, 0, 0), "initial must be one rate or 5"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused(make, message: str) -> None:
    with pytest.raises(MarginError, match=message):
        make()
