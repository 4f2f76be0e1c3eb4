"""Two clearing houses' methods from end to end, in numbers to check by hand.

Options here have no volatility, so each is worth what it would pay if exercised now.
"""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import instruments, market
from marginlib.accounts import Accounts, equity
from marginlib.instruments import Instruments
from marginlib.margin import AtLeast, Model, Requirement
from marginlib.margin.scan import (
    CalendarCharge,
    ContractMinimum,
    ScenarioScan,
    Spread,
    SpreadCredit,
    each_apart,
    equidistant,
    span_scenarios,
)
from marginlib.market import Market

SPAN = span_scenarios(0.15, 0.25, extreme_multiple=2, extreme_weight=0.35)


def put(underlying: str, strike: float, size: float) -> Instruments:
    return instruments.options(
        [f"put {strike:g}"], underlying, strike, expiry=0.1, is_call=False, size=size
    )


def need(rule: Model, now: Market, *quantity: float) -> float:
    return float(rule(Accounts(0, quantity), now).initial)


class TestCustomerPortfolioMargin:
    """Ten points, full offset within a class, part of a gain within a group, a minimum."""

    BOOK = instruments.join(instruments.shares(["X", "Y", "GOLD"]), put("X", 100, size=100))
    NOW = market.at(BOOK, [100, 50, 20], [0], carry=0.0)
    SCAN = ScenarioScan(
        equidistant(0.15, 0.15), gain_offset=0.9, groups={"X": "tech", "Y": "tech", "GOLD": "gold"}
    )
    RULE = AtLeast(SCAN, ContractMinimum(0.375))

    def test_groups_net_in_part_within_and_not_at_all_between(self) -> None:
        # Tech falls: 1,500 lost on X, 0.9 x 750 gained on Y. Gold falls too, and hedges nothing.
        assert need(self.RULE, self.NOW, 100, -100, 10, 0) == pytest.approx(825 + 30)
        assert need(self.RULE, self.NOW, 100, -100, -10, 0) == pytest.approx(825 + 30)

    def test_a_class_nets_shares_and_options_in_full(self) -> None:
        # The put makes up for any fall of 100 shares; 50 more stand for themselves.
        assert need(self.SCAN, self.NOW, 100, 0, 0, 1) == 0
        assert need(self.SCAN, self.NOW, 150, 0, 0, 1) == pytest.approx(50 * 15)

    def test_what_cannot_lose_needs_the_minimum(self) -> None:
        assert need(self.RULE, self.NOW, 100, 0, 0, 1) == pytest.approx(0.375 * 100)
        assert need(self.RULE, self.NOW, 0, 0, 0, 2) == pytest.approx(0.375 * 100 * 2)


class TestSpan:
    """A scan by commodity, a charge between months, a credit between commodities, a minimum."""

    MONTHS = instruments.linear(["JUN", "SEP"], size=10, underlying="A")
    BOOK = instruments.join(MONTHS, instruments.linear(["B"], size=10), put("JUN", 80, size=10))
    NOW = market.at(BOOK, [100, 100, 100], [0], carry=0.0)
    APART = ScenarioScan(SPAN, groups=each_apart(BOOK))
    HELD = (3, -1, -2, -3)

    def rule(self, minimum: float) -> Model:
        spread = Spread({"A": 1, "B": -1}, credit=0.5)
        charged = self.APART + CalendarCharge({"A": 0.8})
        credited = SpreadCredit(charged, [spread], price_range={"A": 0.15, "B": 0.15})

        def for_each_option_sold(accounts: Accounts, market: Market) -> Requirement:
            sold = np.maximum(0.0, -accounts.quantity[..., market.instruments.options])
            return Requirement(minimum * sold.sum(axis=-1), minimum * sold.sum(axis=-1))

        return AtLeast(credited, for_each_option_sold)

    def test_a_part_of_the_extreme_move_protects_who_is_short_far_out_of_the_money(self) -> None:
        # Down to 70: three puts lose 300. Within the range, down to 85, they lose nothing.
        assert need(self.APART, self.NOW, 0, 0, 0, -3) == pytest.approx(0.35 * 300)

    def test_all_parts_add_up(self) -> None:
        commodity_a = 0.35 * (2 * 300 + 300)  # above 300, the whole range without the extreme
        commodity_b = 2 * 150
        calendar, credit = 10 * 0.8, 0.5 * (20 * 15 + 20 * 15)
        total = commodity_a + commodity_b + calendar - credit
        assert need(self.rule(5), self.NOW, *self.HELD) == pytest.approx(total) == 323

    def test_the_short_option_minimum_is_a_floor_under_the_sum(self) -> None:
        assert need(self.rule(120), self.NOW, *self.HELD) == 360

    def test_equity_takes_the_net_value_of_options_off(self) -> None:
        # A put sold at its value of 200: the clearing house asks 150 of risk and adds 200 for the
        # net value, against 200 of cash. Here the same 150 are asked of an equity of 0.
        book = instruments.join(instruments.linear(["A"], size=10), put("A", 120, size=10))
        now = market.at(book, [100], [0], carry=0.0)
        seller = Accounts(200, [0, -1])
        risk = float(ScenarioScan(SPAN)(seller, now).initial)
        net_option_value = float(seller.quantity @ now.value)
        assert (risk, net_option_value) == pytest.approx((150, -200))
        assert float(equity(seller, now)) - risk == 200 - (risk - net_option_value)
