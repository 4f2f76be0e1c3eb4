"""Scenarios, risk arrays, and margin by the worst of them, in numbers to check by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import marginlib as ml
from marginlib import MarginError, instruments, market
from marginlib.accounts import Accounts, open_accounts
from marginlib.margin import AtLeast, FixedRate, free_margin
from marginlib.margin.scan import (
    CalendarCharge,
    ContractMinimum,
    MinimumDelta,
    Scenarios,
    ScenarioScan,
    Spread,
    SpreadCredit,
    each_apart,
    equidistant,
    price_volatility_matrix,
    published_risk_array,
    risk_array,
    span_scenarios,
    value_changes,
)
from marginlib.margin.scan.risk_array import RiskArray
from marginlib.margin.scan.scenarios import moved_by
from marginlib.margin.scan.spreads import position_delta
from marginlib.venues.protocols.scenario_table import ScenarioTable
from marginlib.venues.protocols.static_discount import StaticDiscount
from tests.scan_book import FUTURES, MONTH, NOW, SHOCK, TWO, TWO_NOW, asks, hold


class TestScenarios:
    def test_span_has_sixteen_in_the_published_order(self) -> None:
        grid = span_scenarios(0.09, 0.2, extreme_multiple=3, extreme_weight=0.33, years=1 / 365)
        moves = (grid.price[:, 0] / 0.03).round(9).tolist()
        assert moves == [0, 0, 1, 1, -1, -1, 2, 2, -2, -2, 3, 3, -3, -3, 9, -9]
        assert (grid.volatility[:, 0] / 0.2).tolist() == [1, -1] * 7 + [0, 0]
        assert grid.weight.tolist() == [1] * 14 + [0.33] * 2
        assert [label.removesuffix(", volatility up") for label in grid.labels[:14:2]] == [
            "price unchanged", "price 1/3 of range up", "price 1/3 of range down",
            "price 2/3 of range up", "price 2/3 of range down",
            "price full range up", "price full range down",
        ]  # fmt: skip
        assert grid.labels[3] == "price 1/3 of range up, volatility down"
        assert grid.labels[15] == "price extreme down"

    def test_ranges_may_differ_between_instruments(self) -> None:
        grid = span_scenarios([0.03, 0.06], 0.2, extreme_multiple=2, extreme_weight=0.35)
        assert grid.price.shape == (16, 2)
        assert grid.price[2].tolist() == pytest.approx([0.01, 0.02])

    def test_equidistant_points_may_reach_farther_on_one_side(self) -> None:
        points = equidistant(down=0.08, up=0.06, points=4).price[:, 0]
        assert points.tolist() == pytest.approx([-0.08, -0.04, 0, 0.03, 0.06])

    def test_a_matrix_goes_row_by_row(self) -> None:
        table = price_volatility_matrix(
            equidistant(0.1, 0.1, points=2),
            [0.5, -0.5],
            weight=[1, 0.5, 1],
            volatility_floor=[0.4, 0],
        )
        assert table.price[:, 0].tolist() == [-0.1, -0.1, 0, 0, 0.1, 0.1]
        assert table.volatility[:, 0].tolist() == [0.5, -0.5] * 3
        assert table.weight.tolist() == [1, 1, 0.5, 0.5, 1, 1]
        assert table.volatility_floor.tolist() == [0.4, 0] * 3

    def test_lists_are_put_together(self) -> None:
        tails = Scenarios([-0.6, 1.0], weight=[0.1, 0.04])
        both = price_volatility_matrix([-0.1, 0.1], [0, 0.3]) + tails
        assert len(both) == 6
        assert both.labels[-1] == "price +100 %"
        assert both.weight.tolist() == [1, 1, 1, 1, 0.1, 0.04]

    def test_one_move_for_all_joins_moves_for_each(self) -> None:
        both = Scenarios([-0.1]) + Scenarios([[0.1, 0.2]])
        assert both.price.tolist() == [[-0.1, -0.1], [0.1, 0.2]]

    def test_markets_move_and_time_passes(self) -> None:
        scenarios = Scenarios([-0.1, 0.2], [0.5, -1.0], years=MONTH)
        after = moved_by(NOW, scenarios)
        assert after["X"].tolist() == [90, 120]
        assert after.volatility.tolist() == [pytest.approx([0.45, 0.525]), [0, 0]]
        assert after["call"].tolist() == [0, 10]  # they expire that day

    def test_volatilities_have_a_floor(self) -> None:
        after = moved_by(NOW, Scenarios([0, 0], [-0.5, 0.2], volatility_floor=[0, 0.4]))
        assert after.volatility.tolist() == [[0.15, 0.175], [0.4, pytest.approx(0.42)]]

    def test_many_markets_keep_their_axes(self) -> None:
        many = market.with_price(NOW, "X", [90, 100, 110])
        assert moved_by(many, equidistant(0.1, 0.1)).shape == (3, 11)
        assert value_changes(many, equidistant(0.1, 0.1)).shape == (3, 3, 11)


class TestRiskArray:
    def test_a_future_gains_its_size_times_the_move(self) -> None:
        found = risk_array(hold(2, 0, 0), NOW, Scenarios([-0.1, 0.1], weight=[1, 0.5]))
        assert found.profit.tolist() == pytest.approx([-1_000, 500])
        assert float(found.worst) == -1_000
        assert found.worst_label == "price -10 %"

    def test_put_call_parity_holds_in_every_scenario(self) -> None:
        pair = instruments.options(["c", "p"], "X", 100, MONTH, is_call=[True, False], size=50)
        now = market.at(instruments.join(FUTURES, pair), [100], [0.3, 0.3], carry=0.0)
        table = price_volatility_matrix([-0.2, 0, 0.2], [-0.5, 0, 0.5])
        assert risk_array(hold(-1, 1, -1), now, table).profit == pytest.approx(0, abs=1e-9)

    def test_a_matrix_has_rows_and_columns(self) -> None:
        table = price_volatility_matrix([-0.2, 0, 0.2], [0, 0.5])
        found = risk_array(hold(0, -1, 0), NOW, table)
        assert found.matrix.shape == (3, 2)
        assert found.matrix[1, 0] == 0
        assert found.argworst == 5  # a rise with more volatility hurts who sold a call

    def test_books_net_by_adding_arrays(self) -> None:
        grid = equidistant(0.1, 0.1)
        both = risk_array(hold(1, 0, 0), NOW, grid) + risk_array(hold(0, -2, 1), NOW, grid)
        assert both.profit == pytest.approx(risk_array(hold(1, -2, 1), NOW, grid).profit)

    def test_nothing_lost_is_no_loss(self) -> None:
        always = RiskArray(["a", "b"], [5, 3])
        assert (float(always.worst), float(always.worst_loss)) == (3, 0)

    def test_many_accounts_have_an_array_each(self) -> None:
        many = Accounts([0, 0], [[1, 0, 0], [-1, 0, 0]])
        found = risk_array(many, NOW, Scenarios([-0.1, 0.2]))
        assert found.worst_loss.tolist() == pytest.approx([500, 1_000])
        assert "shape (2,)" in str(found)

    def test_published_arrays_may_be_used_for_many_books(self) -> None:
        found = published_risk_array([[1, 0], [-1, 1]], [[-100, 100], [-30, 45]], ["down", "up"])
        assert found.worst_loss.tolist() == [100, 55]
        assert found.labels == ("down", "up")

    def test_each_expiry_loses_where_a_move_may_go_either_way(self) -> None:
        two = instruments.options(["near", "far"], "X", 100, [0.1, 0.2], is_call=True)
        now = market.at(instruments.join(FUTURES, two), [100], [0.3, 0.3], carry=0.0)
        up, either = Scenarios([0], [0.5]), Scenarios([0], [0.5], either_way=True)
        each = [float(risk_array(hold(*q), now, up).profit[0]) for q in ((0, 1, 0), (0, 0, -1))]
        assert each[0] > 0 > each[1]
        found = risk_array(hold(0, 1, -1), now, either).profit
        assert found.tolist() == pytest.approx([-each[0] + each[1]])


class TestScenarioScan:
    GRID = equidistant(0.15, 0.15)

    def test_it_is_the_worst_loss_of_the_risk_array(self) -> None:
        table = span_scenarios(0.06, 0.25, extreme_multiple=2, extreme_weight=0.35)
        account = hold(1, -2, -1)
        need = ScenarioScan(table)(account, NOW)
        assert need.initial == risk_array(account, NOW, table).worst_loss
        assert need.initial == need.maintenance

    def test_underlyings_apart_have_their_own_worst_moves(self) -> None:
        hedged = hold(1, -10)
        assert ScenarioScan(self.GRID)(hedged, TWO_NOW).initial == pytest.approx(750)
        apart = ScenarioScan(self.GRID, groups=each_apart(TWO))
        assert apart(hedged, TWO_NOW).initial == pytest.approx(3_000 + 2_250)

    def test_a_product_group_counts_part_of_a_gain(self) -> None:
        scan = ScenarioScan(self.GRID, gain_offset=0.9)
        assert scan(hold(1, -10), TWO_NOW).initial == pytest.approx(3_000 - 0.9 * 2_250)
        grouped = ScenarioScan(self.GRID, 0.9, groups={"BTC": "coins", "ETH": "coins"})
        assert list(grouped.risk_arrays(hold(1, -10), TWO_NOW)) == ["coins"]

    def test_a_class_nets_in_full_whatever_the_offset(self) -> None:
        months = instruments.linear(["JUN", "SEP"], underlying="X")
        now = market.at(months, [100, 102])
        for offset in (0.0, 0.5, 1.0):
            need = ScenarioScan(self.GRID, offset)(hold(1, -1), now)
            assert need.initial == pytest.approx(0.3)

    def test_liquidation_prices_are_found_by_search(self) -> None:
        now = market.at(TWO, [20_000, 1_500])
        ana = open_accounts(4_000, [1, 0], now)
        rule = ScenarioScan(Scenarios([-0.1]))
        # 16,000 of debt are covered as long as 0.9 of the price is left.
        price = ml.liquidation.liquidation_price(ana, now, rule, "BTC")
        assert float(price) == pytest.approx(16_000 / 0.9)

    def test_a_discount_marks_the_book_of_an_expiry_down(self) -> None:
        rule = StaticDiscount(long=(0.9, 0, 0), short=(1.1, 0, 0))
        scan = ScenarioScan(Scenarios([0]), discount=rule)
        worth = float(NOW.value[1])
        assert scan(hold(0, 1, 0), NOW).initial == pytest.approx(0.1 * worth)
        # Nobody can owe more than the undiscounted amount, and interest is 0 here.
        assert scan(hold(0, -1, 0), NOW).initial == pytest.approx(0)


class TestMinimums:
    def test_minimums_count_contracts(self) -> None:
        assert float(ContractMinimum(0.375)(hold(0, -2, 1), NOW).initial) == 0.375 * 50 * 3

    def test_deltas_of_options_count_towards_the_least(self) -> None:
        call = instruments.options(["c"], "X", strike=1, expiry=0.1, is_call=True)
        now = market.at(instruments.join(instruments.linear(["X"]), call), [100], [0], carry=0.0)
        need = MinimumDelta(0.02, 0.01)(Accounts(0, [[1, 0], [1, -1], [3, -1]]), now).initial
        assert need.tolist() == pytest.approx([2, 1, 2 * 2 + 1])


class TestSpreads:
    def test_deltas_are_derivatives_of_the_value(self) -> None:
        book = instruments.join(
            instruments.inverse(["INV"], size=100, underlying="coin"),
            instruments.options(
                ["c"], "INV", 20_000, 0.2, is_call=True, inverse=True, currency="BTC"
            ),
        )
        now = market.at(book, [20_000], [0.6])
        step = 1e-4
        slope = value_changes(now, Scenarios([-step, step])) @ [-1, 1] / (2 * step * 20_000)
        account = hold(3, -2)
        assert position_delta(account, now) == pytest.approx(account.quantity * slope, rel=1e-6)

    def test_options_count_in_the_month_they_are_on(self) -> None:
        months = instruments.linear(["JUN", "SEP"], underlying="X")
        call = instruments.options(["c"], "SEP", strike=1, expiry=0.1, is_call=True)
        now = market.at(instruments.join(months, call), [100, 100], [0], carry=0.0)
        rule = CalendarCharge({"X": 2})
        assert float(rule(hold(3, 0, -2), now).initial) == 4
        assert float(rule(hold(0, 3, -2), now).initial) == 0

    def test_months_that_are_not_named_cost_nothing(self) -> None:
        assert float(CalendarCharge({})(hold(1, -1), TWO_NOW).initial) == 0

    def test_spreads_are_formed_in_order_of_priority(self) -> None:
        three = instruments.linear(["A", "B", "C"])
        now = market.at(three, [100, 100, 100])
        ranges = dict.fromkeys("ABC", 0.1)
        first, second = Spread({"A": 1, "B": -1}, 0.8), Spread({"A": 1, "C": -1}, 0.5)
        rule = SpreadCredit(asks(200), [first, second], ranges)
        # Two spreads with B, and with what is left of A one with C, each leg worth 10.
        assert float(rule.credit(hold(3, -2, -5), now)) == pytest.approx(2 * 20 * 0.8 + 20 * 0.5)
        turned = SpreadCredit(asks(200), [second, first], ranges)
        assert float(turned.credit(hold(3, -2, -5), now)) == pytest.approx(3 * 20 * 0.5)

    def test_both_orientations_earn_and_legs_on_one_side_do_not(self) -> None:
        rule = SpreadCredit(asks(200), [({"BTC": 1, "ETH": -10}, 0.5)], {"BTC": 0.1, "ETH": 0.1})
        earned = 0.5 * (2_000 + 1_500)
        assert float(rule.credit(hold(1, -10), TWO_NOW)) == pytest.approx(earned)
        assert float(rule.credit(hold(-1, 10), TWO_NOW)) == pytest.approx(earned)
        assert float(rule.credit(hold(1, 10), TWO_NOW)) == 0
        assert float(rule(hold(1, -10), TWO_NOW).initial) == 0  # never below

    def test_a_clearing_house_puts_it_all_together(self) -> None:
        ranges = {"BTC": 0.15, "ETH": 0.15}
        scan = ScenarioScan(equidistant(0.15, 0.15), groups=each_apart(TWO))
        charged = scan + CalendarCharge({"BTC": 100})
        rule = AtLeast(
            SpreadCredit(charged, [Spread({"BTC": 1, "ETH": -10}, 0.4)], ranges),
            floor=asks(50),
        )
        need = rule(hold(1, -10), TWO_NOW)
        assert float(need.initial) == pytest.approx((3_000 + 2_250) * 0.6)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "a fall to nothing": (lambda: Scenarios([-1.0]), r"price\[0, 0\] must be above -1"),
    "one number": (lambda: Scenarios(0.1), "price must hold one move for each scenario"),
    "labels": (lambda: Scenarios([0.1], labels=["a", "b"]), "labels must be a list of 1 names"),
    "weights": (lambda: Scenarios([0.1], weight=[1, 1]), "weight must be one number or 1"),
    "lengths": (lambda: Scenarios([0.1], [0, 0, 0]), "volatility must hold one move for each of 1"),
    "grid": (lambda: Scenarios([0.1], grid=(2, 2)), "grid must have one cell for each of 1"),
    "percent": (
        lambda: span_scenarios(0.06, 25, extreme_multiple=2, extreme_weight=0.35),
        r"volatility_range must be a fraction; got 25, did you mean 0.25\?",
    ),
    "odd": (lambda: equidistant(0.1, 0.1, points=5), "points must be an even number"),
    "too far down": (lambda: equidistant(15, 15), "down must be below 1.*did you mean 0.15"),
    "time": (
        lambda: Scenarios([0.1], years=1) + Scenarios([0.1]),
        "can be put together if the same time passes",
    ),
    "no table": (
        lambda: risk_array(hold(1, 0), TWO_NOW, Scenarios([0.1])).matrix,
        "a list and no table; use price_volatility_matrix",
    ),
    "many labels": (
        lambda: RiskArray(["a"], [[1], [2]]).worst_label,
        "worst_label is for one account",
    ),
    "other scenarios": (
        lambda: RiskArray(["a"], [1]) + RiskArray(["b"], [1]),
        "add up only over the same scenarios",
    ),
    "arrays": (
        lambda: published_risk_array([1, 2], [[1, 2]]),
        r"one row of scenarios for each instrument in quantity; got shapes \(1, 2\) and \(2,\)",
    ),
    "accounts of another list": (
        lambda: risk_array(hold(1), TWO_NOW, Scenarios([0.1])),
        "quantity must hold one value for each instrument",
    ),
    "a group that is missing": (
        lambda: ScenarioScan(Scenarios([0.1]), groups={"BTC": "a"})(hold(1, 1), TWO_NOW),
        "groups must name a product group for 'ETH'; write each_apart",
    ),
    "a direction": (lambda: ScenarioTable([(0, "Up", 1)], SHOCK), "did you mean 'up'"),
    "no shock": (lambda: ScenarioTable([(0, "up", 1)]), "needs volatility=VolatilityShock"),
    "no skew": (lambda: ScenarioTable([(0, "tilt", 1)]), "needs skew=SkewShock"),
    "many expiries on one average": (
        lambda: ScenarioTable([(0, "none", 1)], averaging_window=0.1)(
            market.at(
                instruments.join(
                    FUTURES, instruments.options(["a", "b"], "X", 1, [1, 2], is_call=True)
                ),
                [100],
                [0.2, 0.2],
            )
        ),
        "needs a future for each expiry; 'X' has options of several",
    ),
    "a spread without a range": (
        lambda: SpreadCredit(asks(1), [({"BTC": 1, "ETH": -1}, 0.5)], {"BTC": 0.1}),
        "underlying 'ETH' is not known",
    ),
    "a ratio of nothing": (
        lambda: SpreadCredit(asks(1), [({"BTC": 0}, 0.5)], {"BTC": 0.1}),
        "ratio of BTC must not be 0",
    ),
    "a month of nothing": (
        lambda: CalendarCharge({"SOL": 1})(hold(1, 1), TWO_NOW),
        "underlying 'SOL' is not known",
    ),
}


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()


@pytest.mark.parametrize("held", [Scenarios([0.1]), RiskArray(["a"], [1])])
def test_only_like_things_are_put_together(held: Scenarios | RiskArray) -> None:
    with pytest.raises(TypeError):
        _ = held + 1


def test_what_is_gross_in_the_futures_is_a_fixed_rate() -> None:
    # A roll shock on both legs of a book that is flat in the scan.
    months = instruments.linear(["JUN", "SEP"], underlying="X")
    now = market.at(months, [100, 100])
    rule = ScenarioScan(equidistant(0.16, 0.16)) + FixedRate(0.01, 0.01)
    account = open_accounts(10, [1, -1], now)
    assert float(free_margin(account, now, rule)) == pytest.approx(8)
