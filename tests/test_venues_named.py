"""Each named rule set asks for what its source says, in a case that can be checked by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

import marginlib as ml
from marginlib import venues
from marginlib.instruments import Instruments, cash, inverse, join, linear, options, shares


@dataclass(frozen=True)
class Sample:
    """An account under the rules of one file, and what is required of it."""

    name: str
    book: Instruments
    price: list[float]
    held: list[float]
    initial: float
    maintenance: float
    given: dict[str, Any] = field(default_factory=dict)
    money: float = 0.0
    volatility: list[float] | None = None


BTC = linear(["BTC"])
COINS = cash(["ETH", "USDC"])
LOAN = {"book": COINS, "price": [2_000, 1], "held": [10, -10_000]}
PERP = {"book": BTC, "price": [20_000], "held": [2]}
PERP_AT_ENTRY = ml.market.at(BTC, [20_000])
LADDER = {
    "floor": [0, 30_000],
    "initial_rate": [0.02, 0.04],
    "maintenance_rate": [0.01, 0.02],
}
WORTHLESS_CALL = options(["C"], "X", strike=[150], expiry=0, is_call=True)

SAMPLES = [
    Sample("binance", **PERP, initial=2_000, maintenance=160,
           given={"symbol": "BTCUSDT", "leverage": 20, "brackets_as_of": "2022-05-21"}),
    # 800 contracts of 100 USD at 20,000 are 4 coins: 1 x 1 % + 3 x 2 %.
    Sample("binance_coin", inverse(["B"], size=100, currency="BTC"), [20_000], [800],
           initial=0.16, maintenance=0.07,
           given={"floor": [0, 1], "initial_rate": [0.02, 0.04], "maintenance_rate": [0.01, 0.02]}),
    Sample("bybit", **PERP, initial=800, maintenance=200,
           given={"symbol": "BTCUSDT", "leverage": 50, "entry": PERP_AT_ENTRY}),
    # 12 coins of collateral count 10 x 0.98 + 2 x 0.95; two contracts of 20,000 need 1 % and a fee.
    Sample("bybit_unified", join(cash(["BTC"]), linear(["PERP"])), [20_000, 20_000], [12, 2],
           initial=40_000 * 0.021 + 6_000, maintenance=40_000 * 0.011 + 6_000,
           given={"initial": 0.02, "maintenance": 0.01, "taker_fee": 0.001, "other_coins": 0.5}),
    # At 100, a worthless call on 150: out of the money by 50, so 10 %; 3 % and a fee of 0.2 %.
    Sample("bybit_options", join(cash(["X"]), WORTHLESS_CALL), [100], [0, -1], 10, 3.2,
           volatility=[0.5]),
    Sample("okx", **PERP, initial=40_000 / 10, maintenance=40_000 * 0.0045,
           given={"symbol": "BTC-USDT-SWAP", "leverage": 10}),
    # 3,000,000 of BETH: 2,000,000 at 95 per cent, 1,000,000 at 85; ETH loses 10 per cent.
    Sample("okx_collateral", cash(["BETH", "ETH"]), [3_000, 2_000], [1_000, 1], 250_200, 250_200,
           given={"other_coins": 0.1}),
    Sample("gate", **PERP, initial=40_000 * 0.02075, maintenance=40_000 * 0.00525 - 10,
           given={"symbol": "BTCUSDT_EXAMPLE", "leverage": 50}),
    Sample("bitmex", **PERP, initial=1_600, maintenance=800,
           given={**LADDER, "entry": PERP_AT_ENTRY}),
    # 3 long and 1 short on one underlying: the larger side counts.
    Sample("kraken", linear(["PERP", "JUN"], underlying="BTC"), [20_000, 20_000], [3, -1],
           initial=60_000 * 0.02, maintenance=60_000 * 0.01,
           given={"symbol": "CLASS_A", "haircut": 0.0}),
    Sample("kraken_inverse", inverse(["B"], currency="BTC"), [8_000], [1_000],
           initial=0.0025, maintenance=0.00125),
    # In the coin: 10 and 7.5 per cent, the option being worth nothing.
    Sample("deribit", join(inverse(["X"], currency="X"), options(
        ["C"], "X", strike=[150], expiry=0, is_call=True, currency="X", inverse=True)),
        [100], [0, -1], 0.10, 0.075, volatility=[0.5]),
    Sample("derive", linear(["ETH"]), [2_000], [10], 1_300 + 336, 1_000,
           given={"confidence": 1.0, "stable_price": 0.966}),
    Sample("hyperliquid", **PERP, initial=1_000, maintenance=500,
           given={"symbol": "BTC", "large": 100_000}),
    # Owned 20,000 and owed 15,000: a tenth of what is owed.
    Sample("dydx_v3", cash(["BTC"]), [20_000], [1], 1_500, 1_500, money=-15_000),
    # Open interest in the middle between the caps: 0.2 + 0.8 / 2.
    Sample("dydx_v4", **PERP, initial=24_000, maintenance=4_000,
           given={"initial": 0.2, "maintenance": 0.1, "open_interest": 37.5e6,
                  "lower_cap": 25e6, "upper_cap": 50e6, "largest_fee": 0.015}),
    Sample("drift", linear(["SOL"]), [25], [100], 250, 125,
           given={"initial": 0.10, "maintenance": 0.05, "factor": 0.0, "asset_initial": 0.8,
                  "asset_maintenance": 0.9, "debt_initial": 1.2, "debt_maintenance": 1.1,
                  "deposits": 0, "scale_start": 1e6}),
    Sample("marginfi", **LOAN, initial=20_000 - 0.75 * 20_000 * 0.9788 + 10_000 * 0.0212,
           maintenance=20_000 - 0.8 * 20_000 * 0.9788 + 10_000 * 0.0212,
           given={"asset_initial": 0.75, "asset_maintenance": 0.8,
                  "debt_initial": 1.0, "debt_maintenance": 1.0}),
    # A deposit of 10 ETH weighs 0.8, halved by deposits of twice the start value.
    Sample("mango", cash(["ETH"]), [2_000], [10], 20_000 * 0.6, 20_000 * 0.1,
           given={"initial": 0.1, "maintenance": 0.05, "deposit_weight": 0.8,
                  "deposit_maintenance": 0.9, "debt_weight": 1.2, "debt_maintenance": 0.1,
                  "deposits": 1_000, "deposit_start": 1e6, "borrows": 0, "borrow_start": 1e6,
                  "settlement_initial": 0.0, "settlement_debt_initial": 0.0,
                  "settlement_maintenance": 0.0, "settlement_debt_maintenance": 0.0}),
    Sample("paradex", **PERP, initial=2_000, maintenance=1_000 + 20,
           given={"initial": 0.05, "maintenance": 0.025, "taker_fee": 0.0005, "penalty": 0.7}),
    # 20 / 1,000 x 2 + 0.02 = 6 % of 40,000, half of it, and a reward of 100.
    Sample("synthetix", linear(["ETH"]), [2_000], [20], 2_500, 1_300,
           given={"skew_scale": 1_000, "growth": 2, "minimum": 0.02, "maintenance_share": 0.5,
                  "reward_rate": 0.01, "reward_lowest": 50, "reward_highest": 100}),
    # Short 3 at 15,900: 47,700 x (0.2 + 0.05), raised to 11,925; a funding of 20 is received.
    Sample("vega", linear(["X"]), [15_900], [-3], 14_310, 11_925,
           given={"long": 0.1, "short": 0.2, "slippage": 0.05, "funding": 20, "funding_factor": 0.5,
                  "search": 1.1, "initial": 1.2, "release": 1.4}),
    # A profit of 10,000 that does not count; 2 per cent of 40,000 at entry, or a fee and 5 dollars.
    Sample("gmx", linear(["BTC"]), [25_000], [2], 10_800, 10_045,
           given={"entry": PERP_AT_ENTRY}),
    Sample("perennial", **PERP, initial=900, maintenance=400,
           given={"initial": 0.02, "maintenance": 0.01, "least_initial": 900,
                  "least_maintenance": 50}),
    Sample("aave", **LOAN, initial=5_000, maintenance=4_000,
           given={"loan_to_value": 0.75, "threshold": 0.80, "incentive": 1.05}),
    Sample("morpho_blue", **LOAN, initial=4_000, maintenance=4_000, given={"lltv": 0.8}),
    Sample("compound_v2", **LOAN, initial=5_000, maintenance=5_000,
           given={"collateral_factor": 0.75, "close_factor": 0.5, "incentive": 1.08}),
    Sample("compound_iii", **LOAN, initial=5_000, maintenance=4_000,
           given={"borrow_factor": 0.75, "liquidate_factor": 0.8, "liquidation_factor": 0.93,
                  "store_front_factor": 0.6}),
    Sample("euler", **LOAN, initial=5_000, maintenance=4_000,
           given={"borrow_threshold": 0.75, "threshold": 0.8}),
    Sample("liquity", cash(["ETH"]), [2_000], [1], 150, 150, money=-1_500),
    Sample("makerdao", cash(["ETH"]), [2_000], [1], 750, 750, money=-1_500,
           given={"debt_excess": 0.5, "penalty": 1.13, "markup": 1.2, "cut": 0.99, "step": 90,
                  "dust": 100, "least_left": 113, "tip": 300, "chip": 0.001}),
    Sample("reg_t", shares(["ACME"]), [100], [100], 5_000, 2_500),
    # A call sold, worth nothing and out of the money by 50: 10 per cent of 100, times 100.
    *(Sample(name, join(shares(["X"]), options(
        ["C"], "X", strike=[150], expiry=0, is_call=True, size=100)), [100], [0, -3],
        3_000, 3_000, volatility=[0.5]) for name in ("cboe_equity_options", "cboe_index_options")),
]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_requirement(sample: Sample) -> None:
    market = ml.market.at(sample.book, sample.price, volatility=sample.volatility)
    account = ml.accounts.Accounts(cash=sample.money, quantity=sample.held)
    rules = venues.rules(sample.name, instruments=sample.book, **sample.given)
    need = rules.model(account, market)
    assert float(need.initial) == pytest.approx(sample.initial)
    assert float(need.maintenance) == pytest.approx(sample.maintenance)


def test_every_rule_set_has_a_sample() -> None:
    assert {sample.name for sample in SAMPLES} == set(venues.names())


def test_equality_is_safe_where_the_protocol_says_so() -> None:
    safe = {name for name in venues.names() if venues.rule_set(name).equality_is_safe}
    protocols = {"aave", "compound_v2", "compound_iii", "derive", "dydx_v3", "dydx_v4", "gmx"}
    regulations = {"reg_t", "cboe_equity_options", "cboe_index_options"}
    assert safe == protocols | regulations | {"liquity", "makerdao", "morpho_blue"}
    assert not venues.rules("euler", borrow_threshold=0.7, threshold=0.8).equality_is_safe
    rules = venues.rules("dydx_v3")
    market = ml.market.at(cash(["BTC"]), [16_500])
    account = ml.accounts.Accounts(-15_000, [1])  # exactly 110 per cent
    status = ml.liquidation.status(account, market, rules.model, rules.equality_is_safe)
    assert status < ml.liquidation.Status.LIQUIDATION


class TestTerms:
    """What is asked for by name, with what the file fixes and what it leaves open."""

    def test_a_large_position_is_closed_by_a_fifth_first(self) -> None:
        rules = venues.rules("hyperliquid", symbol="BTC", large=100_000)
        account = ml.accounts.Accounts(-200_000, [10])
        now = ml.market.at(BTC, [20_000])
        assert rules.closing["slice_first"](account, now, rules.model).tolist() == [-2]

    def test_positions_are_reduced_in_steps_to_a_ratio_below_nine_tenths(self) -> None:
        given = {"initial": 0.1, "maintenance": 0.05, "taker_fee": 0.0, "penalty": 0.0}
        rules = venues.rules("paradex", **given)
        account = ml.accounts.Accounts(-19_100, [1])  # 900 against 1,000; 800 is still 89 per cent
        now = ml.market.at(BTC, [20_000])
        traded = rules.closing["reduce_to"](account, now, rules.model)
        assert traded.tolist() == [pytest.approx(-0.2)]
        assert rules.fee["requirement_fee"](account, now, rules.model, traded) == 0

    def test_a_better_fill_is_kept_returned_or_kept_up_to_a_fee(self) -> None:
        ladder = {**LADDER, "entry": PERP_AT_ENTRY}
        tier = {"initial": 0.1, "maintenance": 0.05, "open_interest": 0, "lower_cap": 1,
                "upper_cap": 2, "largest_fee": 0.01}  # fmt: skip
        fill = {"proceeds": 1_100, "bankruptcy_value": 1_000}
        for name, given, fund in [
            ("bitmex", ladder, 100),
            ("kraken_inverse", {}, 0),
            ("dydx_v4", tier, 11),
        ]:
            split = venues.rules(name, **given).fee["residual"](**fill)
            assert (split.fund, split.trader) == pytest.approx((fund, 100 - fund))

    def test_half_of_a_loan_may_be_repaid_and_all_of_a_sick_one(self) -> None:
        given = {"loan_to_value": 0.75, "threshold": 0.8, "incentive": 1.05}
        rules = venues.rules("aave", **given)
        policy = rules.closing["close_factor"](debt="USDC", collateral="ETH")
        bonus = rules.fee["liquidation_incentive"]
        for price, repaid in [(1_240, 5_000), (1_150, 10_000)]:  # health 0.992 and 0.92
            market = ml.market.at(COINS, [price, 1])
            loan = ml.accounts.Accounts(0, [10, -10_000])
            done = ml.liquidation.liquidate(loan, market, rules.model, policy, bonus)
            assert done.traded == pytest.approx([-repaid * 1.05 / price, repaid])

    def test_an_auction_falls_to_four_fifths_and_then_to_nothing(self) -> None:
        rules = venues.rules("derive", confidence=1.0, stable_price=1.0)
        falling = rules.closing["linear_phases"]
        assert [float(falling(elapsed=at)) for at in (0, 300, 600, 4_200, 7_800)] == pytest.approx(
            [1, 0.9, 0.8, 0.4, 0]
        )

    def test_a_pool_takes_over_what_it_can_and_the_rest_is_spread(self) -> None:
        rules = venues.rules("liquity")
        parts = rules.loss["offset_and_redistribute"](collateral=10, debt=1_000, pool=400)
        assert float(parts.liquidator) == pytest.approx(0.05)
        assert (parts.debt_offset, parts.debt_redistributed) == pytest.approx((400, 600))

    def test_a_fee_ramps_after_its_grace(self) -> None:
        given = dict.fromkeys(venues.rule_set("drift").required, 0.5)
        given |= {"initial": 0.5, "debt_initial": 1.0, "debt_maintenance": 1.0, "factor": 0.0}
        fee = venues.rules("drift", **given).fee["ramped_fee"]
        assert float(fee(base=0.02, largest=0.05, elapsed=1_499)) == pytest.approx(0.02)
        assert float(fee(base=0.02, largest=0.05, elapsed=10_000)) == pytest.approx(0.03)
