"""What the venues add to a scan: shocks of the smile, tables of scenarios, charges, factors."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import instruments, market
from marginlib.margin import AtLeast
from marginlib.margin.scan import Scenarios, ScenarioScan, SpreadCredit
from marginlib.venues.protocols.factors import Factors, depeg_factor
from marginlib.venues.protocols.portfolio_charges import (
    BasisContingency,
    GrossContracts,
    NakedShorts,
)
from marginlib.venues.protocols.scenario_table import ScenarioTable
from marginlib.venues.protocols.volatility_shocks import SkewShock, VolatilityShock
from tests.scan_book import FUTURES, MONTH, NOW, SHOCK, TWO_NOW, asks, hold

SKEW = SkewShock((0.15, 0), (0.1, 0), width=4, least_width=0.01, volatility=0.6)


class TestVolatility:
    def test_near_expiries_move_more(self) -> None:
        moves = SHOCK.size(0.5, [0, 1 / 365, MONTH, 60 / 365])
        assert moves == pytest.approx([0.5 * 30**0.3] * 2 + [0.5, 0.5 * 2**-0.13])

    def test_a_down_move_stops_at_nothing(self) -> None:
        wild = VolatilityShock(0.5, 0.9, short_power=1, long_power=1)
        near = instruments.options(["c"], "X", 100, 1 / 365, is_call=True)
        now = market.at(instruments.join(FUTURES, near), [100], [0.3])
        assert wild.down_moves(now).tolist() == [-1.0]

    def test_a_tilt_is_even_about_the_forward_and_capped(self) -> None:
        strikes = 100 * np.exp([-9, -0.1, 0, 0.1, 9])
        smile = instruments.options(list("abcde"), "X", strikes, MONTH, is_call=True)
        now = market.at(instruments.join(FUTURES, smile), [100], [0.3] * 5, carry=0.0)
        slope = 0.1 * 0.15 / (4 * 0.6 * np.sqrt(MONTH))
        assert SKEW.tilt_moves(now) == pytest.approx([-0.15, -slope, 0, slope, 0.15])
        wing = 0.1 * 0.1 / (4 * 0.6 * np.sqrt(MONTH))
        assert SKEW.wing_moves(now) == pytest.approx([0.1, wing, 0, wing, 0.1])

    def test_a_table_is_made_for_the_market(self) -> None:
        table = ScenarioTable([(-0.1, "up", 1), (0, "tilt", 1), (0.5, "down", 0.1)], SHOCK, SKEW)
        made = table(NOW)
        assert made.volatility[0].tolist() == pytest.approx([0.5, 0.5])
        assert made.volatility_floor.tolist() == [0.45, 0, 0]
        assert made.either_way.tolist() == [False, True, False]
        assert made.labels[1] == "price 0 %, smile: tilt"
        many = market.later(NOW, [0, MONTH / 2])
        assert table(many).volatility.shape == (2, 3, 2)
        assert ScenarioScan(table)(hold(1, -1, -1), many).initial.shape == (2,)

    def test_a_table_needs_no_options(self) -> None:
        made = ScenarioTable([(-0.16, "up", 1), (0.5, "none", 0.072)], SHOCK)(TWO_NOW)
        need = ScenarioScan(made)(hold(1, 0), TWO_NOW).initial
        assert float(need) == pytest.approx(0.16 * 20_000)

    def test_the_known_part_of_an_average_moves_no_more(self) -> None:
        hour = 1 / (365 * 24)
        call = instruments.options(["c"], "X", 100, hour / 4, is_call=True)
        now = market.at(instruments.join(FUTURES, call), [100], [0.3], carry=0.0)
        table = ScenarioTable([(0.1, "none", 1)], averaging_window=hour / 2)
        assert table(now).price.tolist() == [[0.05]]


class TestContingencies:
    def test_gross_contracts_pay_on_both_legs(self) -> None:
        both = GrossContracts([0.02, 0.04], [0.01, 0.02])(hold(1, -10), TWO_NOW)
        assert float(both.initial) == 400 + 600
        assert float(both.maintenance) == 500

    def test_a_synthetic_forward_is_not_naked(self) -> None:
        pair = instruments.options(["c", "p"], "X", 100, MONTH, is_call=[True, False])
        now = market.at(instruments.join(FUTURES, pair), [100], [0.3, 0.3])
        rule = NakedShorts(0.01, 0.005)
        assert float(rule(hold(0, 1, -1), now).initial) == 0
        assert float(rule(hold(0, -1, -1), now).initial) == 2
        assert float(rule(hold(0, -3, 1), now).maintenance) == 1

    def test_different_strikes_do_not_net(self) -> None:
        assert float(NakedShorts(0.01, 0)(hold(0, -1, 5), NOW).initial) == 50

    def test_basis_takes_each_expiry_at_its_worst(self) -> None:
        two = instruments.options(["near", "far"], "X", 1, [0.5, 1], is_call=True)
        now = market.at(instruments.join(FUTURES, two), [100], [0, 0], carry=0.0)
        rule = BasisContingency(Scenarios([-0.05, 0.05]), base=0.5, per_year=2)
        # Deep in the money the two cancel in any one move, but forwards may part.
        need = rule(hold(0, 1, -1), now).initial
        assert float(need) == pytest.approx(5 * (0.5 + 2 * 0.5) + 5 * (0.5 + 2 * 1))

    def test_parts_are_put_together(self) -> None:
        scan = ScenarioScan(Scenarios([-0.1]))
        rule = Factors(AtLeast(scan, asks(1_500, 1_500)), maintenance=0.5) + asks(7)
        need = rule(hold(1, 0), TWO_NOW)
        assert (float(need.initial), float(need.maintenance)) == (2_007, 1_000)
        need = rule(hold(0, 1), TWO_NOW)
        assert (float(need.initial), float(need.maintenance)) == (1_507, 750)

    def test_what_fits_any_account_is_made_of_what_does(self) -> None:
        scan = ScenarioScan(Scenarios([-0.1]))
        rules = (AtLeast(scan, scan), Factors(scan), SpreadCredit(scan, [], {}))
        assert all(rule.fits_any_account for rule in rules)
        rules = (AtLeast(scan, asks(1)), Factors(scan, [1, 2]), SpreadCredit(asks(1), [], {}))
        assert not any(rule.fits_any_account for rule in rules)

    def test_the_factor_grows_as_the_coin_sinks(self) -> None:
        assert depeg_factor([1.02, 0.98, 0.9], 0.98, 2, base=1.1).tolist() == pytest.approx(
            [1.1, 1.1, 1.26]
        )
