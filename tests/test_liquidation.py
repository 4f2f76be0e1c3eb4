from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, deposit, equity, notional, open_accounts
from marginlib.instruments import cash, inverse, join, linear, options
from marginlib.liquidation import (
    Outlook,
    Status,
    along,
    bankruptcy_price,
    distance,
    health_factor,
    liquidation_price,
    margin_call,
    outlook,
    status,
)
from marginlib.liquidation.prices import _search
from marginlib.margin import ClosingFee, FixedRate, Requirement, Tiered, on_entry
from marginlib.margin.schedule import Schedule

ONE = linear(["BTC"])
ENTRY = market.at(ONE, [20_000])
RULE = FixedRate(initial=0.10, maintenance=0.05)
LONG = open_accounts(collateral=2_000, quantity=[1], market=ENTRY)
SHORT = open_accounts(collateral=2_000, quantity=[-1], market=ENTRY)


def test_long_and_short() -> None:
    assert liquidation_price(LONG, ENTRY, RULE, "BTC") == pytest.approx(18_000 / 0.95)
    assert liquidation_price(SHORT, ENTRY, RULE, "BTC") == pytest.approx(22_000 / 1.05)
    assert bankruptcy_price(SHORT, ENTRY, "BTC") == pytest.approx(22_000)
    assert distance(SHORT, ENTRY, RULE, "BTC") == pytest.approx(22 / 21 - 1)


def test_inverse_by_hand() -> None:
    entry = market.at(inverse(["BTCUSD"], size=100), [8_000])
    ana = open_accounts(collateral=0.01, quantity=[10], market=entry)
    rule = FixedRate(0.02, 0.01)
    price = liquidation_price(ana, entry, rule, "BTCUSD")
    assert price == pytest.approx(1_000 * 1.01 / (0.01 + 1_000 / 8_000))


def test_two_positions_freeze_each_other() -> None:
    two = linear(["BTC", "ETH"])
    entry = market.at(two, [20_000, 1_500])
    ana = open_accounts(collateral=5_000, quantity=[1, 10], market=entry)
    # 5,000 - loss = 5 % of (P + 15,000) with loss = 20,000 - P
    assert liquidation_price(ana, entry, RULE, "BTC") == pytest.approx((15_000 + 750) / 0.95)
    # Ether up by 100 pays 1,000 and needs 50 more.
    later = market.with_price(entry, "ETH", 1_600)
    assert liquidation_price(ana, later, RULE, "BTC") == pytest.approx((14_000 + 800) / 0.95)


def test_no_answer_is_nan() -> None:
    rich = open_accounts(collateral=30_000, quantity=[1], market=ENTRY)
    assert np.isnan(liquidation_price(rich, ENTRY, RULE, "BTC"))
    assert np.isnan(liquidation_price(Accounts(100, [0]), ENTRY, RULE, "BTC"))
    assert np.isnan(bankruptcy_price(Accounts(0, [0]), ENTRY, "BTC"))
    lost = open_accounts(collateral=-30_000, quantity=[-1], market=ENTRY)
    assert np.isnan(liquidation_price(lost, ENTRY, RULE, "BTC"))


def test_an_account_already_below_gets_the_price_that_would_save_it() -> None:
    now = market.with_price(ENTRY, "BTC", 18_500)
    assert liquidation_price(LONG, now, RULE, "BTC") == pytest.approx(18_000 / 0.95)
    assert distance(LONG, now, RULE, "BTC") > 0


def test_collateral_can_be_what_falls() -> None:
    both = join(linear(["BTC"]), cash(["ETH"]))
    entry = market.at(both, [20_000, 1_500])
    ana = open_accounts(collateral=3_000, quantity=[1, 2], market=entry)
    assert float(ana.cash) == -20_000
    # Two ether must carry the 1,000 that bitcoin needs: nothing else is left in the account.
    price = liquidation_price(ana, entry, RULE, "ETH")
    assert price == pytest.approx(500)
    assert bankruptcy_price(ana, entry, "ETH").item() != price


def test_the_status_table() -> None:
    prices = market.with_price(ENTRY, "BTC", [21_000, 20_000, 19_000, 18_947.368, 18_000, 17_999])
    expected = ["HEALTHY", "HEALTHY", "RESTRICTED", "LIQUIDATION", "LIQUIDATION", "BANKRUPT"]
    assert [Status(s).name for s in status(LONG, prices, RULE)] == expected


def test_what_a_price_is_and_why_there_is_none() -> None:
    fallen = market.with_price(ENTRY, "BTC", 18_500)
    long, rich = LONG, open_accounts(collateral=30_000, quantity=[1], market=ENTRY)
    lost = open_accounts(collateral=-30_000, quantity=[-1], market=ENTRY)
    for account, now, expected in [
        (long, ENTRY, Outlook.AHEAD),
        (long, fallen, Outlook.PASSED),
        (rich, ENTRY, Outlook.NEVER),
        (lost, ENTRY, Outlook.LOST),
        (Accounts(100, [0]), ENTRY, Outlook.UNMOVED),
        (Accounts(-100, [0]), ENTRY, Outlook.UNMOVED),
    ]:
        assert outlook(account, now, RULE, "BTC") == expected
        price = liquidation_price(account, now, RULE, "BTC")
        assert np.isnan(price) == (expected > Outlook.PASSED)
    both = market.with_price(ENTRY, "BTC", [20_000, 18_500])
    assert outlook(LONG, both, RULE, "BTC").tolist() == [Outlook.AHEAD, Outlook.PASSED]


def test_an_option_is_moved_by_what_it_is_on() -> None:
    call = options(["C"], "X", strike=100, expiry=0, is_call=True)
    now = market.at(join(cash(["X", "Y"]), call), [90, 1], volatility=[0])
    sold = Accounts(30, [0, 0, -1])

    def nothing(accounts: Accounts, market: market.Market) -> Requirement:
        return Requirement(0 * accounts.cash, 0 * accounts.cash)

    assert outlook(sold, now, nothing, "X") == Outlook.AHEAD
    assert outlook(sold, now, nothing, "Y") == Outlook.UNMOVED


def test_a_line_as_steep_as_the_position_is_met_everywhere_or_nowhere() -> None:
    # Above 1,000 each further unit of value needs as much: 950 of every position are free.
    table = Schedule.continuous([0, 1_000], [0.05, 1.0])
    rule, now = Tiered(table, table), market.at(ONE, [5_000])
    assert np.isnan(liquidation_price(Accounts(-2_000, [1]), now, rule, "BTC"))
    assert outlook(Accounts(-2_000, [1]), now, rule, "BTC") == Outlook.LOST
    assert liquidation_price(Accounts(-900, [1]), now, rule, "BTC") == pytest.approx(900 / 0.95)


def test_an_empty_account_is_not_liquidated() -> None:
    assert status(Accounts(0, [0]), ENTRY, RULE) == Status.HEALTHY
    assert status(Accounts(-1, [0]), ENTRY, RULE) == Status.BANKRUPT


def test_a_call_restores_what_it_says() -> None:
    now = market.with_price(ENTRY, "BTC", 18_500)
    for restore, part in [("initial", "initial"), ("maintenance", "maintenance")]:
        paid = deposit(LONG, margin_call(LONG, now, RULE, restore))
        assert equity(paid, now) == pytest.approx(getattr(RULE(paid, now), part))
    assert margin_call(LONG, ENTRY, RULE) == 0


def fee_and_floor(accounts: Accounts, now: market.Market) -> Requirement:
    """A rule with no lines: one tenth of the size, and 500 more above 30,000."""
    size = notional(accounts, now).sum(axis=-1)
    need = size / 10 + np.where(size > 30_000, 500, 0)
    return Requirement(need, need)


def test_the_search_finds_a_price_inside_a_jump() -> None:
    # Equity of the short falls through the jump: 2,000 - 10,000 + ... at a size of 30,000.
    short = open_accounts(collateral=13_200, quantity=[-1], market=ENTRY)
    assert liquidation_price(short, ENTRY, fee_and_floor, "BTC") == pytest.approx(30_000)


def test_rates_of_one_and_more_are_searched() -> None:
    rule = 20 * FixedRate(0.1, 0.05)
    long = open_accounts(collateral=15_000, quantity=[1], market=ENTRY)
    assert np.isnan(liquidation_price(long, ENTRY, rule, "BTC"))
    heavy = 25 * FixedRate(0.1, 0.06)
    # 1.5 P reaches P - 5,000 nowhere, and 1.5 P reaches 25,000 - P at 10,000 for the short.
    short = open_accounts(collateral=5_000, quantity=[-1], market=ENTRY)
    assert liquidation_price(short, ENTRY, heavy, "BTC") == pytest.approx(25_000 / 2.5)


def test_the_search_takes_the_nearest_of_two_crossings() -> None:
    def only_between(accounts: Accounts, now: market.Market) -> Requirement:
        """Ask for more than there is below 15,000 and above 22,000."""
        outside = (now["BTC"] < 15_000) | (now["BTC"] > 22_000)
        need = np.where(outside, 1e9, 0.0)
        return Requirement(need, need)

    assert liquidation_price(LONG, ENTRY, only_between, "BTC") == pytest.approx(22_000)
    lower = market.with_price(ENTRY, "BTC", 16_000)
    rich = open_accounts(collateral=9_000, quantity=[1], market=ENTRY)
    assert liquidation_price(rich, lower, only_between, "BTC") == pytest.approx(15_000)


@pytest.mark.parametrize("unit", [linear(["A", "B"], [1, 0.1]), inverse(["A", "B"], [100, 10])])
def test_closed_form_equals_search(unit) -> None:
    rng = np.random.default_rng(3)
    now = market.at(unit, [20_000, 1_500])
    table = Schedule.continuous([0, 1e-2, 1, 3e4, 5e5], [0.004, 0.01, 0.05, 0.2, 0.5])
    size = np.exp(rng.normal(0, 3, size=(400, 1)))
    quantity = size * rng.normal(size=(400, 2)) / np.abs(now.value)
    crowd = open_accounts(size[:, 0] * rng.uniform(0, 2, size=400), quantity, now)
    rules = [
        FixedRate([0.1, 0.2], [0.05, 0.1]),
        Tiered(table, table) + ClosingFee(0.0006),
        on_entry(Tiered(table, table), market.moved(now, 0.3)) + 2 * ClosingFee(0.001),
    ]
    for rule in rules:
        exact = liquidation_price(crowd, now, rule, "A")
        searched = _search(crowd, now, rule, "A")
        # Beyond a factor of a million the search gives up.
        far = np.abs(np.log(exact / 20_000)) > 14
        assert np.isfinite(exact).sum() > 200
        assert np.where(far, np.nan, exact) == pytest.approx(searched, rel=1e-9, nan_ok=True)


def test_a_million_accounts_are_the_same_type() -> None:
    crowd = open_accounts(collateral=np.full(1_000_000, 2_000.0), quantity=[1], market=ENTRY)
    prices = liquidation_price(crowd, ENTRY, RULE, "BTC")
    assert prices.shape == (1_000_000,)
    assert prices[[0, -1]] == pytest.approx(18_000 / 0.95)


@pytest.mark.parametrize("ask", [status, margin_call, health_factor, partial(along, direction=1)])
def test_the_wrong_kind_of_thing_is_named(ask: Callable[..., object]) -> None:
    for given, words in [
        ((ENTRY, LONG, RULE), "accounts must be Accounts, such as .*; got Market"),
        (([1.0], ENTRY, RULE), "accounts must be Accounts, such as .*; got"),
        ((LONG, 20_000, RULE), "market must be Market, such as market.at.*; got 20000"),
        ((LONG, ENTRY, 0.05), r"model must be a margin model, .* margin.FixedRate\(.*; got 0.05"),
        ((LONG, ENTRY, FixedRate), r"model must be a margin model.*did you mean FixedRate\("),
    ]:
        with pytest.raises(MarginError, match=words):
            ask(*given)


def test_a_price_of_the_wrong_things_is_refused() -> None:
    with pytest.raises(MarginError, match="model must be a margin model"):
        liquidation_price(LONG, ENTRY, 0.8, "BTC")
    with pytest.raises(MarginError, match="accounts must be Accounts"):
        bankruptcy_price(ENTRY, LONG, "BTC")
